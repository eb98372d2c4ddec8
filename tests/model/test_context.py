"""The surroundings of a glyph: at half its scale, about its centre, wherever it stands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.context import FINEST, look_alone, look_at, take_surroundings
from model.glyph import normalise


def draw_ring(height: int, width: int, thick: int) -> NDArray[np.bool_]:
    ring = np.ones((height, width), np.bool_)
    ring[thick:-thick, thick:-thick] = False
    return ring


def put(page: NDArray[np.bool_], ink: NDArray[np.bool_], x: int, y: int) -> None:
    page[y : y + ink.shape[0], x : x + ink.shape[1]] |= ink


def look(page: NDArray[np.bool_], ink: NDArray[np.bool_], x: int, y: int, height: float) -> NDArray[np.uint8]:
    return look_at(ink, x, y, take_surroundings(page, (x, y, ink.shape[1], ink.shape[0]), height))


@settings(deadline=None, max_examples=40)
@given(st.integers(24, 200), st.floats(0.4, 1.0), st.integers(0, 60), st.integers(0, 60))
def test_a_lone_glyph_looks_the_same_on_a_page_and_off_it(height: int, slim: float, x: int, y: int) -> None:
    ink = draw_ring(height, round(slim * height), max(2, height // 9))
    page = np.zeros((height + 100, height + 100), np.bool_)
    put(page, ink, x, y)
    on_page, alone = look(page, ink, x, y, height), look_alone(normalise(ink)[None])[0]
    assert np.array_equal(on_page[..., 0], alone[..., 0])
    for axis in (0, 1):  # the same place and size, give or take a pixel
        here, there = (np.flatnonzero((view[..., 1] > 60).any(axis=axis)) for view in (on_page, alone))
        assert abs(here[0] - there[0]) <= 2
        assert abs(here[-1] - there[-1]) <= 2


def test_neighbours_stand_on_their_side() -> None:
    page, ink = np.zeros((100, 300), np.bool_), draw_ring(40, 24, 5)
    put(page, ink, 130, 30)
    alone = look(page, ink, 130, 30, 40.0)
    put(page, ink, 170, 30)
    beside = look(page, ink, 130, 30, 40.0)
    added = beside[..., 1].astype(int) - alone[..., 1]
    assert added[:, 19:].max() > 100
    assert np.abs(added[:, :14]).max() == 0
    assert np.array_equal(beside[..., 0], alone[..., 0])


def test_what_lies_more_than_a_window_away_is_not_seen() -> None:
    page, ink = np.zeros((100, 400), np.bool_), draw_ring(40, 24, 5)
    put(page, ink, 30, 30)
    alone = look(page, ink, 30, 30, 40.0)
    put(page, ink, 30 + 12 + 2 * 40, 30)
    assert np.array_equal(look(page, ink, 30, 30, 40.0), alone)


def test_surroundings_are_brought_down_to_what_a_view_can_show() -> None:
    page = np.zeros((2000, 3000), np.bool_)
    around = take_surroundings(page, (1000, 1000, 100, 280), 280.0)
    assert around.scale == pytest.approx(FINEST / 280)
    assert around.ink.shape[0] < 200


def test_beyond_the_pages_edge_there_is_paper() -> None:
    ink = draw_ring(40, 24, 5)
    page = np.zeros((40, 24), np.bool_)
    put(page, ink, 0, 0)
    view = look(page, ink, 0, 0, 40.0)
    assert not view[:5, :, 1].any()
    assert not view[:, :6, 1].any()
    assert view[14:16, 8:20, 1].any()
