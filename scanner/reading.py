"""Readings: what stands on a page, with how sure it is. To and from JSON as the line format says."""

import json
from dataclasses import dataclass
from typing import Any

from scanner.page import Box

DECIMALS = 4
"""Of a confidence that is written: more would be noise."""

REFUSED = "?"
"""What is printed for a digit whose reading is refused."""


@dataclass(frozen=True)
class Digit:
    """One character of a line."""

    text: str
    """"0" to "9", or "?" for a digit whose reading is refused."""
    confidence: float
    """0..1: how likely the text is right; of a "?", how likely its best reading, the first alternative, is."""
    box: Box
    """In pixels of the image as stored."""
    alternatives: tuple[tuple[str, float], ...] = ()
    """Other labels with their probability, likeliest first."""


@dataclass(frozen=True)
class Line:
    """What a person would read as one string."""

    digits: tuple[Digit, ...]
    """In reading order."""
    confidence: float
    """0..1: how likely the whole text is right."""
    box: Box
    """Around all digits, in pixels of the image as stored."""
    marks: tuple[tuple[int, str], ...] = ()
    """Points, commas, dashes and slashes: how many digits stand before it, and the sign."""
    read: str | None = None
    """What the reader had read, marks and all, where a person has looked since; None where nobody has."""

    @property
    def text(self) -> str:
        """Digits and "?" only."""
        return "".join(digit.text for digit in self.digits)


@dataclass(frozen=True)
class Field:
    """A named field of a form."""

    name: str
    """As the template calls it."""
    text: str
    """Digits and "?" as they stand in the field; nothing where it is empty."""
    value: str
    """What they mean: "1250.00" of an amount, "2026-07-31" of a date, else the text."""
    confidence: float
    """0..1: how likely the whole text is right."""
    box: Box
    """Around the field, in pixels of the image as stored."""
    valid: bool = True
    """Whether all is read, and obeys the template's rules."""
    reason: str = ""
    """Why it is not valid, in a sentence."""
    line: int | None = None
    """Which of the page's lines, from 0, holds its digits; None where it is empty."""
    read: str | None = None
    """What text the reader had read, where a person has looked since; None where nobody has."""


@dataclass(frozen=True)
class Reading:
    """All that stands on one page."""

    source: str
    """The path as it was given."""
    page: int
    """The page in its file, from 1."""
    width: int
    """Of the image as stored, in pixels."""
    height: int
    """Of the image as stored, in pixels."""
    lines: tuple[Line, ...]
    """In reading order."""
    problems: tuple[str, ...] = ()
    """Sentences for the person: too small, too dark."""
    fields: tuple[Field, ...] = ()
    """In the template's order; none without a template."""
    template: str = ""
    """The name of the template that the page fits; empty without one."""
    template_page: int = 1
    """Which of the template's pages it is, from 1."""


def to_json(reading: Reading) -> str:
    """Return the reading as one line of JSON, in the line format: ASCII, so that no name or encoding can break it."""
    return json.dumps(as_record(reading))


def as_record(reading: Reading) -> dict[str, Any]:
    """Return the reading as the line format's plain values."""
    record: dict[str, Any] = {
        "source": reading.source,
        "page": reading.page,
        "width": reading.width,
        "height": reading.height,
        "lines": [_line_record(line) for line in reading.lines],
        "fields": {field.name: _field_record(field) for field in reading.fields},
        "problems": list(reading.problems),
    }
    if reading.template:
        record |= {"template": reading.template, "template_page": reading.template_page}
    return record


def from_json(text: str) -> Reading:
    """Return the reading that `to_json` wrote. Raises ValueError when the text is something else."""
    try:
        record = json.loads(text)
        lines = tuple(_line_from(line) for line in record["lines"])
        return Reading(
            record["source"],
            record["page"],
            record["width"],
            record["height"],
            lines,
            tuple(record["problems"]),
            tuple(_field_from(name, field) for name, field in record["fields"].items()),
            record.get("template", ""),
            record.get("template_page", 1),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"this is no reading in the line format ({error!r} is missing or of another kind)") from error


def _line_record(line: Line) -> dict[str, Any]:
    record: dict[str, Any] = {
        "text": line.text,
        "confidence": round(line.confidence, DECIMALS),
        "box": line.box.as_list(),
        "digits": [
            {
                "text": digit.text,
                "confidence": round(digit.confidence, DECIMALS),
                "box": digit.box.as_list(),
                "alternatives": [[text, round(share, DECIMALS)] for text, share in digit.alternatives],
            }
            for digit in line.digits
        ],
    }
    if line.marks:
        record["marks"] = [[position, sign] for position, sign in line.marks]
    if line.read is not None:
        record["read"] = line.read
    return record


def _line_from(record: dict[str, Any]) -> Line:
    digits = tuple(
        Digit(
            digit["text"],
            digit["confidence"],
            Box(*digit["box"]),
            tuple((text, share) for text, share in digit["alternatives"]),
        )
        for digit in record["digits"]
    )
    marks = tuple((position, sign) for position, sign in record.get("marks", []))
    return Line(digits, record["confidence"], Box(*record["box"]), marks, record.get("read"))


def _field_record(field: Field) -> dict[str, Any]:
    record: dict[str, Any] = {
        "text": field.text,
        "value": field.value,
        "confidence": round(field.confidence, DECIMALS),
        "box": field.box.as_list(),
        "valid": field.valid,
    }
    if field.reason:
        record["reason"] = field.reason
    if field.line is not None:
        record["line"] = field.line
    if field.read is not None:
        record["read"] = field.read
    return record


def _field_from(name: str, record: dict[str, Any]) -> Field:
    return Field(
        name,
        record["text"],
        record["value"],
        record["confidence"],
        Box(*record["box"]),
        record["valid"],
        record.get("reason", ""),
        record.get("line"),
        record.get("read"),
    )
