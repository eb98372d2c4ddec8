"""How sure each part of a reading is, over all ways in which the row can be read (forward-backward; Rabiner, 1989)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data import NOT_A_DIGIT
from scanner.lattice import Candidate, Lattice
from scanner.ways import Way

SAME = 0.6
"""Candidates that share more than this part of the larger one's ink are one digit, with or without a speck."""

NEVER = -math.inf


@dataclass(frozen=True)
class Posterior:
    """The probabilities of all that may stand in a row."""

    spans: NDArray[np.int64]
    """(N, 2): the first atom of each candidate, and the one behind its last."""
    shares: NDArray[np.float64]
    """(N, 10): how probable it is, over all readings of the row, that this candidate is this digit (0..1)."""
    ink: NDArray[np.int64]
    """(atoms + 1,): pixels of ink before each atom."""

    def of(self, candidate: Candidate) -> NDArray[np.float64]:
        """Return how probable each digit is at the candidate's place, (10,), whichever specks it takes along."""
        first, last = self.spans.T
        own = self.ink[candidate.last] - self.ink[candidate.first]
        begin, end = np.maximum(first, candidate.first), np.minimum(last, candidate.last)
        shared = self.ink[np.maximum(end, begin)] - self.ink[begin]
        near = shared > SAME * np.maximum(self.ink[last] - self.ink[first], own)
        return np.asarray(np.minimum(self.shares[near].sum(axis=0), 1.0), np.float64)


def find_posterior(lattice: Lattice, ways: Sequence[Way]) -> Posterior:
    """Return how probable each digit is at each place.

    ways: of the lattice's candidates, sorted by where they end.
    """
    count = len(lattice.atoms)
    never = np.full(NOT_A_DIGIT, NEVER)
    digits = np.array([never if way.digits is None else way.digits for way in ways]).reshape(-1, NOT_A_DIGIT)
    others = np.array([way.other for way in ways])
    weights = np.logaddexp(np.logaddexp.reduce(digits, axis=1), others).tolist()
    spans = [(way.candidate.first, way.candidate.last) for way in ways]
    before, behind = [NEVER] * (count + 1), [NEVER] * (count + 1)
    before[0] = behind[count] = 0.0
    for (first, last), weight in zip(spans, weights, strict=True):
        before[last] = add(before[last], before[first] + weight)
    for (first, last), weight in sorted(zip(spans, weights, strict=True), key=lambda pair: -pair[0][0]):
        behind[first] = add(behind[first], behind[last] + weight)
    places = np.array(spans, np.int64).reshape(-1, 2)
    around = np.array(before)[places[:, 0]] + np.array(behind)[places[:, 1]] - before[count]
    ink = np.concatenate([[0], np.cumsum([np.count_nonzero(atom.ink) for atom in lattice.atoms])])
    return Posterior(places, np.exp(digits + around[:, None]), ink.astype(np.int64))


def add(one: float, other: float) -> float:
    """Return the logarithm of the sum of what two are logarithms of."""
    larger, smaller = (one, other) if one > other else (other, one)
    return larger + math.log1p(math.exp(smaller - larger)) if smaller > NEVER else larger
