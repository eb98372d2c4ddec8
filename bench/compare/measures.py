"""The figures of a contestant on labelled glyphs, as JSON holds them. Shares are 0..1."""

from dataclasses import asdict, replace
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.compare.chance import wilson
from bench.contestants.contestant import DIGITS, Contestant
from model.data import Glyphs
from model.errors import DataError
from model.evaluate import BINS, count_confusions, measure_calibration_error, rate_class

LOT = 500
"""Glyphs that are asked about at a time: k-nearest neighbours compares each with all it has learnt."""


def keep_digits(glyphs: Glyphs) -> Glyphs:
    """Return the glyphs that are digits: the contestants know no others. Raises DataError where there are none."""
    chosen = glyphs.labels < DIGITS
    if not chosen.any():
        raise DataError(f"{glyphs.name}: holds no digits. Give glyphs whose labels are 0 to 9.")
    return replace(glyphs, images=glyphs.images[chosen], labels=glyphs.labels[chosen])


def score(contestant: Contestant, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 28, 28) -> (N, 10) probabilities, lot by lot."""
    parts = [contestant.predict_proba(images[i : i + LOT]) for i in range(0, len(images), LOT)]
    return np.concatenate(parts)


def measure_glyphs(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> dict[str, Any]:
    """Return all figures of answers to labelled digits. scores: (N, 10) probabilities; labels: (N,) 0..9; N above 0.

    A digit that the labels or the answers lack has no precision or no recall, and does not enter the means.
    """
    answers = scores.argmax(axis=1).astype(np.int64)
    right, count = int((answers == labels).sum()), len(labels)
    confusion = count_confusions(labels, answers)
    rates = [rate_class(confusion, digit) for digit in range(DIGITS)]
    return {
        "digits": count,
        "right": right,
        "accuracy": right / count,
        "interval": asdict(wilson(right, count)),
        **{f"macro_{name}": _average([rate[name] for rate in rates]) for name in ("precision", "recall", "f1")},
        "per_class": rates,
        "confusion": confusion[:DIGITS, :DIGITS].tolist(),
        "calibration_error": measure_calibration_error(scores, labels),
        "reliability": fill_reliability(scores, labels),
        "answers": "".join(map(str, answers.tolist())),
    }


def fill_reliability(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> list[tuple[int, float, float]]:
    """Return (count, mean confidence, share right) of each bin of equal width that is not empty."""
    confidence, right = scores.max(axis=1).astype(np.float64), scores.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    kept = [bins == place for place in range(BINS)]
    return [(int(here.sum()), float(confidence[here].mean()), float(right[here].mean())) for here in kept if here.any()]


def _average(values: list[float | int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
