"""Lines of digits as they are printed."""

from dataclasses import replace

import numpy as np
import pytest

from model.classifier import CLASSES, Guess
from scanner.calibration import DIGIT, rate
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.lines import list_alternatives, to_line
from scanner.page import Box
from scanner.placement import Placement
from scanner.reading import REFUSED

SHAPE = (100, 200)


def find(label: int, confidence: float = 0.99, left: int = 10) -> Found:
    scores = [(1 - confidence) / (CLASSES - 1)] * CLASSES
    scores[label] = confidence
    box = Box(left, 20, 12, 20)
    guess = Guess(label, confidence, tuple(scores))
    return Found(Candidate(0, 1, box, np.ones((20, 12), bool), 0), guess, label, confidence)


def doubt(row: Decoded) -> Decoded:
    """The reader of whole rows, and all other looks, read something else."""
    return replace(row, uncut=-8.0, agreed=0.0, whole=0.1)


def test_a_lone_digit_is_no_surer_than_its_line_and_refused_with_it() -> None:
    row = doubt(Decoded((find(4),), ()))
    assert rate(row) < 0.5 < DIGIT.apply(row.found[0].confidence)
    line = to_line(row, SHAPE, Placement.of_scale(1), 0.5)
    assert (line.text, line.confidence) == (REFUSED, rate(row))
    assert line.digits[0].confidence == rate(row)
    assert line.digits[0].alternatives[0][0] == "4"
    assert to_line(row, SHAPE, Placement.of_scale(1), 0.0).text == "4"


def test_digits_among_others_keep_what_they_have() -> None:
    """Of a string in doubt nobody knows which digit it is."""
    row = doubt(Decoded((find(4), find(7, left=30)), ()))
    line = to_line(row, SHAPE, Placement.of_scale(1), 0.5)
    assert line.text == "47"
    assert line.confidence == rate(row) < 0.5
    assert {digit.confidence for digit in line.digits} == {DIGIT.apply(0.99)}


@pytest.mark.parametrize("agreed", [None, 1.0])
def test_a_line_is_no_surer_than_its_weakest_digit(agreed: float | None) -> None:
    row = Decoded((find(4), find(7, 0.6, left=30)), (), uncut=0.0, agreed=agreed)
    line = to_line(row, SHAPE, Placement.of_scale(1), 0.5)
    assert line.confidence <= min(digit.confidence for digit in line.digits)


def test_boxes_are_in_stored_pixels_and_on_the_picture() -> None:
    row = Decoded((find(4), find(7, left=390)), ())
    line = to_line(row, SHAPE, Placement.of_scale(2), 0.5)
    assert line.digits[0].box == Box(5, 10, 6, 10)
    assert line.digits[1].box.right <= SHAPE[1]
    assert line.box == line.digits[0].box.joined(line.digits[1].box)


def test_alternatives_are_what_is_not_printed_likeliest_first() -> None:
    found = find(4, 0.6)
    assert all(text != "4" for text, _ in list_alternatives(found, "4"))
    assert list_alternatives(found, REFUSED)[0] == ("4", 0.6)
