"""How good a classifier is on labelled glyphs. No TensorFlow here."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.card import replace_file
from model.classifier import CARD, CLASSES, Classifier, decide
from model.data import NOT_A_DIGIT, Glyphs
from model.errors import DataError, WeightsError

FINAL = ("accuracy", "ten_class_accuracy", "calibration_error")
"""Figures that the card keeps of the final evaluation."""

BINS = 15
"""Bins of equal width over the confidence, as Guo et al. (2017) take for the calibration error."""


def evaluate(classifier: Classifier, glyphs: Glyphs, reject_below: float = 0.0) -> dict[str, Any]:
    """Return figures that JSON can hold, all shares in 0..1; None where there is nothing to count.

    A glyph is refused when the classifier takes it for no digit, or is less sure of its digit than reject_below.
    """
    scores = classifier.score(glyphs.images)
    answers = decide(scores, reject_below)
    digits = glyphs.labels != NOT_A_DIGIT
    confusion = count_confusions(glyphs.labels, answers)
    return {
        "data": glyphs.name,
        "sha256": glyphs.sha256,
        "digits": int(digits.sum()),
        "not_digits": int((~digits).sum()),
        "reject_below": reject_below,
        "accuracy": _share((answers == glyphs.labels)[digits]),
        "ten_class_accuracy": _share((scores[:, :NOT_A_DIGIT].argmax(axis=1) == glyphs.labels)[digits]),
        "refused": _share((answers == NOT_A_DIGIT)[digits]),
        "not_digits_passed": _share((answers != NOT_A_DIGIT)[~digits]),
        "calibration_error": round(measure_calibration_error(scores, glyphs.labels), 5),
        "per_class": {str(digit): rate_class(confusion, digit) for digit in range(NOT_A_DIGIT)},
        "confusion_labels": [*(str(digit) for digit in range(NOT_A_DIGIT)), "?"],
        "confusion": confusion.tolist(),
    }


def record_final(classifier: Classifier, figures: dict[str, Any], folder: Path) -> None:
    """Write the figures of the one final evaluation into the folder's card. Raises WeightsError for a second one."""
    card = classifier.card
    final = {f"test_{name}": figures[name] for name in FINAL}
    if None in final.values():
        raise DataError(f"{figures['data']}: holds no digits. Give the test set with --data mnist.npz.")
    if set(final) & set(card.figures):
        raise WeightsError("the card holds its test figures already. A test set is used once, at the end.")
    card = replace(card, figures={**card.figures, **final})
    replace_file(folder / CARD, card.to_json().encode())


def count_confusions(labels: NDArray[np.int64], answers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the (11, 11) confusion matrix: a row for each true label, a column for each answer; last, no digit."""
    counts = np.bincount(labels * CLASSES + answers, minlength=CLASSES * CLASSES)
    return counts.astype(np.int64).reshape(CLASSES, CLASSES)


def rate_class(confusion: NDArray[np.int64], label: int) -> dict[str, float | int | None]:
    """Return precision, recall, F1 and the count of one label, over a confusion matrix with rows of truth."""
    right, given, true = int(confusion[label, label]), int(confusion[:, label].sum()), int(confusion[label].sum())
    return {
        "precision": _ratio(right, given),
        "recall": _ratio(right, true),
        "f1": _ratio(2 * right, given + true),
        "count": true,
    }


def measure_calibration_error(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy over bins, weighed by count.

    scores: (N, 11) probabilities, N at least 1. labels: (N,) 0..10; "not a digit" is a label like the others.
    """
    confidence, right = scores.max(axis=1).astype(np.float64), scores.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(labels))


def _share(right: NDArray[np.bool_] | Sequence[bool]) -> float | None:
    return _ratio(int(np.count_nonzero(right)), len(right))


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None
