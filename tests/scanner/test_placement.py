"""What was scaled, turned and straightened finds its place on the image as stored."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.page import Box
from scanner.placement import Placement, move_points, turn_back, warp

boxes = st.builds(Box, *[st.integers(0, 2000)] * 2, *[st.integers(1, 2000)] * 2)
moves = st.builds(
    lambda turn, x, y, p, q: np.array(
        [[np.cos(turn), -np.sin(turn), x], [np.sin(turn), np.cos(turn), y], [p * 1e-5, q * 1e-5, 1]]
    ),
    st.floats(-3, 3),
    *[st.floats(-300, 300)] * 2,
    *[st.floats(-8, 8)] * 2,
)


@given(boxes, st.floats(0.1, 4))
def test_a_picture_that_was_only_scaled_is_placed_as_ever(box: Box, scale: float) -> None:
    assert Placement.of_scale(scale).place(box) == box.scaled(1 / scale)
    assert Placement.of_scale(scale).scale == pytest.approx(scale)


@given(boxes, moves)
def test_a_placed_box_holds_all_its_points(box: Box, move: np.ndarray) -> None:
    placed = Placement(move).place(box)
    shares = np.random.default_rng(1).uniform(0, 1, (20, 2))
    x, y = move_points(move, shares * (box.width, box.height) + (box.x, box.y)).T
    assert placed.x - 0.51 <= x.min() <= x.max() <= placed.right + 0.51
    assert placed.y - 0.51 <= y.min() <= y.max() <= placed.bottom + 0.51


@given(boxes, moves, st.floats(0.2, 3))
def test_moves_follow_one_another(box: Box, move: np.ndarray, scale: float) -> None:
    corner = np.array([[box.x, box.y]], np.float64)
    both = Placement.of_scale(scale).after(move)
    np.testing.assert_allclose(move_points(both.to_stored, corner), move_points(move, corner) / scale, rtol=1e-6)


@pytest.mark.parametrize("quarters", range(4))
def test_a_turned_picture_is_turned_back(quarters: int, rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (30, 50)).astype(np.uint8)
    turned = np.rot90(picture, quarters)
    for _ in range(20):
        y, x = (int(rng.integers(0, side)) for side in turned.shape)
        there = Placement.of_turn(quarters, 50, 30).place(Box(x, y, 1, 1))
        assert (there.width, there.height) == (1, 1)
        assert picture[there.y, there.x] == turned[y, x]


@pytest.mark.parametrize(("quarters", "degrees"), [(0, 0), (1, 90), (2, 180), (3, -90)])
def test_it_knows_how_far_it_was_turned(quarters: int, degrees: int) -> None:
    placement = Placement.of_turn(quarters, 50, 30)
    assert abs(placement.turned) == abs(degrees)
    assert np.sign(placement.turned) == np.sign(degrees) or degrees == 180
    assert not placement.is_aside
    assert placement.after(np.array([[1, 0, 0], [0, 1, 0], [1e-4, 0, 1]])).is_aside


@pytest.mark.parametrize("quarters", range(4))
def test_warping_and_placing_agree_to_the_pixel(quarters: int, rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (30, 50)).astype(np.uint8)
    size = np.rot90(picture, quarters).shape[::-1]
    np.testing.assert_array_equal(warp(picture, turn_back(quarters, 50, 30), size), np.rot90(picture, quarters))


def test_beyond_the_picture_there_is_paper() -> None:
    picture = np.zeros((20, 20), np.uint8)
    shifted = warp(picture, np.array([[1.0, 0, 10], [0, 1, 0], [0, 0, 1]]), (20, 20))
    assert shifted[:, :9].max() == 0
    assert shifted[:, 11:].min() == 255


@given(st.integers(0, 10), st.integers(0, 10), st.floats(-0.3, 0.3))
def test_ink_is_found_where_its_box_is_placed(x: int, y: int, turn: float) -> None:
    """A dark square, seen askew: the box around it there, placed, is the square's own."""
    picture = np.full((200, 240), 255, np.uint8)
    square = Box(80 + 5 * x, 60 + 5 * y, 30, 30)
    picture[square.y : square.bottom, square.x : square.right] = 0
    move = np.array([[np.cos(turn), -np.sin(turn), 10], [np.sin(turn), np.cos(turn), -20], [0, 0, 1]])
    seen = warp(picture, move, (300, 300)) < 128
    centre = np.array([cv2.boundingRect(seen.view(np.uint8))], np.float64)
    middle = centre[:, :2] + centre[:, 2:] / 2
    found = move_points(move, middle)[0]
    assert abs(found[0] - square.centre_x) <= 1
    assert abs(found[1] - square.centre_y) <= 1
