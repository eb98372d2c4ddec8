"""From a lattice of guesses to the likeliest reading of a row (Viterbi), with what is refused."""

import math
from dataclasses import dataclass

from model.classifier import Guess
from model.data import NOT_A_DIGIT
from scanner.lattice import Candidate, Lattice

SKIP_COST = 2.2
"""What it costs, in nats, to leave a piece as high as the row unread: most ink in a row of digits is a digit."""

CUT_COST = 0.35
"""What each cut through ink costs, in nats: most pieces are one digit."""

SMALL = 0.5
"""Pieces lower than this, in row heights, are points, dashes and broken strokes: leaving them unread is free."""

LEAST = 1e-6
"""Probabilities are held above this, so that their logarithms stay finite."""


@dataclass(frozen=True)
class Found:
    """A candidate that the best reading takes for a digit."""

    candidate: Candidate
    guess: Guess
    label: int
    """0..9, the likeliest digit."""
    confidence: float
    """0..1, of the label."""


@dataclass(frozen=True)
class Decoded:
    """The likeliest reading of one row."""

    found: tuple[Found, ...]
    """From left to right."""
    left_out: tuple[Candidate, ...]
    """Pieces as high as digits that are taken for something else."""


@dataclass(frozen=True)
class _Step:
    score: float
    before: int
    found: Found | None
    skipped: Candidate | None


def decode(lattice: Lattice, guesses: list[Guess]) -> Decoded:
    """Return the likeliest way through the lattice: which pieces are digits, and which are not.

    guesses: one for each of the lattice's candidates. A way's score is the sum of the log-probabilities of the pieces
    taken as digits and of those left out, less what cuts and left-out pieces cost.
    """
    best: list[_Step | None] = [None] * (len(lattice.atoms) + 1)
    best[0] = _Step(0.0, 0, None, None)
    by_start: dict[int, list[tuple[Candidate, Guess]]] = {}
    for candidate, guess in zip(lattice.candidates, guesses, strict=True):
        by_start.setdefault(candidate.first, []).append((candidate, guess))
    for start in range(len(lattice.atoms)):
        here = best[start]
        if here is None:
            continue
        for candidate, guess in by_start.get(start, []):
            for step in _steps(here, start, candidate, guess, lattice.height):
                there = best[candidate.last]
                if there is None or step.score > there.score:
                    best[candidate.last] = step
    way = _trace(best)
    tall = SMALL * lattice.height
    return Decoded(
        tuple(step.found for step in way if step.found is not None),
        tuple(step.skipped for step in way if step.skipped is not None and step.skipped.box.height >= tall),
    )


def _steps(here: _Step, start: int, candidate: Candidate, guess: Guess, height: float) -> list[_Step]:
    label = max(range(NOT_A_DIGIT), key=guess.scores.__getitem__)
    sure = guess.scores[label]
    toll = CUT_COST * candidate.cuts
    share = candidate.last - candidate.first
    steps = []
    if candidate.box.height >= 0.3 * height:
        found = Found(candidate, guess, label, sure)
        steps.append(_Step(here.score + share * math.log(max(sure, LEAST)) - toll, start, found, None))
    tall = candidate.box.height / height
    skip = share * math.log(max(guess.scores[NOT_A_DIGIT], LEAST)) if tall >= SMALL else 0.0
    cost = SKIP_COST * min(tall, 2.0) if tall >= SMALL else 0.1
    steps.append(_Step(here.score + skip - cost - toll, start, None, candidate))
    return steps


def _trace(best: list[_Step | None]) -> list[_Step]:
    way, at = [], len(best) - 1
    while at > 0:
        step = best[at]
        assert step is not None, "every atom can be left out, so a way through always exists"
        way.append(step)
        at = step.before
    return way[::-1]
