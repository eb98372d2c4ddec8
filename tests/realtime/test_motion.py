"""How a page has moved: known moves of drawn pages come back, also beneath a hand."""

import cv2
import numpy as np
import pytest
from drawing import draw_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.motion import find_landmarks, follow, match_light, measure_difference, shift_between

SIZE = (320, 180)


def draw_small() -> NDArray[np.uint8]:
    page = draw_page(["4579031", "3182674", "8749025"], np.random.default_rng(4), height=120, margin=60)
    return np.asarray(cv2.resize(page, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


PAGE = draw_small()


def make_move(x: float, y: float, angle: float = 0.0, zoom: float = 1.0) -> NDArray[np.float64]:
    move = np.eye(3)
    move[:2] = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), angle, zoom)
    move[:2, 2] += (x, y)
    return move


def move_page(move: NDArray[np.float64], noise: float = 1.0) -> NDArray[np.uint8]:
    moved = cv2.warpAffine(PAGE, move[:2], SIZE, borderMode=cv2.BORDER_REPLICATE)
    return np.clip(moved + np.random.default_rng(0).normal(0, noise, moved.shape), 0, 255).astype(np.uint8)


@settings(max_examples=30)
@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-4, 4), st.floats(0.93, 1.07))
def test_a_known_move_comes_back(x: float, y: float, angle: float, zoom: float) -> None:
    move = make_move(x, y, angle, zoom)
    found = follow(find_landmarks(PAGE), move_page(move), np.eye(3))
    assert found is not None
    assert measure_difference(found, move, PAGE.shape) < 0.8


@settings(max_examples=30)
@given(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_less_than_can_be_seen_is_no_move_at_all(x: float, y: float) -> None:
    start = make_move(3, -2, 1)
    found = follow(find_landmarks(PAGE), move_page(make_move(3 + x, -2 + y, 1)), start)
    assert found is start


@pytest.mark.parametrize("shift", [(60.0, 0.0), (-45.0, 30.0)])
def test_a_jump_is_found_by_phase_correlation(shift: tuple[float, float]) -> None:
    move = make_move(*shift)
    found = follow(find_landmarks(PAGE), move_page(move), np.eye(3))
    assert found is not None
    assert measure_difference(found, move, PAGE.shape) < 1
    assert measure_difference(shift_between(PAGE, move_page(move)), move, PAGE.shape) < 2


def test_a_hand_that_hides_most_does_not_carry_the_page_along() -> None:
    landmarks = find_landmarks(PAGE)
    for step in range(5):
        hidden = move_page(np.eye(3))
        texture = np.random.default_rng(7).integers(60, 200, (140, 170)).astype(np.uint8)
        hand = cv2.GaussianBlur(texture, (0, 0), 3)
        hidden[40:, 60 + 8 * step : 230 + 8 * step] = hand
        found = follow(landmarks, hidden, np.eye(3))
        assert found is not None
        assert measure_difference(found, np.eye(3), PAGE.shape) < 0.5


def test_what_the_writing_does_counts_where_the_rest_does_otherwise() -> None:
    rng = np.random.default_rng(3)
    room = cv2.GaussianBlur(rng.integers(0, 255, SIZE[::-1]).astype(np.uint8), (0, 0), 1.5)
    writing = np.zeros(PAGE.shape, np.bool_)
    writing[40:140, 80:240] = True
    before = np.where(writing, PAGE, room).astype(np.uint8)
    move = make_move(5, 3)
    carried = cv2.warpAffine(writing.view(np.uint8), move[:2], SIZE).view(np.bool_)
    after = np.where(carried, move_page(move), room).astype(np.uint8)
    found = follow(find_landmarks(before, writing), after, np.eye(3))
    assert found is not None
    assert np.allclose(found[:2, :2] @ (160, 90) + found[:2, 2], (165, 93), atol=0.5)


def test_without_anything_to_follow_a_page_stands_still() -> None:
    blank = np.full(SIZE[::-1], 200, np.uint8)
    start = make_move(1, 2)
    assert follow(find_landmarks(blank), blank, start) is start


def test_another_page_is_not_found() -> None:
    rng = np.random.default_rng(3)
    other = cv2.GaussianBlur(rng.integers(0, 255, SIZE[::-1]).astype(np.uint8), (0, 0), 2)
    assert follow(find_landmarks(PAGE), other, np.eye(3)) is None


def test_a_darker_picture_is_followed_in_the_light_of_the_first() -> None:
    dim = cv2.convertScaleAbs(move_page(make_move(4, 2)), alpha=0.4)
    assert abs(float(np.median(match_light(dim, PAGE))) - float(np.median(PAGE))) < 3
    found = follow(find_landmarks(PAGE), dim, np.eye(3))
    assert found is not None
    assert measure_difference(found, make_move(4, 2), PAGE.shape) < 0.8
