"""Forms for tests: the two of drawnforms.py, and small ones that anchors are tried on."""

from pathlib import Path

import cv2
import numpy as np
from drawnforms import Blank, draw_application, draw_cheque
from numpy.typing import NDArray

CHEQUE, APPLICATION = draw_cheque(), draw_application()

SMALL = """
sums = ["total = a + b"]

[page]
width = 800
height = 400
anchors = "none"

[fields.a]
box = [10, 10, 200, 40]
kind = "amount"

[fields.b]
box = [10, 60, 200, 40]
length = 3
check = "luhn"

[fields.total]
box = [10, 110, 200, 40]
"""
"""A template without a blank."""

TWO_PAGES = """
[[page]]
width = 100
height = 100
anchors = "none"

[[page]]
width = 100
height = 100
anchors = "none"
"""
"""The pages of a template that has two."""


def save(text: str, folder: Path, name: str = "form.toml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def draw_markers(places: dict[int, tuple[int, int]], side: int = 60) -> NDArray[np.uint8]:
    """Draw ArUco markers on white, 900 x 600 pixels. places: upper left corners by id."""
    page = np.full((600, 900), 255, np.uint8)
    kind = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number, (x, y) in places.items():
        page[y : y + side, x : x + side] = cv2.aruco.generateImageMarker(kind, number, side)
    return page


def draw_marks(boxes: list[tuple[int, int, int, int]]) -> NDArray[np.uint8]:
    """Draw solid rectangles on white, 900 x 600 pixels."""
    page = np.full((600, 900), 255, np.uint8)
    for x, y, width, height in boxes:
        page[y : y + height, x : x + width] = 20
    return page


def tilt(width: int, height: int, angle: float, sway: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a homography that turns a page by so many degrees about its middle and moves its corners by a share."""
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 0.8), [0, 0, 1]])
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + (rng.uniform(-sway, sway, (4, 2)) * (width, height)).astype(np.float32)
    return np.asarray(turn @ cv2.getPerspectiveTransform(corners, moved), np.float64)


def measure_miss(one: NDArray[np.float64], other: NDArray[np.float64], width: int, height: int) -> float:
    """Return how far two homographies lie apart on a page, at most, in pixels."""
    x, y = np.meshgrid(np.linspace(0, width, 5), np.linspace(0, height, 5))
    points = np.stack([x.ravel(), y.ravel()], axis=1)[None]
    apart = cv2.perspectiveTransform(points, one) - cv2.perspectiveTransform(points, other)
    return float(np.linalg.norm(apart, axis=2).max())


__all__ = [
    "APPLICATION",
    "CHEQUE",
    "SMALL",
    "TWO_PAGES",
    "Blank",
    "draw_markers",
    "draw_marks",
    "measure_miss",
    "save",
    "tilt",
]
