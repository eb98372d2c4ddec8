"""What has changed: ink, hands; and what has not: light, noise, half a pixel."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.change import drop_specks, even_light, find_changes, find_cover, measure_noise

SHAPE = (180, 320)
ALL = np.ones(SHAPE, np.bool_)
PAPER = 200


def write(*lines: tuple[int, int, int, int], paper: int = PAPER, ink: int = 90) -> NDArray[np.uint8]:
    page = np.full(SHAPE, paper, np.uint8)
    for x0, y0, x1, y1 in lines:
        cv2.line(page, (x0, y0), (x1, y1), ink, 1, cv2.LINE_AA)
    return page


def add_noise(page: NDArray[np.uint8], deviation: float, seed: int) -> NDArray[np.uint8]:
    return np.clip(page + np.random.default_rng(seed).normal(0, deviation, page.shape), 0, 255).astype(np.uint8)


ONE, TWO = (100, 60, 110, 90), (200, 60, 220, 90)


@pytest.mark.parametrize("ink", [90, 250], ids=["pen", "chalk"])
def test_what_was_written_and_what_was_rubbed_out_has_changed_there_and_nowhere_else(ink: int) -> None:
    paper = 200 if ink == 90 else 60
    before, after = write(ONE, paper=paper, ink=ink), write(TWO, paper=paper, ink=ink)
    changed = find_changes(before, after, ALL, 1.0)
    assert changed[70:80, 100:110].any()
    assert changed[70:80, 205:215].any()
    assert not changed[:, 130:190].any()
    assert not changed[:50].any()


@settings(max_examples=25)
@given(st.floats(0, 4), st.integers(0, 1000))
def test_noise_is_no_change(deviation: float, seed: int) -> None:
    before, after = (add_noise(write(ONE, TWO), deviation, seed + k) for k in (0, 1))
    assert not find_changes(before, after, ALL, measure_noise(before, after)).any()


@settings(max_examples=25)
@given(st.floats(0.45, 1.2), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_other_light_is_no_change(gain: float, across: float, down: float) -> None:
    before = write(ONE, TWO)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]] / np.array(SHAPE)[:, None, None]
    light = gain * (1 + across * (columns - 0.5)) * (1 + down * (rows - 0.5))
    after = np.clip(before * light, 0, 255).astype(np.uint8)
    if after.max() < 255:
        assert not find_changes(before, after, ALL, 1.0).any()


@settings(max_examples=25)
@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_a_shift_of_less_than_a_pixel_is_no_change(x: float, y: float) -> None:
    before = write(ONE, TWO)
    after = cv2.warpAffine(before, np.array([[1, 0, x], [0, 1, y]]), SHAPE[::-1], borderMode=cv2.BORDER_REPLICATE)
    assert not find_changes(before, np.asarray(after, np.uint8), ALL, 1.0).any()


def test_what_is_not_known_has_not_changed() -> None:
    known = ALL.copy()
    known[:, :150] = False
    changed = find_changes(write(ONE), write(TWO), known, 1.0)
    assert not changed[:, :150].any()
    assert changed[70:80, 205:215].any()


def test_noise_is_measured_though_something_moves() -> None:
    before = add_noise(write(ONE), 2.0, 1)
    after = add_noise(write(TWO), 2.0, 2)
    after[100:, 250:] = 20
    assert 1.5 < measure_noise(before, after) < 3.5


def test_a_hand_that_covers_ink_leaves_the_light_as_it_is() -> None:
    before = write(ONE, TWO)
    after = before.copy()
    after[60:, :140] = 120
    assert abs(int(even_light(before, after, ALL)[20, 300]) - PAPER) <= 3


def test_what_reaches_the_border_lies_over_the_page_with_its_holes() -> None:
    changed = np.zeros(SHAPE, np.bool_)
    changed[100:, 50:120] = True
    changed[130:150, 70:100] = False
    cover = find_cover(changed, ALL)
    assert cover[140, 85]
    assert cover[100:, 50:120].all()
    assert not cover[:80].any()


def test_writing_in_the_middle_lies_not_over_the_page() -> None:
    changed = find_changes(write(), write(ONE, TWO), ALL, 1.0)
    assert changed.any()
    assert not find_cover(changed, ALL).any()


def test_the_border_is_that_of_what_is_seen() -> None:
    seen = ALL.copy()
    seen[:, 250:] = False
    changed = np.zeros(SHAPE, np.bool_)
    changed[60:90, 200:250] = True
    assert find_cover(changed, seen)[70, 230]
    assert not find_cover(changed, ALL).any()


def test_specks_are_dropped_and_strokes_stay() -> None:
    mask = np.zeros((20, 20), np.bool_)
    mask[3, 3] = mask[10, 5:12] = True
    assert drop_specks(mask).sum() == 7
