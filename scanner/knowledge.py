"""What a person says of pages before they are read: templates, regions, lengths. It imports nothing heavy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_DIGITS = 100
"""Digits of a string whose length is given, at most."""

LENGTH = r"^(\d{1,3})(?:-(\d{1,3}))?$"
"""How the length of strings is written: 6, or 4-6."""


def parse_length(word: str) -> tuple[int, int]:
    """Return the least and the most digits of a string, of a word such as 6 or 4-6. Raises ValueError with a clause."""
    fit = re.fullmatch(LENGTH, word)
    least, most = (int(fit[1]), int(fit[2] or fit[1])) if fit else (0, 0)
    if not 1 <= least <= most <= MOST_DIGITS:
        raise ValueError(f"expected a number from 1 to {MOST_DIGITS}, or two, such as 4-6")
    return least, most


@dataclass(frozen=True)
class FormSource:
    """Where a template is, and which: small enough to be sent to every process with every file."""

    path: str
    digest: str
    """SHA-256 of the template and its blanks."""


@dataclass(frozen=True)
class Region:
    """A rectangle in which one string stands."""

    name: str
    x: int
    """In pixels of the image as stored, as all that follow."""
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Knowledge:
    """All that is known beforehand; as it is made, nothing."""

    templates: tuple[FormSource, ...] = ()
    regions: tuple[Region, ...] = ()
    length: tuple[int, int] | None = None
    """The least and the most digits of a string."""
    pattern: str | None = None
    """A regular expression that the digits of a string fit."""

    def identify(self) -> str:
        """Return a text that changes with whatever may change a reading; nothing where nothing is known."""
        if self == Knowledge():
            return ""
        digests = [template.digest for template in self.templates]
        return f"{digests} {self.regions} {self.length} {self.pattern}"


def name_regions(regions: Sequence[tuple[str, int, int, int, int]]) -> tuple[Region, ...]:
    """Return regions with names: those without one are called by their number. Each: name, x, y, width, height.

    A name that was given before gets its number behind it.
    """
    named: dict[str, Region] = {}
    for number, (name, *box) in enumerate(regions, 1):
        free = name if name and name not in named else f"{name or 'region'}{number}"
        named[free] = Region(free, *box)
    return tuple(named.values())
