"""Separators and signs between digits, as a hand writes them."""

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from model.strokes import smooth

Picture = NDArray[np.float32]

TALL = 64
"""Digits and signs are shaped at this height, in pixels, before they are brought to their size."""

HALF_SLASH = (0.5, 1.2)
"""Half a slash's height, in digit heights: real ones were up to 2.2 times as high as the digits beside them, and digits
vary in height."""

DOLLAR = np.array([(0.24, -0.3), (0, -0.42), (-0.24, -0.25), (0, 0), (0.24, 0.22), (0, 0.42), (-0.26, 0.3)])
"""Points of a dollar sign's curve, in digit heights from its middle; its bars run right through."""


def draw_sign(sign: str, height: float, slant: float, pen: float, rng: np.random.Generator) -> Picture:
    """Return a separator or sign, cropped to its ink: (h, w) float32 in 0..1.

    height: of the hand's digits, in pixels. slant: horizontal shift for a rise of 1. pen: width of the strokes, in
    digit heights; 0 is 0.1. Raises ValueError for another sign than . , - / = $ # *.
    """
    unit, width = TALL, max(2, round((pen or 0.1) * TALL))
    canvas = np.zeros((3 * unit, 3 * unit), np.uint8)
    a, b = 1.5 * unit, 1.5 * unit
    lean = slant + rng.normal(0, 0.1)

    def line(x0: float, y0: float, x1: float, y1: float) -> None:
        ends = [
            (round((a + x * unit - y * lean * unit) * 8), round((b + y * unit) * 8)) for x, y in ((x0, y0), (x1, y1))
        ]
        cv2.line(canvas, ends[0], ends[1], 255, width, cv2.LINE_AA, 3)

    wobble = rng.normal(0, 0.04, 8)
    match sign:
        case ".":
            line(0, 0, rng.uniform(0, 0.05), rng.uniform(-0.02, 0.04))
        case ",":
            line(0.04, -0.02, -rng.uniform(0.02, 0.14), rng.uniform(0.1, 0.3))
        case "-":
            half = rng.uniform(0.12, 0.35)
            line(-half, wobble[0], half, wobble[1])
        case "=":
            half, apart = rng.uniform(0.15, 0.35), rng.uniform(0.08, 0.16)
            line(-half, -apart + wobble[0], half, -apart + wobble[1])
            line(-half, apart + wobble[2], half, apart + wobble[3])
        case "/":
            tall, lean = rng.uniform(*HALF_SLASH), 0.0
            across = min(tall, 0.95) * rng.uniform(0.2, 0.75)
            line(across, -tall, -across, tall)
        case "#":
            for step in (-0.14, 0.14):
                line(step + wobble[0], -0.42, step + wobble[1], 0.42)
                line(-0.36, step + wobble[2], 0.36, step + wobble[3])
        case "*":
            for angle in np.arange(3) * np.pi / 3 + rng.uniform(0, 1):
                line(-0.2 * np.cos(angle), -0.2 * np.sin(angle), 0.2 * np.cos(angle), 0.2 * np.sin(angle))
        case "$":
            slim, tall = rng.uniform(0.6, 1.1), rng.uniform(0.85, 1.25)
            curve = smooth((DOLLAR + rng.normal(0, 0.04, DOLLAR.shape)) * (slim, tall))
            for (x0, y0), (x1, y1) in itertools.pairwise(curve):
                line(x0, y0, x1, y1)
            up, down = tall * rng.uniform(0.44, 0.75, 2)
            for step in (0.0,) if rng.random() < 0.6 else (-0.07, 0.07):
                line(step + wobble[0], -up, step + wobble[1], down)
        case _:
            raise ValueError(f"the hand cannot write {sign!r}, only digits, blanks and . , - / = $ # *")
    x, y, wide, high = cv2.boundingRect((canvas > 100).view(np.uint8))
    scale = height / TALL
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    patch = cv2.resize(canvas[y : y + high, x : x + wide], size, interpolation=cv2.INTER_AREA)
    return np.asarray(patch, np.float32) / np.float32(255)
