"""Synthetic amounts: MNIST digits side by side, some touching, on plain or patterned paper; how many are read right.

    python -m benchmarks.strings --data mnist.npz [--count 300] [--seed 7]

The digits are the held-out part of MNIST's training digits, which no training run has seen. The constants of
scanner/decode.py, scanner/lattice.py and scanner/pipeline.py were chosen here and on the development photos, never on
the measuring sets.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier
from model.data import Glyphs, load_mnist, split
from scanner.page import Page
from scanner.pipeline import read

SPLIT_SEED = 1
"""The seed of the shipped network's split, so that the digits here are those it never saw."""

MARGIN = 10
"""Paper around the digits, in pixels."""


@dataclass(frozen=True)
class Strip:
    """A drawn amount."""

    image: NDArray[np.uint8]
    """(H, W) uint8, dark ink on light paper."""
    text: str


def draw_strip(digits: Glyphs, rng: np.random.Generator) -> Strip:
    """Draw three to six digits side by side: own size and height each, and gaps from touching to a digit's width."""
    count = int(rng.integers(3, 7))
    chosen = rng.integers(len(digits.labels), size=count)
    size = float(rng.uniform(1.1, 2.2))
    tightness = float(rng.uniform(-0.2, 0.2))
    slant = float(rng.uniform(-0.1, 0.35))
    height = round(28 * size * 1.5)
    ink = np.zeros((height + 2 * MARGIN, round(28 * size * count * 1.5) + 2 * MARGIN), np.float32)
    x = float(MARGIN)
    for index in chosen:
        glyph = _shape(digits.images[index], size * float(rng.uniform(0.85, 1.12)), slant + float(rng.normal(0, 0.04)))
        top = MARGIN + (height - glyph.shape[0]) // 2 + int(rng.normal(0, 0.05 * height))
        top, left = min(max(top, 0), ink.shape[0] - glyph.shape[0]), max(0, round(x))
        if left + glyph.shape[1] > ink.shape[1]:
            break
        place = ink[top : top + glyph.shape[0], left : left + glyph.shape[1]]
        np.maximum(place, glyph, out=place)
        x = left + glyph.shape[1] + (tightness + float(rng.normal(0, 0.06))) * 20 * size
    ink = ink[:, : min(ink.shape[1], round(x) + MARGIN)]
    return Strip(_on_paper(ink, rng), "".join(str(digits.labels[i]) for i in chosen))


def _shape(glyph: NDArray[np.uint8], size: float, slant: float) -> NDArray[np.float32]:
    """Enlarge and slant one digit and cut it to its ink."""
    side = round(28 * size * 1.6)
    middle = side / 2 - 14 * size
    matrix = np.array([[size, -slant * size, middle + slant * 14 * size], [0, size, middle]])
    turned = cv2.warpAffine(glyph, matrix, (side, side), flags=cv2.INTER_CUBIC)
    x, y, width, height = cv2.boundingRect((turned > 90).view(np.uint8))
    return np.asarray(turned[y : y + height, x : x + width], np.float32)


def _on_paper(ink: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    paper = float(rng.uniform(150, 235))
    ground = np.full(ink.shape, paper, np.float32)
    if rng.random() < 0.5:
        ground -= _guilloche(ink.shape, rng) * float(rng.uniform(8, 35))
    darkness = float(rng.uniform(0.45, 0.85))
    page = ground * (1 - darkness * np.clip(ink / 255, 0, 1))
    if rng.random() < 0.3:
        y = ink.shape[0] - int(rng.integers(2, MARGIN))
        page[y : y + 2] *= 0.55
    blurred = cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.4, 1.1)))
    noisy = blurred + rng.normal(0, float(rng.uniform(1, 6)), page.shape)
    _, data = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 75])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _guilloche(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Wavy thin lines, as security paper has them: 0 between them, 1 on them."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    turn, bow = rng.uniform(-0.6, 0.6), rng.uniform(0, 4)
    phase = y * np.cos(turn) + x * np.sin(turn) + bow * np.sin(x / rng.uniform(9, 25))
    return np.asarray(np.sin(phase * 2 * np.pi / rng.uniform(5, 9)) > 0.75, np.float32)


def measure(strips: Sequence[Strip], classifier: Classifier) -> float:
    """Return the share of strips whose digits, in order, are exactly right."""
    right = 0
    for strip in strips:
        reading = read(Page(strip.image, "strip"), classifier)
        lines = sorted(reading.lines, key=lambda line: line.box.x)
        right += "".join(line.text for line in lines) == strip.text
    return right / len(strips)


def make_strips(data: Path | None, count: int, seed: int) -> list[Strip]:
    """Draw `count` strips from MNIST's held-out digits."""
    _, held = split(load_mnist(data), SPLIT_SEED)
    rng = np.random.default_rng(seed)
    return [draw_strip(held, rng) for _ in range(count)]


def main() -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(description="How many synthetic amounts are read exactly right.")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    strips = make_strips(options.data, options.count, options.seed)
    print(f"{measure(strips, Classifier()):.3f} of {options.count} synthetic amounts are read exactly right")


if __name__ == "__main__":
    main()
