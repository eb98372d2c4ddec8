"""From a lattice of guesses to the likeliest reading of a row (Viterbi), with what is refused."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import Guess
from scanner.holes import is_riddled
from scanner.lattice import Candidate, Lattice
from scanner.posterior import Posterior, find_posterior
from scanner.ways import LEAST, SMALL, Way, weigh

LET_GO = 0.1
"""A digit lets go of a point at its foot that costs it no more than this, in nats: it is the same digit without."""

DOUBTFUL = 0.5
"""A tall piece that the best reading leaves out is a doubt where a digit is at least this probable (0..1)."""


@dataclass(frozen=True)
class Found:
    """What the best reading takes for a digit."""

    candidate: Candidate
    guess: Guess
    label: int
    """0..9, the likeliest digit."""
    confidence: float
    """0..1: how probable the label is at this place, over all readings of the row."""
    is_beyond: bool = False
    """Whether only the reader of whole rows saw this digit, and the guess is what it said (scanner/overlooked.py)."""


@dataclass(frozen=True)
class Decoded:
    """The likeliest reading of one row."""

    found: tuple[Found, ...]
    """From left to right; those that were left out but may be digits stand among them, with their low confidence."""
    left_out: tuple[Candidate, ...]
    """Pieces as high as digits that are taken for something else."""
    small: tuple[Candidate, ...] = ()
    """Lower pieces that are part of no digit: points, dashes, dust."""
    whole: float = 1.0
    """0..1: how probable it is that no digit is among the pieces left out; slashes are not counted."""
    uncut: float | None = None
    """How probable it is that the row holds these digits and no others, in nats, at most 0, says the reader of whole
    rows; None where nobody asked it."""
    blank: float | None = None
    """How probable it finds it that no digit at all stands there, in nats, at most 0; None where nobody asked it."""
    agreed: float | None = None
    """Share of the other looks at this place that read the same, 0..1; None where it was looked at once."""
    alike: tuple["Decoded", ...] = ()
    """The same row as the other looks see it that read the same and part the place alike."""

    @property
    def labels(self) -> tuple[int, ...]:
        """The digits, 0..9 each, those in doubt among them."""
        return tuple(found.label for found in self.found)


@dataclass(frozen=True)
class _Step:
    """The best way up to some atom."""

    score: float
    """In nats."""
    way: Way
    """Its last piece."""
    taken: bool
    """Whether that is read as a digit, or left out."""


def decode(lattice: Lattice, guesses: list[Guess]) -> Decoded:
    """Return the likeliest way through the lattice (Viterbi, 1967): which pieces are digits, and which are not.

    guesses: one for each of the lattice's candidates.
    """
    ways = weigh(lattice, guesses)
    best = _find_best(ways, len(lattice.atoms))
    spans = {(way.candidate.first, way.candidate.last): way for way in ways if not way.candidate.restored}
    parts = [part for step in best for part in _let_go_of_point(step, spans, lattice.height)]
    return _leave_slashes_out(_sort_out(parts, find_posterior(lattice, ways), lattice.height))


def _leave_slashes_out(row: Decoded) -> Decoded:
    """Leave out the 1s between digits that tower above these, or do so a little and lean: slashes, walls of tables.

    The network sees each piece at one height, and takes a steep slash for a 1.
    """
    slashes = {place for place in range(1, len(row.found) - 1) if _is_slash(row.found, place)}
    if not slashes:
        return row
    found = tuple(each for place, each in enumerate(row.found) if place not in slashes)
    left_out = [*row.left_out, *(row.found[place].candidate for place in slashes)]
    return replace(row, found=found, left_out=tuple(sorted(left_out, key=lambda each: each.first)))


def _is_slash(found: Sequence[Found], place: int) -> bool:
    """Tell whether a digit between others is none. place: its own."""
    height = found[place].candidate.box.height
    beside = max(found[place - 1].candidate.box.height, found[place + 1].candidate.box.height)
    if found[place].label != ONE or height <= TALLEST_LEANING * beside:
        return False
    others = [each.candidate for at, each in enumerate(found) if at != place]
    ratio = height / max(beside, np.median([each.box.height for each in others]))
    if ratio > TALLEST_ONE or ratio <= TALLEST_LEANING or len(others) < FEWEST_FOR_LEAN:
        return bool(ratio > TALLEST_ONE)
    lean = _measure_lean(found[place].candidate.ink) - np.median([_measure_lean(each.ink) for each in others])
    return bool(lean > MOST_LEAN)


def towers_or_leans(piece: Candidate, digits: Sequence[Candidate]) -> bool:
    """Tell whether a stroke is a little higher than a row's digits, or leans beside them: then it may be a slash."""
    if piece.box.height > TALLEST_LEANING * np.median([each.box.height for each in digits]):
        return True
    lean = _measure_lean(piece.ink) - np.median([_measure_lean(each.ink) for each in digits])
    return len(digits) >= FEWEST_FOR_LEAN and bool(lean > MOST_LEAN)


