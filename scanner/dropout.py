"""Form dropout: the print of the blank is taken out of a filled form, and what was written over it stays."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.glyph import estimate_stroke_width
from scanner.cells import Place
from scanner.ink import Mask
from scanner.page import Box
from scanner.pieces import find_pieces

REACH = 8
"""Print is looked for this far from where it should be, in working pixels: paper bends."""

LEAST_ALIKE = 0.3
"""Print that correlates less than this (-1..1) with what is there stays where it should be."""

AROUND = 0.3
"""Print around a field, by this share of its height, belongs to it."""

BLUR = 1
"""Print in a photo is wider than on the blank by this much on each side, in working pixels."""

SLACK = 3
"""Rests of print lie at most so far from it, in working pixels."""

PRINTED = 0.7
"""A piece of which at least this share lies on the print, or near it, is a rest of it."""

BRIDGE = 4
"""Strokes go on over a line when they end at most so far from it on both sides, in working pixels beside its width."""


def drop_print(written: Mask, blank: Mask, places: Sequence[Place]) -> tuple[Mask, Mask]:
    """Take the blank's print out of the ink of a filled form, field by field where that has moved.

    written, blank: (H, W) bool, the ink of the form laid upon its blank, and of the blank.
    Returns what was written, and what was taken out of the ink: (H, W) bool each.
    """
    band = _dilate(blank, BLUR)
    near = _dilate(blank, SLACK)
    for place in places:
        window = _grow(place.box, blank.shape)
        across, down = _find_shift(written, blank, window)
        if across or down:
            cut = np.s_[window.y : window.bottom, window.x : window.right]
            moved = _move(blank, window, across, down)
            band[cut], near[cut] = _dilate(moved, BLUR), _dilate(moved, SLACK)
    left = written & ~band
    width = round(estimate_stroke_width(blank)) + 2 * BLUR
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width + BRIDGE, width + BRIDGE))
    bridged = cv2.morphologyEx(np.ascontiguousarray(left).view(np.uint8), cv2.MORPH_CLOSE, kernel) > 0
    pieces = find_pieces(written & (bridged | ~band))
    rests = pieces.count(near) >= PRINTED * pieces.area
    mask = pieces.pick(~rests)
    return mask, np.asarray(written & band & ~mask, np.bool_)


def _find_shift(written: Mask, blank: Mask, window: Box) -> tuple[int, int]:
    """Return how far the print around a field has moved, to the right and down, in pixels."""
    print_ = _to_grey(blank[window.y : window.bottom, window.x : window.right])
    if not print_.any():
        return 0, 0
    top, left = max(0, window.y - REACH), max(0, window.x - REACH)
    around = _to_grey(written[top : window.bottom + REACH, left : window.right + REACH])
    alike = cv2.matchTemplate(around, print_, cv2.TM_CCOEFF_NORMED)
    _, most, _, (x, y) = cv2.minMaxLoc(alike)
    if most < LEAST_ALIKE:
        return 0, 0
    return x + left - window.x, y + top - window.y


def _move(blank: Mask, window: Box, across: int, down: int) -> Mask:
    """Return a part of the blank's print, moved."""
    left, top = window.x - across, window.y - down
    part = np.zeros((window.height, window.width), np.bool_)
    x, y = max(0, left), max(0, top)
    seen = blank[y : max(0, top + window.height), x : max(0, left + window.width)]
    part[y - top : y - top + seen.shape[0], x - left : x - left + seen.shape[1]] = seen
    return part


def _grow(box: Box, shape: tuple[int, ...]) -> Box:
    margin = round(AROUND * box.height)
    x, y = max(0, box.x - margin), max(0, box.y - margin)
    return Box(x, y, min(shape[1], box.right + margin) - x, min(shape[0], box.bottom + margin) - y)


def _to_grey(mask: Mask) -> NDArray[np.uint8]:
    """Return a mask as a picture, soft enough that lines which miss each other by a pixel are alike."""
    grey = np.ascontiguousarray(mask).view(np.uint8) * np.uint8(255)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.uint8)


def _dilate(mask: Mask, reach: int) -> Mask:
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.dilate(np.ascontiguousarray(mask).view(np.uint8), kernel) > 0, np.bool_)
