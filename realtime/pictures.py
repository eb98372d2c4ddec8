"""Pictures as frames: one image file, or a folder of them."""

import time
from collections.abc import Iterator
from pathlib import Path

from realtime.frame import EXPECTED, CameraError, Frame
from scanner.batch import order_naturally
from scanner.errors import ScanError
from scanner.page import SUFFIXES, open_pages


def is_picture(path: Path) -> bool:
    """Tell by its suffix whether a file is a picture."""
    return path.suffix.lower() in SUFFIXES


def is_shown(path: Path) -> bool:
    """Tell whether a folder's entry is one of its pictures; hidden files are other programs' own."""
    return is_picture(path) and path.is_file() and not path.name.startswith(".")


def read_picture(path: Path, before: int = 0) -> Iterator[Frame]:
    """Yield the pages of an image file. before: frames that came before it. Raises ScanError."""
    for number, page in enumerate(open_pages(path), before + 1):
        yield Frame(page.image, page.source, number, 0.0, time.monotonic(), page.number, still=True)


def read_folder(folder: Path) -> Iterator[Frame]:
    """Yield the pictures of a folder in natural order (2 before 10); folders inside it are left out.

    Raises CameraError when there are none, and, after the others, when some could not be read.
    """
    paths = sorted((path for path in folder.iterdir() if is_shown(path)), key=lambda path: order_naturally(path.name))
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
