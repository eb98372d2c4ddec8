"""Results: text and JSON lines on standard output, pictures in folders."""

import errno
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.annotate import annotate
from scanner.batch import STDIN, Failed, Outcome, Scanned
from scanner.debug import Recorder, draw_stages
from scanner.errors import NoTableError, OutputError, UsageError, to_printable
from scanner.marks import insert_marks
from scanner.reading import Field, Reading, to_json
from scanner.ruled import TableReader, to_csv
from scanner.whole import write_whole

JPEG_SUFFIXES = frozenset({".jpg", ".jpeg"})
"""Annotated photos stay JPEG: as PNG one of 16 megapixels takes 25 MB. All else becomes PNG."""

STANDARD_NAME = "stdin"
"""What the pictures of standard input are called."""


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSONL = "jsonl"


def print_outcome(outcome: Outcome, form: Format, named: bool = True, marks: bool = False) -> None:
    """Print what the page gave, at once.

    named: put the file's name before each row of text. marks: print points, commas, dashes and slashes in it.

    Raises BrokenPipeError when nobody reads any more, OutputError when the results cannot be written.
    """
    print_lines([to_json_line(outcome)] if form is Format.JSONL else to_text_lines(outcome, named, marks))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines at once. Raises BrokenPipeError when nobody reads any more, OutputError."""
    try:
        for line in lines:
            print(line, flush=True)
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL of a closed pipe
            raise BrokenPipeError(*error.args) from error
        raise OutputError(f"the results cannot be written ({error.strerror}). Check the disk's space.") from error


class TablePrinter:
    """Prints the tables of pages: as CSV with an empty line between two, or as a line of JSON for each page."""

    def __init__(self, tables: TableReader, form: Format, named: bool) -> None:
        """tables: watches the pages being read. named: put a line with the file's name before each table."""
        self._tables, self._form, self._named = tables, form, named
        self._is_first = True

    def print_tables(self, outcome: Outcome) -> None:
        """Print the tables of the page that was read last. Raises NoTableError, and what print_outcome raises."""
        if isinstance(outcome, Failed):
            print_lines([to_json_line(outcome)] if self._form is Format.JSONL else [])
            return
        try:
            found = self._tables.get_tables(outcome.reading)
        except NoTableError as error:
            self.print_tables(Failed(outcome.reading.source, error))
            raise
        if self._form is Format.JSONL:
            record = {"source": outcome.reading.source, "page": outcome.reading.page, "tables": found}
            print_lines([json.dumps(record)])
            return
        for cells in found:
            print_lines([] if self._is_first else [""])
            print_lines([to_csv(((to_name(outcome.reading),),))] if self._named else [])
            print_lines([to_csv(cells)])
            self._is_first = False


def to_json_line(outcome: Outcome) -> str:
    """Return the outcome as one line of JSON, in the line format."""
    if isinstance(outcome, Failed):
        return json.dumps({"source": outcome.source, "error": str(outcome.error)})
    return to_json(outcome.reading)


def to_text_lines(outcome: Outcome, named: bool = True, marks: bool = False) -> list[str]:
    """Return one text for each row, "file: 0123", and "file:" for an empty page; nothing for a failure.

    marks: with its points, commas, dashes and slashes, "file: 01.23".
    """
    if isinstance(outcome, Failed):
        return []
    texts = [insert_marks(line) if marks else line.text for line in outcome.reading.lines]
    if outcome.reading.fields:
        texts = _to_field_texts(outcome.reading.fields)
    if not named:
        return texts
    name = to_name(outcome.reading)
    return [f"{name}: {text}" for text in texts] or [f"{name}:"]


def _to_field_texts(fields: Sequence[Field]) -> list[str]:
    """Return one text for each field, "amount: 12.50", and "amount:" for an empty one; a single one stands alone."""
    if len(fields) == 1:
        return [fields[0].value]
    return [f"{field.name}: {field.value}".rstrip() for field in fields]


def to_name(reading: Reading) -> str:
    """Return the file's name on one line, with the page from the second on: "scan.tif[2]"."""
    page = f"[{reading.page}]" if reading.page > 1 else ""
    return to_printable(reading.source) + page


class PictureFolder:
    """A folder for pictures of pages: under names of their own, never over a page's."""

    def __init__(self, folder: Path, pages: Iterable[str]) -> None:
        """folder: made when it is not there. pages: paths that must stay as they are. Raises UsageError."""
        self.folder = folder
        self._taken: set[str] = set()
        self._pages = {Path(page).resolve() for page in pages if page != STDIN}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{folder}: pictures cannot be put there ({error.strerror}); "
                "expected a folder that can be written to, or the name of a new one."
            ) from error

    def choose_names(self, reading: Reading, endings: Sequence[str]) -> list[Path]:
        """Return a path for each ending, all with one stem after the page's: "scan.page2", or "scan.page2-2"."""
        source = Path(STANDARD_NAME if reading.source == STDIN else reading.source)
        stem = source.stem + (f".page{reading.page}" if reading.page > 1 else "")
        for number in count(1):
            paths = [self.folder / f"{stem}{'' if number == 1 else f'-{number}'}{ending}" for ending in endings]
            # names that differ only in case are one file on macOS and Windows
            names = {path.name.casefold() for path in paths}
            if not names & self._taken and not any(path.resolve() in self._pages for path in paths):
                break
        self._taken |= names
        return paths

    def write(self, path: Path, picture: NDArray[np.uint8]) -> None:
        """Write a picture, in the format that the path's suffix names. Raises OutputError."""
        try:
            data = cv2.imencode(path.suffix, picture)[1]
        except cv2.error as error:
            raise OutputError(f"{path}: no such picture can be written ({error}). Scan the page smaller.") from error
        write_whole(path, data.tobytes())


class Annotator:
    """Writes each page, with its reading drawn on it, into a folder."""

    def __init__(self, folder: Path, pages: Iterable[str]) -> None:
        """folder: made when it is not there. pages: paths that must stay as they are. Raises UsageError."""
        self._folder = PictureFolder(folder, pages)

    def write(self, scanned: Scanned) -> Path:
        """Write the annotated page and return its path. Raises OutputError."""
        assert scanned.page, "what is drawn on was read in this process"
        suffix = Path(scanned.reading.source).suffix.lower()
        (path,) = self._folder.choose_names(scanned.reading, [suffix if suffix in JPEG_SUFFIXES else ".png"])
        self._folder.write(path, annotate(scanned.page.image, scanned.reading))
        return path


class Debugger:
    """Writes a picture of each stage of reading a page into a folder: "scan.01-grey.png" and so on."""

    def __init__(self, folder: Path, pages: Iterable[str]) -> None:
        """folder: made when it is not there. pages: paths that must stay as they are. Raises UsageError."""
        self._folder = PictureFolder(folder, pages)
        self.recorder = Recorder()
        """What watches the pages being read."""

    def write(self, scanned: Scanned) -> list[Path]:
        """Write the stages of the page that was read last, and return their paths. Raises OutputError."""
        assert scanned.page, "what is drawn was read in this process"
        pictures = dict(draw_stages(scanned.page, scanned.reading, self.recorder))
        paths = self._folder.choose_names(scanned.reading, [f".{stage}.png" for stage in pictures])
        for path, picture in zip(paths, pictures.values(), strict=True):
            self._folder.write(path, picture)
        return paths
