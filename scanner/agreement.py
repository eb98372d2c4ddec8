"""Several looks at one page, each at ink that is taken otherwise: what do they agree on?

Where ink ends and paper begins is a guess. Faint strokes break in one binarisation, patterns pass for ink in another,
and the errors of readers that err apart seldom agree (Kittler et al., 1998).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from scanner.calibration import rate
from scanner.decode import Decoded
from scanner.lattice import Lattice
from scanner.page import Box

SHARED = 0.4
"""Rows of two looks are the same where they share more than this part of the smaller one's box."""

BLIND, ABSENT = 0.1, 0.3
"""A look that reads nothing there counts as if it were this sure of it (0..1): where the first look read something, so
that little is lost, and where it did not, so that little is made up."""

FIRST = 1.2
"""The first look counts this many times as much as another: it is made for every kind of page."""


Strings = tuple[tuple[int, ...], ...]
"""The digits, 0..9, of some rows from left to right."""


@dataclass(frozen=True)
class Place:
    """Where at least one look reads a row of digits, or several that are one row to another look."""

    looks: tuple[tuple[Decoded, ...], ...]
    """The rows that each look reads there, from left to right; the first look's first."""

    @property
    def strings(self) -> list[Strings]:
        """What each look reads there."""
        return [tuple(row.labels for row in rows) for rows in self.looks]

    @property
    def box(self) -> Box:
        """Around all of it, in working pixels."""
        return reduce(Box.joined, (frame(row) for rows in self.looks for row in rows))

    @property
    def shares(self) -> list[float]:
        """How sure each look is of what it reads there (0..1)."""
        absent = BLIND if self.looks[0] else ABSENT
        return [math.prod(map(rate, rows)) if rows else absent for rows in self.looks]

    @property
    def is_settled(self) -> bool:
        """Whether the first two looks read the same, so sure that no third could outvote them: it is not asked."""
        (one, other, *_), (share, more, *_) = self.strings, self.shares
        return one == other and FIRST * share + more > 1


def agree(looks: Sequence[Sequence[Decoded]], may_add: bool) -> list[Decoded]:
    """Return the rows that are read, in reading order: at each place, what most looks read, each as far as it is sure.

    looks: the rows of digits of at least two, the first in reading order. may_add: whether there may be digits where
    the first look read none.
    """
    order = {id(row): number for number, row in enumerate(looks[0])}
    placed: list[tuple[float, Decoded]] = []
    for place in find_places(looks):
        own = place.looks[0]
        if own or may_add:
            number = order[id(own[0])] if own else _find_number(place.box, looks[0])
            placed += [(number, row) for row in _vote(place)]
    return [row for _, row in sorted(placed, key=lambda each: each[0])]


def find_unsettled(looks: Sequence[Sequence[Decoded]], may_add: bool) -> list[Box]:
    """Return where a third look is wanted, as boxes in working pixels. As `agree` otherwise."""
    return [place.box for place in find_places(looks) if not place.is_settled and (place.looks[0] or may_add)]


def find_places(looks: Sequence[Sequence[Decoded]]) -> list[Place]:
    """Return the places at which the looks read anything. A row that bridges two places makes them one."""
    rows = [(number, row) for number, look in enumerate(looks) for row in look]
    boxes = [frame(row) for _, row in rows]
    numbers = np.array([number for number, _ in rows], np.int64)
    owner = np.arange(len(rows))
    near = (measure_overlaps(boxes) > SHARED) & (numbers[:, None] < numbers)
    for one, other in np.argwhere(near).tolist():
        owner[owner == owner[other]] = owner[one]
    places = []
    for each in dict.fromkeys(owner.tolist()):
        here = sorted(np.flatnonzero(owner == each).tolist(), key=lambda i: boxes[i].x)
        places.append(
            Place(tuple(tuple(rows[i][1] for i in here if rows[i][0] == number) for number in range(len(looks))))
        )
    return places


def measure_overlaps(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """Return which part of the smaller box lies in the other, for each two: (N, N), 0..1."""
    x, y, width, height = np.array([box.as_list() for box in boxes], np.float64).reshape(-1, 4).T
    across = np.minimum.outer(x + width, x + width) - np.maximum.outer(x, x)
    down = np.minimum.outer(y + height, y + height) - np.maximum.outer(y, y)
    smaller = np.minimum.outer(width * height, width * height)
    return np.asarray(np.maximum(across, 0) * np.maximum(down, 0) / smaller, np.float64)


def _vote(place: Place) -> list[Decoded]:
    """Return what most looks read at a place, as the look saw it that is surest; each row says how many agree."""
    count = 2 if place.is_settled else len(place.looks)
    strings, shares = place.strings[:count], place.shares[:count]
    votes: dict[Strings, float] = {}
    for number, (text, share) in enumerate(zip(strings, shares, strict=True)):
        votes[text] = votes.get(text, 0.0) + share * (1.0 if number else FIRST)
    winner = max(votes, key=lambda text: votes[text])
    alike = [number for number in range(count) if strings[number] == winner]
    best = max(alike, key=lambda number: shares[number])
    return [replace(row, agreed=(len(alike) - 1) / (count - 1)) for row in place.looks[best]]


def _find_number(box: Box, rows: Sequence[Decoded]) -> float:
    """Return before which of some rows, in reading order, something stands that is none of them."""
    return next((i - 0.5 for i, row in enumerate(rows) if frame(row).centre_y > box.bottom), float(len(rows)))


def frame(row: Decoded) -> Box:
    """Return the box around the digits of a row, at least one, in working pixels."""
    return reduce(Box.joined, (found.candidate.box for found in row.found))


def is_near(lattice: Lattice, boxes: Sequence[Box]) -> bool:
    """Tell whether a row's pieces stand at one of some places, in working pixels."""
    own = reduce(Box.joined, (atom.box for atom in lattice.atoms))
    return any(own.measure_shared(box) > 0 for box in boxes)
