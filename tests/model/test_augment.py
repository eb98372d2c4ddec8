from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.augment import CANVAS, augment, bend, change_neighbours, change_stroke_width, jitter, move
from model.context import CHANNELS, ZOOM, look_alone
from model.glyph import BOX, SIDE, normalise
from model.strokes import DIGITS, draw

DrawDigits = Callable[[int, int], tuple[NDArray[np.uint8], NDArray[np.int64]]]


def test_an_augmented_glyph_is_a_glyph(draw_digits: DrawDigits) -> None:
    rng = np.random.default_rng(1)
    for glyph in draw_digits(60, 3)[0]:
        changed = augment(glyph, rng)
        assert changed.shape == (SIDE, SIDE)
        assert changed.dtype == np.uint8
        assert changed.max() > 128


def test_the_same_chance_gives_the_same_glyph(draw_digits: DrawDigits) -> None:
    glyph = draw_digits(1, 3)[0][0]
    first, again, other = (augment(glyph, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_drawing_stays_the_same_digit(draw_digits: DrawDigits) -> None:
    """An augmented digit lies nearer to the mean of its own class than to most others."""
    glyphs, labels = draw_digits(300, 4)
    means = np.stack([glyphs[labels == digit].mean(axis=0) for digit in range(10)])
    rng = np.random.default_rng(2)
    changed = np.stack([augment(glyph, rng) for glyph in glyphs])
    distances = ((changed[:, None].astype(np.float32) - means) ** 2).sum(axis=(2, 3))
    assert (distances.argmin(axis=1) == labels).mean() > 0.75


def test_bend_gives_a_canvas_and_keeps_the_ink_inside() -> None:
    rng = np.random.default_rng(7)
    for ways in DIGITS.values():
        picture = bend(draw(ways[0], rng), rng)
        assert picture.shape == (CANVAS, CANVAS)
        assert picture.max() > 200


def test_a_move_by_nothing_changes_nothing() -> None:
    glyph = normalise(draw(DIGITS["5"][0], np.random.default_rng(1)))
    still = move(glyph, np.random.default_rng(1), angle=0, scale=0, shift=0, shear=0, bend=0)
    assert np.abs(still.astype(int) - glyph).max() <= 1


@pytest.mark.parametrize("seed", range(20))
def test_thinning_keeps_half_of_the_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = draw(DIGITS["2"][0], rng, side=CANVAS)
    assert int(change_stroke_width(picture, rng).sum()) * 2 >= int(picture.sum())


def test_a_view_jitters_with_its_surroundings() -> None:
    """What is in the middle of both pictures stays so, at twice the size in the first."""
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    glyph[9:21, 12:16] = 255
    view = look_alone(glyph[None])[0]
    centres = []
    for seed in range(40):
        changed = jitter(view, np.random.default_rng(seed))
        assert changed.shape == view.shape
        y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
        first, second = (changed[..., k].astype(float) for k in (0, 1))
        mine = np.array([(x * first).sum(), (y * first).sum()]) / first.sum()
        around = np.array([(x * second).sum(), (y * second).sum()]) / second.sum()
        assert np.abs(mine - 2 * around).max() < 0.35
        assert 0.4 < first.sum() / view[..., 0].sum() < 1.8
        centres.append(mine)
    assert np.ptp(centres, axis=0).min() > 0.8, "it is shifted from time to time"


def make_view(seed: int) -> NDArray[np.uint8]:
    """A view with ink all over its surroundings."""
    return np.random.default_rng(seed).integers(1, 256, (SIDE, SIDE, CHANNELS), dtype=np.uint8)


@given(st.integers(0, 1000))
def test_new_neighbours_leave_the_glyph_and_its_row_alone(seed: int) -> None:
    view = make_view(seed)
    changed = change_neighbours(view, make_view(seed + 1), np.random.default_rng(seed))
    np.testing.assert_array_equal(changed[..., 0], view[..., 0])
    own = slice(SIDE // 2 - BOX // ZOOM // 2, SIDE // 2 + BOX // ZOOM // 2)
    np.testing.assert_array_equal(changed[own, :, 1], view[own, :, 1])


def test_neighbours_come_and_go() -> None:
    """A row above an empty page is another's row; a full page is emptied now and then."""
    empty, full = np.zeros((SIDE, SIDE, CHANNELS), np.uint8), make_view(0)
    chances = [np.random.default_rng(seed) for seed in range(60)]
    assert sum(change_neighbours(empty, full, rng)[..., 1].any() for rng in chances) > 20
    chances = [np.random.default_rng(seed) for seed in range(60)]
    assert sum(not change_neighbours(full, empty, rng)[0, :, 1].any() for rng in chances) > 2
