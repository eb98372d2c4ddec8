"""The live picture."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from realtime.overlay import describe_rate, draw
from realtime.rate import Rate
from scanner.annotate import annotate
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

BOX = Box(75, 80, 60, 80)
READING = Reading("film", 1, 640, 480, (Line((Digit("2", 0.9, BOX),), 0.9, BOX),))
FRAME = np.full((480, 640, 3), 200, np.uint8)


def changed_rows(picture: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.intp]:
    return np.flatnonzero((picture != other).any(axis=(1, 2)))


def test_adds_the_rate_to_the_annotated_picture_at_its_foot() -> None:
    before = FRAME.copy()
    picture = draw(FRAME, READING, Rate(25.0, 0.04))
    assert (before == FRAME).all()
    rows = changed_rows(picture, annotate(FRAME, READING))
    assert rows.min() > 440
    assert rows.max() == 479


def test_another_rate_is_another_picture() -> None:
    assert (draw(FRAME, READING, Rate(25.0, 0.04)) != draw(FRAME, READING, Rate(7.0, 0.04))).any()


def test_shows_problems_above_the_rate() -> None:
    dark = replace(READING, problems=("The picture is too dark.",))
    rate = Rate(25.0, 0.04)
    rows = changed_rows(draw(FRAME, dark, rate), draw(FRAME, READING, rate))
    assert 400 < rows.min() < rows.max() < 470


def test_the_status_line_is_short() -> None:
    assert describe_rate(Rate(24.6, 0.0381)) == "25 fps  38 ms"
    assert describe_rate(Rate(3.14, 0.2)) == "3.1 fps  200 ms"
