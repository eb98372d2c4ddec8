"""A row is known by its company: single strokes amid text are no ones."""

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import CLASSES, Guess
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.page import Box
from scanner.trust import (
    FAR,
    MOST_SEEN,
    NEAR,
    OBVIOUS,
    describe_rows,
    find_places,
    keep_digit_rows,
    look_around,
    measure_kinship,
)

PIECE = Candidate(0, 1, Box(0, 0, 6, 10), np.ones((10, 6), bool), 0)


def row(digits: str, others: int = 0, confidence: float = 0.99, blank: float | None = None) -> Decoded:
    """Return a row in which digits were read and other pieces were left out. blank: as in Decoded."""
    guess = Guess(None, confidence, (0.0,) * CLASSES)
    found = tuple(Found(PIECE, guess, int(digit), confidence) for digit in digits)
    return Decoded(found, (PIECE,) * others, blank=blank)


NOISE = [row("", others=4)] * 10
"""Text: pieces as high as digits that are none."""

asked = pytest.mark.parametrize("blank", [None, -30.0], ids=["glyphs alone", "rows as well"])
"""Whether the reader of rows was asked of the digits; if so, it has no doubt that there are some."""


@pytest.mark.parametrize("blank", [None, -0.1], ids=["glyphs alone", "rows as well"])
def test_ones_amid_text_are_dropped(blank: float | None) -> None:
    ones = [row("1", blank=blank), row("11", others=1, blank=blank), row("1", blank=blank)]
    assert keep_digit_rows([*NOISE, *ones]) == []


@asked
def test_a_lone_one_on_a_clean_page_is_kept(blank: float | None) -> None:
    assert keep_digit_rows([row("1", blank=blank)]) == [row("1", blank=blank)]


def test_a_string_of_which_the_reader_of_rows_sees_every_digit_is_kept_whatever_is_left_out_beside_it() -> None:
    joined = row("3929", others=4, confidence=0.5, blank=-OBVIOUS * 4)
    assert keep_digit_rows([*NOISE, joined]) == [joined]
    assert keep_digit_rows([*NOISE, replace(joined, blank=-OBVIOUS * 4 + 1)]) == []
    short = row("39", others=4, confidence=0.5, blank=-OBVIOUS * 4)
    assert keep_digit_rows([*NOISE, short]) == []
    assert keep_digit_rows([*NOISE, row("3929", others=4, confidence=0.5)]) == []


@asked
def test_ones_among_other_digits_are_kept(blank: float | None) -> None:
    rows = [row(text, blank=blank) for text in ("1", "40725", "1138")]
    assert keep_digit_rows(rows) == rows


@asked
def test_a_number_amid_text_is_kept(blank: float | None) -> None:
    assert keep_digit_rows([*NOISE, row("40725", blank=blank), *NOISE]) == [row("40725", blank=blank)]


@pytest.mark.parametrize("blank", [None, -0.1, -1.0])
def test_a_row_that_is_mostly_text_is_dropped(blank: float | None) -> None:
    assert keep_digit_rows([*NOISE, row("4", others=7, blank=blank)]) == []


@pytest.mark.parametrize("blank", [None, -0.1, -1.0])
def test_guesses_in_doubt_amid_text_are_dropped(blank: float | None) -> None:
    assert keep_digit_rows([*NOISE, row("40725", confidence=0.52, blank=blank)]) == []


def test_no_rows_are_no_rows() -> None:
    assert keep_digit_rows([]) == []


blanks = st.none() | st.floats(-60, 0)
rows = st.builds(row, st.text("0123456789", max_size=5), st.integers(0, 5), st.floats(0.1, 1), blanks)


@given(st.lists(rows, max_size=8))
def test_rows_stay_in_their_order_and_none_is_empty(drawn: list[Decoded]) -> None:
    kept = keep_digit_rows(drawn)
    remaining = iter(drawn)
    assert all(any(other is one for other in remaining) for one in kept)
    assert all(one.found for one in kept)


@asked
@given(st.lists(rows, max_size=8))
def test_sure_digits_are_kept_in_any_company(blank: float | None, drawn: list[Decoded]) -> None:
    number = row("40725", blank=blank)
    company = drawn if blank is not None else [replace(each, blank=None) for each in drawn]
    assert any(one is number for one in keep_digit_rows([*company, number]))


def test_doubtful_digits_on_a_clean_page_are_doubts_and_do_not_vanish() -> None:
    rows = [row("358", confidence=0.6), row("4", confidence=0.55)]
    assert keep_digit_rows(rows) == rows


@asked
def test_a_large_page_of_fairly_sure_digits_is_kept(blank: float | None) -> None:
    rows = [row("023456", confidence=0.92, blank=blank)] * 40
    assert keep_digit_rows(rows) == rows


