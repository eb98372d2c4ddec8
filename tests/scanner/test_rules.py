"""Ruled lines go, strokes stay: also those that cross a rule or look like one."""

import cv2
import numpy as np
import pytest
from drawing import draw_string
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.strokes import DIGITS, draw
from scanner.rules import erase_rules, find_rules

Mask = NDArray[np.bool_]

HEIGHT = 60.0
"""Of the digits here, in pixels."""
SHAPE = (400, 700)


def stroke(*lines: tuple[tuple[float, float], tuple[float, float]], thickness: int = 3) -> Mask:
    """Draw straight lines from (x, y) to (x, y)."""
    picture = np.zeros(SHAPE, np.uint8)
    for start, end in lines:
        cv2.line(picture, [round(v) for v in start], [round(v) for v in end], 1, thickness)
    return picture > 0


def write(text: str = "40725", left: int = 120, top: int = 150) -> Mask:
    """Draw digits HEIGHT pixels high."""
    strip = draw_string(text, np.random.default_rng(3), round(HEIGHT / 0.64)) > 127
    picture = np.zeros(SHAPE, bool)
    picture[top : top + strip.shape[0], left : left + strip.shape[1]] = strip
    return picture


def bottom_of(ink: Mask) -> int:
    return int(np.flatnonzero(ink.any(axis=1)).max()) + 1


def count_pieces(ink: Mask) -> int:
    return cv2.connectedComponents(np.ascontiguousarray(ink).view(np.uint8), connectivity=8)[0] - 1


DIGITS_HERE = write()
BELOW = bottom_of(DIGITS_HERE) + 8


