"""Pictures of single digits, cut out of synthetic pages with what stands beside them; how many are read right.

    python -m benchmarks.singles --data mnist.npz [--weights FOLDER] [--pages 700] [--seed 4321]

A digit is cut out by its box and a margin, so that neighbours' strokes, rules and frames reach in; half of the pictures
are padded with one grey, as collections of such pictures are. Read are the pictures as they are, and the character in
their middle (model/middle.py). The pages hold digits that no training has seen: this is a figure to choose by.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.datasets import hold_out
from bench.page import draw_page
from bench.sheet import LabelledPage
from model.classifier import Classifier, decide
from model.data import load_mnist
from model.errors import ModelError
from model.glyph import normalise, to_white_on_black
from model.middle import cut_out

Picture = NDArray[np.uint8]

SIDE = 64
"""The longer side of a picture, in pixels."""

LOWEST, LEAST_INK = 14, 20
"""Digits lower than this, in pixels, or of fewer pixels, are left out."""

MOST = 6
"""Digits taken of a page, at most: tables would outnumber all others."""

MARGIN = (0.05, 0.4)
"""Paper on each side, as a share of the digit's longer side."""

PADDED = 1.5
"""Padding makes a picture up to this many times as large."""


def cut_digits(page: LabelledPage, rng: np.random.Generator) -> Iterator[tuple[Picture, int]]:
    """Yield pictures (H, W) uint8 of some digits of a page, each with its label."""
    for place in rng.permutation(len(page.labels))[:MOST].tolist():
        owned = page.owners == place + 1
        x, y, width, height = cv2.boundingRect(owned.view(np.uint8))
        if height < LOWEST or np.count_nonzero(owned) < LEAST_INK:
            continue
        left, top, right, bottom = (rng.uniform(*MARGIN, 4) * max(width, height)).astype(int).tolist()
        part = page.image[max(0, y - top) : y + height + bottom, max(0, x - left) : x + width + right]
        picture = _pad(part, rng.uniform(1, PADDED)) if rng.random() < 0.5 else part
        size = [max(1, round(length * SIDE / max(picture.shape))) for length in reversed(picture.shape)]
        yield np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), page.labels[place]


def _pad(part: Picture, larger: float) -> Picture:
    height, width = part.shape
    side = int(max(height, width) * larger)
    top, left, grey = (side - height) // 2, (side - width) // 2, float(np.median(part))
    below, beside = side - height - top, side - width - left
    return np.asarray(cv2.copyMakeBorder(part, top, below, left, beside, cv2.BORDER_CONSTANT, value=grey), np.uint8)


def make_pictures(data: Path | None, pages: int, seed: int) -> tuple[list[Picture], NDArray[np.int64]]:
    """Draw pages and cut digits out of them. Returns pictures and labels. Raises DataError."""
    held = hold_out(load_mnist(data))
    cut: list[tuple[Picture, int]] = []
    for number in range(pages):
        rng = np.random.default_rng([seed, number])
        cut += cut_digits(draw_page(held, rng), rng)
    return [picture for picture, _ in cut], np.array([label for _, label in cut], np.int64)


def measure(
    pictures: Sequence[Picture], labels: NDArray[np.int64], part: Callable[[Picture], Picture], classifier: Classifier
) -> tuple[float, float]:
    """Return which share is read right, a refusal being wrong, and which share would be were none refused."""
    scores = classifier.score(np.stack([normalise(part(picture)) for picture in pictures]))
    ten = scores[:, :-1].argmax(axis=1)
    return float((decide(scores) == labels).mean()), float((ten == labels).mean())


def main(argv: Sequence[str] | None = None) -> int:
    """Draw, cut, read, print. Returns the exit code."""
    parser = argparse.ArgumentParser(description="How many pictures of single digits with neighbours are read right.")
    parser.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    parser.add_argument("--pages", type=int, default=700, metavar="N", help="pages to draw (700)")
    parser.add_argument("--seed", type=int, default=4321, metavar="N", help="where chance starts (4321)")
    arguments = parser.parse_args(argv)
    try:
        pictures, labels = make_pictures(arguments.data, arguments.pages, arguments.seed)
        classifier = Classifier(arguments.weights)
    except ModelError as error:
        print(f"benchmarks.singles: {error}", file=sys.stderr)
        return error.exit_code
    if not pictures:
        parser.error(f"--pages is {arguments.pages}: no digit stands on them. Draw more pages.")
    print(f"{len(pictures)} pictures{'read right':>12}{'of ten':>9}")
    for name, part in (("whole", to_white_on_black), ("the middle", cut_out)):
        right, ten = measure(pictures, labels, part, classifier)
        print(f"{name:14}{right:12.3f}{ten:9.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
