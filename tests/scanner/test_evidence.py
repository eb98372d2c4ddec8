"""The evidence for a line knows what was left out of it, and what stands beside it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from model.classifier import CLASSES, Guess
from scanner.decode import Decoded, Found
from scanner.evidence import LEAST_STRANGE, find_evidence, to_log_odds
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


def test_tall_pieces_that_were_left_out_are_counted_up_to_a_few() -> None:
    assert [find_evidence(row(piece(0), left_out=(piece(30),) * count)).left_out for count in (0, 2, 9)] == [0, 2, 3]


def test_the_strangest_digit_tells_how_likely_it_is_none() -> None:
    def look_like_none(share: float) -> Found:
        return Found(piece(0), Guess(None, 0.9, (0.0,) * (CLASSES - 1) + (share,)), 4, 0.9)

    strange = find_evidence(Decoded((look_like_none(0.01), look_like_none(0.3)), ())).strange
    assert strange == pytest.approx(math.log(0.3))
    assert find_evidence(LINE).strange == LEAST_STRANGE


def test_looks_that_read_the_same_know_the_mean_of_what_each_knows() -> None:
    one, other = row(piece(0), piece(30), sure=0.8), row(piece(0), piece(30, cuts=2), left_out=(piece(60),), sure=0.6)
    both = find_evidence(replace(one, uncut=-0.1, agreed=0.5, alike=(replace(other, uncut=-2.0),)))
    known = find_evidence(replace(one, uncut=-0.1)), find_evidence(replace(other, uncut=-2.0))
    for field in ("odds", "parted", "length", "uncut", "left_out", "strange"):
        assert getattr(both, field) == pytest.approx(sum(getattr(each, field) for each in known) / 2), field
    assert both.agreed == 0.5
