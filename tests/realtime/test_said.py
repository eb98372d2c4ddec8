"""What a person says of a digit, on the reading in which it stands."""

from dataclasses import replace

import pytest

from realtime.said import Followed, Said, lay_said_over, name_digit
from scanner.page import Box
from scanner.reading import Digit, Line, Reading


def test_the_digit_in_the_box_becomes_what_was_said_and_is_sure(reading: Reading) -> None:
    said = lay_said_over(reading, Said(reading.lines[0].digits[1], 4))
    digit = said.lines[0].digits[1]
    assert [line.text for line in said.lines] == ["24?", "5"]
    assert (digit.confidence, digit.alternatives[0]) == (1.0, ("7", 0.6))
    assert said.lines[0].confidence == pytest.approx(0.99 * 0.4)
    assert said.lines[1] == reading.lines[1]


def test_what_was_refused_is_not_among_the_alternatives(reading: Reading) -> None:
    assert name_digit(reading.lines[0].digits[2], 1).alternatives == ()
    assert name_digit(reading.lines[0].digits[2], 8).alternatives == (("1", 0.4),)


def test_no_digit_is_left_out_and_its_line_is_framed_anew(reading: Reading) -> None:
    marked = replace(reading.lines[0], marks=((1, "."), (3, ",")))
    said = lay_said_over(replace(reading, lines=(marked, reading.lines[1])), Said(marked.digits[0], None))
    (line, other) = said.lines
    assert (line.text, line.marks, line.box) == ("7?", ((0, "."), (2, ",")), Box(155, 80, 140, 80))
    assert line.confidence == pytest.approx(0.6 * 0.4)
    assert other == reading.lines[1]


def test_a_line_of_which_nothing_is_left_goes(reading: Reading) -> None:
    said = lay_said_over(reading, Said(reading.lines[1].digits[0], None))
    assert [line.text for line in said.lines] == ["27?"]


def test_what_has_gone_changes_nothing(reading: Reading) -> None:
    assert lay_said_over(reading, Said(Digit("1", 0.9, Box(500, 10, 20, 30)), 7)) is reading


def test_of_several_digits_in_a_box_the_one_that_fits_it_best_is_meant() -> None:
    boxes = [Box(0, 0, 10, 30), Box(6, 0, 22, 30)]
    line = Line(tuple(Digit(text, 0.9, box) for text, box in zip("13", boxes, strict=True)), 0.8, Box(0, 0, 28, 30))
    reading = Reading("", 1, 50, 50, (line,))
    assert lay_said_over(reading, Said(Digit("3", 0.9, Box(4, 0, 24, 30)), 8)).lines[0].text == "18"


def test_a_digit_that_is_followed_stays_so_when_it_is_named() -> None:
    named = name_digit(Followed("3", 0.9, Box(0, 0, 9, 9), (), 5), 8)
    assert isinstance(named, Followed)
    assert named.number == 5
