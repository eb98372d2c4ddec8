"""Spoilt glyphs: the same each time, and the stronger the worse."""

from itertools import pairwise

import numpy as np
import pytest

from bench.compare.corruptions import KINDS, STRENGTHS, spoil
from model.data import Glyphs
from model.glyph import normalise
from model.strokes import DIGITS, draw


@pytest.fixture(scope="module")
def drawn() -> Glyphs:
    """Forty digits."""
    rng = np.random.default_rng(3)
    labels = np.arange(40, dtype=np.int64) % 10
    return Glyphs(np.stack([normalise(draw(DIGITS[str(label)][0], rng)) for label in labels]), labels, "", "drawn")


def test_there_are_fifteen_kinds() -> None:
    assert (len(KINDS), STRENGTHS) == (15, 5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stronger_one_leaves_less_of_the_glyph(kind: str, drawn: Glyphs) -> None:
    """The mean distance from the clean glyph grows with every step, until a small or shifted one hardly meets it."""
    spoilt = [spoil(drawn, kind, strength, 1) for strength in range(1, STRENGTHS + 1)]
    assert all(each.shape == drawn.images.shape and each.dtype == np.uint8 for each in spoilt)
    harm = [float(np.abs(each.astype(int) - drawn.images).mean()) for each in spoilt]
    assert harm[0] > 2
    assert all(before < after for before, after in pairwise(harm[:4])), harm
    assert harm[4] > 0.98 * harm[3]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_spoils_alike_and_another_one_does_not(kind: str, drawn: Glyphs) -> None:
    once = spoil(drawn, kind, 3, 1)
    np.testing.assert_array_equal(once, spoil(drawn, kind, 3, 1))
    has_chance = kind not in ("scale", "brightness", "canny edges")
    assert np.array_equal(once, spoil(drawn, kind, 3, 2)) != has_chance


def test_a_strength_beyond_the_five_is_refused(drawn: Glyphs) -> None:
    with pytest.raises(ValueError, match="strength from 1 to 5, got 6"):
        spoil(drawn, "fog", 6, 1)
