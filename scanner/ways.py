"""What each candidate of a row may be, a digit or something else, and what speaks for it, in nats."""

from dataclasses import dataclass

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
        return max(range(NOT_A_DIGIT), key=self.guess.scores.__getitem__)


def weigh(lattice: Lattice, guesses: list[Guess]) -> list[Way]:
    """Weigh all candidates of a lattice, sorted by where they end. guesses: one for each candidate."""
    pairs = sorted(zip(lattice.candidates, guesses, strict=True), key=lambda pair: (pair[0].last, pair[0].first))
    scores = np.array([guess.scores for _, guess in pairs], np.float64).reshape(-1, CLASSES)
    logs = np.log(np.maximum(scores, LEAST))
    return [_weigh(*pair, known, lattice.height) for pair, known in zip(pairs, logs, strict=True)]


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
