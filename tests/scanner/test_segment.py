"""From ink to rows: what stands together is one string, in reading order, and dust is none."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from scanner.page import Box
from scanner.pieces import find_pieces
from scanner.segment import Blob, Row, find_blobs, find_rows, measure_height

Mask = NDArray[np.bool_]

HEIGHT, WIDTH = 40, 24
"""Of a digit here, in pixels."""
SHAPE = (600, 1500)
NO_RULES = np.zeros(SHAPE, bool)


def digit(x: float, y: float = 100, width: int = WIDTH, height: int = HEIGHT) -> Blob:
    """Return a piece of ink as large as a digit."""
    return Blob(Box(round(x), round(y), width, height), np.ones((height, width), bool))


def string(count: int, x: float = 20, y: float = 100, gap: float = 0.3) -> list[Blob]:
    """Return digits side by side. gap: between two, in digit heights."""
    return [digit(x + i * (WIDTH + gap * HEIGHT), y) for i in range(count)]


def rows_of(blobs: Sequence[Blob], rules: Mask = NO_RULES) -> list[list[Box]]:
    return [[blob.box for blob in row.blobs] for row in find_rows(list(blobs), HEIGHT, rules)]


def boxes_of(*strings: list[Blob]) -> list[list[Box]]:
    return [[blob.box for blob in string] for string in strings]


@given(st.integers(1, 9), st.floats(0, 1.8))
def test_evenly_spaced_digits_are_one_string(count: int, gap: float) -> None:
    blobs = string(count, gap=gap)
    assert rows_of(blobs) == boxes_of(blobs)


@given(st.lists(st.floats(0.5, 0.95), min_size=1, max_size=7))
def test_gaps_that_vary_part_nothing(gaps: list[float]) -> None:
    places = np.cumsum([20, *(WIDTH + gap * HEIGHT for gap in gaps)])
    blobs = [digit(x) for x in places]
    assert rows_of(blobs) == boxes_of(blobs)


@given(st.integers(2, 6), st.integers(2, 6), st.floats(0.05, 0.4), st.floats(1.4, 12))
def test_a_wide_gap_parts_two_strings(first: int, second: int, gap: float, wide: float) -> None:
    left = string(first, gap=gap)
    right = string(second, x=left[-1].box.right + wide * HEIGHT, gap=gap)
    assert rows_of([*right, *left]) == boxes_of(left, right)


def test_a_dash_fills_the_gap_it_stands_in() -> None:
    """12 - 34, with more room around the dash than between the digits."""
    left = string(2, gap=0.2)
    right = string(2, x=left[-1].box.right + 1.2 * HEIGHT, gap=0.2)
    dash = digit(left[-1].box.right + 0.3 * HEIGHT, y=118, width=round(0.6 * HEIGHT), height=4)
    assert len(rows_of([*left, *right])) == 2
    assert rows_of([*left, dash, *right]) == boxes_of([*left, dash, *right])


@given(st.permutations(range(6)), st.floats(-4, 4))
def test_rows_come_in_reading_order(order: list[int], tilt: float) -> None:
    """Two columns of three rows, on a page that is tilted by some degrees."""
    slope = np.tan(np.radians(tilt))
    strings = []
    for row in range(3):
        for left in (20, 260):
            row_of = string(4, left, 100 + 80 * row)
            strings.append([digit(b.box.x, b.box.y + slope * (b.box.x - 20)) for b in row_of])
    shuffled = [blob for i in order for blob in strings[i]]
    assert rows_of(shuffled) == boxes_of(*strings)


@pytest.mark.parametrize("drop", [50, 70])
def test_rows_close_below_each_other_stay_apart(drop: int) -> None:
    upper, lower = string(5), string(5, x=33, y=100 + drop)
    assert rows_of([*upper, *lower]) == boxes_of(upper, lower)


@given(st.lists(st.floats(-0.2, 0.2), min_size=6, max_size=6), st.lists(st.integers(30, 50), min_size=6, max_size=6))
def test_an_unsteady_hand_writes_one_string(drops: list[float], heights: list[int]) -> None:
    pairs = zip(string(6), drops, heights, strict=True)
    blobs = [digit(b.box.x, b.box.y + drop * HEIGHT, height=height) for b, drop, height in pairs]
    assert rows_of(blobs) == boxes_of(blobs)


def test_a_table_rule_parts_evenly_spaced_digits() -> None:
    blobs = string(4, gap=0.5)
    rules = NO_RULES.copy()
    rules[50:200, blobs[1].box.right + 8 : blobs[1].box.right + 11] = True
    assert rows_of(blobs, rules) == boxes_of(blobs[:2], blobs[2:])


def test_a_rule_beside_the_row_parts_nothing() -> None:
    blobs = string(4, gap=0.5)
    rules = NO_RULES.copy()
    rules[200:500, blobs[1].box.right + 8 : blobs[1].box.right + 11] = True
    assert rows_of(blobs, rules) == boxes_of(blobs)


def test_the_bar_of_a_5_stays_with_its_row() -> None:
    blobs = string(4)
    bar = digit(blobs[2].box.x + 6, 96, 18, 4)
    (row,) = rows_of([*blobs, bar])
    assert bar.box in row


def test_a_small_piece_far_from_all_rows_stays_out() -> None:
    blobs = string(4)
    assert rows_of([*blobs, digit(100, 250, 18, 8)]) == boxes_of(blobs)


places = st.tuples(st.integers(0, 1400), st.integers(0, 500), st.integers(2, 60), st.integers(2, 90))


@given(st.lists(places, max_size=14, unique=True))
@settings(max_examples=100)
def test_no_piece_is_in_two_rows_and_no_digit_in_none(boxes: list[tuple[int, int, int, int]]) -> None:
    blobs = [digit(*box) for box in boxes]
    kept = [box for row in rows_of(blobs) for box in row]
    assert len(kept) == len(set(kept))
    assert {blob.box for blob in blobs if blob.box.height >= HEIGHT / 2} <= set(kept)


def test_the_box_of_a_row_is_around_its_pieces() -> None:
    row = Row((digit(10, 20), digit(50, 12), digit(90, 30)), HEIGHT)
    assert row.box == Box(10, 12, 80 + WIDTH, 18 + HEIGHT)


def paint(blobs: Sequence[Blob], shape: tuple[int, int] = SHAPE) -> Mask:
    """Put pieces onto a page; no two may share a pixel."""
    page = np.zeros(shape, np.uint8)
    for blob in blobs:
        page[blob.box.y : blob.box.bottom, blob.box.x : blob.box.right] += blob.ink
    assert page.max(initial=0) <= 1
    return page > 0


@given(arrays.arrays(np.bool_, st.tuples(st.integers(1, 30), st.integers(1, 30)), fill=st.nothing()))
def test_pieces_hold_the_ink_once_and_pixel_for_pixel(ink: Mask) -> None:
    painted = paint(find_blobs(find_pieces(ink), digit_height=8), ink.shape)
    assert not (painted & ~ink).any()


def test_pieces_of_digits_are_all_found() -> None:
    blobs = [*string(5), *string(3, y=300)]
    found = find_blobs(find_pieces(paint(blobs)), HEIGHT)
    assert sorted(b.box.as_list() for b in found) == sorted(b.box.as_list() for b in blobs)
    assert np.array_equal(paint(found), paint(blobs))


def test_dust_is_dropped() -> None:
    dust = [digit(x, 300, 2, 2) for x in range(10, 1400, 9)]
    assert len(find_blobs(find_pieces(paint([*string(3), *dust])), HEIGHT)) == 3


def test_what_is_far_too_large_is_dropped() -> None:
    assert len(find_blobs(find_pieces(paint([*string(3), digit(400, 5, 300, 590)])), HEIGHT)) == 3


def test_an_empty_page_has_no_rows() -> None:
    assert find_blobs(find_pieces(NO_RULES), 0) == []
    assert find_rows([], 0, NO_RULES) == []


def test_slashes_are_no_measure_of_a_row_even_where_they_touch_digits() -> None:
    def draw_touched(x: int) -> Blob:
        """Return a digit with a slash two and a half times as high at its side."""
        ink = np.zeros((100, 40), bool)
        ink[30 : 30 + HEIGHT, :WIDTH] = True
        ink[:, 30:34] = True
        ink[50, :34] = True
        return Blob(Box(x, 70, 40, 100), ink)

    touched = [digit(0), draw_touched(40), draw_touched(100), digit(160)]
    assert float(np.median([blob.box.height for blob in touched])) > HEIGHT
    assert measure_height(touched) == HEIGHT


@given(st.lists(st.sampled_from([30, 36, 40, 44, 48]), min_size=1, max_size=7))
def test_digits_of_unlike_height_are_measured_by_their_median(heights: list[int]) -> None:
    blobs = [digit(40 * number, 200 - height, height=height) for number, height in enumerate(heights)]
    assert measure_height(blobs) == np.median(heights)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_ragged_edges_are_no_strokes(count: int) -> None:
    ink = np.zeros((HEIGHT, WIDTH), bool)
    ink[:, 10:14] = True
    ink[10:30, ::2] = True  # as noise leaves what a stroke crosses
    ragged = [Blob(Box(40 * number, 100 + number, WIDTH, HEIGHT), ink) for number in range(count)]
    assert measure_height(ragged) == HEIGHT


def test_low_letters_are_no_measure_of_tall_digits_beside_them() -> None:
    ink = np.zeros((20, WIDTH), bool)
    ink[:, :4] = ink[:, -4:] = True
    low = [Blob(Box(30 * number, 120, WIDTH, 20), ink) for number in range(9)]  # two strokes each, on the baseline
    tall = [digit(400 + 30 * number) for number in range(10)]
    assert measure_height([*low, *tall]) == HEIGHT


def test_a_band_far_lower_than_the_pieces_is_none() -> None:
    ink = np.zeros((HEIGHT, 4 * WIDTH), bool)
    ink[:, 46:50] = True
    for x in (0, 20, 70, 90):  # strokes crowd in a quarter of the height
        ink[15:25, x : x + 4] = True
    assert measure_height([Blob(Box(0, 0, 4 * WIDTH, HEIGHT), ink)]) == HEIGHT
