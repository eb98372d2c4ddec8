"""Strings that are composed of single glyphs carry the truth, and touch when they are to."""

import numpy as np
import pytest

from model import composing
from model.composing import Spacing, compose, drop_no_digits
from model.data import NOT_A_DIGIT, Glyphs
from model.strip import HEIGHT


def make_bars(count: int = 20) -> Glyphs:
    """Glyphs of upright bars, labelled 1, and of blocks, labelled 8."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[::2, 4:24, 12:16] = 255
    images[1::2, 4:24, 6:22] = 255
    return Glyphs(images, np.where(np.arange(count) % 2, 8, 1).astype(np.int64), "")


def test_marks_lie_on_the_ink_of_their_digits() -> None:
    for seed in range(40):
        strip = compose([make_bars()], np.random.default_rng(seed))
        assert strip.image.shape[0] == HEIGHT
        assert 1 <= len(strip.marks) <= composing.LONGEST
        assert set(strip.marks[:, 2]) <= {1, 8}
        for begin, end, label in strip.marks:
            assert (end - begin > 8) == (label == 8)
            assert strip.image[:, int((begin + end) / 2), 1].max() > 128


@pytest.mark.parametrize(("mean", "parts"), [(6.0, True), (-2.0, False)])
def test_the_spacing_decides_whether_digits_touch(monkeypatch: pytest.MonkeyPatch, mean: float, parts: bool) -> None:
    monkeypatch.setattr(composing, "SPACINGS", ((1.0, Spacing(mean, 0.0, True)),))
    apart = []
    for seed in range(30):
        strip = compose([make_bars()], np.random.default_rng(seed))
        columns = (strip.image[..., 0] > 90).any(axis=0)
        runs = np.count_nonzero(np.diff(columns.astype(int)) == 1)
        apart.append(runs == len(strip.marks))
        if not parts and len(strip.marks) > 1:
            assert runs < len(strip.marks)
    assert not parts or np.mean(apart) == 1


def test_what_is_no_digit_is_not_composed() -> None:
    bars = make_bars(4)
    mixed = Glyphs(
        np.concatenate([bars.images, np.zeros((1, 28, 28), np.uint8)]), np.array([1, NOT_A_DIGIT, 1, 8, 3]), ""
    )
    kept = drop_no_digits(mixed)
    assert kept.labels.tolist() == [1, 1, 8]


def test_the_same_chance_gives_the_same_strip() -> None:
    one, other = (compose([make_bars()], np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.image, other.image)
    assert np.array_equal(one.marks, other.marks)
