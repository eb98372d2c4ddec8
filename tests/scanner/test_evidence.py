"""The evidence for a line knows what was left out of it, what stands beside it, and ink that stands nowhere."""

import math

import numpy as np
import pytest

from model.classifier import CLASSES, Guess
from scanner.decode import Decoded, Found
from scanner.evidence import MOST, Evidence, find_evidence, to_log_odds
from scanner.ink import Ink
from scanner.lattice import Candidate
from scanner.page import Box
from scanner.placement import Placement

GUESS = Guess(None, 0.9, (0.0,) * CLASSES)

MARGIN = 100
"""Paper around the pieces, in pixels: columns and rows are counted from there."""


def piece(x: int, y: int = 0, height: int = 40, cuts: int = 0) -> Candidate:
    """Return a piece 20 pixels wide."""
    return Candidate(0, 1, Box(MARGIN + x, MARGIN + y, 20, height), np.ones((height, 20), bool), cuts)


def row(*pieces: Candidate, left_out: tuple[Candidate, ...] = (), sure: float = 0.9, whole: float = 1.0) -> Decoded:
    return Decoded(tuple(Found(each, GUESS, 4, sure) for each in pieces), left_out, (), whole)


LINE = row(piece(0), piece(30))
"""From column 0 to 50."""


def weigh(line: Decoded, *dropped: Decoded, stray: Box | None = None) -> Evidence:
    """Return the evidence for one line on a page whose ink is that of the rows, and of the stray box."""
    mask = np.zeros((300, 400), bool)
    for each in (line, *dropped):
        for candidate in (*(found.candidate for found in each.found), *each.left_out, *each.small):
            mask[candidate.box.y : candidate.box.bottom, candidate.box.x : candidate.box.right] |= candidate.ink
    if stray:
        mask[MARGIN + stray.y : MARGIN + stray.bottom, MARGIN + stray.x : MARGIN + stray.right] = True
    nothing = np.zeros_like(mask)
    (evidence,) = find_evidence([line, *dropped], [line], Ink(mask, nothing, Placement.of_scale(1.0), nothing))
    return evidence


def test_nothing_certain_has_infinite_odds() -> None:
    assert math.isfinite(to_log_odds(0.0))
    assert math.isfinite(to_log_odds(1.0))


def test_the_odds_are_of_all_digits_and_of_none_missed() -> None:
    evidence = weigh(row(piece(0), piece(30), sure=0.8, whole=0.5))
    assert evidence.odds == pytest.approx(to_log_odds(0.8 * 0.8 * 0.5))
    assert evidence.length == pytest.approx(math.log(2))
    assert (evidence.left_out, evidence.beside, evidence.stray, evidence.parted) == (0, 0, 0, 0)


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
    other, nothing = row(piece(80)), np.zeros((300, 400), bool)
    both = find_evidence([LINE, other], [LINE, other], Ink(nothing, nothing, Placement.of_scale(1.0), nothing))
    assert [each.beside for each in both] == [0, 0]


@pytest.mark.parametrize(
    ("stray", "digits"),
    [
        (Box(70, 0, 20, 40), 1.0),  # as much as one digit's
        (Box(70, 0, 10, 20), 0.25),
        (Box(22, 0, 6, 40), 0.3),  # between two digits
        (Box(112, 0, 20, 40), 0.0),  # too far
        (Box(0, 50, 60, 30), 0.0),  # below
        (Box(-60, 0, 170, 40), MOST),  # a table's edge
    ],
)
def test_ink_that_stands_in_no_row_counts_in_digits(stray: Box, digits: float) -> None:
    assert weigh(LINE, stray=stray).stray == pytest.approx(digits)


def test_digits_that_were_cut_apart_are_counted() -> None:
    assert weigh(row(piece(0, cuts=1), piece(20, cuts=1))).parted == 1.0
