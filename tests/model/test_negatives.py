from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.glyph import SIDE
from model.negatives import make_negative

Digits = tuple[NDArray[np.uint8], NDArray[np.int64]]


@pytest.fixture(scope="module")
def digits(draw_digits: Callable[[int, int], Digits]) -> Digits:
    return draw_digits(100, 1)


def test_negatives_are_glyphs_with_ink(digits: Digits) -> None:
    rng = np.random.default_rng(1)
    made = [make_negative(*digits, rng) for _ in range(200)]
    assert {(glyph.shape, glyph.dtype) for glyph in made} == {((SIDE, SIDE), np.dtype(np.uint8))}
    assert np.mean([glyph.max() > 100 for glyph in made]) > 0.98


def test_negatives_come_from_the_seed(digits: Digits) -> None:
    first, again, other = (make_negative(*digits, np.random.default_rng(s)) for s in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_negatives_are_of_many_kinds(digits: Digits) -> None:
    """Wide ones (two digits), flat ones, and solid ones (blots) are all among them."""
    rng = np.random.default_rng(2)
    aspects, fills = [], []
    for _ in range(300):
        glyph = make_negative(*digits, rng) > 100
        _, _, width, height = cv2.boundingRect(glyph.astype(np.uint8))
        aspects.append(width / max(height, 1))
        fills.append(glyph.sum() / max(width * height, 1))
    assert min(aspects) < 0.8 < 1.2 < max(aspects)
    assert min(fills) < 0.3
    solid = [fill > 0.75 and 0.6 < aspect < 1.6 for fill, aspect in zip(fills, aspects, strict=True)]
    assert any(solid)
