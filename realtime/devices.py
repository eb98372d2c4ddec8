"""Which cameras there are, and what to do when one does not answer."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2

from realtime.capture import Opener
from realtime.frame import CameraError
from realtime.pump import name_source

NAMES = Path("/sys/class/video4linux")
"""Where Linux tells what its video devices are called."""

MOST_PROBED = 10
"""Where a system names no devices, the numbers below this are tried."""

WAKING = 20
"""Frames that are asked of a camera until one comes: some give none while they wake up."""


@dataclass(frozen=True)
class Device:
    """A camera that there is."""

    number: int
    """What `--source` takes."""
    name: str
    """As the system calls it; empty where it does not."""
    state: str
    """Its picture's size and rate, or that it gives none."""


def list_devices(opener: Opener, names: Path = NAMES, platform: str = sys.platform) -> Iterator[Device]:
    """Yield the cameras of this machine, each after a look through it.

    opener: opens a camera. names: a folder as Linux has it, with video0/name and video0/index.
    """
    if platform == "linux":
        for number, name in read_names(names):
            yield Device(number, name, _probe(str(number), opener) or "gives no picture: in use, or no permission")
        return
    for number in range(MOST_PROBED):
        if state := _probe(str(number), opener):
            yield Device(number, "", state)


def read_names(folder: Path = NAMES) -> list[tuple[int, str]]:
    """Return number and name of each camera that Linux knows; further devices of one camera carry no pictures."""
    found = []
    for entry in folder.glob("video*"):
        number = entry.name.removeprefix("video")
        if number.isdecimal() and _read(entry / "index") in ("0", ""):
            found.append((int(number), _read(entry / "name")))
    return sorted(found)


def explain_camera(source: str, platform: str = sys.platform, names: Path = NAMES) -> str:
    """Return what to do about a camera that cannot be opened, in a sentence. source: its number or device."""
    name = name_source(source)
    if platform == "darwin":
        return (
            f"{name}: no camera answers. Allow your terminal to use it (System Settings, Privacy & Security, Camera) "
            "and start it again, or give another --source; --list shows what there is."
        )
    if platform == "win32":
        return (
            f"{name}: no camera answers. Close what else uses it, allow desktop apps to use it (Settings, Privacy, "
            "Camera), try --backend msmf, or give another --source; --list shows what there is."
        )
    device = Path(f"/dev/video{source}" if source.isdecimal() else source)
    if device.exists() and not os.access(device, os.R_OK | os.W_OK):
        return f"{device}: no permission to use it. Join its group (sudo usermod -aG video $USER) and log in again."
    if device.exists():
        return f"{name}: it is there and gives no picture. Close what else uses it (fuser {device} shows what does)."
    others = ", ".join(f"{number} ({title})" for number, title in read_names(names))
    if others:
        return f"{name}: no camera answers. Give another --source; there are {others}."
    return f"{name}: no camera answers, and none is there. Plug one in, or try --source demo, which needs none."


def _probe(source: str, opener: Opener) -> str:
    """Return size and rate of a camera's picture; empty where it gives none."""
    try:
        capture = opener(source)
    except CameraError:
        return ""
    try:
        for _ in range(WAKING):
            there, image = capture.read()
            if there and image is not None and image.size:
                fps = capture.get(cv2.CAP_PROP_FPS)
                return f"{image.shape[1]}x{image.shape[0]}" + (f" at {fps:.0f} fps" if fps > 0 else "")
    finally:
        capture.release()
    return ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
