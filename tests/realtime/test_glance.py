"""Glances: small grey frames, and how their pixels and the frame's belong together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.glance import SIDE, take_glance
from scanner.page import Box


@pytest.mark.parametrize("shape", [(720, 1280, 3), (1080, 1920, 3), (480, 640), (1280, 720, 3), (101, 777)])
def test_a_glance_is_small_and_knows_its_scale(shape: tuple[int, ...]) -> None:
    glance = take_glance(np.full(shape, 120, np.uint8))
    height, width = glance.grey.shape
    assert max(height, width) == SIDE
    assert (width * glance.scale[0], height * glance.scale[1]) == pytest.approx((shape[1], shape[0]))
    assert (glance.grey == 120).all()


def test_a_small_picture_stays_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (60, 80)).astype(np.uint8)
    assert np.array_equal(take_glance(picture).grey, picture)


def test_a_move_is_enlarged_with_the_picture() -> None:
    glance = take_glance(np.zeros((720, 1280), np.uint8))
    move = np.array([[1.0, 0.1, 5], [-0.1, 1, 3], [0, 0, 1]])
    small = np.array([20.0, 30.0, 1])
    assert np.allclose(glance.enlarge(move) @ (80, 120, 1), np.array([4, 4, 1]) * (move @ small))


@given(st.integers(-50, 1400), st.integers(-50, 800), st.integers(1, 300), st.integers(1, 300))
def test_a_crop_is_never_empty_and_holds_what_of_the_box_is_seen(x: int, y: int, width: int, height: int) -> None:
    glance = take_glance(np.zeros((720, 1280), np.uint8))
    rows, columns = glance.crop(Box(x, y, width, height))
    assert glance.grey[rows, columns].size
    if x >= 0 and x + width <= 1280 and y >= 0 and y + height <= 720:
        assert columns.start * 4 <= x < x + width <= columns.stop * 4
        assert rows.start * 4 <= y < y + height <= rows.stop * 4


def test_the_dark_is_told_from_dark_paper() -> None:
    dark = np.random.default_rng(0).integers(0, 20, (360, 640)).astype(np.uint8)
    assert take_glance(dark).is_dark
    dark[:60] = 90
    assert not take_glance(dark).is_dark
