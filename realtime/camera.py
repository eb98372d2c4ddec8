"""Where frames come from: a camera, a film, a stream or pictures. The only file that opens a VideoCapture."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from realtime.frame import EXPECTED, CameraError, Frame
from realtime.pictures import is_picture, read_folder, read_picture
from realtime.pump import Capture, Opener, Pump, explain_unreadable, name_source

PATIENCE = 5.0
"""Seconds within which a source gives its first frame, and each next one: webcams take up to 3 s to wake."""

BACKENDS = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}
"""Who opens a camera: left to itself, OpenCV tries several, and on Windows first the one that takes up to a minute."""


@contextmanager
def open_source(source: str, patience: float = PATIENCE, opener: Opener | None = None) -> Iterator[Iterator[Frame]]:
    """Open a source and give its frames; it is closed at the end of the `with`.

    source: a camera's number, a device, a film, a picture, a folder of pictures or a URL. patience: seconds to wait for
    a frame. opener: opens what is no picture; None takes `open_capture`.
    The frames end where a film or a folder ends. Raises CameraError or ScanError, here or with a frame, when there is
    nothing to see, a camera stops or a film breaks off.
    """
    path, film = Path(source), not (is_device(source) or is_url(source))
    if film:
        _check_path(path)
    if film and (path.is_dir() or is_picture(path)):
        yield read_folder(path) if path.is_dir() else read_picture(path)
        return
    pump = Pump(source, opener or open_capture, patience, lossless=film)
    try:
        yield pump.frames()
    finally:
        pump.close()


def is_device(source: str) -> bool:
    """Tell whether the source is a camera's number or device file."""
    return source.isdecimal() or source.startswith("/dev/video") or Path(source).is_char_device()


def is_url(source: str) -> bool:
    """Tell whether the source is a URL."""
    return re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE) is not None


def open_capture(source: str) -> Capture:
    """Open a camera, film or stream with OpenCV. Raises CameraError."""
    silence_backends()
    if is_device(source):
        where = int(source) if source.isdecimal() else source
        capture = cv2.VideoCapture(where, BACKENDS.get(sys.platform, cv2.CAP_ANY))
    else:
        wait = round(1000 * PATIENCE)
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, wait, cv2.CAP_PROP_READ_TIMEOUT_MSEC, wait]
        capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise CameraError(_explain_closed(source))
    return capture


def silence_backends() -> None:
    """Keep the warnings of OpenCV and FFmpeg off the terminal, unless their variables ask for them.

    They speak of retries and damaged packets; what matters is said by CameraError. FFmpeg has no other switch than its
    variable, which OpenCV reads once, with the first film.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _check_path(path: Path) -> None:
    if not path.exists():
        raise CameraError(f"{path}: no such file or folder. {EXPECTED}")
    if not os.access(path, os.R_OK):
        raise CameraError(f"{path}: no permission to read it. Change its rights (chmod +r).")
    if path.is_file() and path.stat().st_size == 0:
        raise CameraError(f"{path}: the file is empty. {EXPECTED}")


def _explain_closed(source: str) -> str:
    if is_url(source):
        return f"{source}: no video comes from this address. Check the address, and that the sender is running."
    if not is_device(source):
        return explain_unreadable(source)
    device = Path(f"/dev/video{source}" if source.isdecimal() else source)
    if device.exists() and not os.access(device, os.R_OK | os.W_OK):
        return f"{device}: no permission to use it. Join its group (sudo usermod -aG video $USER) and log in again."
    return f"{name_source(source)}: no camera answers. Plug it in, close what else uses it, or give another --source."
