"""How sure each part of a reading is, over all ways in which the row can be read (forward-backward; Rabiner, 1989)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    weights = [_sum(way.other, *(way.digits if way.digits is not None else ())) for way in ways]
    before, behind = [NEVER] * (count + 1), [NEVER] * (count + 1)
    before[0] = behind[count] = 0.0
    for way, weight in zip(ways, weights, strict=True):
        place = way.candidate
        before[place.last] = _sum(before[place.last], before[place.first] + weight)
    for way, weight in sorted(zip(ways, weights, strict=True), key=lambda pair: -pair[0].candidate.first):
        place = way.candidate
        behind[place.first] = _sum(behind[place.first], behind[place.last] + weight)
    shares = np.zeros((len(ways), 10))
    for row, way in zip(shares, ways, strict=True):
        if way.digits is not None:
            row[:] = np.exp(before[way.candidate.first] + way.digits + behind[way.candidate.last] - before[count])
    ink = np.concatenate([[0], np.cumsum([np.count_nonzero(atom.ink) for atom in lattice.atoms])])
    spans = np.array([(way.candidate.first, way.candidate.last) for way in ways], np.int64)
    return Posterior(spans, shares, ink.astype(np.int64))


def _sum(*logarithms: float) -> float:
    """Return the logarithm of the sum of what these are logarithms of."""
    return float(np.logaddexp.reduce(logarithms))
