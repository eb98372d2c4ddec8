"""Where frames come from: a camera, a film, a stream or pictures. The only file that opens a VideoCapture."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from realtime.capture import Capture, Opener
from realtime.devices import explain_camera
from realtime.feed import Feed
from realtime.frame import EXPECTED, CameraError, Frame
from realtime.pictures import is_picture, read_folder, read_picture
from realtime.pump import Pace, Pump, explain_unreadable

PATIENCE = 5.0
"""Seconds within which a source gives its first frame, and a film each next one: webcams take up to 3 s to wake."""

DEMO = "demo"
"""The source that needs no camera; a file of this name is ./demo."""

BACKENDS = {
    "any": cv2.CAP_ANY,
    "v4l2": cv2.CAP_V4L2,
    "gstreamer": cv2.CAP_GSTREAMER,
    "avfoundation": cv2.CAP_AVFOUNDATION,
    "dshow": cv2.CAP_DSHOW,
    "msmf": cv2.CAP_MSMF,
}
"""Who may open a camera, by the name that the person gives."""

OWN_BACKENDS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
"""Left to itself, OpenCV tries several, and on Windows first the one that takes up to a minute."""

MANUAL_EXPOSURE = {cv2.CAP_V4L2: 1.0, cv2.CAP_DSHOW: 0.25, cv2.CAP_MSMF: 0.25}
"""How each back-end is told that the exposure is set by hand; the others have no word for it."""


@dataclass(frozen=True)
class Setting:
    """How a source is opened. What is None is left as the camera has it."""

    backend: str = ""
    """Of BACKENDS; empty takes the platform's own."""
    size: tuple[int, int] | None = None
    """Width and height in pixels; a camera takes the nearest that it has."""
    fps: float | None = None
    """Frames a second."""
    focus: float | None = None
    """In the camera's own units; fixed from then on."""
    exposure: float | None = None
    """In the camera's own units; fixed from then on."""
    is_mirrored: bool = False
    """Whether each frame is turned left to right before it is read, for cameras that show a mirror image."""
    in_real_time: bool = False
    """Whether a film is shown in its own time, as if a camera saw it."""


@contextmanager
def open_source(
    source: str, setting: Setting = Setting(), patience: float = PATIENCE, opener: Opener | None = None
) -> Iterator[Iterator[Frame]]:
    """Open a source and give its frames; it is closed at the end of the `with`.

    source: a camera's number, a device, a film, a picture, a folder of pictures, a URL or DEMO. patience: seconds to
    wait for a frame. opener: opens what is no picture; None takes `open_capture`.
    The frames end where a film or a folder ends; a camera's do not: see realtime.feed. Raises CameraError or ScanError,
    here or with a frame, when there is nothing to see or a film breaks off.
    """
    path, film = Path(source), not is_live(source)
    if film:
        _check_path(path)
    if film and (path.is_dir() or is_picture(path)):
        frames = read_folder(path) if path.is_dir() else read_picture(path)
        yield _mirror(frames) if setting.is_mirrored else frames
        return
    opener = opener or partial(open_capture, setting=setting)
    pace = Pace.OWN if setting.in_real_time else Pace.EVERY
    pump = Pump(source, opener, patience, pace) if film else Feed(source, opener, patience)
    try:
        yield _mirror(pump.frames()) if setting.is_mirrored else pump.frames()
    finally:
        pump.close()


def is_live(source: str) -> bool:
    """Tell whether the source is no file: a camera, a URL or the demo."""
    return source == DEMO or is_device(source) or is_url(source)


def is_device(source: str) -> bool:
    """Tell whether the source is a camera's number or device file."""
    return source.isdecimal() or source.startswith("/dev/video") or Path(source).is_char_device()


def is_url(source: str) -> bool:
    """Tell whether the source is a URL."""
    return re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE) is not None


def open_capture(source: str, setting: Setting = Setting()) -> Capture:
    """Open a camera, film or stream with OpenCV, or the demo. Raises CameraError."""
    if source == DEMO:
        from realtime.demo import DemoCapture  # imported here: the others need no strokes

        return DemoCapture(setting.size, setting.fps)
    silence_backends()
    if is_device(source):
        where = int(source) if source.isdecimal() else source
        backend = BACKENDS[setting.backend or OWN_BACKENDS.get(sys.platform, "any")]
        capture = cv2.VideoCapture(where, backend)
        _set_up(capture, backend, setting)
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


def list_settings(backend: int, setting: Setting) -> list[tuple[int, float]]:
    """Return which properties a camera is given, in order, with their values: those alone that the person set."""
    wanted: list[tuple[int, float]] = []
    if setting.size or setting.fps:  # cameras send large pictures fast only as JPEG; those without it keep their own
        wanted.append((cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")))
    if setting.size:
        wanted += [(cv2.CAP_PROP_FRAME_WIDTH, setting.size[0]), (cv2.CAP_PROP_FRAME_HEIGHT, setting.size[1])]
    if setting.fps:
        wanted.append((cv2.CAP_PROP_FPS, setting.fps))
    if setting.focus is not None:
        wanted += [(cv2.CAP_PROP_AUTOFOCUS, 0), (cv2.CAP_PROP_FOCUS, setting.focus)]
    if setting.exposure is not None:
        by_hand = MANUAL_EXPOSURE.get(backend)
        wanted += [] if by_hand is None else [(cv2.CAP_PROP_AUTO_EXPOSURE, by_hand)]
        wanted.append((cv2.CAP_PROP_EXPOSURE, setting.exposure))
    return wanted


def _set_up(capture: cv2.VideoCapture, backend: int, setting: Setting) -> None:
    for key, value in list_settings(backend, setting) if capture.isOpened() else ():
        capture.set(key, value)  # a camera that knows no such thing goes on as it is


def _mirror(frames: Iterator[Frame]) -> Iterator[Frame]:
    return (replace(frame, image=np.ascontiguousarray(frame.image[:, ::-1])) for frame in frames)


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
    return explain_camera(source) if is_device(source) else explain_unreadable(source)
