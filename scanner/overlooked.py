"""Digits that a lattice cannot offer, but whoever reads the row as a whole sees.

A lattice is made of pieces of ink and of cuts through them. A digit that runs through its neighbour, or that went with
a wall beside it, is in none of its candidates. Where the reader of whole rows sees all digits of the lattice's reading,
each in its place, and others between them, these are put in, if it finds the longer string far likelier.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import Guess
from model.data import NOT_A_DIGIT
from model.strip import FRAME
from scanner.decode import ONE, Decoded, Found, towers_or_leans
from scanner.ink import Ink
from scanner.lattice import Candidate, Lattice
from scanner.page import Box
from scanner.strips import find_course, paste
from scanner.uncut import weigh_strings
from scanner.ways import LOWEST_DIGIT

SURER = 2.0
"""By so many nats at least the longer string is likelier, says the reader of whole rows. Of rows of drawn crops and
photos in which it saw more, it was right in 30 of 30 with as many, and in 1 of 5 with 1 to 2."""

REACH = 0.6
"""A digit that was overlooked reaches no further to both sides of its middle than this, in row heights,"""

TALL = 0.65
"""and no higher or lower."""

ASTRAY = 0.3
"""A digit's middle may be seen so far beside its piece, in row heights."""

NEAREST = 0.2
"""Two digits' middles are further apart than this, in row heights: what is seen nearer is one of them, in doubt."""


@dataclass(frozen=True)
class Run:
    """Frames side by side that say the same digit."""

    label: int
    """0..9."""
    middle: float
    """In working pixels from the left."""
    guess: Guess
    """What the surest of the frames says."""


@dataclass(frozen=True)
class Seen:
    """A digit that the reader of whole rows sees."""

    run: Run
    found: Found | None
    """What the lattice's reading has there; None where that overlooked it."""

    @property
    def label(self) -> int:
        """0..9: the lattice's, where it has any."""
        return self.run.label if self.found is None else self.found.label


def add_overlooked(rows: Sequence[Decoded], lattices: Sequence[Lattice], ink: Ink) -> list[Decoded]:
    """Return rows of digits, with those digits put in that only the reader of whole rows sees.

    lattices: the rows', each with its frames.
    """
    seen = [compare(row, find_runs(lattice), lattice.height) for row, lattice in zip(rows, lattices, strict=True)]
    longer = [i for i, row in enumerate(rows) if len(seen[i]) > len(row.found)]
    asked = [lattices[i] for i in longer]
    before = weigh_strings(asked, [rows[i].labels for i in longer])
    after = weigh_strings(asked, [[each.label for each in seen[i]] for i in longer])
    added = list(rows)
    for i, less, more in zip(longer, before, after, strict=True):
        if more - less >= SURER:
            added[i] = _add(rows[i], seen[i], lattices[i], ink) or rows[i]
    return added


def find_runs(lattice: Lattice) -> list[Run]:
    """Return the digits that the reader of whole rows sees, frame by frame, from left to right."""
    assert lattice.frames is not None, "the row was read uncut"
    course = find_course(lattice)
    says = lattice.frames.argmax(axis=1).tolist()
    ends = [0, *(np.flatnonzero(np.diff(says)) + 1).tolist(), len(says)]
    return [
        Run(says[first], course.to_page((first + last) / 2 * FRAME), _guess(lattice.frames[first:last], says[first]))
        for first, last in pairwise(ends)
        if says[first] != NOT_A_DIGIT
    ]


def _guess(frames: NDArray[np.float32], label: int) -> Guess:
    scores = np.exp(frames[int(frames[:, label].argmax())].astype(np.float64)).tolist()
    return Guess(label, scores[label], tuple(scores))


def compare(row: Decoded, runs: Sequence[Run], height: float) -> list[Seen]:
    """Return a row's digits and those that were overlooked, from left to right; none where not all of these are seen.

    height: of the row, in working pixels.
    """
    own = match(runs, row.found, ASTRAY * height)
    if not row.found or len(own) < len(row.found):
        return []
    near = NEAREST * height
    taken = [run.middle for place, run in enumerate(runs) if place in own]
    seen: list[Seen] = []
    for place, run in enumerate(runs):
        if place in own:
            seen.append(Seen(run, row.found[own[place]]))
        elif all(abs(run.middle - middle) > near for middle in taken) and not _is_stroke(run, row, near):
            seen.append(Seen(run, None))
            taken.append(run.middle)
    return seen


def _is_stroke(run: Run, row: Decoded, far: float) -> bool:
    """Tell whether a run is a piece that the lattice's reading left out, and no 1 but a slash or a wall."""
    digits = [found.candidate for found in row.found]
    beside = (piece for piece in row.left_out if piece.box.x - far <= run.middle <= piece.box.right + far)
    return run.label == ONE and any(towers_or_leans(piece, digits) for piece in beside)


