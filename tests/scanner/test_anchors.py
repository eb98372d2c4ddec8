"""Printed anchors are found, each where it is."""

import cv2
import numpy as np
import pytest
from blankforms import draw_markers, draw_marks, tilt
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.anchors import find_markers, find_marks, match_markers, measure_mark, to_corners
from scanner.page import Box

PLACES = {0: (40, 40), 1: (800, 40), 2: (800, 500), 3: (40, 500)}
BOXES = [(40, 40, 30, 30), (830, 40, 30, 30), (830, 530, 30, 30), (40, 530, 30, 30)]


def test_markers_are_found_by_their_ids() -> None:
    found = find_markers(draw_markers(PLACES), "4x4_50")
    assert found.keys() == PLACES.keys()
    for number, (x, y) in PLACES.items():
        assert np.abs(found[number] - to_corners(Box(x, y, 60, 60))).max() < 1


def test_a_marker_that_is_there_twice_is_none() -> None:
    page = draw_markers(PLACES)
    page[200:260, 400:460] = page[40:100, 40:100]
    assert find_markers(page, "4x4_50").keys() == {1, 2, 3}


def test_no_marker_is_no_error() -> None:
    assert find_markers(np.full((50, 50), 255, np.uint8), "5x5_100") == {}
    start, end = match_markers({0: np.zeros((4, 2))}, {1: np.zeros((4, 2))})
    assert start.shape == end.shape == (0, 2)


@settings(max_examples=25)
@given(st.floats(-15, 15), st.floats(0, 0.06), st.integers(0, 99))
def test_corner_marks_are_found_on_a_tilted_page(angle: float, sway: float, seed: int) -> None:
    blank = draw_marks([*BOXES, (300, 100, 200, 12), (450, 300, 25, 90)])
    wanted = [measure_mark(blank, Box(x - 10, y - 10, w + 20, h + 20)) for x, y, w, h in BOXES]
    view = tilt(900, 600, angle, sway, np.random.default_rng(seed))
    seen = cv2.warpPerspective(blank, view, (900, 600), borderValue=255)
    dark = np.asarray((seen < 120).view(np.uint8) * np.uint8(255))
    found = find_marks(dark, wanted)
    truth = cv2.perspectiveTransform(np.array([[(mark.x, mark.y) for mark in wanted]]), view)[0]
    assert found is not None
    assert np.abs(found - truth).max() < 2


def test_three_marks_are_too_few() -> None:
    blank = draw_marks(BOXES)
    wanted = [measure_mark(blank, Box(*box)) for box in BOXES]
    dark = np.asarray((draw_marks(BOXES[:3]) < 120).view(np.uint8) * np.uint8(255))
    assert find_marks(dark, wanted) is None


def test_a_mark_is_measured_as_it_is_printed() -> None:
    page = draw_marks([(100, 100, 40, 8), (100, 100, 8, 40)])
    angle = measure_mark(page, Box(90, 90, 60, 60))
    assert angle.size == pytest.approx(40, abs=17)
    assert angle.fill < 0.7
    empty = measure_mark(page, Box(300, 300, 30, 20))
    assert (empty.x, empty.y, empty.size, empty.fill) == (315, 310, 30, 1)
