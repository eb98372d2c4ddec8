"""Figures on labelled glyphs: a tiny case worked out by hand."""

import numpy as np
import pytest

from bench.compare.measures import fill_reliability, keep_digits, measure_glyphs
from model.data import NOT_A_DIGIT, Glyphs
from model.errors import DataError


def answer(*sure: tuple[int, float]) -> np.ndarray:
    """Return scores that give each answer its confidence, and the rest to all others alike."""
    scores = np.stack([np.full(10, (1 - confidence) / 9) for _, confidence in sure])
    for row, (label, confidence) in zip(scores, sure, strict=True):
        row[label] = confidence
    return scores.astype(np.float32)


def test_the_figures_of_four_digits() -> None:
    figures = measure_glyphs(answer((1, 0.9), (1, 0.9), (7, 0.9), (1, 0.5)), np.array([1, 1, 7, 7]))
    assert (figures["right"], figures["digits"], figures["accuracy"]) == (3, 4, 0.75)
    assert figures["per_class"][7] == {"precision": 1.0, "recall": 0.5, "f1": 0.66667, "count": 2}
    assert figures["macro_precision"] == pytest.approx((2 / 3 + 1) / 2, abs=1e-5)
    assert figures["macro_recall"] == 0.75
    assert figures["confusion"][7][1] == 1
    assert sum(map(sum, figures["confusion"])) == 4
    assert figures["calibration_error"] == pytest.approx((3 * 0.1 + 0.5) / 4, abs=1e-6)
    assert figures["answers"] == "1171"


def test_bins_hold_every_answer_once() -> None:
    bins = fill_reliability(answer((1, 0.9), (1, 0.91), (7, 1.0)), np.array([1, 2, 7]))
    assert [(count, round(sure, 3), right) for count, sure, right in bins] == [(2, 0.905, 0.5), (1, 1.0, 1.0)]


def test_what_is_no_digit_is_left_out() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    kept = keep_digits(Glyphs(images, np.array([3, NOT_A_DIGIT, 4]), "", "few"))
    assert (kept.labels.tolist(), len(kept.images)) == ([3, 4], 2)
    with pytest.raises(DataError, match="letters: holds no digits"):
        keep_digits(Glyphs(images, np.full(3, NOT_A_DIGIT), "", "letters"))
