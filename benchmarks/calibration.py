"""Fits scanner/calibration.py: how often are lines and digits of some confidence right?

    python -m benchmarks.calibration --data mnist.npz [--pages 1500] [--seed 11] [--once] [FOLDER ...]

The pages are drawn with the held-out part of MNIST's training digits; folders hold development photos with labels,
whose strings together weigh as much as the drawn ones. Prints the two regressions, and the calibration error with the
ones in use and with the new ones. --once fits what lines are worth that are looked at once.
"""

import argparse
from collections.abc import Container, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.datasets import SYNTHETIC, Sample, draw_samples, load_samples
from bench.metrics import Judged, align, judge
from model.classifier import Classifier, GlyphClassifier
from scanner.calibration import AGREED, DIGIT, LINE, Calibration, LineCalibration
from scanner.evidence import find_evidence, to_log_odds
from scanner.pipeline import Options, read
from scanner.reading import Line
from scanner.stages import Agreed, Stage

SHRINK = 0.5
"""Ridge penalty, per squared unit of weight; the offset is free."""

BINS = 15
"""Bins of equal count over the confidence."""


@dataclass(frozen=True)
class Answers:
    """What is known of some answers, and which are right."""

    evidence: NDArray[np.float64]
    """(N, K): 1, and what the weights are multiplied with."""
    right: NDArray[np.bool_]
    """(N,)"""


class Watcher:
    """Keeps what a page's lines are judged by."""

    def __init__(self) -> None:
        self.evidence: list[list[float]] = []

    def observe(self, stage: Stage) -> None:
        """Take note of the evidence for each line, with 1 before it for the offset."""
        if isinstance(stage, Agreed):
            self.evidence = [[1.0, *astuple(each)] for each in map(find_evidence, stage.rows)]


def collect(
    samples: Iterable[Sample], classifier: GlyphClassifier, options: Options = Options()
) -> tuple[Answers, Answers]:
    """Read labelled images: returns what is known of the strings that are lines of their own, and of all digits.

    Lines with a "?" are no answers, but of lone digits: what refuses them is the line's own confidence. Of a refused
    digit, its best reading is judged; lone ones are left out, since their line speaks for them.
    """
    all_told = replace(options, reject_below=0.0)
    lines: list[tuple[list[float], bool]] = []
    digits: list[tuple[list[float], bool]] = []
    for sample in samples:
        for page in sample.open_pages():
            watcher = Watcher()
            reading = read(page, classifier, all_told, watcher)
            judged, _ = judge(sample.truth, reading.lines)
            lines += [
                (watcher.evidence[_find_line(each, reading.lines)], each.right)
                for each in judged
                if each.alone and _is_answer(each, options.reject_below)
            ]
            lone = {id(line.digits[0]) for line in reading.lines if len(line.digits) == 1}
            digits += [pair for each in judged for pair in _judge_digits(each, lone)]
    return _to_answers(lines), _to_answers(digits)


def _find_line(judged: Judged, lines: Sequence[Line]) -> int:
    return next(number for number, line in enumerate(lines) if line.digits == judged.digits)


def _is_answer(judged: Judged, reject_below: float) -> bool:
    return len(judged.digits) == 1 or all(digit.confidence >= reject_below for digit in judged.digits)


def _judge_digits(judged: Judged, lone: Container[int]) -> list[tuple[list[float], bool]]:
    """Return what is known of a string's digits. lone: identities of those that are left out."""
    given = [(want, got) for want, got in align(judged.want, judged.got) if got is not None]
    return [
        ([1.0, (to_log_odds(digit.confidence) - DIGIT.offset) / DIGIT.slope], want == got)
        for (want, got), digit in zip(given, judged.digits, strict=True)
        if id(digit) not in lone
    ]


def _to_answers(pairs: Sequence[tuple[list[float], bool]]) -> Answers:
    evidence, right = zip(*pairs, strict=True)
    return Answers(np.array(evidence, np.float64), np.array(right, np.bool_))


def fit(sets: Sequence[Answers]) -> NDArray[np.float64]:
    """Return the weights (K,) under which the answers are likeliest (logistic regression); every set weighs alike."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    evidence = np.concatenate([one.evidence for one in sets])
    sign = np.where(np.concatenate([one.right for one in sets]), 1.0, -1.0)
    share = len(sign) / len(sets)
    weight = np.concatenate([np.full(len(one.right), share / len(one.right)) for one in sets])
    shrink = np.array([0.0, *[SHRINK] * (evidence.shape[1] - 1)])

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        signed = sign * (evidence @ weights)
        slope = evidence.T @ (-weight * sign / (1 + np.exp(signed)))
        return float(weight @ np.logaddexp(0, -signed) + shrink / 2 @ weights**2), slope + shrink * weights

    return np.asarray(minimize(cost, np.zeros(evidence.shape[1]), jac=True, method="L-BFGS-B").x, np.float64)


def measure_error(answers: Answers, weights: NDArray[np.float64]) -> float:
    """Return the mean gap between confidence and share right, over bins of equal count."""
    confidence = 1 / (1 + np.exp(-(answers.evidence @ weights)))
    order = np.argsort(confidence, kind="stable")
    gaps = [(confidence - answers.right)[part].sum() for part in np.array_split(order, BINS)]
    return float(np.abs(gaps).sum() / len(order))


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description="Fit how confident the reader may be.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="development photos with labels.jsonl")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--pages", type=int, default=1500, help="pages to draw (1500)")
    parser.add_argument("--seed", type=int, default=11, help="where chance starts (11)")
    parser.add_argument("--weights", type=Path, help="folder of the weights (the package's own)")
    parser.add_argument("--once", action="store_true", help="for lines that are looked at once")
    arguments = parser.parse_args()
    classifier, options = Classifier(arguments.weights), Options(again=not arguments.once)
    name, used = ("LINE", LINE) if arguments.once else ("AGREED", AGREED)
    drawn = draw_samples(arguments.data, arguments.pages, arguments.seed)
    sets = {SYNTHETIC: collect(drawn, classifier, options)}
    sets |= {folder.name: collect(load_samples(folder), classifier, options) for folder in arguments.folders}
    lines, digits = (dict(zip(sets, part, strict=True)) for part in zip(*sets.values(), strict=True))
    weights = fit(list(lines.values()))
    print(f"{name} = {LineCalibration(*weights.round(3).tolist())}")
    _print_errors(lines, np.array(astuple(used)), weights)
    offset, slope = fit(list(digits.values())).round(3).tolist()
    print(f"DIGIT = {Calibration(slope, offset)}")
    _print_errors(digits, np.array([DIGIT.offset, DIGIT.slope]), np.array([offset, slope]))


def _print_errors(sets: dict[str, Answers], used: NDArray[np.float64], new: NDArray[np.float64]) -> None:
    for name, answers in sets.items():
        before, after = measure_error(answers, used), measure_error(answers, new)
        print(f"  {name}: {len(answers.right)} answers, error {before:.3f}; then {after:.3f}")


if __name__ == "__main__":
    main()
