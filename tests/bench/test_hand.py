"""A hand writes what it is told, and the truth beside it says who wrote what."""

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.hand import SHARED, SIGN, WRITTEN, take_hand, write
from model.data import Glyphs
from model.strokes import DIGITS, draw


@cache
def make_digits() -> Glyphs:
    """Digits drawn from strokes stand in for MNIST's."""
    rng = np.random.default_rng(0)
    images = [draw(DIGITS[str(label)][0], rng, side=28) for label in range(10)]
    return Glyphs(np.stack(images), np.arange(10), "")


@settings(deadline=None, max_examples=30)
@given(st.text("0123456789.,-/=$#* ", min_size=1, max_size=9), st.integers(0, 2**32 - 1), st.floats(12, 90))
def test_the_truth_names_every_digit_in_order(text: str, seed: int, height: float) -> None:
    rng = np.random.default_rng(seed)
    writing = write(text, take_hand(rng, height), make_digits(), rng)
    assert writing.labels == tuple(int(sign) for sign in text if sign.isdigit())
    assert writing.ink.shape == writing.owners.shape
    assert writing.ink.dtype == np.float32
    assert writing.ink.min(initial=0) >= 0
    assert writing.ink.max(initial=0) <= 1
    assert set(np.unique(writing.owners).tolist()) <= {0, SIGN, SHARED, *range(1, len(writing.labels) + 1)}
    centres = [np.nonzero(writing.owners == k + 1)[1].mean() for k in range(len(writing.labels))]
    assert all(a < b + 0.1 * height for a, b in itertools.pairwise(centres))


def test_the_same_chance_writes_the_same() -> None:
    first, second = (
        write("12.50", take_hand(rng, 40.0), make_digits(), rng) for rng in map(np.random.default_rng, (5, 5))
    )
    assert np.array_equal(first.ink, second.ink)
    assert np.array_equal(first.owners, second.owners)


def test_ink_without_an_owner_is_only_the_soft_edge() -> None:
    rng = np.random.default_rng(1)
    writing = write("8888", take_hand(rng, 50.0), make_digits(), rng)
    assert not (writing.owners[writing.ink <= WRITTEN] > 0).any()
    assert (writing.owners[writing.ink > WRITTEN + 0.01] > 0).mean() > 0.97


def test_a_pitch_sets_the_digits_evenly() -> None:
    rng = np.random.default_rng(2)
    writing = write("5555", take_hand(rng, 30.0), make_digits(), rng, pitch=60.0)
    centres = [np.nonzero(writing.owners == k + 1)[1].mean() for k in range(4)]
    assert np.allclose(np.diff(centres), 60, atol=15)


def test_what_the_hand_cannot_write_is_refused() -> None:
    rng = np.random.default_rng(3)
    with pytest.raises(ValueError, match="cannot write 'x'"):
        write("1x", take_hand(rng, 30.0), make_digits(), rng)


def test_small_zeros_stand_on_the_line_of_the_others() -> None:
    rng = np.random.default_rng(4)
    hand = replace(take_hand(rng, 60.0), unrest=0.0, slant=0.0, gap=0.3, zero=0.6)
    writing = write("50", hand, make_digits(), rng)
    (top, bottom), (small_top, small_bottom) = (
        (rows.min(), rows.max()) for rows in (np.nonzero(writing.owners == k)[0] for k in (1, 2))
    )
    assert 0.45 < (small_bottom - small_top) / (bottom - top) < 0.75
    assert abs(small_bottom - bottom) < 6
    assert small_top > top + 15


def test_some_hands_write_small_zeros_and_most_do_not() -> None:
    rng = np.random.default_rng(5)
    zeros = np.array([take_hand(rng, 40.0).zero for _ in range(400)])
    assert 0.15 < (zeros < 1).mean() < 0.35
    assert zeros.min() > 0.5
