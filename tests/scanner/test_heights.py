"""How high a page's digits are: by those that may be digits, whatever stands around and between them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.heights import estimate_digit_height
from scanner.pieces import find_pieces
from scanner.segment import Blob
from tests.scanner.test_segment import HEIGHT, NO_RULES, digit, paint, string

Mask = NDArray[np.bool_]


def test_specks_do_not_outvote_digits() -> None:
    specks = [digit(x, 300, 9, 9) for x in range(10, 250, 12)]
    assert estimate_digit_height(find_pieces(paint([*string(6), *specks]))) == HEIGHT


def frame(blobs: list[Blob]) -> Mask:
    """Draw a frame 400 pixels high around pieces."""
    page = paint(blobs)
    page[100:500, 300:303] = page[100:500, 1200:1203] = True
    page[100:103, 300:1203] = page[497:500, 300:1203] = True
    return page


def test_a_frame_is_no_digit() -> None:
    assert estimate_digit_height(find_pieces(frame([*string(4, x=400, y=200), *string(4, x=800, y=300)]))) == HEIGHT


def test_a_frame_around_one_short_number_is_no_digit() -> None:
    assert estimate_digit_height(find_pieces(frame(string(2, x=400, y=200)))) == HEIGHT


def test_one_digit_that_fills_the_picture_has_its_height() -> None:
    page = np.zeros((50, 40), bool)
    page[5:45, 15:20] = True
    assert estimate_digit_height(find_pieces(page)) == 40


def test_an_empty_page_has_no_digit_height() -> None:
    assert estimate_digit_height(find_pieces(NO_RULES)) == 0


def test_a_string_in_one_piece_has_its_height_and_a_thick_rule_has_none() -> None:
    page = np.zeros((300, 1200), bool)
    cv2.rectangle(rule := page.view(np.uint8), (100, 240), (1100, 255), 1, cv2.FILLED)
    assert estimate_digit_height(find_pieces(page)) < 60
    for x in range(200, 900, 50):
        cv2.ellipse(rule, (x, 100), (25, 40), 0, 0, 360, 1, 4)
    assert abs(estimate_digit_height(find_pieces(page)) - 84) <= 2
