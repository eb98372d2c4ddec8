"""How good is the ink: pixels of synthetic pages, whose truth is known, before any digit is read.

    python -m benchmarks.ink --data mnist.npz [--count 60] [--seed 11]

precision: share of the ink that was written (the edge of a stroke may be off by one stored pixel). recall: share of
what was written that is ink. bad: share of pages whose F1 is below 0.8. Each is the mean over the pages of one kind.
The digits are MNIST's training digits; the papers are plain, ruled, squared and patterned (bench/paper.py).
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.page import draw_comb_form, draw_sheet, draw_strip, draw_table_form
from bench.sheet import LabelledPage
from model.data import load_mnist
from scanner.clean import to_grey
from scanner.pipeline import Options, find_ink

KINDS = {"strip": draw_strip, "sheet": draw_sheet, "comb": draw_comb_form, "table": draw_table_form}
"""What is drawn: the crop of one string, rows on a sheet, boxes and combs, tables."""

BAD = 0.8
"""Pages whose F1 is below this are hardly readable (0..1)."""


@dataclass(frozen=True)
class Agreement:
    """How far the ink found agrees with what was written."""

    precision: float
    """0..1; 1 where no ink was found."""
    recall: float
    """0..1."""

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 0..1."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


def measure(page: LabelledPage) -> Agreement:
    """Find the ink of a page and compare it with its truth; something must be written on the page."""
    ink = find_ink(to_grey(page.image), Options(straighten=False))
    size = (ink.mask.shape[1], ink.mask.shape[0])
    truth = cv2.resize((page.owners > 0).astype(np.uint8) * 255, size, interpolation=cv2.INTER_LINEAR) > 127
    found = ink.mask & _grow(truth, max(1, round(ink.placement.scale)))
    written = truth & _grow(ink.mask, 1)
    precision = int(found.sum()) / int(ink.mask.sum()) if ink.mask.any() else 1.0
    return Agreement(precision, int(written.sum()) / max(int(truth.sum()), 1))


def _grow(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask.view(np.uint8), kernel) > 0, np.bool_)


def report(kind: str, pages: Iterable[LabelledPage]) -> str:
    """Return one line of figures for pages of one kind."""
    results = [measure(page) for page in pages if (page.owners > 0).any()]
    means = [fmean(values) for values in zip(*((one.precision, one.recall, one.f1) for one in results), strict=True)]
    bad = fmean(one.f1 < BAD for one in results)
    return f"{kind:8}" + "".join(f"{mean:10.4f}" for mean in means) + f"{bad:8.3f}"


def main() -> None:
    """Draw, find, print."""
    parser = argparse.ArgumentParser(description="How good is the ink, in pixels.")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--count", type=int, default=60, help="pages of each kind")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    digits = load_mnist(options.data)
    print(f"{'kind':8}{'precision':>10}{'recall':>10}{'f1':>10}{'bad':>8}")
    for kind, draw in KINDS.items():
        rng = np.random.default_rng(options.seed)
        print(report(kind, (draw(digits, rng) for _ in range(options.count))), flush=True)


if __name__ == "__main__":
    main()
