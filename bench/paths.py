"""All ways to read a row, summed: how probable the true one is, and what each candidate has to do with it.

The network is judged as the reader uses it: not by what it says of one cut, but by how probable the right string is
among all readings of the row (graph transformer networks: LeCun et al., 1998; maximum mutual information: Bahl et al.,
1986). A cut that no reading needs does not count, and nobody has to say which of two like cuts is the digit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data import NOT_A_DIGIT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_PLACE = -1
"""The place of a candidate that is none of the row's digits."""

NEVER = -1e30
"""The logarithm of what cannot be, in nats; finite, so that differences of two stay numbers."""


@dataclass(frozen=True)
class Paths:
    """The candidates of one row, sorted by where they end, and which of them may be what."""

    first: Ints
    """(N,) index of each candidate's first atom."""
    last: Ints
    """(N,) index behind its last."""
    times: Floats
    """(N, 11) what the logarithms of the network's probabilities are multiplied with; see scanner.ways.Terms."""
    gain: Floats
    """(N, 11) nats that are added."""
    place: Ints
    """(N,) which of the row's digits it may be, from 0, or NO_PLACE."""
    may_skip: NDArray[np.bool_]
    """(N,) whether it may be left out: it holds no digit."""
    labels: Ints
    """(K,) the row's digits, from left to right."""


@dataclass(frozen=True)
class Sums:
    """What the paths of a row come to."""

    cost: float
    """Minus the logarithm of the probability of the right reading, in nats; infinite where no path gives it."""
    shares: Floats
    """(N, 11) how probable it is, over all readings, that a candidate is taken so."""
    right_shares: Floats
    """(N, 11) the same over the right readings alone."""


def sum_paths(paths: Paths, logarithms: Floats) -> Sums:
    """Sum over all readings and over the right ones (forward-backward; Rabiner, 1989).

    logarithms: (N, 11) of the network's probabilities, in nats.
    """
    weights = paths.times * logarithms + paths.gain
    either = np.logaddexp.reduce(weights, axis=1)
    count = int(paths.last.max(initial=0))
    ends = list(zip(paths.first.tolist(), paths.last.tolist(), strict=True))
    backwards = sorted(range(len(ends)), key=lambda k: -ends[k][0])
    before, behind = _sum_all(ends, backwards, either, count)
    total = before[count]
    around = before[paths.first] + behind[paths.last] - total
    shares = np.exp(np.minimum(around[:, None] + weights, 0.0))
    right_before, right_behind = _sum_right(paths, ends, backwards, weights, count)
    right = right_before[count, len(paths.labels)]
    if right <= NEVER / 2:
        return Sums(np.inf, shares, np.zeros_like(shares))
    return Sums(float(total - right), shares, _share_right(paths, right_before, right_behind, weights, right))


def _sum_all(ends: list[tuple[int, int]], backwards: list[int], either: Floats, count: int) -> tuple[Floats, Floats]:
    """Return what leads to each atom, and what follows it: (count + 1,) each."""
    before, behind = np.full(count + 1, NEVER), np.full(count + 1, NEVER)
    before[0] = behind[count] = 0.0
    for k, (first, last) in enumerate(ends):
        before[last] = np.logaddexp(before[last], before[first] + either[k])
    for k in backwards:
        first, last = ends[k]
        behind[first] = np.logaddexp(behind[first], behind[last] + either[k])
    return before, behind


def _sum_right(
    paths: Paths, ends: list[tuple[int, int]], backwards: list[int], weights: Floats, count: int
) -> tuple[Floats, Floats]:
    """Return the same over the right readings: (count + 1, digits + 1) each, the digits read so far in the second."""
    digits = len(paths.labels)
    before, behind = np.full((count + 1, digits + 1), NEVER), np.full((count + 1, digits + 1), NEVER)
    before[0, 0] = behind[count, digits] = 0.0
    places, skips = paths.place.tolist(), paths.may_skip.tolist()
    for k, (first, last) in enumerate(ends):
        if skips[k]:
            before[last] = np.logaddexp(before[last], before[first] + weights[k, NOT_A_DIGIT])
        if (place := places[k]) != NO_PLACE:
            new = before[first, place] + weights[k, paths.labels[place]]
            before[last, place + 1] = np.logaddexp(before[last, place + 1], new)
    for k in backwards:
        first, last = ends[k]
        if skips[k]:
            behind[first] = np.logaddexp(behind[first], behind[last] + weights[k, NOT_A_DIGIT])
        if (place := places[k]) != NO_PLACE:
            new = behind[last, place + 1] + weights[k, paths.labels[place]]
            behind[first, place] = np.logaddexp(behind[first, place], new)
    return before, behind


def _share_right(paths: Paths, before: Floats, behind: Floats, weights: Floats, right: float) -> Floats:
    shares = np.zeros_like(weights)
    skipped = np.logaddexp.reduce(before[paths.first] + behind[paths.last], axis=1) - right
    shares[:, NOT_A_DIGIT] = np.where(paths.may_skip, np.exp(np.minimum(skipped + weights[:, NOT_A_DIGIT], 0.0)), 0.0)
    taken = np.flatnonzero(paths.place != NO_PLACE)
    place = paths.place[taken]
    label = paths.labels[place]
    way = before[paths.first[taken], place] + behind[paths.last[taken], place + 1] + weights[taken, label] - right
    shares[taken, label] = np.exp(np.minimum(way, 0.0))
    return shares
