"""Files that the window makes: their names, and snapshots."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from realtime.frame import Frame
from scanner.errors import OutputError
from scanner.reading import Reading, as_record
from scanner.whole import write_whole


def name_file(folder: Path, suffix: str, now: Callable[[], time.struct_time] = time.localtime) -> Path:
    """Return a name by the clock that no file has: digitlens-20260731-101500.png, or -2 behind it.

    Makes the folder where it is missing. Raises OutputError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: no folder can be made there ({error.strerror}). Name another one.") from error
    stem = time.strftime("digitlens-%Y%m%d-%H%M%S", now())
    path, count = folder / f"{stem}{suffix}", 1
    while path.exists():
        count += 1
        path = folder / f"{stem}-{count}{suffix}"
    return path


def write_snapshot(folder: Path, frame: Frame, reading: Reading) -> Path:
    """Write a frame as it came, as PNG, and its reading beside it as JSON; returns the picture's path.

    The JSON is a line of the line format, with "frame" and "time". Raises OutputError.
    """
    path = name_file(folder, ".png")
    write_whole(path, cv2.imencode(".png", frame.image)[1].tobytes())
    write_whole(path.with_suffix(".json"), (to_line(frame, reading) + "\n").encode())
    return path


def to_line(frame: Frame, reading: Reading) -> str:
    """Return a frame's reading as one line of JSON: the line format, with "frame" and "time" in seconds."""
    return json.dumps({"frame": frame.number, "time": round(frame.time, 3)} | as_record(reading))
