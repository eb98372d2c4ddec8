"""The outline of a sheet on a darker table: its four sides tell how it lies."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.clean import Grey
from scanner.slopes import Slope

Corners = NDArray[np.float64]
"""(4, 2) x, y: from the upper left corner on, with the clock."""

LEAST_SHARE = 0.2
"""A sheet covers at least this share of the picture,"""

MOST_SHARE = 0.97
"""and at most this: else nothing of the table is seen."""

LEAST_STEP = 40
"""A sheet is brighter than the table by at least so many grey levels."""

SHADOW = 0.4
"""A sheet is brighter than its table by this share of the usual step at least, also where a shadow lies on it."""

ROUNDED = 0.02
"""Corners may be missing up to this share of the outline's length."""

FILLED = 0.94
"""The sheet fills at least this share of the figure with its four corners."""

SQUAREST, BLUNTEST = np.deg2rad(60), np.deg2rad(120)
"""Between which a sheet's corners measure, in radians."""


def to_slopes(corners: Corners, grey: Grey) -> tuple[Slope, Slope]:
    """Return how the level and the upright sides of a sheet run. grey: the picture it was found in."""
    half = max(grey.shape) / 2
    places = (corners - np.array([grey.shape[1], grey.shape[0]]) / 2) / half
    upper_left, upper_right, lower_right, lower_left = np.column_stack([places, np.ones(4)])
    across = np.cross(np.cross(upper_left, upper_right), np.cross(lower_left, lower_right))
    down = np.cross(np.cross(upper_left, lower_left), np.cross(upper_right, lower_right))
    across, down = across / across[0], down / down[1]
    return Slope(float(across[1]), -float(across[2]), np.inf), Slope(float(down[0]), -float(down[2]), np.inf)


def find_corners(grey: Grey) -> Corners | None:
    """Return the corners of a bright sheet on a dark table, in pixels; None where none is seen whole.

    grey: (H, W) uint8, a small picture as it was taken.
    """
    smooth = cv2.GaussianBlur(grey, (5, 5), 0)
    _, bright = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if not 0 < cv2.countNonZero(bright) < grey.size:
        return None
    sheet, table = cv2.mean(smooth, bright)[0], cv2.mean(smooth, cv2.bitwise_not(bright))[0]
    if sheet - table < LEAST_STEP:
        return None
    _, bright = cv2.threshold(smooth, table + SHADOW * (sheet - table), 255, cv2.THRESH_BINARY)
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    contour = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(contour)
    area = cv2.contourArea(hull)
    if not LEAST_SHARE * grey.size <= area <= MOST_SHARE * grey.size or cv2.contourArea(contour) < FILLED * area:
        return None
    figure = cv2.approxPolyDP(hull, ROUNDED * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float64)
    if len(figure) != 4 or area < FILLED * cv2.contourArea(figure.astype(np.float32)) or _lies_on_edges(figure, grey):
        return None
    ordered = _order(figure)
    return ordered if _is_sheet(ordered) else None


def _lies_on_edges(figure: Corners, grey: Grey) -> bool:
    """Tell whether the picture cuts the sheet: two corners or more lie at its edges."""
    height, width = grey.shape
    x, y = figure.T
    near = 0.01 * max(width, height)
    return bool(np.count_nonzero((x <= near) | (y <= near) | (x >= width - 1 - near) | (y >= height - 1 - near)) >= 2)


def _order(figure: Corners) -> Corners:
    """Return four corners from the upper left one on, with the clock."""
    centre = figure.mean(axis=0)
    angles = np.arctan2(figure[:, 1] - centre[1], figure[:, 0] - centre[0])
    turned = figure[np.argsort(angles)]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _is_sheet(corners: Corners) -> bool:
    """Tell whether all corners are near right angles."""
    sides = np.roll(corners, -1, axis=0) - corners
    before = -np.roll(sides, 1, axis=0)
    lengths = np.linalg.norm(sides, axis=1) * np.linalg.norm(before, axis=1)
    angles = np.arccos(np.clip((sides * before).sum(axis=1) / np.maximum(lengths, 1e-9), -1, 1))
    return bool((angles >= SQUAREST).all() and (angles <= BLUNTEST).all())
