"""What a person found who looked at readings: typed strings, kept beside the readings and laid over them.

A correction belongs to a place in a picture, by the picture's content: it holds whatever the file is called, and when
the file is read again by another version or at another resolution.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scanner.marks import insert_marks
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

SAME = 0.5
"""Boxes that share at least this part of the smaller one are of one string."""

COLUMNS = "content, page, field, page_width, page_height, x, y, width, height, read, text"


@dataclass(frozen=True)
class Correction:
    """What a person typed for one string; the same as was read where it was found right."""

    content: str
    """SHA-256 of the file's bytes."""
    page: int
    """From 1."""
    size: tuple[int, int]
    """Width and height of the page, in the pixels in which the box is measured."""
    box: Box
    read: str
    """What the reader had read, with marks."""
    text: str
    """Digits, with marks; empty where there are no digits."""
    file: str = ""
    """The file's name, for people."""
    field: str = ""
    """The name of the field of a form; empty where it is a string of a page. The box is then the field's."""


def lay_over(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """Return the reading with what people typed in place of what was read; forms are for scanner/field_corrections.py.

    Each correction takes the place of the string in its box, or of those that stand there now. Where none stands there
    any more, it is one string more.
    """
    lines: list[Line | None] = list(reading.lines)
    added: list[Line] = []
    placed = [(correction, scale_box(correction, reading)) for correction in corrections]
    taken = {box for _, box in placed}
    for correction, box in placed:
        there = _find_places(reading.lines, box, taken)
        old = reading.lines[there[0]] if there else Line((), 0.0, box, read=correction.read)
        for place in there:
            lines[place] = None
        line = type_line(replace(old, box=box), correction.text)
        if there:
            lines[there[0]] = line
        else:
            added.append(line)
    return replace(reading, lines=(*(line for line in lines if line), *added))


def find_line(reading: Reading, correction: Correction) -> Line | None:
    """Return the string of a page that a correction is about; None where it is not there any more."""
    there = _find_places(reading.lines, scale_box(correction, reading), set())
    return reading.lines[there[0]] if there else None


def scale_box(correction: Correction, reading: Reading) -> Box:
    """Return where a correction belongs, in pixels of a reading."""
    return _scale(correction.box, reading.width / correction.size[0], reading.height / correction.size[1])


def _find_places(lines: Sequence[Line], box: Box, taken: set[Box]) -> list[int]:
    """Return which lines stand in a box: the one whose box it is, or all that share enough of it.

    taken: boxes of other corrections, whose lines are theirs.
    """
    exact = [place for place, line in enumerate(lines) if line.box == box]
    if exact:
        return exact[:1]
    return [place for place, line in enumerate(lines) if line.box not in taken and overlap(line.box, box)]


def overlap(one: Box, other: Box) -> bool:
    """Tell whether boxes are of one string."""
    return one.measure_shared(other) > 0 and one.measure_shared(other) >= SAME * min(one.area, other.area)


def _scale(box: Box, across: float, down: float) -> Box:
    if across == down == 1:
        return box
    x, y = round(box.x * across), round(box.y * down)
    return Box(x, y, max(1, round(box.right * across) - x), max(1, round(box.bottom * down) - y))


def type_line(line: Line, text: str) -> Line:
    """Return the line with a typed text, which is sure. Its digits share its box where they are not as many."""
    signs = [sign for sign in text if sign.isdigit()]
    if len(signs) == len(line.digits):
        boxes = [digit.box for digit in line.digits]
    else:
        edges = [line.box.x + round(line.box.width * i / len(signs)) for i in range(len(signs) + 1)] if signs else []
        pairs = ((min(x, line.box.right - 1), right) for x, right in pairwise(edges))
        boxes = [Box(x, line.box.y, max(1, right - x), line.box.height) for x, right in pairs]
    digits = tuple(Digit(sign, 1.0, box) for sign, box in zip(signs, boxes, strict=True))
    read = insert_marks(line) if line.read is None else line.read
    return Line(digits, 1.0, line.box, tuple(_find_typed_marks(text)), read)


def _find_typed_marks(text: str) -> Iterator[tuple[int, str]]:
    """Yield how many digits stand before each mark, and the mark."""
    count = 0
    for sign in text:
        if sign.isdigit():
            count += 1
        else:
            yield count, sign


def fetch(base: sqlite3.Connection, content: str) -> list[Correction]:
    """Return the corrections of a file from a database with the tables of scanner/schema.py."""
    rows = base.execute(f"SELECT {COLUMNS} FROM corrections WHERE content = ? ORDER BY rowid", (content,))
    return [
        Correction(content, page, (across, down), Box(*box), read, text, field=field)
        for content, page, field, across, down, *box, read, text in rows
    ]


def keep(base: sqlite3.Connection, correction: Correction) -> None:
    """Keep a correction, in place of an earlier one of the same string."""
    place = (correction.content, correction.page, correction.field, *correction.size, *correction.box.as_list())
    base.execute(
        "DELETE FROM corrections WHERE content = ? AND page = ? AND field = ? AND page_width = ? AND page_height = ? "
        "AND x = ? AND y = ? AND width = ? AND height = ?",
        place,
    )
    marks = ", ".join("?" * (len(place) + 2))
    base.execute(f"INSERT INTO corrections ({COLUMNS}) VALUES ({marks})", (*place, correction.read, correction.text))


def forget(base: sqlite3.Connection, content: str) -> None:
    """Drop the corrections of a file that is to be read anew."""
    base.execute("DELETE FROM corrections WHERE content = ?", (content,))
