"""A page is found where it lies, within two pixels, and a page of another form is not."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import APPLICATION, CHEQUE, draw_markers, draw_marks, measure_miss, save, tilt
from drawnforms import fill_in
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.form import FormPage, load_form
from scanner.page import Box
from scanner.registration import register, scale_by, to_picture_box, to_quad
from scanner.view import View


@pytest.fixture(scope="module")
def cheque(tmp_path_factory: pytest.TempPathFactory) -> FormPage:
    return load_form(str(CHEQUE.save(tmp_path_factory.mktemp("form")))).pages[0]


@pytest.fixture(scope="module")
def filled() -> NDArray[np.uint8]:
    rng = np.random.default_rng(5)
    return fill_in(CHEQUE, CHEQUE.fill(rng), rng)


def put(page: NDArray[np.uint8], view: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return what is seen of a page on a dark table."""
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    return np.asarray(cv2.warpPerspective(grey, view, (width, height), borderValue=90), np.uint8)


@pytest.mark.parametrize(("angle", "sway"), [(0, 0), (15, 0), (-15, 0.03), (6, 0.09), (170, 0)])
def test_features_find_a_filled_form(cheque: FormPage, filled: NDArray[np.uint8], angle: float, sway: float) -> None:
    view = tilt(cheque.width, cheque.height, angle, sway, np.random.default_rng(3))
    found = register(View(put(filled, view)), cheque)
    assert found is not None
    assert found.likeness > 0.5
    assert measure_miss(found.homography, view, cheque.width, cheque.height) < 2


def test_another_form_is_not_this_one(cheque: FormPage, rng: np.random.Generator) -> None:
    grey = cv2.cvtColor(APPLICATION.picture, cv2.COLOR_BGR2GRAY)
    noise = rng.integers(0, 255, (600, 800), np.uint8)
    for picture in (grey, noise, np.full((300, 400), 255, np.uint8), np.full((1, 1), 7, np.uint8)):
        assert register(View(np.asarray(picture, np.uint8)), cheque) is None


def make_page(tmp_path: Path, anchors: str) -> FormPage:
    text = f"[page]\nwidth = 900\nheight = 600\n{anchors}\n[fields.a]\nbox = [300, 300, 200, 50]\n"
    return load_form(save(text, tmp_path)).pages[0]


MARKERS = {0: (40, 40), 1: (800, 40), 2: (800, 500), 3: (40, 500)}
ARUCO = (
    "[page.anchors]\nkind = 'aruco'\nmarkers = ["
    + ", ".join(f"{{id = {number}, box = [{x}, {y}, 60, 60]}}" for number, (x, y) in MARKERS.items())
    + "]"
)
BOXES = [(40, 40, 30, 30), (830, 40, 30, 30), (830, 530, 30, 30), (40, 530, 30, 30)]
MARKS = f"[page.anchors]\nkind = 'marks'\nmarks = {[list(box) for box in BOXES]}"


@pytest.mark.parametrize("angle", [0, 12, 180])
def test_markers_tell_where_a_page_lies(tmp_path: Path, angle: float) -> None:
    page, view = make_page(tmp_path, ARUCO), tilt(900, 600, angle, 0.04, np.random.default_rng(1))
    found = register(View(put(draw_markers(MARKERS), view)), page)
    assert found is not None
    assert measure_miss(found.homography, view, 900, 600) < 3
    two = {number: MARKERS[number] for number in (0, 2)}
    assert register(View(put(draw_markers(two), view)), page) is not None, "two markers are enough"
    assert register(View(put(draw_markers({0: MARKERS[0]}), view)), page) is None, "one is not"


@pytest.mark.parametrize("angle", [0, -15, 15])
def test_corner_marks_tell_where_a_page_lies(tmp_path: Path, angle: float) -> None:
    page, view = make_page(tmp_path, MARKS), tilt(900, 600, angle, 0.04, np.random.default_rng(1))
    lit = cv2.warpPerspective(draw_marks(BOXES), view, (900, 600), borderValue=255)
    found = register(View(np.asarray(lit, np.uint8)), page)
    assert found is not None
    assert measure_miss(found.homography, view, 900, 600) < 3
    assert register(View(draw_marks(BOXES[:3])), page) is None


def test_without_anchors_the_picture_is_the_page(tmp_path: Path) -> None:
    page = make_page(tmp_path, 'anchors = "none"')
    found = register(View(np.full((1200, 1800), 255, np.uint8)), page)
    assert found is not None
    assert to_picture_box(Box(300, 300, 200, 50), found.homography, 1800, 1200) == Box(600, 600, 400, 100)


@given(st.floats(0.2, 5), st.integers(0, 50), st.integers(1, 60))
def test_scaling_keeps_the_corners_of_pixels(factor: float, left: int, side: int) -> None:
    quad = to_quad(Box(left, 0, side, side), scale_by(factor)) + 0.5
    assert quad[0] == pytest.approx([left * factor, 0])
    assert quad[2] == pytest.approx([(left + side) * factor, side * factor])


def test_a_form_half_in_a_deep_shadow_is_found(cheque: FormPage, filled: NDArray[np.uint8]) -> None:
    view = tilt(cheque.width, cheque.height, 5, 0.02, np.random.default_rng(3))
    seen = put(filled, view).astype(np.float32)
    edge = np.linspace(-8, 8, seen.shape[1])
    light = 0.33 + 0.67 / (1 + np.exp(-4 * edge))
    found = register(View(np.asarray(seen * light, np.uint8)), cheque)
    assert found is not None
    assert found.likeness > 0.6
    assert measure_miss(found.homography, view, cheque.width, cheque.height) < 2
