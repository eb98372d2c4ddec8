"""How small digits may be: of drawn tables with digits 12 to 60 pixels high, how many strings are read right.

    python -m benchmarks.sizes --data mnist.npz [--weights FOLDER] [--heights 12 16 20 28 40 60] [--pages 4] [--seed 6]

The pages are at least LEAST_SIDE pixels high, so that they are not enlarged for being small, and hold digits that no
training has seen: this is a figure to choose by. Beside it stands what one look at one size reads (`--once`).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.datasets import Sample, hold_out, measure, to_sample
from bench.hand import take_hand
from bench.metrics import Judged, measure_distance
from bench.page import draw_table_by
from model.classifier import Classifier
from model.data import Glyphs, load_mnist
from model.errors import ModelError
from scanner.pipeline import ONCE, Options

LEAST_SIDE = 1000
"""Pixels that a page is high at least."""

COLUMNS = 6

HEIGHTS = (12, 16, 20, 28, 40, 60)
"""Of digits, in pixels as stored."""

LOWEST_ROW = 1.25
"""A table's row is at least this many times as high as its digits."""


def draw_pages(digits: Glyphs, height: float, pages: int, seed: int) -> Iterator[Sample]:
    """Yield tables with digits so high, in pixels. digits: MNIST's shapes."""
    for number in range(pages):
        rng = np.random.default_rng([seed, number])
        rows = int(np.ceil(LEAST_SIDE / (LOWEST_ROW * height)))
        page = draw_table_by(take_hand(rng, height), rows, COLUMNS, digits, rng)
        yield to_sample(page, f"table {number} of {height:g} pixels")


def share_right(judged: Sequence[Judged]) -> tuple[float, float]:
    """Return which share of some strings is exactly right, and which of their digits."""
    digits = sum(len(each.want) for each in judged)
    lost = sum(measure_distance(each.want, each.got) for each in judged)
    return sum(each.right for each in judged) / len(judged), 1 - lost / digits


def main(argv: Sequence[str] | None = None) -> int:
    """Draw, read, print. Returns the exit code."""
    parser = argparse.ArgumentParser(description="How small digits may be: drawn tables of digits of several heights.")
    parser.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="of the networks; default: the package's")
    parser.add_argument("--heights", type=float, nargs="+", default=HEIGHTS, metavar="H", help="of digits, in pixels")
    parser.add_argument("--pages", type=int, default=4, metavar="N", help="of each height (4)")
    parser.add_argument("--seed", type=int, default=6, metavar="N", help="of the pages (6)")
    arguments = parser.parse_args(argv)
    try:
        digits, classifier = hold_out(load_mnist(arguments.data)), Classifier(arguments.weights)
        print("| digits | strings | exact | digits right | exact with --once | digits right |")
        print("|---|---|---|---|---|---|")
        for height in arguments.heights:
            samples = list(draw_pages(digits, height, arguments.pages, arguments.seed))
            full, once = (measure("tables", samples, classifier, options) for options in (Options(), ONCE))
            figures = " | ".join(f"{share:.3f}" for each in (full, once) for share in share_right(each.judged))
            print(f"| {height:g} pixels | {len(full.judged)} | {figures} |", flush=True)
    except ModelError as error:
        print(f"benchmarks.sizes: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
