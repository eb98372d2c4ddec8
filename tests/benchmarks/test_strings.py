"""The synthetic amounts that the decoder's constants are chosen by: as labelled, repeatable, fairly judged."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.strings import MARGIN, SPLIT_SEED, Strip, draw_strip, make_strips, measure
from model.classifier import StubClassifier
from model.data import VALIDATION_SIZE, Glyphs, split
from model.strokes import DIGITS, draw


@pytest.fixture(scope="module")
def digits() -> Glyphs:
    """Drawn glyphs, thirty of each digit."""
    rng = np.random.default_rng(1)
    labels = np.arange(300) % 10
    pictures = [cv2.resize(draw(DIGITS[str(k)][0], rng), (28, 28), interpolation=cv2.INTER_AREA) for k in labels]
    return Glyphs(np.stack(pictures), labels, sha256="")


def test_a_strip_is_a_grey_picture_of_three_to_six_digits(digits: Glyphs) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        strip = draw_strip(digits, rng)
        assert strip.image.dtype == np.uint8
        assert strip.image.ndim == 2
        assert min(strip.image.shape) > 2 * MARGIN
        assert 3 <= len(strip.text) <= 6
        assert set(strip.text) <= set("0123456789")


def test_the_same_seed_draws_the_same_strips(digits: Glyphs) -> None:
    first, second, other = (draw_strip(digits, np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert np.array_equal(first.image, second.image)
    assert first.text == second.text
    assert first.image.shape != other.image.shape or not np.array_equal(first.image, other.image)


def test_strips_come_from_the_held_out_digits(digits: Glyphs, tmp_path: Path) -> None:
    """Training digits are labelled 1 here and those that the split holds back 7: only 7s may be drawn."""
    count = VALIDATION_SIZE + 50
    images = np.resize(digits.images, (count, 28, 28))
    marked = Glyphs(images, np.arange(count), "ab", "mnist.npz")
    _, held = split(marked, SPLIT_SEED)
    labels = np.ones(count, np.uint8)
    labels[held.labels] = 7
    path = tmp_path / "mnist.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images[:1], y_test=labels[:1])
    strips = make_strips(path, 3, seed=1)
    assert len(strips) == 3
    assert {digit for strip in strips for digit in strip.text} == {"7"}


def test_only_the_exact_string_counts() -> None:
    page = np.full((80, 260), 220, np.uint8)
    for x in (30, 90, 150):
        page[20:60, x : x + 20] = 60
    strips = [Strip(page, text) for text in ("777", "77", "7777", "778")]
    assert measure(strips, StubClassifier([7])) == 0.25