@asked
def test_a_large_page_of_sure_ones_is_kept(blank: float | None) -> None:
    rows = [row("111111111111", confidence=0.992, blank=blank)] * 48
    assert keep_digit_rows(rows) == rows


@asked
@pytest.mark.parametrize("text", ["1111111111", "0111111111", "1011011101", "111211131"])
def test_a_string_of_many_ones_is_a_string(text: str, blank: float | None) -> None:
    assert keep_digit_rows([row(text, blank=blank)]) == [row(text, blank=blank)]


def test_what_the_reader_of_rows_sees_decides_on_digits_in_doubt_amid_text() -> None:
    seen, unseen = (row("4072", confidence=0.9, blank=blank) for blank in (-30.0, -0.1))
    assert keep_digit_rows([row("", others=2), seen, unseen]) == [seen]


@given(st.floats(-1000, -MOST_SEEN))
def test_what_is_seen_beyond_doubt_says_no_more(blank: float) -> None:
    one, other = (describe_rows([row("407", blank=each)]) for each in (blank, -MOST_SEEN))
    assert np.array_equal(one, other)


def place(height: float, left: float = 0.0, top: float = 0.0) -> NDArray[np.float64]:
    """Return where a row of two digits lies."""
    return np.array([height, left, top, left + 2 * height, top + height])


def measure(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(measure_kinship(one, other[None])[0])


def test_rows_as_high_and_as_near_have_most_to_say() -> None:
    own = place(20)
    assert measure(own, own) == 1.0
    assert measure(own, place(20, 4000)) == pytest.approx(FAR, abs=0.01)
    assert measure(own, place(60)) < 0.01


@pytest.mark.parametrize(("across", "down"), [(0, 120), (0, -120), (140, 0), (-140, 0)])
def test_it_is_as_near_on_every_side(across: float, down: float) -> None:
    """All are five heights of 20 pixels from edge to edge; 40 wide."""
    one, other = place(20, 500, 500), place(20, 500 + across, 500 + down)
    assert measure(one, other) == pytest.approx(FAR + (1 - FAR) * math.exp(-5 / NEAR))
    assert measure(other, one) == pytest.approx(measure(one, other))


def test_a_row_lies_where_all_its_pieces_do_and_is_as_high_as_what_may_be_digits() -> None:
    def piece(x: int, y: int, height: int) -> Candidate:
        return Candidate(0, 1, Box(x, y, 5, height), np.ones((height, 5), bool), 0)

    read = replace(row("4").found[0], candidate=piece(50, 30, 20))
    lying = Decoded((read,), (piece(70, 26, 24),), (piece(90, 44, 8),))
    assert find_places([lying, Decoded((), ())]).tolist() == [[22.0, 50, 26, 95, 52], [1, 0, 0, 1, 1]]


def test_a_row_is_no_company_to_itself() -> None:
    features = describe_rows([row("40725", blank=-30.0)])
    assert look_around(features, np.array([5.0]), place(20)[None]).tolist() == [[0.0]]


def change_size(row: Decoded, times: int) -> Decoded:
    """Return a row without digits whose pieces are so many times as high."""
    tall = Candidate(0, 1, Box(0, 0, 6 * times, 10 * times), np.ones((10 * times, 6 * times), bool), 0)
    return replace(row, left_out=(tall,) * len(row.left_out))


def test_print_of_another_size_says_nothing_of_a_row() -> None:
    text, lone = [row("", others=4)] * 30, row("1", blank=-6.0)
    company = [row("40725", blank=-30.0)] * 3
    assert lone in keep_digit_rows([*company, lone])
    assert lone in keep_digit_rows([*(change_size(each, 3) for each in text), *company, lone])
    assert lone not in keep_digit_rows([*text, *company, lone])


def test_print_far_away_says_little_of_a_row() -> None:
    def shift(row: Decoded, by: int) -> Decoded:
        moved = replace(PIECE, box=Box(by, by, 6, 10))
        return replace(row, left_out=(moved,) * len(row.left_out))

    company, lone = [row("40725", blank=-30.0)] * 3, row("1", blank=-6.0)
    text = [row("", others=4)] * 20
    assert lone not in keep_digit_rows([*text, *company, lone])
    assert lone in keep_digit_rows([*(shift(each, 900) for each in text), *company, lone])


def test_a_page_of_thousands_of_rows_is_weighed_row_by_row() -> None:
    features, places = np.ones((3000, 8)), np.tile(place(20), (3000, 1))
    tracemalloc.start()
    look_around(features, np.zeros(3000), places)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6
