"""The evidence for a line knows what was left out of it, and what stands beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from model.classifier import CLASSES, Guess
from scanner.decode import Decoded, Found
from scanner.evidence import MOST, Evidence, find_evidence, to_log_odds
from scanner.lattice import Candidate
from scanner.page import Box

GUESS = Guess(None, 0.9, (0.0,) * CLASSES)


def piece(x: int, y: int = 0, height: int = 40, cuts: int = 0) -> Candidate:
    """Return a piece 20 pixels wide."""
    return Candidate(0, 1, Box(x, y, 20, height), np.ones((height, 20), bool), cuts)


def row(*pieces: Candidate, left_out: tuple[Candidate, ...] = (), sure: float = 0.9, whole: float = 1.0) -> Decoded:
    return Decoded(tuple(Found(each, GUESS, 4, sure) for each in pieces), left_out, (), whole)


LINE = row(piece(0), piece(30))
"""From column 0 to 50."""


def weigh(line: Decoded, *dropped: Decoded) -> Evidence:
    """Return the evidence for one line on a page with other rows, which are no digits."""
    (evidence,) = find_evidence([line, *dropped], [line])
    return evidence


def test_nothing_certain_has_infinite_odds() -> None:
    assert math.isfinite(to_log_odds(0.0))
    assert math.isfinite(to_log_odds(1.0))


def test_the_odds_are_of_all_digits_and_of_none_missed() -> None:
    evidence = weigh(row(piece(0), piece(30), sure=0.8, whole=0.5))
    assert evidence.odds == pytest.approx(to_log_odds(0.8 * 0.8 * 0.5))
    assert evidence.length == pytest.approx(math.log(2))
    assert (evidence.left_out, evidence.beside, evidence.parted) == (0, 0, 0)


def test_what_the_reader_of_rows_thinks_of_the_whole_string_speaks_for_the_line() -> None:
    assert weigh(replace(LINE, uncut=math.log(0.9))).uncut == pytest.approx(to_log_odds(0.9))
    assert weigh(replace(LINE, uncut=-math.inf)).uncut == pytest.approx(to_log_odds(0.0))
    assert weigh(LINE).uncut == 0.0


@pytest.mark.parametrize(("height", "count", "left_out"), [(20, 1, 0), (30, 1, 1), (30, 9, MOST)])
def test_tall_pieces_left_out_are_counted_and_low_ones_not(height: int, count: int, left_out: float) -> None:
    line = row(piece(0), piece(30), left_out=(piece(60, height=height),) * count)
    assert weigh(line).left_out == left_out


@pytest.mark.parametrize(
    ("neighbour", "beside"),
    [
        (piece(80), 1),  # 30 pixels from the line's right end
        (piece(-60), 1),  # 40 from its left one
        (piece(111), 0),  # 61: more than one and a half heights
        (piece(80, y=45), 0),  # in the next row
        (piece(80, height=20), 0),  # too low
    ],
)
def test_pieces_of_dropped_rows_count_where_they_may_belong_to_the_line(neighbour: Candidate, beside: int) -> None:
    assert weigh(LINE, Decoded((), (neighbour,))).beside == beside
    assert weigh(LINE, row(neighbour, sure=0.6)).beside == beside


def test_rows_that_are_kept_are_not_beside() -> None:
    other = row(piece(80))
    both = find_evidence([LINE, other], [LINE, other])
    assert [each.beside for each in both] == [0, 0]


def test_digits_that_were_cut_apart_are_counted() -> None:
    assert weigh(row(piece(0, cuts=1), piece(20, cuts=1))).parted == 1.0
