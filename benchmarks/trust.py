"""Fits scanner/trust.py: which rows are digits, by what they hold and by their page?

    python -m benchmarks.trust --data mnist.npz [--pages 240] [--seed 13] [--unasked] FOLDER [FOLDER ...]

The folders hold development photos and pages without digits, with labels; further pages are drawn with the held-out
part of MNIST's training digits. A row is digits when most of what is read in it stands at labelled places. Rows of
real images without any digit weigh ABSENT times as much: there, every digit is false. Made-up pages say what must hold
whatever the others show: a sure number is one in any company. Prints the two lines of weights, and what is lost and
falsely kept with the weights in use and with the new ones. --unasked fits those for a classifier that knows single
glyphs alone.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.datasets import SYNTHETIC, Sample, draw_samples, load_samples
from bench.metrics import Truth, reaches
from model.classifier import CLASSES, Classifier, GlyphClassifier, Guess
from scanner.decode import Decoded, Found, decode
from scanner.lattice import Candidate, Lattice
from scanner.page import Box
from scanner.pipeline import ONCE, read
from scanner.placement import Placement
from scanner.stages import Chosen, Classified, Cleaned, Cut, Stage
from scanner.trust import (
    ALONE,
    LEAST_TRUST,
    TOGETHER,
    UNASKED_ALONE,
    UNASKED_TOGETHER,
    Places,
    Weights,
    describe_rows,
    find_places,
    look_around,
    to_shares,
    weigh,
)

ABSENT = 20.0
"""A false row on a page without digits costs as much as this many lost rows of a photo."""

DRAWN = 0.3
"""A row of a drawn page weighs as much as this many of a photo."""

SHRINK = 0.05
"""Ridge penalty, per squared unit of weight."""

MADE_UP = 26.0
"""All rows of a made-up page together weigh as much as this many of a photo: with 20 the fit lost some of them."""

FOR, AGAINST = (0.0, None), (None, 0.0)

SIGNS = {"digits": FOR, "ones": FOR, "left_out": AGAINST, "odd_size": AGAINST, "seen": FOR, "page": FOR}
"""What can only speak for a row, or only against it: free, the fit makes up for one by another, and rows of many 1s
would count as none."""


@dataclass(frozen=True)
class Judged:
    """The rows of one page."""

    features: NDArray[np.float64]
    """(N, 8), as scanner.trust.describe_rows gives them."""
    places: Places
    """(N, 5), as scanner.trust.find_places gives them."""
    are_digits: NDArray[np.bool_]
    """(N,)"""
    weight: NDArray[np.float64]
    """(N,) how much each counts; 0 where nobody knows, or where nothing would be read."""


class Watcher:
    """Keeps the rows of a page as they are when it is decided which of them are digits."""

    def __init__(self) -> None:
        self.rows: list[Decoded] = []
        self.placement = Placement.of_scale(1.0)
        self._lattices: list[Lattice] = []

    def observe(self, stage: Stage) -> None:
        """Take note of the rows, and of where they lie on the image as stored."""
        match stage:
            case Cleaned():
                self.placement, self._lattices = stage.ink.placement, []
            case Cut():
                self._lattices = stage.lattices
            case Classified():
                self.rows = [decode(*each) for each in zip(self._lattices, stage.guesses, strict=True)]
            case Chosen():
                self.rows = [
                    replace(row, blank=later.blank) for row, later in zip(self.rows, stage.decoded, strict=True)
                ]


def judge_pages(
    samples: Iterable[Sample], classifier: GlyphClassifier, weight: float = 1.0, absent: float = ABSENT
) -> list[Judged]:
    """Read the samples and tell which rows are digits. absent: how much a row weighs on a page without any."""
    judged = []
    for sample in samples:
        for page in sample.open_pages():
            watcher = Watcher()
            read(page, classifier, ONCE, watcher)
            if watcher.rows:
                without = sample.truth.complete and not sample.truth.strings
                judged.append(_judge_rows(watcher.rows, sample.truth, watcher.placement, absent if without else weight))
    return judged


def _judge_rows(rows: Sequence[Decoded], truth: Truth, placement: Placement, weight: float) -> Judged:
    shares = [
        np.mean(
            [any(reaches(place, placement.place(found.candidate.box)) for place in truth.boxes) for found in row.found]
        )
        if row.found
        else -1.0
        for row in rows
    ]
    weights = [0.0 if share < 0 or (share < 0.5 and not truth.complete) else weight for share in shares]
    return Judged(describe_rows(rows), find_places(rows), np.array(shares) >= 0.5, np.array(weights))


def make_up_pages(asked: bool = True) -> list[Judged]:
    """Return pages of which it is known what they hold. asked: whether the reader of rows was."""
    sight = -30.0 if asked else None
    text, doubtful = [_make_row("", others=4)] * 10, [_make_row("9", others=5, confidence=0.3, blank=sight)] * 8
    number, ones = _make_row("40725", blank=sight), [_make_row("1", blank=sight)] * 3
    pages = [
        ([*text, number, *text], {10}),
        ([_make_row("", others=5)] * 8 + [number], {8}),
        ([*doubtful, number], {8}),
        ([*ones, number], {0, 1, 2, 3}),
        ([_make_row("023456", confidence=0.92, blank=sight)] * 40, set(range(40))),
        *((_make_clean_page(each, 0.9, sight), set(range(100))) for each in ("407", "4")),
        ([_make_row("1" * 12, confidence=0.992, blank=sight)] * 48, set(range(48))),
        *(([_make_row(each, blank=sight)], {0}) for each in ("1111111111", "0111111111", "111211131")),
    ]
    if asked:  # it sees little of faint writing
        faint = [_make_clean_page(each, 0.99, blank) for each, blank in (("407", 0.0), ("47", -1.5), ("4", -3.5))]
        pages += [(rows, set(range(100))) for rows in faint]
        seen, unseen = (_make_row("4072", confidence=0.9, blank=each) for each in (sight, -0.1))
        pages.append(([_make_row("", others=2), seen, unseen], {1}))
    return [_judge_known(rows, digits) for rows, digits in pages]


def _make_clean_page(text: str, confidence: float, blank: float | None) -> list[Decoded]:
    return [_make_row(text, confidence=confidence, blank=blank)] * 100


def _make_row(digits: str, others: int = 0, confidence: float = 0.99, blank: float | None = None) -> Decoded:
    """Return a row of one size, at one place: all company is near."""
    piece = Candidate(0, 1, Box(0, 0, 6, 10), np.ones((10, 6), np.bool_), 0)
    guess = Guess(None, confidence, (0.0,) * CLASSES)
    found = tuple(Found(piece, guess, int(digit), confidence) for digit in digits)
    return Decoded(found, (piece,) * others, blank=blank)


def _judge_known(rows: Sequence[Decoded], digits: set[int]) -> Judged:
    counts = np.array([bool(row.found) for row in rows])
    weight = np.where(counts, MADE_UP / counts.sum(), 0.0)
    return Judged(describe_rows(rows), find_places(rows), np.array([i in digits for i in range(len(rows))]), weight)


def forget_sight(judged: Sequence[Judged]) -> list[Judged]:
    """Return the rows as if the reader of whole rows had not been asked."""
    told = np.array([each.name != "seen" for each in fields(Weights)][:8])
    return [replace(page, features=page.features * told) for page in judged]


def fit(features: NDArray[np.float64], judged: Sequence[Judged]) -> Weights:
    """Return the weights under which the rows are likeliest (logistic regression). features: (N, 8) or (N, 9)."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    sign = np.where(np.concatenate([page.are_digits for page in judged]), 1.0, -1.0)
    weight = np.concatenate([page.weight for page in judged])

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        signed = sign * (features @ weights)
        slope = features.T @ (-weight * sign / (1 + np.exp(signed)))
        return float(weight @ np.logaddexp(0, -signed) + SHRINK / 2 * weights @ weights), slope + SHRINK * weights

    bounds = [SIGNS.get(each.name, (None, None)) for each in fields(Weights)][: features.shape[1]]
    found = minimize(cost, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Weights(*np.round(np.pad(found, (0, len(fields(Weights)) - len(found))), 2).tolist())


def see_pages(judged: Sequence[Judged], alone: Weights) -> NDArray[np.float64]:
    """Return the features of all rows, (N, 9), with what their pages say."""
    return np.concatenate(
        [
            np.hstack([page.features, look_around(page.features, weigh(page.features, alone), page.places)])
            for page in judged
        ]
    )


def count_errors(judged: Sequence[Judged], alone: Weights, together: Weights) -> str:
    """Say how many rows of digits are lost, and how many others are kept."""
    kept = to_shares(weigh(see_pages(judged, alone), together)) >= LEAST_TRUST
    known = np.concatenate([page.weight for page in judged]) > 0
    digits = np.concatenate([page.are_digits for page in judged])
    lost, false = known & digits & ~kept, known & ~digits & kept
    return f"lost {lost.sum()} of {(known & digits).sum()}, false {false.sum()} of {(known & ~digits).sum()}"


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description="Fit which rows are trusted to be digits.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="images with labels.jsonl")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--pages", type=int, default=240, help="pages to draw (240)")
    parser.add_argument("--seed", type=int, default=13, help="where chance starts (13)")
    parser.add_argument("--unasked", action="store_true", help="for a classifier that does not read whole rows")
    parser.add_argument("--weights", type=Path, help="folder of the weights (the package's own)")
    options = parser.parse_args()
    classifier = Classifier(options.weights)
    sets = {folder.name: judge_pages(load_samples(folder), classifier) for folder in options.folders}
    sets[SYNTHETIC] = judge_pages(draw_samples(options.data, options.pages, options.seed), classifier, DRAWN, DRAWN)
    old = (ALONE, TOGETHER)
    if options.unasked:
        sets, old = {name: forget_sight(pages) for name, pages in sets.items()}, (UNASKED_ALONE, UNASKED_TOGETHER)
    sets["made up"] = make_up_pages(not options.unasked)
    everything = [page for pages in sets.values() for page in pages]
    alone = fit(np.concatenate([page.features for page in everything]), everything)
    together = fit(see_pages(everything, alone), everything)
    print(f"ALONE = {alone}\nTOGETHER = {together}")
    for name, pages in sets.items():
        print(f"{name}: {count_errors(pages, *old)}; then {count_errors(pages, alone, together)}")


if __name__ == "__main__":
    main()
