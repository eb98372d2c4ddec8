"""Fits scanner/calibration.py: how often are lines and digits of some confidence right?

    python -m benchmarks.calibration --data mnist.npz [--pages 1500] [--seed 11] [FOLDER ...]

The pages are drawn with the held-out part of MNIST's training digits; folders hold development photos with labels,
whose strings together weigh as much as the drawn ones. Prints the error as it is, the two lines that mend it, composed
with those in use, and the error after it.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Measured, draw_samples, load_samples, measure
from benchmarks.metrics import Judged, align
from model.classifier import Classifier
from scanner.calibration import DIGIT, LINE, Calibration, to_log_odds


@dataclass(frozen=True)
class Answers:
    """What the reader was so sure of, and whether it was right."""

    confidence: NDArray[np.float64]
    """(N,) 0..1."""
    right: NDArray[np.bool_]
    """(N,)"""
    weight: NDArray[np.float64]
    """(N,) how much each counts."""


def fit(answers: Answers, used: Calibration) -> Calibration:
    """Return the calibration under which the answers are likeliest; `used` is the one that they have been through."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    odds = np.array([to_log_odds(each) for each in answers.confidence])

    def cost(line: NDArray[np.float64]) -> float:
        signed = np.where(answers.right, 1, -1) * (line[0] * odds + line[1])
        return float((answers.weight * np.logaddexp(0, -signed)).sum())

    slope, offset = minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Calibration(float(slope * used.slope), float(slope * used.offset + offset))


def collect_lines(sets: Sequence[Measured]) -> Answers:
    """Take the strings that are lines of their own, without doubts; every set weighs alike."""
    parts = [[(each.confidence, each.right) for each in one.judged if each.alone and each.offered] for one in sets]
    return _weigh(parts)


def collect_digits(sets: Sequence[Measured]) -> Answers:
    """Take all digits that stand at labelled places, doubts by their best reading."""
    return _weigh([[pair for each in one.judged for pair in _judge_digits(each)] for one in sets])


def _judge_digits(judged: Judged) -> list[tuple[float, bool]]:
    given = [(want, got) for want, got in align(judged.want, judged.got) if got is not None]
    return [
        (digit.confidence, want == (digit.alternatives[0][0] if digit.text == "?" and digit.alternatives else got))
        for (want, got), digit in zip(given, judged.digits, strict=True)
    ]


def _weigh(parts: Sequence[Sequence[tuple[float, bool]]]) -> Answers:
    pairs = [pair for part in parts for pair in part]
    weights = [1 / len(part) for part in parts for _ in part]
    confidence, right = zip(*pairs, strict=True)
    return Answers(np.array(confidence), np.array(right), np.array(weights) * len(pairs) / max(len(parts), 1))


def measure_error(answers: Answers, bins: int = 15) -> float:
    """Return the weighed mean gap between confidence and share right over bins of equal count."""
    order = np.argsort(answers.confidence, kind="stable")
    gaps = [answers.weight[part] @ (answers.confidence - answers.right)[part] for part in np.array_split(order, bins)]
    return float(np.abs(gaps).sum() / answers.weight.sum())


def recalibrate(answers: Answers, used: Calibration, new: Calibration) -> Answers:
    """Return the answers as they would be under another calibration."""
    before = [(to_log_odds(each) - used.offset) / used.slope for each in answers.confidence]
    sure = 1 / (1 + np.exp(-(new.slope * np.array(before) + new.offset)))
    return Answers(sure, answers.right, answers.weight)


def main() -> None:
    """Measure, fit, print."""
    parser = argparse.ArgumentParser(description="Fit how confident the reader may be.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="development photos with labels.jsonl")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--pages", type=int, default=1500, help="pages to draw (1500)")
    parser.add_argument("--seed", type=int, default=11, help="where chance starts (11)")
    parser.add_argument("--weights", type=Path, help="folder of the weights (the package's own)")
    options = parser.parse_args()
    classifier = Classifier(options.weights)
    sets = [measure("synthetic", draw_samples(options.data, options.pages, options.seed), classifier)]
    sets += [measure(folder.name, load_samples(folder), classifier) for folder in options.folders]
    for name, answers, used in (("LINE", collect_lines(sets), LINE), ("DIGIT", collect_digits(sets), DIGIT)):
        new = fit(answers, used)
        after = measure_error(recalibrate(answers, used, new))
        print(
            f"{name} = Calibration({new.slope:.3f}, {new.offset:.3f})  # {len(answers.right)} answers, error "
            f"{measure_error(answers):.3f} as it is, {after:.3f} after it"
        )


if __name__ == "__main__":
    main()
