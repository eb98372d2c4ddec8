"""What stands around a glyph. A stroke may be a 1, half of a 0 or a slash: its neighbours tell which.

A view is a glyph in its surroundings, (28, 28, 2) uint8: first the glyph as `normalise` makes it, then the ink of the
page around it, the glyph's own included, at half the glyph's scale and about the same centre. It reaches 1.4 digit
heights to each side.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.glyph import BOX, SIDE, normalise

CHANNELS = 2
"""Pictures in a view: the glyph, and its surroundings."""

ZOOM = 2
"""A pixel of the surroundings is this many glyph pixels wide."""

FINEST = 28.0
"""Surroundings are kept at this many pixels for a usual digit's height: nothing finer is left in a view."""


@dataclass(frozen=True)
class Surroundings:
    """The ink of a page, or of a part of it, small enough to be looked at once for each glyph."""

    ink: NDArray[np.uint8]
    """(H, W) uint8, 0 for paper, 255 for ink."""
    left: int
    """Of the part, in page pixels."""
    top: int
    """Of the part, in page pixels."""
    scale: float
    """Pixels of `ink` per page pixel, at most 1."""


def take_surroundings(page: NDArray[np.bool_], box: tuple[int, int, int, int], digit_height: float) -> Surroundings:
    """Return the ink around some glyphs.

    page: (H, W) bool. box: x, y, width, height around the glyphs, in page pixels. digit_height: in page pixels.
    """
    x, y, width, height = box
    reach = int(ZOOM * SIDE / BOX * max(height, digit_height)) + 1
    left, top = max(0, x - reach), max(0, y - reach)
    part = np.ascontiguousarray(page[top : y + height + reach, left : x + width + reach]).view(np.uint8) * np.uint8(255)
    scale = min(1.0, FINEST / digit_height)
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    return Surroundings(np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8), left, top, scale)


def look_at(ink: NDArray[np.bool_], x: int, y: int, surroundings: Surroundings) -> NDArray[np.uint8]:
    """Return the view of a glyph where it stands.

    ink: (H, W) bool, cropped to the ink. x, y: of its upper left corner, in page pixels. Returns (28, 28, 2) uint8.
    """
    view = np.empty((SIDE, SIDE, CHANNELS), np.uint8)
    view[..., 0] = normalise(ink)
    moments = cv2.moments(ink.view(np.uint8))
    mass = max(moments["m00"], 1e-6)
    centre_x, centre_y = x + moments["m10"] / mass + 0.5, y + moments["m01"] / mass + 0.5
    half = ZOOM * SIDE / 2 * max(ink.shape) / BOX
    view[..., 1] = _take_window(surroundings, centre_x, centre_y, half)
    return view


def look_alone(glyphs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the views of glyphs that stand alone on their pages. (N, 28, 28) -> (N, 28, 28, 2), uint8 both."""
    small = glyphs.reshape(-1, SIDE // ZOOM, ZOOM, SIDE // ZOOM, ZOOM).mean(axis=(2, 4), dtype=np.float32)
    views = np.zeros((*glyphs.shape, CHANNELS), np.uint8)
    views[..., 0] = glyphs
    margin = (SIDE - SIDE // ZOOM) // 2
    views[:, margin:-margin, margin:-margin, 1] = np.round(small)
    return views


def _take_window(around: Surroundings, centre_x: float, centre_y: float, half: float) -> NDArray[np.uint8]:
    """Cut a square of 2 * half page pixels a side out of the surroundings; beyond their edge there is paper."""
    x0, x1 = (round((centre_x - around.left + step) * around.scale) for step in (-half, half))
    y0, y1 = (round((centre_y - around.top + step) * around.scale) for step in (-half, half))
    height, width = around.ink.shape
    inside = around.ink[max(y0, 0) : max(min(y1, height), 0), max(x0, 0) : max(min(x1, width), 0)]
    if inside.size == 0:
        return np.zeros((SIDE, SIDE), np.uint8)
    edges = (max(-y0, 0), max(y1 - height, 0), max(-x0, 0), max(x1 - width, 0))
    window = cv2.copyMakeBorder(inside, *edges, cv2.BORDER_CONSTANT, value=0) if any(edges) else inside
    how = cv2.INTER_AREA if min(window.shape) >= SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(window, (SIDE, SIDE), interpolation=how), np.uint8)