def match(runs: Sequence[Run], found: Sequence[Found], far: float) -> dict[int, int]:
    """Return which run is which digit, as many as can be, in their order: if possible of one label, and near.

    far: by so many pixels at most a run's middle lies beside its digit's box. Returns the digit's place for the run's.
    """
    # how many, how many of them alike, and how near, up to each digit and run
    best = [[(0, 0, 0.0)] * (len(runs) + 1) for _ in range(len(found) + 1)]
    for i, digit in enumerate(found):
        box = digit.candidate.box
        for k, run in enumerate(runs):
            best[i + 1][k + 1] = max(best[i][k + 1], best[i + 1][k])
            if box.x - far <= run.middle <= box.right + far:
                count, alike, near = best[i][k]
                pair = count + 1, alike + (run.label == digit.label), near - abs(run.middle - box.centre_x)
                best[i + 1][k + 1] = max(best[i + 1][k + 1], pair)
    places, i, k = {}, len(found), len(runs)
    while i and k:
        if best[i][k] == best[i - 1][k]:
            i -= 1
        elif best[i][k] == best[i][k - 1]:
            k -= 1
        else:
            i, k = i - 1, k - 1
            places[k] = i
    return places


def _add(row: Decoded, seen: Sequence[Seen], lattice: Lattice, ink: Ink) -> Decoded | None:
    """Return the row with all that is seen; None where there is no ink for a digit that was overlooked, or that of
    a slash."""
    borders = _find_borders([each.run.middle for each in seen], lattice.height)
    points = {i for piece in row.small for i in range(piece.first, piece.last)}
    atoms = [i for i in range(len(lattice.atoms)) if i not in points]
    digits = [digit.candidate for digit in row.found]
    found: list[Found] = []
    for place, each in enumerate(seen):
        if each.found is not None:
            found.append(replace(each.found, candidate=_trim(each.found.candidate, place, seen, borders)))
            continue
        candidate = _take(*borders[place], atoms, lattice, ink)
        if candidate is None or (each.label == ONE and towers_or_leans(candidate, digits)):
            return None
        found.append(Found(candidate, each.run.guess, each.run.label, each.run.guess.confidence, is_beyond=True))
    rest = (piece for piece in row.left_out if not any(_holds(piece, each.run.middle) for each in seen))
    return replace(row, found=tuple(found), left_out=tuple(rest))


def _holds(piece: Candidate, x: float) -> bool:
    return piece.box.x <= x <= piece.box.right


def _find_borders(middles: Sequence[float], height: float) -> list[tuple[int, int]]:
    """Return from where to where each digit may reach, in working pixels: half way to its neighbours at most."""
    between = [(one + other) / 2 for one, other in pairwise(middles)]
    far = REACH * height
    return [
        (round(max(left, middle - far)), round(min(right, middle + far)))
        for middle, left, right in zip(middles, [-np.inf, *between], [*between, np.inf], strict=True)
    ]


def _trim(candidate: Candidate, place: int, seen: Sequence[Seen], borders: Sequence[tuple[int, int]]) -> Candidate:
    """Return a digit without what belongs to one beside it that was overlooked."""
    box = candidate.box
    left = borders[place - 1][1] if place and seen[place - 1].found is None else box.x
    right = borders[place + 1][0] if place + 1 < len(seen) and seen[place + 1].found is None else box.right
    left, right = max(left, box.x), min(right, box.right)
    rest = candidate.ink[:, left - box.x : right - box.x] if left < right else candidate.ink
    if (left, right) == (box.x, box.right) or not rest.any():
        return candidate
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(rest).view(np.uint8))
    cuts = min(2, candidate.cuts + (left > box.x) + (right < box.right))
    return replace(
        candidate, box=Box(left + x, box.y + y, width, height), ink=rest[y : y + height, x : x + width], cuts=cuts
    )


def _take(left: int, right: int, atoms: Sequence[int], lattice: Lattice, ink: Ink) -> Candidate | None:
    """Return what stands between two columns: the row's own ink; where that is too low, what was taken out as well.

    None where that is too low, too. atoms: which may be part of it.
    """
    height, width = ink.mask.shape
    left, right = max(left, 0), min(right, width)
    middle = find_course(lattice).find_middle((left + right) / 2)
    top, bottom = max(round(middle - TALL * lattice.height), 0), min(round(middle + TALL * lattice.height), height)
    if left >= right or top >= bottom:
        return None
    part = paste([lattice.atoms[i] for i in atoms], left, top, right, bottom) > 0
    if _measure_height(part) < LOWEST_DIGIT * lattice.height:
        part |= ink.erased[top:bottom, left:right]
    if _measure_height(part) < LOWEST_DIGIT * lattice.height:
        return None
    x, y, wide, high = cv2.boundingRect(part.view(np.uint8))
    boxes = [atom.box for atom in lattice.atoms]
    first = sum(box.right <= left for box in boxes)
    last = max(first, sum(box.x < right for box in boxes))
    cuts = sum(any(boxes[i].x < border < boxes[i].right for i in atoms) for border in (left, right))
    return Candidate(first, last, Box(left + x, top + y, wide, high), part[y : y + high, x : x + wide], cuts)


def _measure_height(ink: NDArray[np.bool_]) -> int:
    lines = np.flatnonzero(ink.any(axis=1))
    return int(lines[-1] - lines[0]) + 1 if len(lines) else 0
