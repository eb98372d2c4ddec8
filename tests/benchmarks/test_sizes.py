"""Tables of digits of a height: they are as high as they are said to be, and what is read of them is counted."""

import numpy as np
import pytest

from bench.metrics import Judged
from benchmarks.sizes import COLUMNS, LEAST_SIDE, draw_pages, share_right
from model.data import Glyphs
from scanner.page import Box
from scanner.size import choose_scale


def bars(count: int = 40) -> Glyphs:
    """Upright bars of MNIST's size that say 0 to 9."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    return Glyphs(images, np.arange(count) % 10, "bars", "bars.npz")


@pytest.mark.parametrize("height", [16, 40])
def test_pages_are_not_enlarged_for_being_small_and_their_digits_are_as_high_as_said(height: float) -> None:
    (sample,) = draw_pages(bars(), height, 1, 6)
    (page,) = sample.open_pages()
    assert page.image.shape[0] >= LEAST_SIDE
    assert choose_scale(page.image.shape) <= 1
    heights = [box.height for text, box in zip(sample.truth.strings, sample.truth.boxes, strict=True) if text != "?"]
    assert len(heights) > 4 * COLUMNS
    assert np.median(heights) == pytest.approx(height, rel=0.35)


def test_the_seed_decides_the_pages() -> None:
    first, again, other = (next(iter(draw_pages(bars(), 40, 1, seed))).truth for seed in (6, 6, 7))
    assert first == again
    assert first != other


def test_strings_and_digits_are_counted() -> None:
    box = Box(0, 0, 9, 9)
    judged = [Judged("12", "12", 0.9, True, "", box), Judged("3456", "346", 0.9, True, "", box)]
    assert share_right(judged) == (0.5, pytest.approx(5 / 6))
