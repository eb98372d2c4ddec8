"""Pieces know their sizes, give their masks back, and are counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.pieces import find_pieces


def scatter(seed: int, density: float) -> np.ndarray:
    return np.random.default_rng(seed).random((23, 31)) < density


@given(st.integers(0, 1000), st.floats(0, 1))
@settings(max_examples=40)
def test_all_pieces_together_are_the_mask(seed: int, density: float) -> None:
    mask = scatter(seed, density)
    pieces = find_pieces(mask)
    everything = np.ones(len(pieces.area), np.bool_)
    assert np.array_equal(pieces.pick(everything), mask)
    assert everything.all(), "what was asked for is left as it was"
    assert pieces.area[1:].sum() == np.count_nonzero(mask)


def test_a_piece_has_its_place_and_size() -> None:
    mask = np.zeros((20, 30), np.bool_)
    mask[3:7, 10:22] = True
    pieces = find_pieces(mask)
    found = (pieces.left[1], pieces.top[1], pieces.width[1], pieces.height[1], pieces.area[1])
    assert found == (10, 3, 12, 4, 48)


@pytest.mark.parametrize("density", [0.0, 0.1, 0.4])
def test_pixels_on_a_mask_are_counted_piece_by_piece(density: float) -> None:
    pieces, mask = find_pieces(scatter(5, density)), scatter(6, 0.5)
    counts = [np.count_nonzero(mask & (pieces.labels == i)) for i in range(1, len(pieces.area))]
    assert pieces.count(mask)[1:].tolist() == counts


def test_kept_pieces_are_numbered_anew_and_keep_their_sizes() -> None:
    pieces = find_pieces(scatter(7, 0.2))
    large = pieces.area > 2
    kept = pieces.keep(large)
    assert np.array_equal(kept.mask, pieces.pick(large))
    again = find_pieces(kept.mask)
    assert np.array_equal(kept.labels, again.labels)
    for size in ("left", "top", "width", "height", "area"):
        assert np.array_equal(getattr(kept, size)[1:], getattr(again, size)[1:])


def test_a_page_of_dust_has_more_pieces_than_go_into_16_bits() -> None:
    mask = np.zeros((600, 601), np.bool_)
    mask[::2, ::2] = True
    pieces = find_pieces(mask)
    count = np.count_nonzero(mask)
    assert count > 1 << 16
    assert np.array_equal(np.unique(pieces.labels), np.arange(count + 1))
    some = np.arange(count + 1) % 2 == 1
    assert np.array_equal(np.unique(pieces.keep(some).labels), np.arange(1 + some.sum()))
