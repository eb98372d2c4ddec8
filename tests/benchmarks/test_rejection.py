"""Scores that tell what is no digit, and the losses that are compared: each does what its paper says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import NOT_A_DIGIT


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_the_area_is_the_share_of_pairs_in_order(digits: list[int], others: list[int]) -> None:
    pytest.importorskip("keras")
    from benchmarks.rejection import measure_area

    pairs = [(a > b) + 0.5 * (a == b) for a in digits for b in others]
    known = np.array([True] * len(digits) + [False] * len(others))
    assert measure_area(np.array(digits + others, np.float64), known) == pytest.approx(np.mean(pairs))


def test_what_passes_is_counted_where_95_of_100_digits_pass() -> None:
    pytest.importorskip("keras")
    from benchmarks.rejection import measure_passing

    score = np.concatenate([np.arange(100.0), [-1.0, 4.0, 50.0, 99.0]])
    assert measure_passing(score, np.arange(104) < 100) == 0.5


def test_each_loss_wants_what_it_says() -> None:
    pytest.importorskip("keras")
    from benchmarks.rejection import SHORTEST, WAYS

    losses = {way.name: way for way in WAYS}
    digit, none = np.eye(NOT_A_DIGIT + 1, dtype=np.float32)[[[3], [NOT_A_DIGIT]]]
    flat, three = np.zeros((1, NOT_A_DIGIT), np.float32), np.zeros((1, NOT_A_DIGIT), np.float32)
    three[0, 3] = 9.0
    long, short = np.full((1, 4), SHORTEST, np.float32), np.zeros((1, 4), np.float32)

    def measure(name: str, *given: np.ndarray) -> float:
        return float(np.asarray(losses[name].loss(*given))[0])

    assert measure("entropic", digit, three, long) < measure("entropic", digit, flat, long)
    assert measure("entropic", none, flat, long) < measure("entropic", none, three, long)
    assert measure("entropic", none, flat, long) == measure("entropic", none, flat, short)
    assert measure("objectosphere", none, flat, short) < measure("objectosphere", none, flat, long)
    assert measure("objectosphere", digit, three, long) < measure("objectosphere", digit, three, short)
    loud, quiet = (np.hstack([flat + level, np.full((1, 1), level, np.float32)]) for level in (6.0, 0.0))
    assert measure("garbage", none, loud, long) == pytest.approx(measure("garbage", none, quiet, long))
    assert measure("bounded energy", none, quiet, long) < measure("bounded energy", none, loud, long)
    assert measure("bounded energy", digit, loud, long) < measure("bounded energy", digit, quiet, long)
