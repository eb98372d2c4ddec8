"""Digits have few holes, whatever the pen; coins have many."""

import cv2
import numpy as np
import pytest

from model.strokes import DIGITS, draw
from scanner.holes import MOST_HOLES, count_holes, is_riddled

SIDE = 94


def draw_coin(holes: int) -> np.ndarray:
    """Return a dense disc with as many holes."""
    disc = cv2.circle(np.zeros((SIDE, SIDE), np.uint8), (SIDE // 2, SIDE // 2), SIDE // 2 - 1, 1, -1)
    for k in range(holes):
        angle = 2 * np.pi * k / max(holes, 1)
        centre = (round(SIDE / 2 + 28 * np.cos(angle)), round(SIDE / 2 + 28 * np.sin(angle)))
        cv2.circle(disc, centre, 5, 0, -1)
    return disc > 0


@pytest.mark.parametrize(("digit", "holes"), [("1", 0), ("0", 1), ("8", 2)])
def test_holes_are_counted(digit: str, holes: int) -> None:
    assert count_holes(draw(DIGITS[digit][0], np.random.default_rng(1), SIDE) > 127) == holes


@pytest.mark.parametrize("way", [way for of_digit in DIGITS.values() for way in of_digit])
@pytest.mark.parametrize("pen", [1, 9])
def test_no_digit_is_riddled(way: str, pen: int) -> None:
    ink = draw(way, np.random.default_rng(3), SIDE)
    assert not is_riddled(cv2.dilate(ink, np.ones((pen, pen), np.uint8)) > 127)


def test_a_coin_is_riddled_and_a_disc_is_not() -> None:
    assert is_riddled(draw_coin(MOST_HOLES + 1))
    assert not is_riddled(draw_coin(MOST_HOLES))
    assert not is_riddled(draw_coin(0))


def test_the_grain_of_the_paper_makes_no_holes() -> None:
    ink = draw_coin(0)
    ink[10:80:4, 30:60:4] = False
    assert count_holes(ink) == 0
