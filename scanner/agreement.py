"""Several looks at one page, each at ink that is taken otherwise: what do they agree on?

Where ink ends and paper begins is a guess. Faint strokes break in one binarisation, patterns pass for ink in another,
and the errors of readers that err apart seldom agree (Kittler et al., 1998).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain

import numpy as np

from scanner.calibration import rate
from scanner.decode import Decoded
from scanner.lattice import Lattice
from scanner.page import Box

SHARED = 0.4
"""Rows of two looks are the same where they share more than this part of the smaller one's box."""

BLIND, ABSENT = 0.1, 0.4
"""A look that reads nothing there counts as if it were this sure of it (0..1): where the first look read something, so
that little is lost, and where it did not, so that little is made up."""

FIRST = 1.2
"""The first look counts this many times as much as another: it is made for every kind of page. Of drawn
pages, 0.767 of the strings are right with it and 0.763 without."""

CLEARLY = 1.1
"""Of looks that read the same the first is taken, unless another is this many times as sure: it loses fewest marks."""

Digits = tuple[int, ...]
"""The digits, 0..9, of some rows in reading order."""


@dataclass(frozen=True)
class Place:
    """Where at least one look reads a row of digits, or several that are one row to another look."""

    looks: tuple[tuple[Decoded, ...], ...]
    """The rows that each look reads there, in reading order; the first look's first."""

    @property
    def strings(self) -> list[Digits]:
        """What each look reads there, however it is parted into rows."""
        return [tuple(chain.from_iterable(row.labels for row in rows)) for rows in self.looks]

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
    numbers = np.array([number for number, _ in rows], np.int64)
    owner = np.arange(len(rows))
    for one, other in find_overlaps([frame(row) for _, row in rows]):
        if numbers[one] != numbers[other] and owner[one] != owner[other]:
            owner[owner == owner[other]] = owner[one]
    places = []
    for each in dict.fromkeys(owner.tolist()):
        here = np.flatnonzero(owner == each).tolist()
        places.append(
            Place(tuple(tuple(rows[i][1] for i in here if rows[i][0] == number) for number in range(len(looks))))
        )
    return places


def find_overlaps(boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """Yield each two boxes, by their index, of which one holds more than SHARED of the other."""
    left, top, width, height = np.array([box.as_list() for box in boxes], np.float64).reshape(-1, 4).T
    right, bottom, area = left + width, top + height, width * height
    for i in range(len(boxes)):  # row by row: a page of thousands would fill gigabytes
        across = np.minimum(right[i + 1 :], right[i]) - np.maximum(left[i + 1 :], left[i])
        down = np.minimum(bottom[i + 1 :], bottom[i]) - np.maximum(top[i + 1 :], top[i])
        shared = np.maximum(across, 0) * np.maximum(down, 0)
        for k in np.flatnonzero(shared > SHARED * np.minimum(area[i + 1 :], area[i])).tolist():
            yield i, i + 1 + k


def _vote(place: Place) -> list[Decoded]:
    """Return what most looks read at a place; each row says how many agree.

    Where two looks read something, nothing is no answer: what they doubt is for people to look at.
    """
    count = 2 if place.is_settled else len(place.looks)
    strings, shares = place.strings[:count], place.shares[:count]
    is_there = bool(place.looks[0]) and sum(map(bool, place.looks[:count])) > 1
    votes: dict[Digits, float] = {}
    for number, (text, share) in enumerate(zip(strings, shares, strict=True)):
        if text or not is_there:
            votes[text] = votes.get(text, 0.0) + share * (1.0 if number else FIRST)
    winner = max(votes, key=lambda text: votes[text])
    alike = [number for number in range(count) if strings[number] == winner]
    same = _choose_parted_alike(alike, place)
    rows = zip(*(place.looks[number] for number in same), strict=True)
    agreed = (len(alike) - 1) / (count - 1)
    return [replace(row, agreed=agreed, alike=tuple(others)) for row, *others in rows]


def _choose_parted_alike(alike: Sequence[int], place: Place) -> list[int]:
    """Return which looks part the place into the same rows as the first of those that read the same.

    That whose rows are taken comes first: the first, unless another is clearly surer.
    """
    shares, first = place.shares, alike[0]
    parted = [len(row.labels) for row in place.looks[first]]
    same = [number for number in alike if [len(row.labels) for row in place.looks[number]] == parted]
    best = max(same, key=lambda number: shares[number])
    chosen = best if shares[best] > CLEARLY * shares[first] else first
    return [chosen, *(number for number in same if number != chosen)]


def _find_number(box: Box, rows: Sequence[Decoded]) -> float:
    """Return before which of some rows, in reading order, something stands that is none of them."""
    for number, other in enumerate(map(frame, rows)):
        is_beside = other.y < box.centre_y < other.bottom
        if other.centre_y > box.bottom or (is_beside and other.x > box.x):
            return number - 0.5
    return float(len(rows))


def frame(row: Decoded) -> Box:
    """Return the box around the digits of a row, at least one, in working pixels."""
    return reduce(Box.joined, (found.candidate.box for found in row.found))


def choose_near(lattices: Sequence[Lattice], boxes: Sequence[Box]) -> list[bool]:
    """Tell of each row whether its pieces stand at one of some places, in working pixels."""
    left, top, width, height = np.array([box.as_list() for box in boxes], np.int64).reshape(-1, 4).T
    right, bottom = left + width, top + height
    near = []
    for lattice in lattices:
        own = reduce(Box.joined, (atom.box for atom in lattice.atoms))
        is_there = (left < own.right) & (own.x < right) & (top < own.bottom) & (own.y < bottom)
        near.append(bool(is_there.any()))
    return near
