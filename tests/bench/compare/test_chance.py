"""Intervals and tests: values from the literature, and what holds for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.compare.chance import compare_pairs, holm, mcnemar, t_interval, wilson


def test_wilson_s_interval_is_that_of_the_books() -> None:
    interval = wilson(8, 10)
    assert (interval.low, interval.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


@given(st.integers(1, 5000), st.data())
def test_wilson_s_interval_holds_the_share_and_stays_within_bounds(count: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, count))
    interval = wilson(right, count)
    assert 0 <= interval.low <= right / count + 1e-12
    assert right / count - 1e-12 <= interval.high <= 1


def test_student_s_interval_is_that_of_the_books() -> None:
    interval = t_interval([0.98, 0.99, 1.0])
    assert interval is not None
    assert interval.high - 0.99 == pytest.approx(4.3027 * 0.01 / np.sqrt(3), abs=1e-5)
    assert t_interval([0.98]) is None


def test_mcnemar_asks_only_where_the_two_differ() -> None:
    one = np.array([True] * 100 + [True] * 8 + [False] * 2)
    other = np.array([True] * 100 + [False] * 8 + [True] * 2)
    assert mcnemar(one, other) == pytest.approx(0.109375)  # 2 * (1 + 10 + 45) / 1024
    assert mcnemar(one, other) == mcnemar(other, one)
    assert mcnemar(one, one) == 1.0


def test_holm_corrects_the_smallest_most() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_keeps_the_order_and_never_makes_surer(values: list[float]) -> None:
    corrected = holm(values)
    assert all(before <= after <= 1 for before, after in zip(values, corrected, strict=True))
    order = np.argsort(values, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()


def test_all_are_compared_with_all() -> None:
    good, bad = np.ones(400, bool), np.arange(400) % 4 > 0
    pairs = compare_pairs({"good": good, "twin": good, "bad": bad})
    assert [(pair.one, pair.other, pair.only_one, pair.only_other) for pair in pairs] == [
        ("good", "twin", 0, 0),
        ("good", "bad", 100, 0),
        ("twin", "bad", 100, 0),
    ]
    assert [pair.is_larger_than_chance for pair in pairs] == [False, True, True]
