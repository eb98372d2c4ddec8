"""What a person found who looked at readings: typed strings, kept beside the readings and laid over them.

A correction belongs to a place in a picture, by the picture's content: it holds whatever the file is called, and when
the file is read again by another version or at another resolution.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scanner.errors import UsageError, to_printable
from scanner.marks import SIGNS, insert_marks
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

KIND = "digitlens-corrections"
"""What a file of corrections says it is."""

FORMAT = 1
"""Version of that file."""

LONGEST = 100
"""Digits in a typed string, at most."""

TYPED = re.compile(rf"(?:[0-9][{re.escape(''.join(SIGNS))}]?){{0,{LONGEST}}}", re.ASCII)
"""A typed string: digits, with at most one mark behind each; empty where there are no digits."""

SAME = 0.5
"""Boxes that share at least this part of the smaller one are of one string."""

COLUMNS = "content, page, page_width, page_height, x, y, width, height, read, text"


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


def load_corrections(path: Path, results: str) -> tuple[list[Correction], list[str]]:
    """Return the corrections in a file that a review page saved, and a sentence for each entry that is none.

    results: identity of the results that they must belong to. Raises UsageError for another kind of file.
    """
    try:
        envelope = _Envelope.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"{path}: the corrections cannot be read ({error.strerror}). Check the name.") from error
    except (ValueError, RecursionError):  # a validation's error is a ValueError
        raise UsageError(
            f"{path}: these are no corrections; expected the JSON file that a review page saves, of version {FORMAT}."
        ) from None
    if envelope.results != results:
        raise UsageError(
            f"{path}: these corrections belong to other results. Give them with the results whose page they come from."
        )
    corrections, refused = [], []
    for number, entry in enumerate(envelope.corrections, 1):
        try:
            corrections.append(_to_correction(_Entry.model_validate(entry)))
        except ValidationError as error:
            name = to_printable(str(entry.get("file", "")))[:200] if isinstance(entry, dict) else ""
            refused.append(f"{path}: correction {number}{f' ({name})' if name else ''} is left out: {_explain(error)}")
    return corrections, refused


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True)
    kind: Literal["digitlens-corrections"]
    version: Literal[1]
    results: str
    corrections: list[Any]


Count = Annotated[int, Field(ge=0, lt=2**31)]
Size = Annotated[int, Field(ge=1, lt=2**31)]


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True)
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    page: Size
    size: Annotated[list[Size], Field(min_length=2, max_length=2)]
    box: Annotated[list[Count], Field(min_length=4, max_length=4)]
    read: Annotated[str, Field(max_length=3 * LONGEST)]
    text: Annotated[str, Field(pattern=f"^{TYPED.pattern}$", max_length=2 * LONGEST)]
    file: str = ""


def _to_correction(entry: _Entry) -> Correction:
    size = (entry.size[0], entry.size[1])
    return Correction(entry.content, entry.page, size, Box(*entry.box), entry.read, entry.text, entry.file)


def _explain(error: ValidationError) -> str:
    """Return what is wrong with the first part of an entry that is wrong."""
    first = error.errors(include_url=False)[0]
    part = str(first["loc"][0]) if first["loc"] else "entry"
    if part == "text":
        return f"{first['input']!r:.60} is typed; expected digits, with a point, comma, dash or slash behind some."
    return f"its {part} is off ({first['msg']}). Save the corrections again."


def lay_over(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """Return the reading with what people typed in place of what was read.

    Each correction takes the place of the string in its box, or of those that stand there now. Where none stands there
    any more, it is one string more.
    """
    lines: list[Line | None] = list(reading.lines)
    added: list[Line] = []
    factors = ((c, reading.width / c.size[0], reading.height / c.size[1]) for c in corrections)
    placed = [(correction, _scale(correction.box, *factor)) for correction, *factor in factors]
    taken = {box for _, box in placed}
    for correction, box in placed:
        there = _find_places(reading.lines, box, taken)
        old = reading.lines[there[0]] if there else Line((), 0.0, box, read=correction.read)
        for place in there:
            lines[place] = None
        line = _correct(replace(old, box=box), correction.text)
        if there:
            lines[there[0]] = line
        else:
            added.append(line)
    return replace(reading, lines=(*(line for line in lines if line), *added))


def find_line(reading: Reading, correction: Correction) -> Line | None:
    """Return the string of a page that a correction is about; None where it is not there any more."""
    box = _scale(correction.box, reading.width / correction.size[0], reading.height / correction.size[1])
    there = _find_places(reading.lines, box, set())
    return reading.lines[there[0]] if there else None


def _find_places(lines: Sequence[Line], box: Box, taken: set[Box]) -> list[int]:
    """Return which lines stand in a box: the one whose box it is, or all that share enough of it.

    taken: boxes of other corrections, whose lines are theirs.
    """
    exact = [place for place, line in enumerate(lines) if line.box == box]
    if exact:
        return exact[:1]
    return [place for place, line in enumerate(lines) if line.box not in taken and _is_same(line.box, box)]


def _is_same(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down >= SAME * smaller


def _scale(box: Box, across: float, down: float) -> Box:
    if across == down == 1:
        return box
    x, y = round(box.x * across), round(box.y * down)
    return Box(x, y, max(1, round(box.right * across) - x), max(1, round(box.bottom * down) - y))


def _correct(line: Line, text: str) -> Line:
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
    return [Correction(row[0], row[1], (row[2], row[3]), Box(*row[4:8]), row[8], row[9]) for row in rows]


def keep(base: sqlite3.Connection, correction: Correction) -> None:
    """Keep a correction, in place of an earlier one of the same string."""
    values = (correction.content, correction.page, *correction.size, *correction.box.as_list())
    base.execute(
        "DELETE FROM corrections WHERE content = ? AND page = ? AND page_width = ? AND page_height = ? "
        "AND x = ? AND y = ? AND width = ? AND height = ?",
        values,
    )
    marks = ", ".join("?" * (len(values) + 2))
    base.execute(f"INSERT INTO corrections ({COLUMNS}) VALUES ({marks})", (*values, correction.read, correction.text))


def forget(base: sqlite3.Connection, content: str) -> None:
    """Drop the corrections of a file that is to be read anew."""
    base.execute("DELETE FROM corrections WHERE content = ?", (content,))
