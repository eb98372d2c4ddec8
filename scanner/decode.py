"""From a lattice of guesses to the likeliest reading of a row (Viterbi), with what is refused."""

import math
from dataclasses import dataclass

from model.classifier import NO_DIGIT_ABOVE, Guess
from model.data import NOT_A_DIGIT
from scanner.lattice import Candidate, Lattice

SKIP_COST = 2.2
"""What it costs, in nats, to leave out a piece as high and wide as the row is high: most ink in a row is digits."""

CUT_COST = 0.35
"""What each cut through ink costs, in nats: most pieces are one digit."""

SMALL = 0.5
"""Pieces lower than this, in row heights, are points, dashes and broken strokes: leaving them unread is free."""

SPECK_COST = 0.1
"""What it costs, in nats, to leave out such a small piece: a little, so that what fits into a digit is joined to it."""

LOWEST_DIGIT = 0.3
"""Nothing lower than this, in row heights, is a digit."""

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
    """From left to right; those that were left out but may be digits stand among them, with their low confidence."""
    left_out: tuple[Candidate, ...]
    """Pieces as high as digits that are taken for something else."""


@dataclass(frozen=True)
class _Step:
    """One piece on a way through the lattice."""

    score: float
    """Of the best way up to here, this piece included, in nats."""
    piece: Found
    taken: bool
    """Whether the piece is read as a digit, or left out."""


def decode(lattice: Lattice, guesses: list[Guess]) -> Decoded:
    """Return the likeliest way through the lattice: which pieces are digits, and which are not.

    guesses: one for each of the lattice's candidates. A way's score is the sum of the log-probabilities of the pieces
    taken as digits and of those left out, less what cuts and left-out pieces cost.
    """
    best: list[_Step | None] = [None] * len(lattice.atoms)  # the best way that ends with each atom
    pairs = sorted(zip(lattice.candidates, guesses, strict=True), key=lambda pair: pair[0].last)
    for candidate, guess in pairs:
        before = best[candidate.first - 1] if candidate.first else None
        if candidate.first and before is None:
            continue
        for step in _steps(before.score if before else 0.0, candidate, guess, lattice.height):
            there = best[candidate.last - 1]
            if there is None or step.score > there.score:
                best[candidate.last - 1] = step
    return _sort_out(_trace(best), lattice.height)


def _steps(score: float, candidate: Candidate, guess: Guess, height: float) -> list[_Step]:
    """Return what can be made of a candidate: a digit, where it is high enough for one, and something else."""
    label = max(range(NOT_A_DIGIT), key=guess.scores.__getitem__)
    piece = Found(candidate, guess, label, guess.scores[label])
    score -= CUT_COST * candidate.cuts
    tall = candidate.box.height / height
    if tall < SMALL:
        steps = [_Step(score - SPECK_COST, piece, False)]
    else:
        other = _log(guess.scores[NOT_A_DIGIT]) * (candidate.last - candidate.first)
        size = min(tall, 2.0) * max(1.0, candidate.box.width / height)
        steps = [_Step(score + other - SKIP_COST * size, piece, False)]
    if tall >= LOWEST_DIGIT:
        steps.append(_Step(score + _log(piece.confidence) * (candidate.last - candidate.first), piece, True))
    return steps


def _log(probability: float) -> float:
    return math.log(max(probability, LEAST))


def _trace(best: list[_Step | None]) -> list[_Step]:
    way: list[_Step] = []
    at = len(best)
    while at > 0:
        step = best[at - 1]
        assert step is not None, "every atom can be left out, so a way through always exists"
        way.append(step)
        at = step.piece.candidate.first
    return way[::-1]


def _sort_out(way: list[_Step], height: float) -> Decoded:
    """Part a way into digits, doubtful ones among them, and what is surely something else."""
    found: list[Found] = []
    left_out: list[Found] = []
    for step in way:
        if step.taken:
            found.append(step.piece)
        elif step.piece.candidate.box.height >= SMALL * height:
            surely_other = step.piece.guess.scores[NOT_A_DIGIT] >= NO_DIGIT_ABOVE
            (left_out if surely_other else found).append(step.piece)
    return Decoded(tuple(found), tuple(piece.candidate for piece in left_out))