ONE = 1

FEWEST_FOR_LEAN = 4
"""Digits beside a slash that is hardly higher, at least: fewer do not tell how high digits are here."""

TALLEST_ONE = 1.65
"""A 1 is at most this many times as high as the digits beside it: of 86 between digits that were read right on photos
and drawn pages, the highest had 1.43,"""

TALLEST_LEANING = 1.25
"""and one that leans forward at most this many times: none of those had 1.2."""

MOST_LEAN = 10.0
"""Less is no lean, in degrees beside the row's other digits. Slashes on drawn pages lean by 9 to 37."""


def _measure_lean(ink: NDArray[np.bool_]) -> float:
    """Return how far ink leans forward, as a slash does, in degrees: the shear that sets its moments upright."""
    moments = cv2.moments(ink.view(np.uint8), binaryImage=True)
    return math.degrees(math.atan2(-moments["mu11"], moments["mu02"])) if moments["mu02"] else 0.0


def _find_best(ways: list[Way], count: int) -> list[_Step]:
    """Return the pieces of the best way through `count` atoms. ways: sorted by where they end."""
    best: list[_Step | None] = [None] * (count + 1)  # the best way that ends before each atom
    for way in ways:
        first, last = way.candidate.first, way.candidate.last
        before = best[first]
        start = before.score if before else 0.0
        offers = [(way.other, False)] + ([] if way.digits is None else [(float(way.digits.max()), True)])
        for score, taken in offers if before or not first else ():
            there = best[last]
            if there is None or start + score > there.score:
                best[last] = _Step(start + score, way, taken)
    return _trace(best)


def _trace(best: list[_Step | None]) -> list[_Step]:
    steps: list[_Step] = []
    at = len(best) - 1
    while at > 0:
        step = best[at]
        assert step is not None, "every atom can be left out, so a way through always exists"
        steps.append(step)
        at = step.way.candidate.first
    return steps[::-1]


def _let_go_of_point(step: _Step, spans: dict[tuple[int, int], Way], height: float) -> list[_Step]:
    """Part a digit from a small piece beside its foot, if it is the same digit without: a point, a comma.

    spans: what the lattice offers, by first and last atom.
    """
    whole, first, last = step.way, step.way.candidate.first, step.way.candidate.last
    parts = [((first, last - 1), (last - 1, last)), ((first + 1, last), (first, first + 1))]  # a digit, and a point
    for rest, point in ((spans.get(here), spans.get(there)) for here, there in parts if step.taken):
        if not rest or not point:
            continue
        box, speck = rest.candidate.box, point.candidate.box
        is_beside = not box.x <= speck.centre_x <= box.right and speck.centre_y > box.centre_y
        is_same = _log(rest.guess.scores[whole.label]) >= _log(whole.guess.scores[whole.label]) - LET_GO
        if is_beside and is_same and not point.candidate.cuts and speck.height < SMALL * height:
            digit, dropped = _Step(step.score, rest, True), _Step(step.score, point, False)
            return sorted([digit, dropped], key=lambda part: part.way.candidate.first)
    return [step]


def part_points(reading: list[tuple[Way, bool]], ways: list[Way], height: float) -> list[tuple[Way, bool]]:
    """Let the digits of a reading go of points at their feet.

    reading: the pieces of a row, and whether each is read as a digit. ways: of the row's lattice, whose height it is.
    """
    spans = {(way.candidate.first, way.candidate.last): way for way in ways if not way.candidate.restored}
    parts = [part for way, taken in reading for part in _let_go_of_point(_Step(0.0, way, taken), spans, height)]
    return [(part.way, part.taken) for part in parts]


def _sort_out(steps: list[_Step], posterior: Posterior, height: float) -> Decoded:
    """Part a way into digits, doubtful ones among them, and what is surely something else."""
    found: list[Found] = []
    left_out: list[Candidate] = []
    small: list[Candidate] = []
    whole = 1.0
    for step in steps:
        candidate = step.way.candidate
        if not step.taken and candidate.box.height < SMALL * height:
            small.append(candidate)
            continue
        if is_riddled(candidate.ink):
            left_out.append(candidate)
            continue
        shares = posterior.of(candidate)
        label = step.way.label if step.taken else int(shares.argmax())
        if step.taken or shares.sum() >= DOUBTFUL:
            found.append(Found(candidate, step.way.guess, label, float(shares[label])))
        else:
            left_out.append(candidate)
            whole *= float(1 - shares.sum())
    return Decoded(tuple(found), tuple(left_out), tuple(small), whole)


def _log(probability: float) -> float:
    return math.log(max(probability, LEAST))
