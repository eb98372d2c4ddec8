"""One digit through time: what several readings say together, and which digits are the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.track import Track, carry_places, match, to_box, to_logs, to_place
from scanner.page import Box
from scanner.reading import Digit

BOX = Box(10, 20, 30, 40)

places = st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500), st.floats(5, 40), st.floats(20, 60)), max_size=8).map(
    lambda rows: np.array(rows, np.float64).reshape(-1, 4)
)


def digit(text: str, confidence: float, *others: tuple[str, float]) -> Digit:
    return Digit(text, confidence, BOX, others)


def test_readings_are_averaged_in_logarithms() -> None:
    track = Track(to_place(BOX), to_logs(digit("3", 0.6, ("5", 0.3))), 0)
    track = track.hear(digit("5", 0.5, ("3", 0.4)), is_anew=False)
    three, five = track.shares[[3, 5]]
    assert track.best == 3
    assert three / five == pytest.approx(math.sqrt((0.6 * 0.4) / (0.3 * 0.5)), rel=0.02)


def test_what_is_written_anew_outvotes_what_stood_there() -> None:
    track = Track(to_place(BOX), to_logs(digit("3", 0.99)), 0)
    for _ in range(5):
        track = track.hear(digit("3", 0.99), is_anew=False)
    assert track.hear(digit("8", 0.95), is_anew=False).best == 3
    assert track.hear(digit("8", 0.95), is_anew=True).best == 8


def test_a_refused_digit_counts_for_its_first_alternative() -> None:
    assert int(to_logs(digit("?", 0.4, ("7", 0.4), ("1", 0.3))).argmax()) == 7


@given(st.integers(0, 9), st.floats(0, 1))
def test_logs_are_those_of_probabilities(label: int, confidence: float) -> None:
    logs = to_logs(digit(str(label), confidence))
    assert np.exp(logs).sum() == pytest.approx(1)
    assert np.isfinite(logs).all()


def test_what_is_not_sure_enough_shows_as_refused_and_names_what_it_may_be() -> None:
    track = Track(to_place(BOX), to_logs(digit("3", 0.6, ("5", 0.3))), 0)
    shown = track.to_digit(BOX, reject_below=0.9)
    assert (shown.text, shown.alternatives[0][0]) == ("?", "3")
    assert track.to_digit(BOX, reject_below=0.5).text == "3"


@given(places, places)
def test_no_digit_is_in_two_pairs_and_pairs_are_near(old: NDArray[np.float64], new: NDArray[np.float64]) -> None:
    pairs = match(old, new)
    assert len({i for i, _ in pairs}) == len({k for _, k in pairs}) == len(pairs)
    for i, k in pairs:
        assert np.hypot(*(old[i, :2] - new[k, :2])) <= 0.6 * min(old[i, 3], new[k, 3]) + 1e-9


@given(st.permutations(range(6)), st.floats(-5, 5), st.floats(-5, 5))
def test_a_row_that_shifts_a_little_keeps_who_is_who(order: list[int], x: float, y: float) -> None:
    old = np.array([[40.0 * k, 100.0, 20, 40] for k in range(6)])
    new = (old + np.array([x, y, 0, 0]))[order]
    assert sorted((order[k], i) for i, k in match(old, new)) == [(i, i) for i in range(6)]


def test_neighbours_are_not_swapped_though_one_is_nearer_to_both() -> None:
    """Taking the nearest pair first would leave the second digit without a partner."""
    old = np.array([[100.0, 50, 20, 40], [120.0, 50, 20, 40]])
    new = np.array([[112.0, 50, 20, 40], [132.0, 50, 20, 40]])
    assert match(old, new) == [(0, 0), (1, 1)]


def test_another_size_is_another_digit() -> None:
    assert match(np.array([[50.0, 50, 20, 40]]), np.array([[50.0, 50, 20, 100]])) == []
    assert match(np.zeros((0, 4)), np.zeros((3, 4))) == []


def test_places_move_with_the_page() -> None:
    move = np.array([[2.0, 0, 5], [0, 2.0, 7], [0, 0, 1]])
    assert to_box(carry_places(to_place(BOX)[None], move)[0]) == Box(25, 47, 60, 80)
