"""Rows are laid level, scaled to one height, and places on the page are found again on the strip."""

from dataclasses import replace

import numpy as np
import pytest
from drawing import whiten
from hypothesis import given
from hypothesis import strategies as st

from model.strip import CHANNELS, DIGIT, HEIGHT, MARGIN, PEN
from scanner.ink import Ink
from scanner.lattice import build_lattice
from scanner.page import Box
from scanner.pieces import find_pieces
from scanner.placement import Placement
from scanner.segment import Blob, Row
from scanner.strips import FAINTEST_PEN, lay_out


def make_row(boxes: list[Box]) -> tuple[Row, Ink]:
    """A page of 400 by 1600 pixels with full boxes for digits, and the row of them."""
    page = np.zeros((400, 1600), np.bool_)
    for box in boxes:
        page[box.y : box.bottom, box.x : box.right] = True
    blobs = [Blob(box, np.ones((box.height, box.width), np.bool_)) for box in boxes]
    height = float(np.median([box.height for box in boxes])) if boxes else 0.0
    nothing = np.zeros_like(page)
    return Row(blobs, height), Ink(find_pieces(page), nothing, Placement.of_scale(1.0), nothing, whiten(page))


@given(st.integers(12, 120), st.floats(-0.12, 0.12), st.integers(2, 8))
def test_digits_stand_in_the_middle_twenty_pixels_high(height: int, slope: float, count: int) -> None:
    pitch = round(1.2 * height)
    boxes = [Box(100 + i * pitch, 200 + round(slope * i * pitch), height // 2, height) for i in range(count)]
    row, ink = make_row(boxes)
    lattice = build_lattice(row)
    strip = lay_out(lattice, ink)
    assert strip.image.shape == (HEIGHT, round((boxes[-1].right - 100) * DIGIT / height) + 2 * MARGIN, CHANNELS)
    level = slope if count > 3 else 0.0  # few digits do not tell a slope
    for box in boxes:
        column = strip.image[:, int(strip.course.to_strip(box.centre_x)), 0] > 127
        assert abs(np.count_nonzero(column) - DIGIT) <= 3
        if level == slope:
            assert abs(np.flatnonzero(column).mean() - (HEIGHT - 1) / 2) <= 2


def test_the_second_channel_shows_what_else_stands_there() -> None:
    row, ink = make_row([Box(100, 200, 20, 40), Box(140, 200, 20, 40)])
    erased = np.zeros_like(ink.mask)
    erased[238:242, 90:180] = True
    strip = lay_out(build_lattice(row), Ink(ink.pieces, ink.rules, ink.placement, erased, ink.even))
    between = int(strip.course.to_strip(130))
    assert not strip.image[:, between, 0].any()
    assert strip.image[:, between, 1].any()


@pytest.mark.parametrize("pen", [30, 120, 250])
def test_the_third_channel_shows_what_is_no_ink_as_dark_as_it_is_beside_the_pen(pen: int) -> None:
    row, ink = make_row([Box(100, 200, 20, 40), Box(180, 200, 20, 40)])
    even = np.where(ink.mask, np.uint8(255 - pen), np.uint8(255))
    even[200:240, 140:160] = 255 - pen // 2
    strip = lay_out(build_lattice(row), replace(ink, even=even))
    first, faint, second = (strip.image[16, int(strip.course.to_strip(x))].tolist() for x in (110, 150, 190))
    assert first == second == [255, 255, PEN]
    assert faint[:2] == [0, 0]
    assert faint[2] == pytest.approx(PEN / 2, abs=6)
    assert strip.image[16, int(strip.course.to_strip(130))].tolist() == [0, 0, 0]


def test_paper_of_a_row_that_is_hardly_darker_is_not_made_dark() -> None:
    row, ink = make_row([Box(100, 200, 20, 40), Box(180, 200, 20, 40)])
    strip = lay_out(build_lattice(row), replace(ink, even=np.where(ink.mask, np.uint8(252), np.uint8(255))))
    assert strip.image[16, int(strip.course.to_strip(110)), 2] == round(3 * PEN / FAINTEST_PEN)


def test_a_few_darker_pixels_make_the_pen_no_darker() -> None:
    row, ink = make_row([Box(100, 200, 20, 40), Box(180, 200, 20, 40)])
    even = np.where(ink.mask, np.uint8(155), np.uint8(255))
    even[200:210, 100:120] = 5
    strip = lay_out(build_lattice(row), replace(ink, even=even))
    assert strip.image[16, int(strip.course.to_strip(190)), 2] == PEN


def test_a_row_at_the_edge_of_its_page_has_paper_beyond() -> None:
    row, ink = make_row([Box(0, 0, 20, 40), Box(1580, 360, 20, 40)])
    strip = lay_out(build_lattice(Row([row.blobs[0]], 40.0)), ink)
    assert strip.image.shape[1] == 10 + 2 * MARGIN
    assert not strip.image[:, : MARGIN - 1].any()
    assert strip.image[16, MARGIN + 2 : MARGIN + 8].min() >= PEN


def test_strips_of_small_and_large_writing_look_alike() -> None:
    looks = []
    for height in (15, 30, 90):
        row, ink = make_row([Box(100, 200, height // 3, height), Box(100 + height, 200, height // 3, height)])
        looks.append(lay_out(build_lattice(row), ink).image.astype(float))
    for look in looks[1:]:
        assert look.shape == pytest.approx(looks[0].shape, abs=2)
        width = min(look.shape[1], looks[0].shape[1])
        assert np.abs(look[:, :width] - looks[0][:, :width]).mean() < 25
