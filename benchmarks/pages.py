"""Pages of synthetic handwriting: one hand writes digits with a pen whose pressure changes, on paper, under a light.

The samples and the speed benchmarks are drawn with it. The digits are those of model/strokes.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.strokes import DIGITS, GRID, parse, smooth

Ink = NDArray[np.float32]
Picture = NDArray[np.uint8]
Colour = tuple[float, float, float]
Place = tuple[int, int, int, int]

FINER = 4
"""Strokes are drawn this many times larger and brought down, so that the pen's width can change by parts of a pixel."""

SLIMNESS = 0.62
"""Width of a digit's grid, where its height is 1."""


@dataclass(frozen=True)
class Hand:
    """How one person writes with one pen."""

    height: float
    """Of a digit, in pixels."""
    pen: float
    """Width of a stroke, in pixels."""
    forms: dict[str, str]
    """One way to write each digit, in the notation of model/strokes.py."""
    slant: float = 0.15
    """Horizontal shift for a rise of 1; positive leans right."""
    gap: float = 0.2
    """Between two digits, in digit heights; negative ones touch or overlap."""
    shake: float = 0.14
    """Standard deviation of each point of a stroke, in grid units (of 9 for a digit)."""


def take_hand(rng: np.random.Generator, height: float, pen: float, slant: float = 0.15, gap: float = 0.2) -> Hand:
    """Return a hand whose habits are drawn by chance: the form that it gives each digit."""
    forms = {digit: str(rng.choice(np.array(ways))) for digit, ways in DIGITS.items()}
    return Hand(height, pen, forms, slant, gap)


def write(ink: Ink, text: str, left: float, top: float, hand: Hand, rng: np.random.Generator) -> Place:
    """Write digits from left to right, each a little different in size and place.

    ink: (H, W) float32, 0 for paper and 1 for full ink; it is changed. left, top: of the first digit, in pixels.
    Returns the box (x, y, width, height) around what was written, in pixels.
    """
    boxes = []
    for sign in text:
        boxes.append(write_digit(ink, sign, left, top + rng.normal(0, 0.03) * hand.height, hand, rng))
        left = boxes[-1][0] + boxes[-1][2] + (hand.gap + rng.normal(0, 0.03)) * hand.height
    return around(boxes)


def write_digit(ink: Ink, digit: str, left: float, top: float, hand: Hand, rng: np.random.Generator) -> Place:
    """Write one digit whose ink begins at `left`; returns its box (x, y, width, height) in pixels."""
    size = hand.height / GRID * rng.uniform(0.92, 1.08)
    slant = hand.slant + rng.normal(0, 0.03)
    paths = []
    for points in parse(hand.forms[digit]):
        x, y = smooth(points + rng.normal(0, hand.shake, points.shape)).T
        paths.append(np.stack([(x * SLIMNESS + (GRID - y) * slant) * size, y * size], axis=1))
    corner = np.vstack(paths).min(axis=0)
    return _stroke(ink, [path - corner for path in paths], left, top + float(corner[1]), hand.pen, rng)


def _stroke(
    ink: Ink, paths: Sequence[NDArray[np.float64]], left: float, top: float, pen: float, rng: np.random.Generator
) -> Place:
    """Draw paths, given from (0, 0) on, so that their ink begins at (left, top); cut where the paper ends."""
    margin = int(np.ceil(pen)) + 2
    width, height = (int(side + pen) + 2 * margin + 2 for side in np.vstack(paths).max(axis=0))
    fine = np.zeros((height * FINER, width * FINER), np.uint8)
    x0, y0 = int(left) - margin, int(top) - margin
    offset = np.array([left + pen / 2 - x0, top - y0])
    for path in paths:
        steps = (path + offset) * FINER
        pressure = smooth_noise(len(steps), rng)
        for start, end, press in zip(steps, steps[1:], pressure[1:], strict=False):
            width_here = max(1, round(pen * FINER * (1 + 0.22 * press)))
            cv2.line(fine, _pixel(start), _pixel(end), 255, width_here, cv2.LINE_AA)
    patch = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return _lay(ink, np.asarray(patch, np.float32) / np.float32(255), x0, y0)


