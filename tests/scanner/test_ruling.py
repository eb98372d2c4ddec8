"""Digits that hang on rules have no height until the rules are gone, and rules are found by the height of digits."""

import cv2
import numpy as np
import pytest

from scanner import ruling
from scanner.pieces import Pieces, find_pieces
from scanner.ruling import take_out_rules
from tests.scanner.test_rules import Mask, bottom_of, stroke, write


def keep_all(ink: Pieces) -> Pieces:
    """Nothing is too faint here."""
    return ink


def test_rules_go_where_every_digit_hangs_on_them() -> None:
    """Such digits have no height of their own until the table is gone."""
    rows = [write("4072", 240, top) for top in (40, 130, 220)]
    digits = rows[0] | rows[1] | rows[2]
    lines = [((0.0, y), (640.0, y)) for y in (30.0, *(bottom_of(row) - 2.0 for row in rows), 330.0, 360.0)]
    table = stroke(*lines, ((640, 30), (640, 360)))
    cleaned, _, _ = take_out_rules(find_pieces(digits | table), keep_all)
    assert cleaned[table & ~digits].mean() < 0.1
    assert cleaned[digits].mean() > 0.9


def test_digits_on_ruled_paper_on_its_side_are_freed() -> None:
    digits = np.zeros((700, 700), bool)
    digits[150:550] = write("47", 120, 170) | write("69", 420, 170)
    lines = np.zeros(digits.shape, np.uint8)
    for x in range(20, 690, 30):  # so that each digit hangs on one
        cv2.line(lines, (x, 80), (x + 8, 600), 1, 1)
    paper = lines > 0
    cleaned, _, _ = take_out_rules(find_pieces(digits | paper), keep_all)
    assert cleaned[paper & ~digits].mean() < 0.1
    assert cleaned[digits].mean() > 0.9


CROPS = [((128, 320), 80, 4), ((150, 400), 110, 3), ((200, 500), 130, 6)]
"""Height and width of crops, and how high and how thick the 1s on them are, in pixels."""


@pytest.mark.parametrize("lean", [3, -6])
@pytest.mark.parametrize(("shape", "high", "thickness"), CROPS)
def test_1s_side_by_side_in_a_crop_are_no_rules(shape: tuple[int, int], high: int, thickness: int, lean: int) -> None:
    top = (shape[0] - high) // 2
    step = shape[1] / 6
    ones = stroke(*[((x * step + lean, top), (x * step - lean, top + high)) for x in range(1, 6)], thickness=thickness)
    ones = np.ascontiguousarray(ones[: shape[0], : shape[1]])
    cleaned, _, _ = take_out_rules(find_pieces(ones), keep_all)
    assert cleaned[ones].all()


def test_digits_between_the_rules_of_a_strip_are_not_taken_for_walls() -> None:
    ink = write("40725", 120, 20)[:100]
    top, bottom = int(np.flatnonzero(ink.any(axis=1)).min()), bottom_of(ink)
    rules = stroke(((0, top + 1), (700, top + 1)), ((0, bottom - 2), (700, bottom - 2)))[:100]
    specks = stroke(*[((x, 60), (x + 6, 66)) for x in (20, 60, 550, 640)])[:100]
    cleaned, _, _ = take_out_rules(find_pieces(ink | rules | specks), keep_all)
    inside = ink[top + 5 : bottom - 5]
    assert cleaned[top + 5 : bottom - 5][inside].mean() > 0.9
    assert cleaned[rules & ~ink].mean() < 0.1


@pytest.mark.parametrize(("hanging", "times"), [(True, 2), (False, 1)])
def test_rules_are_taken_out_again_where_the_digits_turn_out_lower(
    hanging: bool, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = write()
    high = digits.copy()
    if hanging:
        high[40:380, 60:110] = high[40:380, 560:610] = True
    measured = []

    def erase(ink: Mask, digit_height: float, pieces: Pieces) -> tuple[Mask, Mask]:
        measured.append(digit_height)
        return digits, np.zeros_like(ink)

    monkeypatch.setattr(ruling, "erase_rules", erase)
    cleaned, clear, _ = take_out_rules(find_pieces(high), keep_all)
    assert len(measured) == times
    assert measured[-1] == pytest.approx(ruling.estimate_digit_height(find_pieces(digits)))
    assert np.array_equal(cleaned, digits)
    assert np.array_equal(clear.mask, digits)
