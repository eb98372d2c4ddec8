"""The touching pairs: they overlap by as many pixels as said, say what stands on them, and are judged fairly."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.touching import INK, MARGIN, OVERLAPS, SCALES, Pair, draw_pair, find_offset, make_pairs, measure
from model.classifier import StubClassifier
from model.data import Glyphs
from model.strokes import DIGITS, draw


@pytest.fixture(scope="module")
def digits() -> Glyphs:
    """Drawn glyphs, three of each digit."""
    rng = np.random.default_rng(1)
    labels = np.arange(30) % 10
    return Glyphs(np.stack([draw(DIGITS[str(k)][0], rng, side=28) for k in labels]), labels, sha256="")


def count_shared(left: NDArray[np.uint8], right: NDArray[np.uint8], offset: int) -> int:
    """Pixels that are ink of both digits, counted on a canvas wide enough for any offset."""
    canvas = np.zeros((2, left.shape[0], 5 * left.shape[1]), bool)
    start = 2 * left.shape[1]
    canvas[0, :, start : start + left.shape[1]] = left >= INK
    canvas[1, :, start + offset : start + offset + right.shape[1]] = right >= INK
    return int(canvas.all(axis=0).sum())


def test_one_pixel_of_overlap_is_the_first_that_both_share(digits: Glyphs) -> None:
    for left, right in zip(digits.images, digits.images[::-1], strict=True):
        offset = find_offset(left, right, 1)
        assert offset is not None
        assert count_shared(left, right, offset) > 0
        assert all(count_shared(left, right, offset + further) == 0 for further in range(1, 28))
        assert [find_offset(left, right, overlap) for overlap in (2, 3)] == [offset - 1, offset - 2]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 18), st.integers(0, 18), st.integers(1, 9))
def test_two_bars_overlap_by_as_many_columns_as_said(
    wide: int, other: int, left: int, right: int, overlap: int
) -> None:
    assume(overlap <= min(wide, other))
    bars = np.zeros((2, 28, 28), np.uint8)
    bars[0, 4:24, left : left + wide] = 255
    bars[1, 4:24, right : right + other] = 255
    offset = find_offset(bars[0], bars[1], overlap)
    assert offset is not None
    assert count_shared(bars[0], bars[1], offset) == 20 * overlap
    image = draw_pair(bars[0], bars[1], offset, 2)
    assert image.shape == (2 * (20 + 2 * MARGIN), 2 * (wide + other - overlap + 2 * MARGIN))


def test_digits_without_a_common_row_never_touch() -> None:
    high, low = np.zeros((2, 28, 28), np.uint8)
    high[2:10, 10:15] = low[15:25, 10:15] = 255
    assert find_offset(high, low, 1) is None


def test_pairs_are_dark_on_white_and_labelled_from_left_to_right() -> None:
    """A wide bar is labelled 1, a narrow one 7: the picture's own columns tell which stands left."""
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 4:24, 6:20] = images[1, 4:14, 12:16] = 255
    pairs = make_pairs(Glyphs(images, np.array([1, 7]), sha256=""), 40, seed=3)
    assert {pair.text for pair in pairs} == {"11", "17", "71", "77"}
    for pair in pairs:
        assert pair.image[0].min() == 255
        dark = (pair.image < 128).sum(axis=0)
        columns = dark[dark > 0]
        starts_wide, ends_wide = columns[0] > 0.8 * columns.max(), columns[-1] > 0.8 * columns.max()
        if pair.text in ("17", "71"):
            assert (starts_wide, ends_wide) == (pair.text == "17", pair.text == "71")


def test_the_same_seed_makes_the_same_pairs(digits: Glyphs) -> None:
    first, second, other = (make_pairs(digits, 9, seed) for seed in (5, 5, 6))
    assert all(np.array_equal(a.image, b.image) and a.text == b.text for a, b in zip(first, second, strict=True))
    assert [pair.text for pair in first] != [pair.text for pair in other]
    assert [pair.overlap for pair in first] == [*OVERLAPS] * 3
    sides = [pair.image.shape[0] % scale for pair in first for scale in SCALES]
    assert 0 in sides


def test_only_both_digits_in_order_count() -> None:
    page = np.full((80, 160), 255, np.uint8)
    for x in (30, 90):
        page[20:60, x : x + 20] = 0
    pairs = [Pair(page, "77", 1), Pair(page, "78", 1), Pair(page, "7", 2), Pair(page, "77", 3)]
    assert measure(pairs, StubClassifier([7])) == {1: 0.5, 2: 0.0, 3: 1.0}
