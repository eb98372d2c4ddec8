"""Boxes whose walls are two in one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scanner.rules import erase_rules
from tests.scanner.test_rules import HEIGHT, SHAPE, stroke

Mask = NDArray[np.bool_]


def joined_boxes(cells: int, gap: int = 12) -> Mask:
    """Draw boxes so close that both walls between two of them are one broad stroke."""
    lefts, side, top, bottom = [60 + i * 84 for i in range(cells)], 84 - gap, 150, 240
    walls = np.zeros(SHAPE, np.bool_)
    for left in lefts:
        walls[top:bottom, left - gap // 2 : left + gap // 2] = True
    ends = stroke(((60, top), (60, bottom)), ((60 + cells * 84, top), (60 + cells * 84, bottom)), thickness=5)
    rules = stroke(*[((60, y), (60 + cells * 84, y)) for y in (top, bottom)], thickness=5)
    walls[:, : 60 + side // 2] = False
    return walls | ends | rules


def test_the_walls_of_boxes_that_nearly_touch_go() -> None:
    comb = joined_boxes(7)
    digit = stroke(((180, 170), (196, 215)), ((180, 170), (200, 170)), thickness=5)
    cleaned, parting = erase_rules(comb | digit, HEIGHT)
    assert cleaned[comb].mean() < 0.05
    assert cleaned[digit].all()
    assert not parting.any()


def test_the_walls_of_another_comb_say_nothing_of_these() -> None:
    comb = joined_boxes(7)
    walls = stroke(*[((60 + 84 * i, 290), (60 + 84 * i, 380)) for i in range(8)], thickness=5)
    other = walls | stroke(*[((60, y), (648, y)) for y in (290, 380)], thickness=5)
    cleaned, _ = erase_rules(comb | other, HEIGHT)
    assert cleaned.mean() < 0.05 * (comb | other).mean()


def test_broad_ones_between_walls_stay() -> None:
    """They reach from rule to rule and are all alike, but a wall stands between each two."""
    walls = stroke(*[((60 + 84 * i, 150), (60 + 84 * i, 240)) for i in range(8)], thickness=5)
    rules = stroke(*[((60, y), (648, y)) for y in (150, 240)], thickness=5)
    ones = np.zeros(SHAPE, np.bool_)
    for i in range(4):
        ones[152:238, 96 + 84 * i : 108 + 84 * i] = True
    cleaned, _ = erase_rules(walls | rules | ones, HEIGHT)
    assert cleaned[160:230][ones[160:230]].all()


def test_two_broad_strokes_between_rules_are_no_walls() -> None:
    two = joined_boxes(3)
    assert erase_rules(two, HEIGHT)[0][160:230, 138:150].all()


FLOOR = 240


def open_comb(places: list[int], long: int = 60, thickness: int = 3) -> Mask:
    """Draw teeth upon a rule."""
    teeth = [((x, FLOOR - long), (x, FLOOR)) for x in places]
    return stroke(*teeth, ((min(places), FLOOR), (max(places), FLOOR)), thickness=thickness)


def test_the_teeth_of_an_open_comb_go_and_the_digits_between_them_stay() -> None:
    comb = open_comb([80, 160, 240, 320, 400])
    digits = stroke(((120, 170), (112, 225)), ((180, 175), (215, 175)), ((215, 175), (195, 230)), thickness=5)
    cleaned, _ = erase_rules(comb | digits, HEIGHT)
    assert cleaned[comb].mean() < 0.05
    assert cleaned[digits].all()


def test_a_tooth_may_be_hidden_by_a_digit() -> None:
    comb = open_comb([80, 160, 320, 400, 480])
    assert erase_rules(comb, HEIGHT)[0][comb].mean() < 0.05


@pytest.mark.parametrize(
    "places",
    [[80, 160, 240], [80, 106, 132, 158, 184, 400], [80, 145, 240, 320, 430]],
    ids=["too few", "too close", "uneven"],
)
def test_strokes_that_only_stand_on_a_rule_are_ones(places: list[int]) -> None:
    cleaned, _ = erase_rules(open_comb(places) | stroke(((20, FLOOR), (680, FLOOR))), HEIGHT)
    assert all(cleaned[FLOOR - 50 : FLOOR - 10, x].all() for x in places)


def test_strokes_of_a_broad_pen_at_even_distances_are_ones() -> None:
    places = [80, 160, 240, 320, 400]
    ones = stroke(*[((x, FLOOR - 60), (x, FLOOR)) for x in places], thickness=7)
    cleaned, _ = erase_rules(ones | stroke(((20, FLOOR), (680, FLOOR)), thickness=3), HEIGHT)
    assert all(cleaned[FLOOR - 50 : FLOOR - 10, x].all() for x in places)


def test_strokes_of_uneven_length_are_no_teeth() -> None:
    places = [80, 160, 240, 320]
    strokes = stroke(*[((x, FLOOR - long), (x, FLOOR)) for x, long in zip(places, (35, 50, 75, 95), strict=True)])
    cleaned, _ = erase_rules(strokes | stroke(((20, FLOOR), (680, FLOOR))), HEIGHT)
    assert all(cleaned[FLOOR - 30 : FLOOR - 10, x].all() for x in places)


@pytest.mark.parametrize("thickness", [3, 4])
def test_ones_in_the_midst_of_a_line_are_no_teeth(thickness: int) -> None:
    """They are as thick as the rule, at even distances and alike, as a careful hand writes them."""
    places = [200, 245, 290, 335, 380]
    ones = stroke(*[((x, FLOOR - 58), (x, FLOOR)) for x in places], thickness=thickness)
    cleaned, _ = erase_rules(ones | stroke(((20, FLOOR), (680, FLOOR)), thickness=3), HEIGHT)
    assert all(cleaned[FLOOR - 50 : FLOOR - 10, x].all() for x in places)


def test_a_one_in_each_box_of_an_open_comb_stays() -> None:
    """In the middle of their boxes, the 1s halve the distance between upright strokes."""
    ones = stroke(*[((x, FLOOR - 70), (x, FLOOR)) for x in (120, 200, 280, 360)], thickness=3)
    cleaned, _ = erase_rules(open_comb([80, 160, 240, 320, 400]) | ones, HEIGHT)
    assert all(cleaned[FLOOR - 66 : FLOOR - 10, x].all() for x in (120, 200, 280, 360))


def test_broad_ones_in_a_frame_stay_where_they_stand_unevenly() -> None:
    places = [150, 230, 325, 405]
    ones = stroke(*[((x, 150), (x, 240)) for x in places], thickness=7)
    sides = stroke(*[((x, 150), (x, 240)) for x in (70, 485)], thickness=3)
    rules = stroke(*[((70, y), (485, y)) for y in (150, 240)], thickness=3)
    cleaned, _ = erase_rules(ones | sides | rules, HEIGHT)
    assert all(cleaned[160:230, x].all() for x in places)


@pytest.mark.parametrize("places", [[150, 230, 350, 400], [150, 230, 310, 390]], ids=["uneven", "even"])
def test_broad_ones_between_two_rules_stay(places: list[int]) -> None:
    ones = stroke(*[((x, 150), (x, 240)) for x in places], thickness=7)
    rules = stroke(*[((20, y), (680, y)) for y in (150, 240)], thickness=3)
    cleaned, _ = erase_rules(ones | rules, HEIGHT)
    assert all(cleaned[160:230, x].all() for x in places)
