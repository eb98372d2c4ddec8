"""Cuts run from top to bottom, in order; the cheapest ways are found, and those between loops as well."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from scanner.seams import APART, DEAREST_SEAM, MOST_SEAMS, SAME_CUT, find_cuts, find_seams, find_valley_cuts

Mask = NDArray[np.bool_]

HEIGHT = 40
"""Of a row here, in pixels: seams are looked for at this height, so that nothing is scaled."""

any_ink = arrays.arrays(np.bool_, st.tuples(st.integers(1, 70), st.integers(1, 120)), fill=st.booleans())


@given(any_ink, st.integers(5, 80))
@settings(max_examples=60)
def test_cuts_run_from_top_to_bottom_and_from_left_to_right(ink: Mask, row_height: int) -> None:
    cuts = find_cuts(ink, row_height)
    assert all(cut.shape == (ink.shape[0],) for cut in cuts)
    assert all(0 <= cut.min() <= cut.max() <= ink.shape[1] for cut in cuts)
    assert all(left.mean() <= right.mean() for left, right in pairwise(cuts))
    assert all(abs(a - b).mean() > SAME_CUT * row_height for i, a in enumerate(cuts) for b in cuts[:i])


@given(arrays.arrays(np.bool_, st.tuples(st.just(HEIGHT), st.integers(20, 90)), fill=st.booleans()))
@settings(max_examples=40)
def test_seams_keep_apart_and_never_jump(ink: Mask) -> None:
    seams = find_seams(ink, HEIGHT)
    assert len(seams) <= max(2, round(MOST_SEAMS * ink.shape[1] / HEIGHT))
    assert all(abs(np.diff(seam)).max() <= 1 for seam in seams)
    assert all(abs(a - b).mean() > APART * HEIGHT - 1 for i, a in enumerate(seams) for b in seams[:i])


@given(arrays.arrays(np.bool_, st.tuples(st.just(HEIGHT), st.integers(20, 90)), fill=st.booleans()))
@settings(max_examples=40)
def test_no_seam_goes_through_much_ink(ink: Mask) -> None:
    rows = np.arange(HEIGHT)
    for seam in find_seams(ink, HEIGHT):
        assert ink[rows, np.clip(seam, 0, ink.shape[1] - 1)].sum() <= DEAREST_SEAM * HEIGHT


def test_the_cheapest_seam_comes_first_and_finds_the_only_gap() -> None:
    ink = np.ones((HEIGHT, 60), np.bool_)
    ink[np.arange(HEIGHT), 20 + np.arange(HEIGHT) // 4] = False
    best = find_seams(ink, HEIGHT)[0]
    assert abs(best - (20 + np.arange(HEIGHT) // 4)).max() <= 1


@pytest.mark.parametrize("front", [8, 12, 16])
def test_loops_that_touch_along_a_long_front_get_a_cut_between_them(front: int) -> None:
    """The way between them goes through more ink than the ways through either loop: it is no local minimum."""
    ink = np.zeros((HEIGHT, 64), np.uint8)
    for centre in (14, 49):
        cv2.ellipse(ink, (centre, 20), (13, 18), 0, 0, 360, 1, 3)
    ink[20 - front // 2 : 20 + front // 2, 28:35] = 1
    assert any(abs(seam[10:30] - 31.5).max() <= 4 for seam in find_seams(ink > 0, HEIGHT))


def test_a_notch_above_and_one_below_are_joined_by_a_straight_cut() -> None:
    ink = np.ones((HEIGHT, 60), np.bool_)
    ink[:10, 28:31] = ink[-10:, 32:35] = False
    (cut,) = find_valley_cuts(ink, HEIGHT)
    assert (cut[0], cut[-1]) == (29, 33)
    assert find_valley_cuts(np.ones((HEIGHT, 60), np.bool_), HEIGHT) == []
