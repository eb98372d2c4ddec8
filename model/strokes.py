"""Draws the characters of model.numerals and model.alphabet.

Strokes are smoothed and shaken, so no two drawings are the same.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.alphabet import OTHERS
from model.numerals import DIGITS, FORMS

__all__ = ["DIGITS", "FORMS", "OTHERS", "draw", "parse", "smooth"]

GRID = 9.0
"""The largest coordinate of a stroke's points."""

CURVE_STEPS = 8
"""Straight pieces between two points of a smoothed stroke."""


PENS = (0.03, 0.11)
"""Thinnest and thickest pen, as a share of the picture's side."""


def draw(
    text: str, rng: np.random.Generator, side: int = 64, shake: float = 0.35, pen: float | None = None
) -> NDArray[np.uint8]:
    """Draw one character.

    text: strokes in the notation of model.numerals. rng: where chance comes from. side: the picture's side in pixels.
    shake: standard deviation of each point's displacement, in grid units. pen: its width as a share of side; random
    where not given.
    Returns (side, side) uint8, white on black, anti-aliased.
    """
    picture = np.zeros((side, side), np.uint8)
    margin = 0.18 * side
    scale = (side - 2 * margin) / GRID
    thickness = max(1, round(side * (rng.uniform(*PENS) if pen is None else pen)))
    for points in parse(text):
        shaken = points + rng.normal(0, shake, points.shape) * _same_for_repeated(points)
        path = smooth(shaken) * scale + margin
        cv2.polylines(picture, [np.round(path * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
    return picture


def parse(text: str) -> list[NDArray[np.float64]]:
    """Return each stroke of a character as (N, 2) float64 points, x before y, in grid units."""
    return [np.array([[int(p[0]), int(p[1])] for p in stroke.split()], np.float64) for stroke in text.split(",")]


def smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Catmull-Rom spline through the points; a repeated point makes a corner. (N, 2) -> (M, 2)."""
    if len(points) < 3:
        return points
    padded = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, CURVE_STEPS, endpoint=False)[:, None]
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    pieces = [
        0.5 * (2 * s + (e - b) * t + (2 * b - 5 * s + 4 * e - a) * t**2 + (3 * s - b - 3 * e + a) * t**3)
        for b, s, e, a in zip(before, start, end, after, strict=True)
    ]
    return np.vstack([*pieces, points[-1:]])


def _same_for_repeated(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0 for the second of a repeated point, so that a corner stays nearly one, and 1 for the others. (N, 1)."""
    repeated = np.zeros(len(points), bool)
    repeated[1:] = (points[1:] == points[:-1]).all(axis=1)
    return np.where(repeated, 0.0, 1.0)[:, None]
