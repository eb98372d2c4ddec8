"""Results: text and JSON lines on standard output, annotated images in a folder."""

import errno
import json
import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import cv2

from scanner.annotate import annotate
from scanner.batch import STDIN, Failed, Outcome, Scanned
from scanner.errors import OutputError, UsageError, to_printable
from scanner.reading import Reading, to_json

JPEG_SUFFIXES = frozenset({".jpg", ".jpeg"})
"""Annotated photos stay JPEG: as PNG one of 16 megapixels takes 25 MB. All else becomes PNG."""

STANDARD_NAME = "stdin"
"""What the annotated image of standard input is called."""


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSONL = "jsonl"


def print_outcome(outcome: Outcome, form: Format, named: bool = True) -> None:
    """Print what the page gave, at once. named: put the file's name before each row of text.

    Raises BrokenPipeError when nobody reads any more, OutputError when the results cannot be written.
    """
    try:
        for line in [to_json_line(outcome)] if form is Format.JSONL else to_text_lines(outcome, named):
            print(line, flush=True)
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL of a closed pipe
            raise BrokenPipeError(*error.args) from error
        raise OutputError(f"the results cannot be written ({error.strerror}). Check the disk's space.") from error


def to_json_line(outcome: Outcome) -> str:
    """Return the outcome as one line of JSON, in the line format."""
    if isinstance(outcome, Failed):
        return json.dumps({"source": outcome.source, "error": str(outcome.error)})
    return to_json(outcome.reading)


def to_text_lines(outcome: Outcome, named: bool = True) -> list[str]:
    """Return one text for each row, "file: 0123", and "file:" for an empty page; nothing for a failure."""
    if isinstance(outcome, Failed):
        return []
    texts = [line.text for line in outcome.reading.lines]
    if not named:
        return texts
    name = to_name(outcome.reading)
    return [f"{name}: {text}" for text in texts] or [f"{name}:"]


def to_name(reading: Reading) -> str:
    """Return the file's name on one line, with the page from the second on: "scan.tif[2]"."""
    page = f"[{reading.page}]" if reading.page > 1 else ""
    return to_printable(reading.source) + page


class Annotator:
    """Writes each page, with its reading drawn on it, into a folder: under names of its own, never over a page's."""

    def __init__(self, folder: Path, pages: Iterable[str]) -> None:
        """folder: made when it is not there. pages: paths that must stay as they are. Raises UsageError."""
        self.folder = folder
        self._taken: set[str] = set()
        self._pages = {Path(page).resolve() for page in pages if page != STDIN}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{folder}: annotated images cannot be put there ({error.strerror}); "
                "expected a folder that can be written to, or the name of a new one."
            ) from error

    def write(self, scanned: Scanned) -> Path:
        """Write the annotated page and return its path. Raises OutputError."""
        path = self._choose_name(scanned.reading)
        try:
            picture = annotate(scanned.page.image, scanned.reading)
            write_whole(path, cv2.imencode(path.suffix, picture)[1].tobytes())
        except (OSError, cv2.error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise OutputError(
                f"{path}: the annotated image cannot be written ({reason}). Check the disk and the folder's rights."
            ) from error
        return path

    def _choose_name(self, reading: Reading) -> Path:
        source = Path(STANDARD_NAME if reading.source == STDIN else reading.source)
        suffix = source.suffix.lower() if source.suffix.lower() in JPEG_SUFFIXES else ".png"
        stem = source.stem + (f".page{reading.page}" if reading.page > 1 else "")
        number = 1
        while True:
            path = self.folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
            number += 1
            # names that differ only in case are one file on macOS and Windows
            if path.name.casefold() not in self._taken and path.resolve() not in self._pages:
                self._taken.add(path.name.casefold())
                return path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is either whole or not there. Raises OSError."""
    unfinished = path.with_name(f".digitlens-{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
