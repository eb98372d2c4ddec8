"""The evidence for a line knows what was left out of it, and what stands beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from model.classifier import CLASSES, Guess
from scanner.decode import Decoded, Found
from scanner.evidence import find_evidence, to_log_odds
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


def test_nothing_certain_has_infinite_odds() -> None:
    assert math.isfinite(to_log_odds(0.0))
    assert math.isfinite(to_log_odds(1.0))


def test_the_odds_are_of_all_digits_and_of_none_missed() -> None:
    evidence = find_evidence(row(piece(0), piece(30), sure=0.8, whole=0.5))
    assert evidence.odds == pytest.approx(to_log_odds(0.8 * 0.8 * 0.5))
    assert evidence.length == pytest.approx(math.log(2))
    assert evidence.parted == 0


def test_what_the_reader_of_rows_thinks_of_the_whole_string_speaks_for_the_line() -> None:
    assert find_evidence(replace(LINE, uncut=math.log(0.9))).uncut == pytest.approx(to_log_odds(0.9))
    assert find_evidence(replace(LINE, uncut=-math.inf)).uncut == pytest.approx(to_log_odds(0.0))
    assert find_evidence(LINE).uncut == 0.0


def test_digits_that_were_cut_apart_are_counted() -> None:
    assert find_evidence(row(piece(0, cuts=1), piece(20, cuts=1))).parted == 1.0
