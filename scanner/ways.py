"""What each candidate of a row may be, a digit or something else, and what speaks for it, in nats."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.classifier import CLASSES, Guess
from model.data import NOT_A_DIGIT
from scanner.lattice import Candidate, Lattice

SKIP_COST = 2.2
"""What it costs, in nats, to leave out a piece as high and wide as the row is high: most ink in a row is digits."""

CUT_COST = 0.35
"""What each cut through ink costs, in nats: most pieces are one digit."""

DIGIT_BONUS = 0.6
"""What a digit gains, in nats: in a row digits are more frequent than among the cuts that the network learnt from."""

SMALL = 0.5
"""Pieces lower than this, in row heights, are points, dashes and broken strokes: leaving them unread is free."""

SPECK_COST = 0.1
"""What it costs, in nats, to leave out such a small piece: a little, so that what fits into a digit is joined to it."""

LOWEST_DIGIT = 0.3
"""Nothing lower than this, in row heights, is a digit."""

LARGEST_SIZE = 2.0
"""Pieces higher than this, in row heights, cost no more to leave out than such a piece."""

UNCUT = 1.2
"""How much the reader of whole rows counts beside that of single glyphs, each of which speaks once for each atom. Drawn
crops are read better with 1.2 than with 0.8, and no better with 1.6; photos hardly tell."""

LEAST = 1e-6
"""Probabilities are held above this, so that their logarithms stay finite."""


@dataclass(frozen=True)
class Way:
    """A candidate, weighed."""

    candidate: Candidate
    guess: Guess
    other: float
    """What speaks for its being something else than a digit, in nats."""
    digits: NDArray[np.float64] | None
    """(10,) what speaks for each digit, in nats; None where it is too low for any."""

    @property
    def label(self) -> int:
        """0..9, the likeliest digit."""
        return int(np.argmax(self.guess.scores[:NOT_A_DIGIT] if self.digits is None else self.digits))


def weigh(lattice: Lattice, guesses: list[Guess]) -> list[Way]:
    """Weigh all candidates of a lattice, sorted by where they end. guesses: one for each candidate."""
    return add_uncut(lattice, weigh_apart(lattice, guesses))


def weigh_apart(lattice: Lattice, guesses: list[Guess]) -> list[Way]:
    """Weigh all candidates of a lattice, in its order, by what the network says of each."""
    scores = np.array([guess.scores for guess in guesses], np.float64).reshape(-1, CLASSES)
    known = np.log(np.maximum(scores, LEAST))
    return [_weigh(*each, lattice.height) for each in zip(lattice.candidates, guesses, known, strict=True)]


def add_uncut(lattice: Lattice, ways: list[Way]) -> list[Way]:
    """Add what the reader of whole rows says, and sort by where the candidates end. ways: in the lattice's order."""
    if lattice.uncut is not None:
        ways = [_add(way, uncut) for way, uncut in zip(ways, lattice.uncut, strict=True)]
    return sorted(ways, key=lambda way: (way.candidate.last, way.candidate.first))


def _add(way: Way, uncut: NDArray[np.float64]) -> Way:
    digits = None if way.digits is None else way.digits + UNCUT * uncut[:NOT_A_DIGIT]
    return replace(way, other=way.other + UNCUT * float(uncut[NOT_A_DIGIT]), digits=digits)


def _weigh(candidate: Candidate, guess: Guess, logs: NDArray[np.float64], height: float) -> Way:
    """A piece speaks once for each of its atoms, so that readings of few pieces and of many compare.

    logs: (11,) of the guess's scores.
    """
    atoms, tall = candidate.last - candidate.first, candidate.box.height / height
    toll = CUT_COST * candidate.cuts
    if tall < SMALL:
        other = -SPECK_COST
    else:
        size = min(tall, LARGEST_SIZE) * max(1.0, candidate.box.width / height)
        other = float(logs[NOT_A_DIGIT]) * atoms - SKIP_COST * size
    digits = (logs[:NOT_A_DIGIT] + DIGIT_BONUS) * atoms - toll if tall >= LOWEST_DIGIT else None
    return Way(candidate, guess, other - toll, digits)
