"""Which strings a person should look at, the most doubtful first."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.page import Box
from scanner.reading import Field, Line, Reading
from scanner.store import Store
from scanner.tables import Status, judge

ACCEPT = 0.99
"""How sure a string must be to need no look (0..1), where neither the review nor the run says."""


@dataclass(frozen=True)
class Doubt:
    """A string to look at."""

    source: str
    """The path of its file, as it was given."""
    content: str
    """SHA-256 of the file's bytes."""
    page: int
    """From 1."""
    number: int
    """Of the line on its page, or of the field on its form, from 1."""
    size: tuple[int, int]
    """Width and height of the page as it was read, in pixels."""
    line: Line
    """Its boxes are in those pixels. Of an empty field, one without digits."""
    field: Field | None = None
    """The field of a form that it stands in; None where the page is none."""

    @property
    def judged(self) -> Line | Field:
        """What is judged as a whole: the field, or the line."""
        return self.line if self.field is None else self.field

    @property
    def box(self) -> Box:
        """Where a person looks, and to what a correction belongs."""
        return self.judged.box


@dataclass(frozen=True)
class Doubts:
    """The strings to look at."""

    chosen: tuple[Doubt, ...]
    """The least sure first."""
    left_out: int
    """How many more there are."""
    unknown: int
    """How many more there are in files that are read again each time: standard input, and what was not read whole."""


def choose_doubts(store: Store, accept: float, everything: bool, most: int) -> Doubts:
    """Return the strings that are less sure than accept (0..1) or not whole; of one picture under two names, once.

    Fields that break the rules of their template come first, then all by their doubt. everything: take all strings,
    also those that people have looked at. most: strings, at most. Raises OutputError.
    """
    found, unknown = [], 0
    seen: set[tuple[str, int, int]] = set()
    for doubt in _list_all(store):
        place = (doubt.content, doubt.page, doubt.number)
        if not everything and judge(doubt.judged, accept) != Status.REVIEW:
            continue
        if not doubt.content:
            unknown += 1
        elif place not in seen:
            seen.add(place)
            found.append(doubt)
    found.sort(key=lambda doubt: (doubt.field is None or doubt.field.valid, doubt.judged.confidence))
    return Doubts(tuple(found[:most]), max(0, len(found) - most), unknown)


def list_looked_at(store: Store) -> list[Doubt]:
    """Return the strings that people have looked at, in the order of their files. Raises OutputError."""
    return [doubt for doubt in _list_all(store) if doubt.content and doubt.judged.read is not None]


def _list_all(store: Store) -> Iterator[Doubt]:
    for source in store.list_sources():
        result = store.get(source)
        for reading in (page.reading for page in result.pages if page.reading) if result else ():
            assert result, "a page has its file"
            for number, (line, field) in enumerate(_list_strings(reading), 1):
                size = (reading.width, reading.height)
                yield Doubt(source, result.content, reading.page, number, size, line, field)


def _list_strings(reading: Reading) -> Iterator[tuple[Line, Field | None]]:
    """Yield the strings of a page: those of its fields, empty ones too, or its lines."""
    for field in reading.fields:
        line = Line((), field.confidence, field.box) if field.line is None else reading.lines[field.line]
        yield line, field
    if not reading.fields:
        yield from ((line, None) for line in reading.lines)
