"""Characters as pen strokes: shapes that MNIST lacks, and the letters and signs that are no digits.

A character is a text of points "xy" on a grid of 0..9 (y downwards): a blank parts points, a comma lifts the pen, a
point said twice is a corner. The strokes are smoothed and shaken, so no two drawings are the same.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

GRID = 9.0
"""The largest coordinate of a stroke's points."""

DIGITS: dict[str, tuple[str, ...]] = {
    "0": ("50 21 05 28 59 88 95 81 50", "60 31 15 18 39 79 95 92 70 40"),
    "1": (
        "50 59",
        "23 50 50 59",
        "14 50 50 59",
        "05 50 50 59",
        "05 50 50 49",
        "13 60 60 39",
        "06 70 70 49",
        "23 50 50 59, 29 79",
        "06 32 60 60 58",
    ),
    "2": (
        "24 13 31 50 62 55 09 09 89",
        "33 12 30 60 73 46 08 28 78 97",
        "12 30 70 83 55 09 09 99",
        "12 30 70 82 56 19 07 27 58 98",
        "02 20 60 73 36 09 09 89",
    ),
    "3": ("11 40 81 73 44 44 86 88 59 18", "00 80 80 44 44 86 88 49 08", "10 60 72 44 75 77 49 18"),
    "4": ("60 06 06 96, 60 60 69", "20 15 15 85, 70 69", "30 05 05 85, 73 69", "70 16 16 86, 83 79"),
    "5": ("80 20 20 14 14 64 87 59 18", "20 14 14 55 87 59 18, 20 80", "30 24 24 64 77 49 08, 30 90"),
    "6": ("70 33 16 28 59 87 75 45 17", "60 22 06 18 49 78 76 45 17", "50 26 28 49 78 76 55 27"),
    "7": ("00 80 80 39", "00 80 80 39, 24 75", "02 00 80 80 39, 24 75", "02 00 80 80 65 49", "01 40 81 39, 25 85"),
    "8": ("81 50 21 33 66 88 59 28 36 63 81", "50 22 44 77 49 17 44 72 50", "82 50 22 76 58 27 73 80"),
    "9": ("82 50 21 14 45 82 82 79", "82 50 21 14 45 82 82 78 59 28", "73 50 12 25 64 72 71 49"),
}
"""Digits by label, European forms among them: 1 with an upstroke, crossed 7, open 4, looped 2."""

OTHERS: tuple[str, ...] = (
    "09 40 40 89, 16 66",  # A
    "73 42 15 38 66, 72 77 89",  # a
    "81 40 14 16 49 88",  # C
    "80 10 10 19 19 89, 14 64",  # E
    "15 75 72 42 14 27 59 87",  # e
    "80 10 10 19, 14 64",  # F
    "80 51 49, 14 84",  # f
    "00 09, 80 89, 04 84",  # H
    "10 19, 15 44 66 69",  # h
    "10 19, 80 15 15 89",  # K
    "20 14 16 29, 73 26 26 89",  # k
    "10 19 19 89",  # L
    "09 10 10 45 45 80 80 99",  # M
    "04 09, 06 24 39, 36 64 79 89",  # m
    "09 00 00 89 89 80",  # N
    "13 19, 15 43 66 69",  # n
    "10 19, 10 60 82 65 14",  # P
    "50 21 05 28 59 88 95 81 50, 66 99",  # Q
    "10 19, 10 60 82 64 14 14 89",  # R
    "13 19, 15 43 73",  # r
    "00 80, 40 49",  # T
    "40 48 69 88, 14 74",  # t
    "00 06 39 78 80, 80 89",  # U
    "03 07 28 66, 63 68 89",  # u
    "00 49 49 80",  # V
    "00 29 29 45 45 69 69 90",  # W
    "03 28 46 68 93",  # w
    "00 08 29 48 60, 60 69",  # u
    "00 49 80",  # v
    "10 29 29 55 55 89 89 70",  # W
    "81 40 14 16 49 87 85 55, 85 89",  # G
    "82 50 22 17 49 78 75 45",  # G
    "70 78 49 18 16",  # J
    "60 67 49 27, 20 90",  # J
    "04 22 43 36 18 29 57 83",  # script e
    "39 30 62 75 39",  # script l
    "06 32 50 52 38 49 67",  # script l
    "10 19, 19 89, 10 80, 14 64",  # E in four strokes
    "00 80, 40 49, 09 89",  # I with serifs
    "24 42 64 68 29 15 24, 64 69 99",  # script a
    "00 09, 00 50 72 54 04, 54 87 59 09",  # B-like, open
    "50 09, 50 99, 16 86",  # A
    "00 44 80, 44 48 19",  # y
    "02 25 55, 72 49 19",  # y
    "05 23 25 44 46 65 67 86",  # m, script
    "13 19, 14 43 55 59, 55 84 96 99",  # m
    "00 89, 80 09",  # X
    "00 44 44 80, 44 49",  # Y
    "75 33 15 27 57 75, 70 79",  # d
    "30 29, 70 69, 03 93, 06 96",  # number sign
    "81 40 12 44 75 78 48 08, 40 49",  # dollar
    "81 50 23 26 59 88, 03 63, 06 66",  # euro
    "50 59, 05 95",  # plus
    "03 93, 06 96",  # equals
    "05 95",  # dash
    "05 95 95 90",  # a frame's corner
    "00 90 90 99",  # a frame's corner
    "09 00 00 90",  # a frame's corner
    "00 09 09 99",  # a frame's corner
    "00 90 90 99 99 09 09 00 00",  # a box
    "09 00 00 90 90 99",  # three sides of a box
    "90 00 00 09 09 99",  # three sides of a box
    "00 90, 50 59, 09 99",  # a box between two rules
    "05 95, 30 39",  # a rule and a post
    "05 39 39 90",  # a tick
    "90 05 05 99",  # less than
    "07 15 24 45 64 83 92",  # a wave
    "50 59, 05 95, 11 88, 81 18",  # asterisk
    "90 09, 21 10 01 12 21, 87 76 67 78 87",  # per cent
    "88 31 40 62 25 27 49 86",  # ampersand
    "00 18 30 48 60 78 90",  # zigzag
    "04 21 47 73 92 95, 08 26 57 98",  # waves
    "20 29, 70 79",  # two posts
    "20 29, 70 79, 05 95",  # two crossed posts
)
"""Letters and signs that no reader would take for a digit; those that look like one (O, I, S, Z, q) are left out."""

CURVE_STEPS = 8
"""Straight pieces between two points of a smoothed stroke."""


def draw(text: str, rng: np.random.Generator, side: int = 64, shake: float = 0.35) -> NDArray[np.uint8]:
    """Draw one character with a pen of random width.

    text: strokes in this module's notation. rng: where chance comes from. side: the picture's side in pixels.
    shake: standard deviation of each point's displacement, in grid units.
    Returns (side, side) uint8, white on black, anti-aliased.
    """
    picture = np.zeros((side, side), np.uint8)
    margin = 0.18 * side
    scale = (side - 2 * margin) / GRID
    thickness = max(1, round(side * rng.uniform(0.03, 0.11)))
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
