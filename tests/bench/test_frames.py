from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import frames
from bench.frames import Rule, draw_boxes, draw_comb, draw_field_lines, draw_table, lay_cells
from scanner.page import Box

SHAPE = (90, 400)


@st.composite
def rows(draw: st.DrawFn) -> list[Box]:
    """Digits from left to right, of any spacing."""
    widths = draw(st.lists(st.integers(2, 30), min_size=1, max_size=9))
    boxes, x = [], 20
    for width in widths:
        boxes.append(Box(x, draw(st.integers(20, 30)), width, draw(st.integers(10, 40))))
        x += width + draw(st.integers(1, 14))
    return boxes


def make_even_row(count: int, pitch: int = 40) -> list[Box]:
    return [Box(30 + pitch * index, 25, 20, 36) for index in range(count)]


@given(rows(), st.integers(0, 2**31), st.booleans())
def test_a_comb_of_n_has_n_cells_with_a_digit_in_each(places: list[Box], seed: int, joined: bool) -> None:
    frame, cells = (draw_comb if joined else draw_boxes)(SHAPE, places, np.random.default_rng(seed))
    assert frame.shape == SHAPE
    assert frame.dtype == np.float32
    assert len(cells) == len(places)
    for cell, place in zip(cells, places, strict=True):
        assert cell.x <= place.centre_x <= cell.right
        assert cell.y <= place.y + place.height / 2 <= cell.bottom


def test_a_comb_prints_a_divider_between_each_two_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "draw_rule_style", lambda rng: Rule(width=2, darkness=0.5, tilt=0.0, gaps=0.0))
    for seed in range(20):
        frame, cells = draw_comb(SHAPE, make_even_row(5), np.random.default_rng(seed))
        low = frame[round(cells[0].bottom - 0.2 * cells[0].height) : cells[0].bottom - 4]
        for cell in cells:
            assert low[:, cell.x - 2 : cell.x + 3].min() < 0.85
            assert low[:, cell.x + 5 : cell.right - 5].min() == 1


@pytest.mark.parametrize("width", [1.0, 1.7, 3.0])
def test_lines_are_as_wide_as_said(width: float, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> None:
    monkeypatch.setattr(frames, "draw_rule_style", lambda rng: Rule(width, darkness=0.5, tilt=0.0, gaps=0.0))
    frame, cell = draw_table(SHAPE, Box(100, 30, 90, 30), rng)
    row = (cell.y + cell.bottom) // 2
    assert (1 - frame[row, cell.x - 6 : cell.x + 7]).sum() / 0.5 == pytest.approx(width, abs=0.05)


def test_broken_lines_have_gaps_and_whole_ones_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for gaps in (0.0, 0.3):
        monkeypatch.setattr(
            frames, "draw_rule_style", lambda rng, gaps=gaps: Rule(width=1.0, darkness=0.5, tilt=0.0, gaps=gaps)
        )
        frame, cell = draw_table(SHAPE, Box(100, 30, 90, 30), np.random.default_rng(0))
        missing = np.mean(frame[:, cell.x] == 1)
        assert missing == pytest.approx(gaps, abs=0.12)


def test_cells_are_even_where_digits_are() -> None:
    cells = lay_cells(make_even_row(6, pitch=31), np.random.default_rng(0))
    assert {cell.width for cell in cells} == {31}


def test_digits_touch_their_cells_now_and_then_but_not_as_a_rule() -> None:
    tops = [lay_cells(make_even_row(3), np.random.default_rng(seed))[0].y for seed in range(200)]
    crossing = np.mean([top > 25 for top in tops])
    assert 0 < crossing < 0.3


@pytest.mark.parametrize("places", [[], [Box(50, 5, 9, 9), Box(10, 5, 9, 9)]])
def test_places_must_run_from_left_to_right(places: Sequence[Box]) -> None:
    with pytest.raises(ValueError, match="from left to right"):
        lay_cells(places, np.random.default_rng(0))


@given(st.integers(0, 2**31))
def test_a_table_has_a_cell_around_the_string(seed: int) -> None:
    place = Box(100, 30, 90, 30)
    frame, cell = draw_table(SHAPE, place, np.random.default_rng(seed))
    assert cell.x <= place.x
    assert cell.y <= place.y
    assert cell.right >= place.right
    assert cell.bottom >= place.bottom
    assert 0.1 <= frame.min() < 0.9
    assert frame.max() == 1


def test_the_seed_decides_the_frame() -> None:
    first, again, other = (
        draw_field_lines(SHAPE, Box(100, 30, 90, 30), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(st.integers(0, 2**31))
def test_field_lines_leave_the_middle_of_the_digits_free(seed: int) -> None:
    frame = draw_field_lines(SHAPE, Box(100, 30, 90, 30), np.random.default_rng(seed))
    assert frame.min() < 0.9
    assert frame[40:50, 110:180].min() == 1
