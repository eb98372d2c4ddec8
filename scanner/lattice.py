"""Candidate digits of a row: pieces, cuts through touching digits, and joins of broken ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.seams import Cut, find_cuts
from scanner.segment import Blob, Row

Mask = NDArray[np.bool_]

WIDE = 0.72
"""A piece wider than this, in row heights, may be several digits: cuts are looked for."""

MOST_ATOMS = 9
"""Neighbouring atoms that may be joined to one digit, at most."""

WIDEST = 1.75
"""A candidate is at most this wide, in row heights."""

LARGEST_GAP = 0.32
"""Pieces further apart than this, in row heights, are not joined."""


MOST_CANDIDATES = 20_000
"""So many candidates are looked at on any page: one of writing seldom has more,"""

LEAST_ROOM = 150
"""but one for so many pixels where a page is read larger: a ledger's sheet of 2,200 digits has one for 170."""


@dataclass(frozen=True)
class Candidate:
    """Neighbouring atoms of a row, taken together: perhaps a digit."""

    first: int
    """Index of its first atom."""
    last: int
    """Index behind its last atom."""
    box: Box
    """In working pixels."""
    ink: Mask
    """(box.height, box.width) bool."""
    cuts: int
    """How many of its two sides are cuts through ink."""
    restored: bool = False
    """Whether it holds ink that was taken out with a rule; the same atoms stand there without it as well."""


@dataclass(frozen=True)
class Lattice:
    """All candidates of one row."""

    atoms: tuple[Blob, ...]
    """The smallest pieces, from left to right."""
    candidates: tuple[Candidate, ...]
    height: float
    """The row's usual digit height, in working pixels."""
    uncut: NDArray[np.float64] | None = None
    """(candidates, 11) how probable each is as each digit and, last, as none, in nats, says who reads the row as a
    whole; None where nobody did."""
    frames: NDArray[np.float32] | None = None
    """(F, 11) what that reader says from left to right (model/rows.py), in nats."""


def limit_candidates(pixels: int) -> int:
    """Return how many of a page's candidates are classified, at most, and in one row more. pixels: working ones."""
    return max(MOST_CANDIDATES, pixels // LEAST_ROOM)


def build_lattice(row: Row) -> Lattice:
    """Cut wide pieces into atoms and join neighbouring atoms: every way in which the row may be digits."""
    atoms: list[Blob] = []
    whole: list[int] = []  # to which piece each atom belongs
    for number, blob in enumerate(row.blobs):
        parts = cut(blob, row.height) if blob.box.width > WIDE * row.height else [blob]
        atoms += parts
        whole += [number] * len(parts)
    candidates = tuple(_join(atoms, whole, row.height))
    return Lattice(tuple(atoms), candidates, row.height)


def cut(blob: Blob, row_height: float) -> list[Blob]:
    """Cut a piece along its cheapest seams; a piece without any stays whole."""
    seams = find_cuts(blob.ink, row_height)
    if not seams:
        return [blob]
    sides = np.sort(np.stack(seams), axis=0)  # seams may cross: from left to right in every row
    edges = [np.zeros_like(sides[0]), *sides, np.full_like(sides[0], blob.box.width)]
    parts = [_take_between(blob, left, right) for left, right in pairwise(edges)]
    return [part for part in parts if part is not None]


def _take_between(blob: Blob, left: Cut, right: Cut) -> Blob | None:
    """Return the ink from one cut to another, None where there is none."""
    first, last = int(left.min()), int(right.max())
    if last <= first:
        return None
    columns = np.arange(first, last)
    ink = blob.ink[:, first:last] & (columns >= left[:, None]) & (columns < right[:, None])
    return Blob(Box(blob.box.x + first, blob.box.y, last - first, blob.box.height), ink).cropped()


def _join(atoms: list[Blob], whole: list[int], row_height: float) -> Iterator[Candidate]:
    for first in range(len(atoms)):
        box = atoms[first].box
        for last in range(first + 1, min(first + MOST_ATOMS, len(atoms)) + 1):
            if last > first + 1:
                added = atoms[last - 1].box
                if whole[last - 1] != whole[last - 2] and added.x - box.right > LARGEST_GAP * row_height:
                    break
                box = box.joined(added)
                if box.width > WIDEST * row_height:
                    break
            cuts = int(first > 0 and whole[first - 1] == whole[first])
            cuts += int(last < len(atoms) and whole[last] == whole[last - 1])
            yield Candidate(first, last, box, _paste(atoms[first:last], box), cuts)


def _paste(atoms: list[Blob], box: Box) -> Mask:
    if len(atoms) == 1:
        return atoms[0].ink
    ink = np.zeros((box.height, box.width), np.bool_)
    for atom in atoms:
        x, y = atom.box.x - box.x, atom.box.y - box.y
        ink[y : y + atom.box.height, x : x + atom.box.width] |= atom.ink
    return ink
