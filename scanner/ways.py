"""What each candidate of a row may be, a digit or something else, and what speaks for it, in nats."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classifier import Guess
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
    return [_weigh(candidate, guess, lattice.height) for candidate, guess in pairs]


@dataclass(frozen=True)
class Terms:
    """How what the network says of a candidate is weighed: factors of its logarithms, and nats that are added."""

    times: int
    """Factor for each digit. A piece speaks once for each of its atoms, so that readings of few and of many compare."""
    gain: float
    """Added for a digit; minus infinity for what is too low for any."""
    other_times: int
    """Factor for "no digit": 0 for what is so small that it is left out whatever the network says."""
    other_gain: float
    """Added for "no digit"."""


def find_terms(candidate: Candidate, height: float) -> Terms:
    """Return how a candidate is weighed. height: of its row, in pixels."""
    atoms, tall = candidate.last - candidate.first, candidate.box.height / height
    toll = CUT_COST * candidate.cuts
    gain = DIGIT_BONUS * atoms - toll if tall >= LOWEST_DIGIT else -math.inf
    if tall < SMALL:
        return Terms(atoms, gain, 0, -SPECK_COST - toll)
    size = min(tall, LARGEST_SIZE) * max(1.0, candidate.box.width / height)
    return Terms(atoms, gain, atoms, -SKIP_COST * size - toll)


def _weigh(candidate: Candidate, guess: Guess, height: float) -> Way:
    terms = find_terms(candidate, height)
    other = terms.other_times * math.log(max(guess.scores[NOT_A_DIGIT], LEAST)) + terms.other_gain
    digits = None
    if terms.gain > -math.inf:
        digits = terms.times * np.log(np.maximum(guess.scores[:NOT_A_DIGIT], LEAST)) + terms.gain
    return Way(candidate, guess, other, digits)