@pytest.mark.parametrize("thickness", [2, 3, 5])
@pytest.mark.parametrize("degrees", [0, 1, -2, 3])
def test_a_rule_below_the_digits_goes_and_the_digits_stay(degrees: float, thickness: int) -> None:
    rise = 660 * np.tan(np.radians(degrees))
    rule = stroke(((20, BELOW + 20 - rise / 2), (680, BELOW + 20 + rise / 2)), thickness=thickness)
    rule &= ~cv2.dilate(DIGITS_HERE.view(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    cleaned, _ = erase_rules(DIGITS_HERE | rule, HEIGHT)
    assert cleaned[rule].mean() < 0.05
    assert cleaned[DIGITS_HERE].all()


def test_a_broken_rule_goes() -> None:
    dashes = stroke(*[((x, 330), (x + 34, 330)) for x in range(20, 660, 44)])
    cleaned, _ = erase_rules(DIGITS_HERE | dashes, HEIGHT)
    assert not cleaned[dashes].any()


@given(st.integers(0, 10_000), st.text("01689", min_size=1, max_size=5))
@settings(max_examples=40)
def test_without_rules_nothing_changes(seed: int, text: str) -> None:
    ink = np.pad(draw_string(text, np.random.default_rng(seed), 96) > 127, 60)
    cleaned, parting = erase_rules(ink, HEIGHT)
    assert np.array_equal(cleaned, ink)
    assert not parting.any()


@pytest.mark.parametrize("text", ["777", "4444", "7577", "2222"])
def test_the_bars_of_digits_side_by_side_are_no_rule(text: str) -> None:
    for seed in range(10):
        ink = np.pad(draw_string(text, np.random.default_rng(seed), 96) > 127, 60)
        assert not find_rules(ink, HEIGHT).any()


@given(st.sampled_from(DIGITS["7"]), st.integers(0, 10_000), st.integers(0, 60))
@settings(max_examples=40)
def test_the_bar_of_a_7_is_no_rule(way: str, seed: int, margin: int) -> None:
    """Even in a crop that shows nothing else."""
    seven = draw(way, np.random.default_rng(seed), 96) > 127
    x, y, width, height = cv2.boundingRect(seven.view(np.uint8))
    assert not find_rules(np.pad(seven[y : y + height, x : x + width], margin), float(height)).any()


def test_a_thick_bar_is_no_rule() -> None:
    assert not find_rules(stroke(((100, 200), (400, 200)), thickness=70), HEIGHT).any()


def test_no_ink_has_no_rules() -> None:
    cleaned, parting = erase_rules(np.zeros(SHAPE, bool), 0.0)
    assert not cleaned.any()
    assert not parting.any()


@pytest.mark.parametrize("lean", [0, 12, -20, 30, -36])
@pytest.mark.parametrize("thickness", [2, 4])
def test_a_stroke_that_crosses_a_rule_stays_in_one_piece(lean: int, thickness: int) -> None:
    digit = stroke(((300 + lean, 120), (300 - lean, 180)), thickness=5)
    rule = stroke(((20, 150), (680, 150)), thickness=thickness)
    cleaned, _ = erase_rules(digit | rule, HEIGHT)
    assert cleaned[digit].mean() > 0.95
    assert count_pieces(cleaned) == 1
    away = rule.copy()
    away[:, 300 - abs(lean) - 30 : 300 + abs(lean) + 30] = False
    assert not cleaned[away].any()


def comb(cells: int = 5, side: int = 70, closed: bool = False) -> Mask:
    """Draw a row of cells that stand on a rule, with a wall on each side of a cell."""
    left, top, bottom = 120, 170, 250
    walls = [((x, top), (x, bottom)) for x in range(left, left + cells * side + 1, side)]
    floor = [((left, y), (left + cells * side, y)) for y in ((top, bottom) if closed else (bottom,))]
    return stroke(*walls, *floor, thickness=2)


def test_the_walls_of_a_closed_comb_go_and_part_nothing() -> None:
    walls = comb(closed=True)
    cleaned, parting = erase_rules(walls, HEIGHT)
    assert cleaned.mean() < 0.03 * walls.mean()
    assert not parting.any()


@pytest.mark.parametrize("closed", [True, False])
def test_the_walls_of_a_comb_in_a_crop_part_nothing(closed: bool) -> None:
    crop = comb(closed=closed)[155:265, 100:500]
    _, parting = erase_rules(crop, HEIGHT)
    assert not parting[:, 60:330].any()


def table(rows: int = 3, columns: int = 3) -> Mask:
    level = [((10, 20 + 120 * i), (690, 20 + 120 * i)) for i in range(rows + 1)]
    upright = [((10 + 225 * i, 20), (10 + 225 * i, 380)) for i in range(columns + 1)]
    return stroke(*level, *upright)


def test_a_table_s_rules_go_and_its_upright_ones_part() -> None:
    rules, digits = table(), write(left=60, top=40)
    cleaned, parting = erase_rules(rules | digits, HEIGHT)
    assert cleaned[rules & ~digits].mean() < 0.02
    assert cleaned[digits].mean() > 0.98
    inside = np.zeros(SHAPE, bool)
    inside[30:370, 225:245] = True
    assert parting[inside].any(), "the rule between the first two columns is known"
    assert not parting[:, 30:220].any(), "within a column nothing parts"


@pytest.mark.parametrize("left", [20, 540])
def test_a_rule_beside_a_filled_cell_goes(left: int) -> None:
    # the cell's level runs hang on the rule's, and once made it look like one thick line
    rule = stroke(((20, BELOW + 20), (680, BELOW + 20)), thickness=5)
    cell = np.zeros(SHAPE, bool)
    cell[BELOW - 40 : BELOW + 20, left : left + 140] = True
    cell &= ~cv2.dilate(DIGITS_HERE.view(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    cleaned, _ = erase_rules(DIGITS_HERE | rule | cell, HEIGHT)
    beside = rule & ~cv2.dilate(cell.view(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    assert cleaned[beside].mean() < 0.05
    assert cleaned[DIGITS_HERE].all()


def test_ruled_paper_on_its_side_parts_nothing() -> None:
    ink = DIGITS_HERE | stroke(*[((x, 5), (x, 395)) for x in range(40, 700, 90)], thickness=2)
    _, parting = erase_rules(ink, HEIGHT)
    assert not parting.any()


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_erasing_adds_no_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ink = write("".join(rng.choice(list("0123456789"), 5))) | table() | (rng.random(SHAPE) < 0.01)
    cleaned, _ = erase_rules(ink, HEIGHT)
    assert not (cleaned & ~ink).any()


def boxes(cells: int = 4, side: int = 84, thickness: int = 2) -> Mask:
    """Draw boxes that stand apart: no side is long enough for a rule."""
    lefts, top, bottom = [120 + i * (side + 20) for i in range(cells)], 150, 150 + side
    level = [((x, y), (x + side, y)) for x in lefts for y in (top, bottom)]
    return stroke(
        *level, *[((x, top), (x, bottom)) for left in lefts for x in (left, left + side)], thickness=thickness
    )


@pytest.mark.parametrize("thickness", [1, 2, 4])
def test_boxes_that_stand_apart_go(thickness: int) -> None:
    cleaned, parting = erase_rules(boxes(thickness=thickness), HEIGHT)
    assert cleaned.mean() < 0.03 * boxes(thickness=thickness).mean()
    assert not parting.any()


def test_a_digit_that_crosses_its_box_stays() -> None:
    digit = stroke(((162, 170), (150, 260)), ((162, 170), (190, 190)), thickness=5)
    cleaned, _ = erase_rules(digit | boxes(), HEIGHT)
    assert cleaned[digit].mean() > 0.98
    assert count_pieces(cleaned) == 1


@pytest.mark.parametrize("bend", [-12, 8, 16])
def test_a_bent_rule_goes(bend: int) -> None:
    """As on the page of an open book."""
    x = np.arange(20, 680)
    picture = np.zeros(SHAPE, np.uint8)
    course = np.stack([x, 330 + bend * ((x - 350) / 330) ** 2], axis=1).round().astype(np.int32)
    cv2.polylines(picture, [course], isClosed=False, color=1, thickness=2)
    cleaned, _ = erase_rules(DIGITS_HERE | (picture > 0), HEIGHT)
    assert cleaned[picture > 0].mean() < 0.05
    assert cleaned[DIGITS_HERE].all()


def test_zeros_in_a_row_that_touch_a_rule_keep_their_tops() -> None:
    """Their tops and feet stand at one height: together they are as long as a rule, but they leave its course."""
    zeros = np.zeros(SHAPE, np.uint8)
    for x in range(150, 500, 65):
        cv2.ellipse(zeros, (x, 180), (24, 30), 0, 0, 360, 1, 13)
    rules = stroke(((20, 212), (680, 212)), ((20, 140), (680, 140)))
    cleaned, _ = erase_rules((zeros > 0) | rules, HEIGHT)
    assert cleaned[145:200][zeros[145:200] > 0].all()


@pytest.mark.parametrize("thickness", [5, 9])
@pytest.mark.parametrize("long", [50, 70])
def test_a_wavy_line_is_no_rule(long: float, thickness: int) -> None:
    """The feet of flat 0s that touch follow one another as the runs of a rule do."""
    x = np.arange(60, 620)
    y = 200 + 14 * np.abs(np.sin(np.pi * x / long))
    picture = np.zeros(SHAPE, np.uint8)
    cv2.polylines(picture, [np.stack([x, y], axis=1).round().astype(np.int32)], False, 1, thickness)
    assert not find_rules(picture > 0, 30).any()


def crop_with(*uprights: tuple[int, int, int]) -> tuple[Mask, Mask]:
    """Return digits in a crop that is hardly higher than they, and upright lines: (x, top, bottom)."""
    lines = stroke(*[((x, top), (x, bottom)) for x, top, bottom in uprights], thickness=6)
    place = np.s_[125:240, 60:560]
    return (DIGITS_HERE | lines)[place], lines[place]


@pytest.mark.parametrize("gaps", [(), (160,), (160, 195)])
@pytest.mark.parametrize("count", [1, 2])
def test_a_1_that_is_nearly_as_high_as_the_crop_stays(count: int, gaps: tuple[int, ...]) -> None:
    ink, ones = crop_with(*[(80 + 440 * k, 135, 230) for k in range(count)])
    for gap in gaps:  # broken by a faint pen
        ink[gap - 125 : gap - 122] &= ~ones[gap - 125 : gap - 122]
        ones[gap - 125 : gap - 122] = False
    cleaned, _ = erase_rules(ink, HEIGHT)
    assert cleaned[ones].all()


def test_the_walls_of_a_crop_go() -> None:
    """As high as the crop, or so many that they are a comb's."""
    for uprights in (
        [(80, 125, 240)],
        [(80, 125, 180), (80, 184, 240)],
        [(80, 135, 230), (100, 135, 230), (520, 135, 230)],
    ):
        ink, walls = crop_with(*uprights)
        cleaned, _ = erase_rules(ink, HEIGHT)
        assert cleaned[walls].mean() < 0.1


def test_a_picture_narrower_than_any_run_has_no_rules() -> None:
    """Beyond its edges a mask may go on, as far as OpenCV's opening knows: a column of single pixels was all runs."""
    column = np.random.default_rng(1).random((400, 1)) < 0.5
    assert not find_rules(column, 0.125).any()
    cleaned, _ = erase_rules(column, 0.125)
    assert np.array_equal(cleaned, column)
