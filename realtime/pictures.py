"""Pictures as frames: one image file, or a folder of them."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from realtime.frame import EXPECTED, CameraError, Frame
from scanner.errors import ScanError
from scanner.page import SUFFIXES, open_pages


def is_picture(path: Path) -> bool:
    """Tell by its suffix whether a file is a picture."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path, before: int = 0) -> Iterator[Frame]:
    """Yield the pages of an image file. before: frames that came before it. Raises ScanError."""
    for number, page in enumerate(open_pages(path), before + 1):
        yield Frame(page.image, page.source, number, 0.0, time.monotonic(), still=True)


def read_folder(folder: Path) -> Iterator[Frame]:
    """Yield the pictures of a folder in natural order (2 before 10); folders inside it are left out.

    Raises CameraError when there are none, and, after the others, when some could not be read.
    """
    paths = sorted((path for path in folder.iterdir() if is_picture(path)), key=_natural_key)
    if not paths:
        raise CameraError(f"{folder}: there are no pictures in this folder. {EXPECTED}")
    number, failures = 0, []
    for path in paths:
        try:
            for frame in read_picture(path, before=number):
                number = frame.number
                yield frame
        except ScanError as error:
            failures.append(str(error))
    if failures:
        raise CameraError(f"{len(failures)} of {len(paths)} pictures could not be read. The first: {failures[0]}")


def _natural_key(path: Path) -> list[tuple[int, str]]:
    """Order runs of digits by their value and all else by its letters."""
    parts = re.split(r"([0-9]+)", path.name.casefold())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]
