"""Sums over all ways to read a row, against counting them out one by one."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.paths import NO_PLACE, Paths, sum_paths
from model.data import NOT_A_DIGIT

ANSWERS = range(NOT_A_DIGIT + 1)


def draw_row(seed: int, atoms: int) -> tuple[Paths, np.ndarray]:
    """Every span of up to two atoms is a candidate; which may be what is drawn by chance."""
    rng = np.random.default_rng(seed)
    spans = sorted(
        ((first, last) for last in range(1, atoms + 1) for first in range(max(0, last - 2), last)),
        key=lambda span: (span[1], span[0]),
    )
    count, digits = len(spans), int(rng.integers(0, 3))
    paths = Paths(
        first=np.array([first for first, _ in spans]),
        last=np.array([last for _, last in spans]),
        times=rng.integers(0, 3, (count, NOT_A_DIGIT + 1)).astype(np.float64),
        gain=rng.normal(0, 1, (count, NOT_A_DIGIT + 1)),
        place=rng.integers(-1, digits, count) if digits else np.full(count, NO_PLACE),
        may_skip=rng.random(count) < 0.8,
        labels=rng.integers(0, 10, digits),
    )
    return paths, np.log(rng.dirichlet(np.ones(NOT_A_DIGIT + 1), count))


def list_ways(paths: Paths, at: int, end: int) -> list[list[int]]:
    """Return every chain of candidates from one atom to the end."""
    if at == end:
        return [[]]
    starts = [k for k in range(len(paths.first)) if paths.first[k] == at]
    return [[k, *rest] for k in starts for rest in list_ways(paths, int(paths.last[k]), end)]


def is_right(paths: Paths, way: list[int], answers: tuple[int, ...]) -> bool:
    """Whether each digit is read once, in its place, and nothing is left out that may not be."""
    taken = [(k, answer) for k, answer in zip(way, answers, strict=True) if answer != NOT_A_DIGIT]
    skipped = [k for k, answer in zip(way, answers, strict=True) if answer == NOT_A_DIGIT]
    read = [(int(paths.place[k]), answer) for k, answer in taken]
    return read == list(enumerate(paths.labels.tolist())) and all(paths.may_skip[k] for k in skipped)


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_sums_are_those_of_all_ways_counted_out(seed: int, atoms: int) -> None:
    paths, logarithms = draw_row(seed, atoms)
    weights = paths.times * logarithms + paths.gain
    total, right = 0.0, 0.0
    shares, right_shares = np.zeros(weights.shape), np.zeros(weights.shape)
    for way in list_ways(paths, 0, atoms):
        for answers in itertools.product(ANSWERS, repeat=len(way)):
            power = math.exp(sum(weights[k, answer] for k, answer in zip(way, answers, strict=True)))
            total += power
            good = is_right(paths, way, answers)
            right += good * power
            for k, answer in zip(way, answers, strict=True):
                shares[k, answer] += power
                right_shares[k, answer] += good * power
    sums = sum_paths(paths, logarithms)
    assert sums.shares == pytest.approx(shares / total)
    if right:
        assert sums.cost == pytest.approx(math.log(total / right), abs=1e-9)
        assert sums.right_shares == pytest.approx(right_shares / right)
    else:
        assert sums.cost == math.inf
        assert not sums.right_shares.any()


def test_slope_of_the_cost_is_the_difference_of_the_shares() -> None:
    paths, logarithms = draw_row(seed=1, atoms=3)
    sums = sum_paths(paths, logarithms)
    assert math.isfinite(sums.cost), "the row must have a right reading"
    slopes = paths.times * (sums.shares - sums.right_shares)
    step = 1e-6
    for place in np.ndindex(logarithms.shape):
        moved = logarithms.copy()
        moved[place] += step
        assert (sum_paths(paths, moved).cost - sums.cost) / step == pytest.approx(slopes[place], abs=1e-4)
