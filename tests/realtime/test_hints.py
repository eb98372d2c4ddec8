"""What a person can mend: blur, distance; a sharp page close by gives no hint."""

import cv2
import numpy as np
import pytest
from drawing import draw_page
from numpy.typing import NDArray

from realtime.hints import BLURRED, FAR, find_hints, measure_width
from scanner.page import Box
from scanner.reading import Digit, Line, Reading


def read_boxes(page: NDArray[np.uint8]) -> Reading:
    """Return a reading with the boxes of the page's ink."""
    contours, _ = cv2.findContours((page < 150).view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [Box(*cv2.boundingRect(contour)) for contour in contours]
    digits = tuple(Digit("1", 0.9, box) for box in boxes if box.height > 6)
    lines = (Line(digits, 0.9, digits[0].box),) if digits else ()
    return Reading("film", 1, page.shape[1], page.shape[0], lines)


@pytest.fixture
def large(rng: np.random.Generator) -> NDArray[np.uint8]:
    return draw_page(["4570", "3826"], rng, height=90)


def test_a_sharp_page_close_by_gives_no_hint(large: NDArray[np.uint8]) -> None:
    assert find_hints(large, read_boxes(large)) == ()
    assert find_hints(np.dstack([large] * 3), read_boxes(large)) == ()


def test_a_blurred_page_is_told_whether_its_digits_are_found_or_not(large: NDArray[np.uint8]) -> None:
    soft = np.asarray(cv2.GaussianBlur(large, (0, 0), 6), np.uint8)
    assert find_hints(soft, read_boxes(large)) == (BLURRED,)
    softer = np.asarray(cv2.GaussianBlur(large, (0, 0), 12), np.uint8)
    assert find_hints(softer, Reading("film", 1, *large.shape[::-1], ())) == (BLURRED,)


def test_small_digits_are_told_by_their_size_before_the_camera(rng: np.random.Generator) -> None:
    small = draw_page(["4570"], rng, height=22)
    assert FAR in find_hints(small, read_boxes(small))
    assert FAR not in find_hints(small, read_boxes(small), enlarged=3.0)


def test_an_empty_sharp_picture_gives_no_hint() -> None:
    nothing = Reading("film", 1, 320, 200, ())
    assert find_hints(np.full((200, 320), 180, np.uint8), nothing) == ()
    board = np.full((200, 320), 180, np.uint8)
    board[50:150, 80:240] = 30
    assert find_hints(board, nothing) == ()


def test_an_edge_is_as_wide_as_it_was_made() -> None:
    for width in (4, 8, 16):
        row = np.interp(np.arange(100), [50 - width / 2, 50 + width / 2], [200, 40])
        assert measure_width(np.tile(row, (40, 1)).astype(np.uint8)) == pytest.approx(width, rel=0.3)
