"""Results as files: JSON lines, CSV, TSV and Excel, chosen by the name's suffix; written whole or not at all."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

import xlsxwriter

from scanner.errors import OutputError, UsageError, to_printable
from scanner.marks import insert_marks
from scanner.reading import DECIMALS, REFUSED, Field, Line, Reading, to_json
from scanner.store import FileResult
from scanner.whole import open_whole

DATABASES = frozenset({".sqlite", ".sqlite3", ".db"})
"""Suffixes of an output that is the store itself."""


class Status(StrEnum):
    """What is to be done with a string."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    CONFIRMED = "confirmed"
    """A person has looked, and found it right."""
    CORRECTED = "corrected"
    """A person has looked, and typed something else."""


@dataclass(frozen=True)
class Row:
    """One string in a table. A page without any has one row, and so has a file that failed."""

    file: str
    page: int | None = None
    line: int | None = None
    """On its page, from 1."""
    text: str = ""
    """Digits and ?"""
    marked: str = ""
    """The same with points, commas, dashes and slashes."""
    confidence: float | None = None
    """0..1."""
    status: str = ""
    """ "accepted" or "review", nothing where nobody asked; "confirmed" or "corrected" where a person has looked."""
    x: int | None = None
    """Of the string's box, in pixels of the image as stored."""
    y: int | None = None
    width: int | None = None
    height: int | None = None
    read: str = ""
    """What the reader had read, with its marks, where a person has looked since."""
    error: str = ""
    """Why the file or page could not be read."""


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True)
class Layout:
    """The columns of a table, and what fills them."""

    columns: tuple[str, ...]
    to_rows: Callable[[FileResult, float | None], Iterable[tuple[object, ...]]]
    """Gives the rows of a file, each with a value for every column. Takes the confidence to accept from, too."""


Writer = Callable[[Path, Iterable[FileResult], float | None, Layout], None]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


def judge(line: Line | Field, accept: float | None) -> str:
    """Tell whether a line or a field may be accepted: all digits read, valid, and at least so sure. accept: 0..1.

    What a person has looked at needs no threshold.
    """
    if line.read is not None:
        is_same = line.read == (insert_marks(line) if isinstance(line, Line) else line.text)
        return Status.CONFIRMED if is_same else Status.CORRECTED
    if accept is None:
        return ""
    sure = round(line.confidence, DECIMALS) >= accept and REFUSED not in line.text
    sure = sure and (isinstance(line, Line) or line.valid)
    return Status.ACCEPTED if sure else Status.REVIEW


def to_rows(result: FileResult, accept: float | None) -> Iterator[Row]:
    """Yield the rows of a file."""
    name = to_printable(result.source)
    for page in result.pages:
        if page.reading is None:
            yield Row(name, status=Status.REVIEW if accept is not None else "", error=page.error)
        else:
            yield from _page_rows(name, page.reading, accept)


def _page_rows(name: str, reading: Reading, accept: float | None) -> Iterator[Row]:
    if not reading.lines:
        yield Row(name, reading.page)
    for number, line in enumerate(reading.lines, 1):
        box, confidence = line.box, round(line.confidence, DECIMALS)
        texts, status = (line.text, insert_marks(line)), judge(line, accept)
        row = Row(name, reading.page, number, *texts, confidence, status, box.x, box.y, box.width, box.height)
        yield replace(row, read=line.read) if line.read is not None else row


LINES = Layout(COLUMNS, lambda result, accept: map(astuple, to_rows(result, accept)))
"""One row for each string."""


def get_writer(path: Path) -> Writer | None:
    """Return what writes files of this suffix; None for a database. Raises UsageError for an unknown one."""
    suffix = path.suffix.lower()
    if suffix in DATABASES:
        return None
    try:
        return WRITERS[suffix]
    except KeyError:
        known = ", ".join([*WRITERS, *sorted(DATABASES)])
        raise UsageError(f"{path}: results are written to files named {known}. Name the output so.") from None


def write_jsonl(path: Path, results: Iterable[FileResult], accept: float | None, layout: Layout = LINES) -> None:
    """Write one JSON object a page, in the line format. Raises OutputError."""
    with open_whole(path, "utf-8", "\n") as file:
        for result in results:
            for page in result.pages:
                failed = {"source": result.source, "error": page.error}
                file.write((to_json(page.reading) if page.reading else json.dumps(failed)) + "\n")


def write_csv(path: Path, results: Iterable[FileResult], accept: float | None, layout: Layout = LINES) -> None:
    """Write a table with commas, in UTF-8 with the mark by which Excel knows it. Raises OutputError."""
    _write_separated(path, results, accept, layout, "excel", "utf-8-sig")


def write_tsv(path: Path, results: Iterable[FileResult], accept: float | None, layout: Layout = LINES) -> None:
    """Write a table with tabs, in UTF-8. Raises OutputError."""
    _write_separated(path, results, accept, layout, "excel-tab", "utf-8")


def _write_separated(
    path: Path, results: Iterable[FileResult], accept: float | None, layout: Layout, dialect: str, encoding: str
) -> None:
    with open_whole(path, encoding, "") as file:
        writer = csv.writer(file, dialect, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(layout.columns)
        for result in results:
            for row in layout.to_rows(result, accept):
                writer.writerow([_disarm(value) for value in row])


def _disarm(value: object) -> object:
    """Keep a spreadsheet from running a file's name as a formula; nothing is lost, an apostrophe stands before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def write_xlsx(path: Path, results: Iterable[FileResult], accept: float | None, layout: Layout = LINES) -> None:
    """Write an Excel sheet; strings of digits are text there, with all their zeros. Raises OutputError."""
    with open_whole(path) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet("digits")
            sheet.write_row(0, 0, layout.columns, book.add_format({"bold": True}))
            sheet.freeze_panes(1, 0)
            place = 0
            for place, row in enumerate((row for result in results for row in layout.to_rows(result, accept)), 1):
                if place > MOST_ROWS:
                    raise OutputError(
                        f"{path}: an Excel sheet holds {MOST_ROWS:,} rows, and there are more. "
                        "Name an output that ends in .csv or .sqlite."
                    )
                sheet.write_row(place, 0, row)
            sheet.autofilter(0, 0, place, len(layout.columns) - 1)


MOST_ROWS = 2**20 - 1
"""Rows of an Excel sheet, beside its head."""

WRITERS: dict[str, Writer] = {".jsonl": write_jsonl, ".csv": write_csv, ".tsv": write_tsv, ".xlsx": write_xlsx}
