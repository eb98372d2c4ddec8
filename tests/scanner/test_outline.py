"""A sheet on a darker table is found by its outline, and nothing else is taken for one."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.outline import find_corners, to_slopes

TABLE, SHEET = 70, 220
SHAPE = (450, 600)
SQUARE = np.array([[120, 80], [480, 80], [480, 370], [120, 370]], np.float64)


def draw_sheet(corners: NDArray[np.float64], sheet: int = SHEET, table: int = TABLE) -> NDArray[np.uint8]:
    picture = np.full(SHAPE, table, np.uint8)
    cv2.fillConvexPoly(picture, np.round(corners).astype(np.int32), sheet)
    return picture


@given(st.lists(st.integers(-35, 35), min_size=8, max_size=8))
def test_the_corners_of_a_sheet_are_found(shifts: list[int]) -> None:
    corners = SQUARE + np.array(shifts).reshape(4, 2)
    found = find_corners(draw_sheet(corners))
    assert found is not None
    assert np.abs(found - corners).max() <= 4


def test_writing_and_a_finger_do_not_hide_a_sheet() -> None:
    picture = draw_sheet(SQUARE)
    cv2.putText(picture, "31415", (180, 250), cv2.FONT_HERSHEY_SIMPLEX, 3, 40, 8)
    cv2.circle(picture, (480, 200), 9, 90, -1)
    found = find_corners(picture)
    assert found is not None
    assert np.abs(found - SQUARE).max() <= 4


@pytest.mark.parametrize(
    "picture",
    [
        np.full(SHAPE, SHEET, np.uint8),
        draw_sheet(SQUARE, sheet=TABLE + 20),
        draw_sheet(SQUARE, sheet=TABLE, table=SHEET),
        draw_sheet(SQUARE * 0.3 + 100),
        draw_sheet(np.array([[0, 80], [480, 80], [480, 450], [0, 450]])),
        draw_sheet(np.array([[300, 60], [520, 380], [80, 380]])),
        draw_sheet(np.array([[250, 60], [560, 70], [330, 390], [40, 380]])),
        np.asarray(cv2.circle(np.full(SHAPE, TABLE, np.uint8), (300, 225), 180, SHEET, -1), np.uint8),
    ],
    ids=["paper alone", "no contrast", "dark sheet", "small", "cut off", "triangle", "rhomb", "plate"],
)
def test_what_is_no_whole_sheet_on_a_darker_table_is_none(picture: NDArray[np.uint8]) -> None:
    assert find_corners(picture) is None


def test_its_sides_tell_how_it_lies() -> None:
    picture = draw_sheet(SQUARE)
    for side in to_slopes(SQUARE, picture):
        assert (side.slope, side.converging) == pytest.approx((0, 0), abs=1e-9)
    narrow_above = SQUARE + np.array([[30, 0], [-30, 0], [0, 0], [0, 0]])
    level, upright = to_slopes(narrow_above, picture)
    assert (level.slope, level.converging) == pytest.approx((0, 0), abs=1e-9)
    assert upright.slope == pytest.approx(0, abs=1e-9)
    assert upright.converging > 0.1, "upright lines part on the way down, and more so to the right"
