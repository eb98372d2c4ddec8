"""Ruled lines, frames and combs: found, and taken out where no stroke crosses them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.glyph import estimate_stroke_width

Mask = NDArray[np.bool_]

LONG = 3.0
"""A rule is at least this many digit heights long,"""

LONG_SHARE = 0.6
"""or, where a crop shows hardly more than the digits, this share of the picture's side,"""

LONGER_THAN_BAR = 1.4
"""and in any case this many digit heights: longer than the bar of a 7."""

SLENDER = 8.0
"""A rule is at least this many times longer than thick."""

DIVIDER_RUN = 18.0
"""An upright run of this many pixels may be a comb's wall, even where the digits' height is not known."""


def erase_rules(ink: Mask, digit_height: float) -> tuple[Mask, Mask]:
    """Take out ruled lines, table rules and comb dividers; strokes that cross them stay.

    ink: (H, W) bool. digit_height: the page's usual digit height in pixels.
    Returns the ink without rules, and the upright rules of tables, which part strings: (H, W) bool each.
    """
    level = find_rules(ink, digit_height)
    upright = find_rules(ink.T, digit_height).T
    cleaned = ink
    if level.any():
        dividers = _find_dividers(ink, level, digit_height)
        cleaned = _erase(cleaned, level)
        if dividers.any():
            cleaned = _erase(cleaned.T, dividers.T).T
    if upright.any():
        cleaned = _erase(cleaned.T, upright.T).T
    # ruled paper turned on its side parts nothing, nor do the walls of a comb
    parting = _keep_high(upright, LONG * digit_height) if level.any() else np.zeros_like(upright)
    return np.ascontiguousarray(cleaned), parting


def find_rules(ink: Mask, digit_height: float) -> Mask:
    """Return the pixels of long level lines, also of lines that are a little tilted or broken. (H, W) bool.

    Level runs are found first, then those that follow one another are taken as one line and judged by its length.
    """
    grey = _drop_digit_like(np.ascontiguousarray(ink).view(np.uint8), digit_height)
    longest_piece = max(TILTED_RUN, 3 * estimate_stroke_width(ink))
    piece = max(9, round(min(RUN * digit_height, longest_piece)))
    runs = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((1, piece), np.uint8))
    if not runs.any():
        return np.zeros(ink.shape, np.bool_)
    bridged = cv2.dilate(runs, np.ones((3, max(3, piece // 2)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    thickness = np.bincount(labels[runs > 0], minlength=count) / np.maximum(width, 1)
    least = min(LONG * digit_height, max(LONG_SHARE * ink.shape[1], LONGER_THAN_BAR * digit_height))
    keep = (width >= least) & (width >= SLENDER * thickness) & (height <= STEEPEST * width + 3 * thickness + 4)
    keep[0] = False
    return np.asarray(keep[labels] & (runs > 0), np.bool_)


RUN = 0.35
"""A level run at least this many digit heights long may be part of a rule; tilted rules fall into such runs."""

TILTED_RUN = 24.0
"""A run of this many pixels is enough, in any case: hairlines that are tilted by some degrees have none longer."""

STEEPEST = 0.12
"""Rules rise by at most this share of their length (7 degrees)."""


def _drop_digit_like(ink: NDArray[np.uint8], digit_height: float) -> NDArray[np.uint8]:
    """Leave out pieces as narrow and high as digits: the bars of several 7s beside one another are no rule."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    narrow = stats[:, cv2.CC_STAT_WIDTH] < LONGER_THAN_BAR * digit_height
    high = stats[:, cv2.CC_STAT_HEIGHT] > LOWEST_DIGIT * digit_height
    return np.where((narrow & high)[labels], 0, ink).astype(np.uint8)


LOWEST_DIGIT = 0.35
"""Pieces higher than this, in digit heights, are no part of a broken rule."""


def _keep_high(lines: Mask, least: float) -> Mask:
    """Return the lines that are at least so high, in pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(lines).view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_HEIGHT] >= least
    keep[0] = False
    return np.asarray(keep[labels], np.bool_)


def _find_dividers(ink: Mask, level: Mask, digit_height: float) -> Mask:
    """Return short upright lines that stand on a level rule with each end: the walls of a comb."""
    grey = np.ascontiguousarray(ink).view(np.uint8)
    piece = max(9, round(min(0.6 * digit_height, DIVIDER_RUN)))
    runs = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((piece, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    near = cv2.dilate(level.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    keep = np.zeros(count, np.bool_)
    for i in range(1, count):
        x, y, width, height, _ = stats[i]
        if width > max(8, 0.25 * digit_height) or height < 2.5 * width:
            continue
        keep[i] = near[y, x : x + width].any() and near[y + height - 1, x : x + width].any()
    return np.asarray(keep[labels], np.bool_)


def _erase(ink: Mask, line: Mask) -> Mask:
    """Take level lines out of the ink, but leave the pixels of strokes that cross them."""
    grey = np.ascontiguousarray(ink).view(np.uint8)
    band = cv2.dilate(np.ascontiguousarray(line).view(np.uint8), np.ones((3, 1), np.uint8)) > 0
    taller = round(CROSSING * _measure_thickness(line)) + 3
    crossing = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((taller, 1), np.uint8)) > 0
    return np.asarray(ink & ~(band & ~crossing), np.bool_)


CROSSING = 1.6
"""Ink on a rule that runs on upright for this many times the rule's thickness is a stroke that crosses it."""


def _measure_thickness(line: Mask) -> float:
    """Return the mean thickness of level lines, in pixels; 1 when there are none."""
    starts = np.count_nonzero(line[1:] & ~line[:-1]) + np.count_nonzero(line[0])
    return np.count_nonzero(line) / starts if starts else 1.0
