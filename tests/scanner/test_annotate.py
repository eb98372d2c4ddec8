"""Drawn readings: what is marked, where, in which colour, at any size."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.annotate import (
    BLACK,
    HEADROOM,
    LARGEST_SIDE,
    SCALE,
    SMALLEST_SIDE,
    Chip,
    Colour,
    annotate,
    choose_colour,
    choose_enlargement,
    choose_type_size,
    draw_chip,
)
from scanner.page import Box
from scanner.reading import Digit, Field, Line, Reading


def white(width: int, height: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 255, np.uint8)


def reading_of(image: NDArray[np.uint8], digits: Sequence[Digit], confidence: float = 0.9) -> Reading:
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    height, width = image.shape[:2]
    return Reading("drawn", 1, width, height, (Line(tuple(digits), confidence, box),))


def has_colour(picture: NDArray[np.uint8], colour: Colour) -> bool:
    return bool((picture == np.array(colour, np.uint8)).all(axis=2).any())


def luminance(colour: Colour) -> float:
    return float(np.dot(colour, (0.0722, 0.7152, 0.2126)))


def test_leaves_the_image_itself_untouched() -> None:
    image = white(640, 480)
    annotate(image, reading_of(image, [Digit("7", 0.9, Box(100, 100, 40, 60))]))
    assert (image == 255).all()


def test_outline_hugs_the_digit_and_covers_none_of_it() -> None:
    image = white(640, 480)
    digit = Digit("7", 1.0, Box(100, 100, 40, 60))
    picture = annotate(image, reading_of(image, [digit]))
    assert (picture[100:160, 100:140] == 255).all()
    blue = np.array(choose_colour(digit))
    assert (picture[100:160, 99] == blue).all()
    assert (picture[100:160, 140] == blue).all()
    assert (picture[160, 99:141] == blue).all()


def test_text_stands_above_the_digit() -> None:
    image = white(640, 480)
    picture = annotate(image, reading_of(image, [Digit("7", 0.9, Box(100, 200, 40, 60))]))
    assert (picture[165:198, 100:140] != 255).any()
    assert (picture[262:] == 255).all()


def test_an_empty_reading_changes_nothing() -> None:
    image = white(640, 480)
    assert (annotate(image, Reading("drawn", 1, 640, 480, ())) == image).all()


def test_grey_images_come_back_in_colour() -> None:
    grey = np.full((480, 640), 200, np.uint8)
    assert annotate(grey, Reading("drawn", 1, 640, 480, ())).shape == (480, 640, 3)


def test_doubt_gets_lighter_step_by_step() -> None:
    colours = [choose_colour(Digit("3", confidence, Box(0, 0, 9, 9))) for confidence in (1.0, 0.9, 0.75, 0.6, 0.5)]
    levels = [luminance(colour) for colour in colours]
    assert levels == sorted(levels)
    assert len(set(colours)) == len(colours)


def test_the_scale_ends_at_its_marks() -> None:
    box = Box(0, 0, 9, 9)
    assert choose_colour(Digit("3", 0.1, box)) == tuple(SCALE[0])
    assert choose_colour(Digit("3", 1.0, box)) == tuple(SCALE[-1])


def test_a_refused_digit_is_dashed_and_uncoloured() -> None:
    image = white(640, 480)
    box = Box(100, 100, 40, 60)
    refused = annotate(image, reading_of(image, [Digit("?", 0.4, box)]))
    left_side = (refused[104:156, 99] == np.array(BLACK)).all(axis=1)
    assert left_side.any()
    assert not left_side.all()
    assert not has_colour(refused, choose_colour(Digit("3", 0.4, box)))


@pytest.mark.parametrize(("width", "height", "factor"), [(200, 40, 8), (28, 28, 12), (640, 480, 1), (4608, 3456, 1)])
def test_small_pictures_are_enlarged(width: int, height: int, factor: int) -> None:
    image = white(width, height)
    picture = annotate(image, Reading("drawn", 1, width, height, ()))
    assert picture.shape == (height * factor + (HEADROOM if factor > 1 else 0), width * factor, 3)


def test_boxes_follow_the_enlargement() -> None:
    image = white(200, 40)
    image[10:30, 50:60] = 0
    digit = Digit("1", 1.0, Box(50, 10, 10, 20))
    picture = annotate(image, reading_of(image, [digit]))
    left, top = 8 * 50, 8 * 10 + HEADROOM
    assert (picture[top + 20 : top + 140, left - 1] == np.array(choose_colour(digit))).all()
    assert (picture[top + 20 : top + 140, left + 20 : left + 60] < 30).all()


@given(width=st.integers(1, 5000), height=st.integers(1, 5000))
def test_enlarging_keeps_its_limits(width: int, height: int) -> None:
    factor = choose_enlargement(np.broadcast_to(np.uint8(0), (height, width)))
    assert factor >= 1
    assert factor == 1 or factor * max(width, height) <= LARGEST_SIDE
    assert factor == 1 or (factor - 1) * min(width, height) < SMALLEST_SIDE


def test_neighbours_labels_do_not_push_each_other_away() -> None:
    picture = white(1280, 720)
    boxes = [Box(100 + 22 * i, 300, 20, 80) for i in range(8)]
    size = choose_type_size(picture, boxes)
    assert Chip("8", size).width <= 22


def test_type_is_readable_when_the_whole_picture_fills_a_screen() -> None:
    picture = np.broadcast_to(np.uint8(0), (3456, 4608, 3))
    boxes = [Box(100 + 90 * i, 300, 40, 50) for i in range(8)]
    assert choose_type_size(picture, boxes) * 1280 / 4608 >= 11


@settings(max_examples=40, deadline=None)
@given(left=st.integers(-300, 900), bottom=st.integers(-300, 900), size=st.integers(12, 60))
def test_chips_stay_inside_the_picture(left: int, bottom: int, size: int) -> None:
    picture = white(640, 480)
    chip = Chip("0123?", size, (178, 114, 0))
    draw_chip(picture, chip, left, bottom)
    rows, columns = (picture != 255).any(axis=2).any(axis=1), (picture != 255).any(axis=2).any(axis=0)
    assert rows.sum() == chip.height
    assert columns.sum() == chip.width


@settings(max_examples=25, deadline=None)
@given(
    size=st.tuples(st.integers(1, 900), st.integers(1, 700)),
    box=st.builds(Box, st.integers(-50, 900), st.integers(-50, 700), st.integers(1, 400), st.integers(1, 400)),
    confidence=st.floats(0, 1),
    text=st.sampled_from("0123456789?"),
)
def test_any_reading_can_be_drawn(size: tuple[int, int], box: Box, confidence: float, text: str) -> None:
    image = white(*size)
    picture = annotate(image, reading_of(image, [Digit(text, confidence, box)] * 3, confidence))
    assert picture.dtype == np.uint8
    assert picture.shape[1] == size[0] * choose_enlargement(image)


@pytest.mark.parametrize("step", [(0, 70), (0, -70), (-60, 0), (-60, 4)])
def test_labels_stay_over_their_digits_however_the_page_is_turned(step: tuple[int, int]) -> None:
    image = white(640, 480)
    boxes = [Box(300 + k * step[0], (160 if step[1] >= 0 else 400) + k * step[1], 40, 50) for k in range(4)]
    digits = [Digit("7", 1.0, box) for box in boxes]
    picture = annotate(image, reading_of(image, digits))
    blue = (picture == np.array(choose_colour(digits[0]), np.uint8)).all(axis=2)
    for box in boxes:
        over = blue[box.y - 14 : box.y - 6, box.x : box.right]
        assert over.mean() > 0.15, "the digit's own label, and no other, stands there"
        assert over[:, : box.width // 2].any()
        assert over[:, box.width // 2 :].any()


def test_fields_are_drawn_with_their_names_and_what_is_not_valid_differs() -> None:
    blank = np.full((600, 800, 3), 240, np.uint8)
    place = Box(100, 100, 300, 60)
    drawn = {}
    for valid in (True, False):
        field = Field("amount", "", "", 0.9, place, valid)
        drawn[valid] = annotate(blank, Reading("a.png", 1, 800, 600, (), (), (field,), "form"))
        changed = (drawn[valid] != blank).any(axis=2)
        assert changed[100, 100:400].all()
        assert changed[100:160, 100].all()
        assert not changed[110:150, 110:390].any(), "what is written stays to be seen"
        assert changed[162:175, 100:150].any(), "its name stands below it"
    assert (drawn[True][100, 200] != drawn[False][100, 200]).any()
