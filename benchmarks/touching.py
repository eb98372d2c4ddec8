"""Touching pairs: two of MNIST's test digits slid into each other; how many pairs are read right.

    python -m benchmarks.touching --data mnist.npz [--weights FOLDER] [--count 1000] [--seed 5]

The right digit is slid to the left until, in the row where the two reach deepest into each other, they overlap by 1, 2
or 3 pixels of MNIST. The pair is then enlarged and drawn dark on white, as a crop around one string. These are test
digits: nothing is chosen by this figure.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier, GlyphClassifier
from model.data import Glyphs, load_mnist
from model.errors import ModelError
from scanner.page import Page
from scanner.pipeline import read

OVERLAPS = (1, 2, 3)
"""How deep the digits reach into each other, in pixels of MNIST."""

SCALES = (2, 3)
"""How many times the pair is enlarged: digits of 40 and of 60 pixels, as crops have them."""

INK = 128
"""Grey values from here on are ink, when the overlap is counted (0..255)."""

MARGIN = 6
"""Paper around the pair, in pixels of MNIST."""


@dataclass(frozen=True)
class Pair:
    """Two digits that overlap."""

    image: NDArray[np.uint8]
    """(H, W) uint8, dark ink on white paper."""
    text: str
    overlap: int
    """In pixels of MNIST."""


def find_offset(left: NDArray[np.uint8], right: NDArray[np.uint8], overlap: int) -> int | None:
    """Return by how many columns `right` must be shifted for the digits to overlap so deep.

    left, right: (28, 28) uint8, white ink on black. None when no row holds ink of both: they would never touch.
    """
    inks = left >= INK, right >= INK
    shared = inks[0].any(axis=1) & inks[1].any(axis=1)
    if not shared.any():
        return None
    last = left.shape[1] - 1 - inks[0][shared, ::-1].argmax(axis=1)
    first = inks[1][shared].argmax(axis=1)
    return int((last - first).max()) + 1 - overlap


def draw_pair(left: NDArray[np.uint8], right: NDArray[np.uint8], offset: int, scale: int) -> NDArray[np.uint8]:
    """Lay both digits on white paper, `right` shifted by offset columns, and cut out what is written with a margin."""
    height, width = left.shape
    shift = max(0, -offset)
    both = np.zeros((height, width + abs(offset)), np.uint8)
    both[:, shift : shift + width] = left
    place = both[:, shift + offset : shift + offset + width]
    np.maximum(place, right, out=place)
    x, y, w, h = cv2.boundingRect(both)
    framed = np.pad(both[y : y + h, x : x + w], MARGIN)
    enlarged = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(255 - enlarged, np.uint8)


def make_pairs(digits: Glyphs, count: int, seed: int) -> list[Pair]:
    """Draw pairs of digits by chance, each overlap as often as the others."""
    rng = np.random.default_rng(seed)
    pairs: list[Pair] = []
    while len(pairs) < count:
        overlap = OVERLAPS[len(pairs) % len(OVERLAPS)]
        left, right = rng.integers(len(digits.labels), size=2)
        scale = int(rng.choice(SCALES))
        offset = find_offset(digits.images[left], digits.images[right], overlap)
        if offset is not None:
            image = draw_pair(digits.images[left], digits.images[right], offset, scale)
            pairs.append(Pair(image, f"{digits.labels[left]}{digits.labels[right]}", overlap))
    return pairs


def measure(pairs: Sequence[Pair], classifier: GlyphClassifier) -> dict[int, float]:
    """Return, for each overlap, the share of pairs whose two digits, in order, are exactly right."""
    right: dict[int, list[bool]] = defaultdict(list)
    for pair in pairs:
        lines = sorted(read(Page(pair.image, "pair"), classifier).lines, key=lambda line: line.box.x)
        right[pair.overlap].append("".join(line.text for line in lines) == pair.text)
    return {overlap: fmean(answers) for overlap, answers in sorted(right.items())}


def main(argv: Sequence[str] | None = None) -> int:
    """Draw, read, print. Returns the exit code."""
    parser = argparse.ArgumentParser(description="How many touching pairs of MNIST's test digits are read right.")
    parser.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="pairs to draw (1000)")
    parser.add_argument("--seed", type=int, default=5, metavar="N", help="where chance starts (5)")
    arguments = parser.parse_args(argv)
    if arguments.count < len(OVERLAPS):
        parser.error(f"--count is {arguments.count}, expected at least one pair for each overlap: {len(OVERLAPS)}")
    try:
        pairs = make_pairs(load_mnist(arguments.data, "test"), arguments.count, arguments.seed)
        shares = measure(pairs, Classifier(arguments.weights))
    except ModelError as error:
        print(f"benchmarks.touching: {error}", file=sys.stderr)
        return error.exit_code
    print(f"{'overlap':<9}{'pairs':>7}{'read right':>12}")
    counts = {overlap: sum(pair.overlap == overlap for pair in pairs) for overlap in shares}
    for overlap, share in shares.items():
        print(f"{overlap} px{counts[overlap]:12}{share:12.3f}")
    every = sum(shares[overlap] * counts[overlap] for overlap in shares) / len(pairs)
    print(f"{'all':<9}{len(pairs):7}{every:12.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