def _pixel(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _lay(ink: Ink, patch: Ink, x: int, y: int) -> Place:
    """Put a patch onto the ink; the darker of both stays. Returns the box of the patch's ink."""
    top, left = max(0, -y), max(0, -x)
    there = ink[max(0, y) : max(0, y + patch.shape[0]), max(0, x) : max(0, x + patch.shape[1])]
    seen = patch[top : top + there.shape[0], left : left + there.shape[1]]
    np.maximum(there, seen, out=there)
    bx, by, width, height = cv2.boundingRect((patch > 0.3).view(np.uint8))
    return x + bx, y + by, width, height


def around(boxes: Sequence[Place]) -> Place:
    """Return the smallest box (x, y, width, height) around others."""
    x, y = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return x, y, right - x, bottom - y


def smooth_noise(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a slowly changing curve of about -1..1."""
    knots = rng.normal(0, 0.6, max(2, length // 12 + 2))
    return np.interp(np.linspace(0, len(knots) - 1, length), np.arange(len(knots)), knots)


def cloud(shape: tuple[int, ...], grain: float, rng: np.random.Generator) -> Ink:
    """Return smooth noise, (H, W) float32 of mean 0 and deviation 1. grain: width of its patches, in pixels."""
    rows, columns = (max(2, round(side / grain) + 2) for side in shape[:2])
    coarse = rng.normal(0, 1, (rows, columns)).astype(np.float32)
    fine = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((fine - fine.mean()) / max(float(fine.std()), 1e-6), np.float32)


def colour_paper(paper: Colour, shape: tuple[int, int], rng: np.random.Generator, rough: float = 1.5) -> Ink:
    """Return (H, W, 3) float32 BGR paper, 0..255. rough: standard deviation of its fibres."""
    fibres = cloud(shape, 3, rng) * rough + cloud(shape, 60, rng) * rough
    return np.asarray(np.array(paper, np.float32) + fibres[..., None], np.float32)


def lay_ink(page: Ink, ink: Ink, colour: Colour) -> Ink:
    """Return the page with ink of one colour on it. page: (H, W, 3) float32; ink: (H, W) float32, 0..1."""
    return np.asarray(page + (np.array(colour, np.float32) - page) * ink[..., None], np.float32)


def light_from(shape: tuple[int, int], x: float, y: float, dark: float) -> Ink:
    """Return a lamp's light, (H, W) float32: 1 beneath it, at (x, y) in 0..1, and 1 - dark in the farthest corner."""
    height, width = shape
    down, across = np.mgrid[:height, :width].astype(np.float32)
    far = np.hypot(across / width - x, down / height - y)
    return np.asarray(1 - dark * (far / far.max()) ** 1.6, np.float32)


def expose(page: Ink, noise: float, blur: float, rng: np.random.Generator) -> Picture:
    """Return what a camera makes of a page: soft, and with noise of the given deviation. (H, W, 3) uint8."""
    soft = cv2.GaussianBlur(page, (0, 0), blur)
    grain = rng.normal(0, noise, page.shape[:2]).astype(np.float32)[..., None] + rng.normal(0, noise / 2, page.shape)
    return np.asarray(np.clip(soft + grain, 0, 255).round(), np.uint8)


def draw_columns(shape: tuple[int, int], rows: int, columns: int, length: int, hand: Hand, seed: int) -> Picture:
    """Draw a plain page of digit strings in rows and columns. Returns (H, W, 3) uint8 BGR."""
    rng = np.random.default_rng(seed)
    ink = np.zeros(shape, np.float32)
    for row in range(rows):
        for column in range(columns):
            text = "".join(rng.choice(list("0123456789"), length))
            left = (column + 0.15) * shape[1] / columns
            write(ink, text, left, (row + 0.25) * shape[0] / rows, hand, rng)
    page = lay_ink(colour_paper((225, 232, 235), shape, rng), ink, (110, 50, 35))
    return expose(page * light_from(shape, 0.3, 0.2, 0.3)[..., None], 2.0, 0.7, rng)


def draw_combs(shape: tuple[int, int], rows: int, columns: int, length: int, hand: Hand, seed: int) -> Picture:
    """Draw a scanned page of combs in rows and columns, a digit in each box. Returns (H, W, 3) uint8 BGR."""
    rng = np.random.default_rng(seed)
    ink, cell = np.zeros(shape, np.float32), round(1.5 * hand.height)
    for row in range(rows):
        top = round((row + 0.5) * shape[0] / rows) - cell // 2
        for column in range(columns):
            left = round((column + 0.1) * shape[1] / columns)
            for place in range(length):
                x = left + place * cell
                cv2.rectangle(ink, (x, top), (x + cell, top + cell), 0.7, 3)
                shift = rng.uniform(-0.05, 0.05, 2) * hand.height
                digit = str(rng.integers(10))
                write_digit(ink, digit, x + 0.4 * hand.height + shift[0], top + hand.height / 4 + shift[1], hand, rng)
    return expose(lay_ink(colour_paper((236, 238, 240), shape, rng), ink, (70, 40, 30)), 1.5, 0.6, rng)
