"""Pages that lie askew or are seen from aside come out level; straight ones are left as they are."""

import cv2
import numpy as np
import pytest
from drawing import PAPER, draw_page, draw_paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.placement import move_points
from scanner.slopes import Slope
from scanner.straighten import LARGEST, Directions, find_directions, lay_level, straighten

Picture = NDArray[np.uint8]

ROWS = ["0123456789", "3141592653", "2718281828", "1414213562"]


def draw_text(rng: np.random.Generator) -> Picture:
    return np.pad(draw_paragraph(ROWS, rng), 80, constant_values=PAPER)


def seen_through(picture: Picture, move: NDArray[np.float64], around: int = PAPER) -> Picture:
    """Take a picture of a picture. move: from its points to the result's."""
    size = picture.shape[::-1]
    return np.asarray(cv2.warpPerspective(picture, move, size, flags=cv2.INTER_CUBIC, borderValue=around), np.uint8)


def askew(picture: Picture, degrees: float) -> Picture:
    centre = (picture.shape[1] / 2, picture.shape[0] / 2)
    return seen_through(picture, np.vstack([cv2.getRotationMatrix2D(centre, -degrees, 1), [0, 0, 1]]))


def measure_skew(move: NDArray[np.float64], width: int, height: int) -> float:
    """Return by how many degrees level lines of a straightened picture fall in the picture it was made from."""
    (x0, y0), (x1, y1) = move_points(move, np.array([[width * 0.45, height / 2], [width * 0.55, height / 2]]))
    return float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))


@pytest.mark.parametrize("degrees", [-15, -10, -6, 6, 10, 15])
def test_rows_that_rise_are_laid_level(degrees: float, rng: np.random.Generator) -> None:
    page = askew(draw_text(rng), degrees)
    flat, move = straighten(page, page)
    assert move is not None
    assert measure_skew(move, flat.shape[1], flat.shape[0]) == pytest.approx(degrees, abs=1.5)


@pytest.mark.parametrize("degrees", [-3, 0, 3])
def test_a_page_that_is_straight_enough_is_not_touched(degrees: float, rng: np.random.Generator) -> None:
    page = askew(draw_text(rng), degrees)
    flat, move = straighten(page, page)
    assert flat is page
    assert move is None


@pytest.mark.parametrize("page", [np.full((600, 800), PAPER, np.uint8), np.zeros((1, 1), np.uint8)])
def test_where_nothing_is_seen_nothing_is_done(page: Picture) -> None:
    assert straighten(page, page)[1] is None


def test_the_slope_of_a_single_7_is_no_skew(rng: np.random.Generator) -> None:
    page = askew(draw_page(["7"], rng, 200, 20), 12)
    assert straighten(page, page, is_crop=True)[1] is None


def test_a_sheet_on_a_table_is_seen_from_above(rng: np.random.Generator) -> None:
    page = draw_text(rng)
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    places = np.array([[0.2, 0.15], [0.85, 0.1], [0.95, 0.9], [0.08, 0.8]], np.float32) * (width, height)
    move = cv2.getPerspectiveTransform(corners, places.astype(np.float32))
    photo = seen_through(page, move, around=60)
    flat, back = straighten(photo, photo)
    assert back is not None
    x, y = move_points(np.linalg.inv(back), places.astype(np.float64)).T
    assert abs(y[0] - y[1]) < 3
    assert abs(y[2] - y[3]) < 3
    assert abs(x[0] - x[3]) < 3
    assert abs(x[1] - x[2]) < 3
    assert x.min() >= 0
    assert x.max() <= flat.shape[1]
    assert y.min() >= 0
    assert y.max() <= flat.shape[0]


def test_a_torn_sheet_does_not_outvote_its_rows(rng: np.random.Generator) -> None:
    page = np.full((700, 900), 60, np.uint8)
    text = draw_text(rng)
    text = text[: min(560, text.shape[0]), : min(760, text.shape[1])]
    page[60 : 60 + text.shape[0], 60 : 60 + text.shape[1]] = text
    bottom, right = 60 + text.shape[0], 60 + text.shape[1]
    tear = np.array([[60, 60], [right, 60], [right, 118], [60, 62]], np.int32)
    cv2.fillConvexPoly(page, tear, 60)
    cv2.fillConvexPoly(page, np.array([[60, bottom - 62], [right, bottom], [60, bottom]], np.int32), 60)
    assert find_directions(page, page) is None


slopes = st.builds(Slope, st.floats(-0.3, 0.3), st.floats(-0.25, 0.25), st.just(3.0))


@given(slopes, slopes, st.integers(50, 900), st.integers(50, 900))
def test_lines_of_both_kinds_become_level_and_upright(level: Slope, upright: Slope, width: int, height: int) -> None:
    laid = lay_level(Directions(level, upright), width, height)
    if laid is None:
        return
    move, size = laid
    assert size[0] <= np.ceil(LARGEST * width) + 1
    assert size[1] <= np.ceil(LARGEST * height) + 1
    half, centre = max(width, height) / 2, np.array([width, height]) / 2
    for c in (-0.4, 0.0, 0.4):
        along = [[x, c + (level.slope + level.converging * c) * x] for x in (-0.5, 0.5)]
        across = [[c + (upright.slope + upright.converging * c) * y, y] for y in (-0.5, 0.5)]
        (_, y0), (_, y1) = move_points(np.linalg.inv(move), np.array(along) * half + centre)
        (x0, _), (x1, _) = move_points(np.linalg.inv(move), np.array(across) * half + centre)
        assert y0 == pytest.approx(y1, abs=0.01)
        assert x0 == pytest.approx(x1, abs=0.01)


@given(st.floats(-0.33, 0.33), st.integers(100, 900), st.integers(100, 900))
def test_a_mere_turn_keeps_the_scale_and_all_of_the_picture(slope: float, width: int, height: int) -> None:
    laid = lay_level(Directions(Slope(slope, 0, 3), Slope(-slope, 0, 3)), width, height)
    assert laid is not None
    move, (wide, high) = laid
    assert np.linalg.det(move[:2, :2]) == pytest.approx(1)
    if max(wide / width, high / height) < LARGEST:
        corners = move_points(np.linalg.inv(move), np.array([[0, 0], [width, 0], [width, height], [0, height]], float))
        assert corners.min() >= -0.01
        assert (corners.max(axis=0) <= np.array([wide, high]) + 0.01).all()


def test_what_reaches_beyond_the_horizon_is_left_as_it_is() -> None:
    steep = Directions(Slope(0, 0.9, 3), Slope(0, 0.9, 3))
    assert lay_level(steep, 600, 600) is None


@given(st.integers(1, 80), st.integers(1, 80), st.integers(0, 1000))
@settings(max_examples=30)
def test_any_picture_can_be_straightened(height: int, width: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    flat, _ = straighten(noise, noise)
    assert flat.dtype == np.uint8
