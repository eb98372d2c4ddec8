"""How high the digits of a page are, before any of them is known."""

import numpy as np
from numpy.typing import NDArray

from scanner.pieces import Pieces

Mask = NDArray[np.bool_]

FRAME_SHARE = 0.4
"""Pieces that span more than this share of the page both ways may be frames, or a sheet's border."""

FILLED = 0.3
"""The pieces inside a frame are together at least this part of its height high,"""

HOLLOW = 0.04
"""unless its ink fills less than this share of its box: no pen is so thin beside its digit."""

LOWEST = 8
"""Pieces lower than this, in pixels, are too small to be read."""

HIGHEST_SHARE = 0.95
"""Digits are lower than this share of the picture: what is higher runs through it."""

FLATTEST = 5
"""Touching digits are together at most this many times as wide as high,"""

SLIMMEST = 12
"""and a 1 is at most this many times as high as wide."""

DIGITS_A_PAGE = 8
"""Where no piece may be a digit, a page is taken to be so many digits high, or wide."""


def estimate_digit_height(pieces: Pieces) -> float:
    """Return the usual height of the pieces that may be digits, in pixels; 0 on an empty page.

    The median weighted by height: neither many small specks nor a hand beside the sheet outvote the digits.
    """
    shape, heights, widths = pieces.labels.shape, pieces.height[1:], pieces.width[1:]
    usual = (heights >= LOWEST) & (heights <= HIGHEST_SHARE * shape[0])
    usual &= (widths <= FLATTEST * heights) & (heights <= SLIMMEST * widths)
    heights = np.sort(heights[usual & ~_find_frames(pieces, usual)])
    if not len(heights):
        heights = np.sort(_list_joined(pieces))
    if not len(heights):
        return min(shape) / DIGITS_A_PAGE if len(usual) else 0.0
    weights = np.cumsum(heights)
    return float(heights[np.searchsorted(weights, weights[-1] / 2)])


def _list_joined(pieces: Pieces) -> NDArray[np.int32]:
    """Return how high the pieces are that may be whole strings, every digit of which touches the next; (M,)."""
    heights, widths = pieces.height[1:], pieces.width[1:]
    flat = (heights >= LOWEST) & (heights <= HIGHEST_SHARE * pieces.labels.shape[0])
    flat &= (widths > FLATTEST * heights) & (widths <= FLATTEST_STRING * heights)
    joined = [i for i in (np.flatnonzero(flat) + 1).tolist() if _count_strokes(pieces, i) >= STROKES_OF_DIGITS]
    return np.asarray(pieces.height[joined], np.int32)


def _count_strokes(pieces: Pieces, number: int) -> float:
    """Return how many strokes of a piece stand above one another, in the mean of its columns."""
    left, top = pieces.left[number], pieces.top[number]
    ink = pieces.labels[top : top + pieces.height[number], left : left + pieces.width[number]] == number
    begins = np.count_nonzero(ink[1:] & ~ink[:-1]) + np.count_nonzero(ink[0])
    return float(begins / ink.shape[1])


FLATTEST_STRING = 16
"""Where nothing else may be a digit, what is at most this many times as wide as high may be a string of 20 digits,"""

STROKES_OF_DIGITS = 1.6
"""if so many strokes stand above one another in it: a rule has one, and digits have about two."""


def _find_frames(pieces: Pieces, usual: Mask) -> Mask:
    """Tell which pieces stand around others: large ones with enough pieces inside.

    usual: which pieces may be digits; (N,) bool for N pieces, as the result.
    """
    shape = pieces.labels.shape
    sizes = (pieces.left, pieces.top, pieces.width, pieces.height)
    x, y, width, height = (size[1:].astype(np.float64) for size in sizes)
    centre_x, centre_y = x + width / 2, y + height / 2
    frames = (height > FRAME_SHARE * shape[0]) & (width > FRAME_SHARE * shape[1])
    for i in np.flatnonzero(frames):
        inside = usual & (abs(centre_x - centre_x[i]) < width[i] / 2) & (abs(centre_y - centre_y[i]) < height[i] / 2)
        inside[i] = False
        hollow = pieces.area[1 + i] < HOLLOW * width[i] * height[i]
        frames[i] = height[inside].sum() > (0 if hollow else FILLED * height[i])
    return np.asarray(frames, np.bool_)
