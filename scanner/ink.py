"""From a page of even light to its ink: binarised, and what is fainter than the page's pen taken out."""

from dataclasses import dataclass, replace
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.clean import Grey
from scanner.heights import estimate_digit_height
from scanner.pieces import Pieces, find_pieces
from scanner.placement import Placement

Mask = NDArray[np.bool_]


class Binarisation(Enum):
    """How ink is told from paper once the light is even. benchmarks/binarisation.py measures them."""

    OTSU = "otsu"
    ADAPTIVE = "adaptive"
    SAUVOLA = "sauvola"


WEAK = 0.3
"""Ink is at least this share of the pen's darkness darker than paper,"""

STRONG = 0.5
"""and each piece of it this share somewhere: pencil beside a marker is."""

FAINT = 0.4
"""Pieces fainter than this share of the page's darker strokes are not what was written."""


@dataclass(frozen=True)
class Taking:
    """How ink is taken from a page in one look at it."""

    method: Binarisation = Binarisation.SAUVOLA
    blur: float = 0.0
    """Standard deviation of the Gaussian by which the page is smoothed before, in working pixels; 0 is none."""
    weak: float = WEAK
    strong: float = STRONG
    faint: float = FAINT


@dataclass(frozen=True)
class Ink:
    """The ink of a page at working size."""

    pieces: Pieces
    """The connected pieces of ink, ruled lines taken out."""
    rules: Mask
    """(H, W) bool: True where a long upright rule was; rules part strings."""
    placement: Placement
    """Where it lies on the image as stored."""
    erased: Mask
    """(H, W) bool: the ink that was taken out with the ruled lines."""
    even: Grey
    """(H, W) uint8: the page of even light from which it was taken."""

    @property
    def mask(self) -> Mask:
        """(H, W) bool: True where there is ink."""
        return self.pieces.mask


def limit_blur(taking: Taking, ink: Ink) -> Taking:
    """Return a way to take ink that does not smooth away the strokes of such small digits."""
    return replace(taking, blur=min(taking.blur, FINEST * estimate_digit_height(ink.pieces)))


FINEST = 0.05
"""A page is smoothed by no more than this share of its digits' height: strokes are about 0.1 of it wide."""

LEAST_CONTRAST = 12.0
"""Ink is darker than its paper by this at least, of 255 after the light is evened: less is the paper's texture."""

NOISE_FACTOR = 4.0
"""Ink is darker than its paper by this many standard deviations of the paper's noise."""


def take_ink(grey: Grey, taking: Taking = Taking()) -> Pieces:
    """Tell what a pen wrote from paper, patterns and stains, on a page of even light with dark ink.

    Ink is found twice: what is far darker than the page's pen, the edge of a table or a black heading, would spoil the
    measure of contrast by which faint strokes are found. grey: (H, W) uint8.
    """
    method = taking.method
    if taking.blur > 0:
        grey = np.asarray(cv2.GaussianBlur(grey, (0, 0), taking.blur), np.uint8)
    ink = binarise(grey, method)
    pen = measure_pen(ink, grey) or measure_pen(binarise(grey, Binarisation.ADAPTIVE), grey)
    darkest = 255 - DARKER * pen
    if np.percentile(grey[::4, ::4], 0.5) < darkest < 255:
        ink = binarise(np.maximum(grey, np.uint8(max(darkest, 0))), method)
        pen = measure_pen(ink, grey)
    return drop_weak(ink, grey, pen, taking)


DARKER = 1.3
"""What is darker than the pen by this factor counts as no darker than that."""


def binarise(grey: Grey, method: Binarisation = Binarisation.SAUVOLA) -> Mask:
    """Tell ink from paper on a page of even light with dark ink. (H, W) uint8 -> (H, W) bool."""
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.uint8)
    floor = max(LEAST_CONTRAST, NOISE_FACTOR * measure_noise(smooth))
    window = max(31, round(max(grey.shape) / 14)) | 1
    if method is Binarisation.OTSU:
        threshold, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        return np.asarray(smooth < min(threshold, 255 - floor), np.bool_)
    mean = cv2.blur(smooth, (window, window), borderType=cv2.BORDER_REFLECT).astype(np.float32)
    if method is Binarisation.ADAPTIVE:
        return np.asarray(smooth < mean - floor, np.bool_)
    ink = _pass_sauvola(smooth, mean, window, floor)
    dark = smooth < SURELY_INK
    return ink | dark if 2 * np.count_nonzero(dark) < dark.size else ink


SURELY_INK = 90
"""Darker than this, where paper is 255, is ink even in the middle of a wide stroke; most of a page is not."""


def drop_weak(ink: Mask, grey: Grey, pen: float, taking: Taking = Taking()) -> Pieces:
    """Drop ink far weaker than the page's pen, unless it joins stronger ink: patterns, stains, the halo of strokes.

    Two thresholds with hysteresis (Canny, 1986), each a share of the pen's darkness. ink, grey: (H, W); grey of even
    light, so that 255 is paper. pen: as measure_pen gives it.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    kept = find_pieces(ink & (smooth <= 255 - taking.weak * pen))
    return kept.keep(kept.count(smooth <= 255 - taking.strong * pen) > 0)


def drop_faint(pieces: Pieces, grey: Grey, share: float = FAINT) -> Pieces:
    """Drop pieces far fainter than the page's digits: rulings, guilloche, what shows through from the back.

    grey: (H, W), of even light, so that 255 is paper. share: how dark they are at least, beside the darker strokes.
    """
    darkness = _measure_darkness(pieces, grey)
    return pieces.keep(darkness >= share * _choose_usual(pieces, darkness, grey.shape[0]))


def measure_pen(ink: Mask, grey: Grey) -> float:
    """Return how much darker than paper the page's pen is, 0..255: the cores of its darker strokes; 0 without ink.

    ink, grey: (H, W); grey of even light, so that 255 is paper.
    """
    pieces = find_pieces(ink)
    return _choose_usual(pieces, _measure_darkness(pieces, grey, is_core=True), ink.shape[0])


def _measure_darkness(pieces: Pieces, grey: Grey, is_core: bool = False) -> NDArray[np.float64]:
    """Return how much darker than paper each piece is on average, (N,) 0..255; is_core: its darker pixels only."""
    owners, darkness = pieces.owners, 255.0 - grey.ravel()[pieces.places]
    count = len(pieces.area)
    mean = np.bincount(owners, weights=darkness, minlength=count) / np.maximum(pieces.area, 1)
    if not is_core:
        return np.asarray(mean, np.float64)
    core = darkness >= mean[owners]
    sums = np.bincount(owners[core], weights=darkness[core], minlength=count)
    return np.asarray(sums / np.maximum(np.bincount(owners[core], minlength=count), 1), np.float64)


def _choose_usual(pieces: Pieces, darkness: NDArray[np.float64], page_height: int) -> float:
    """Return the upper quartile of the darkness of pieces that may be digits, weighted by height; 0 without any."""
    usual = (pieces.height >= 8) & (pieces.width <= 3 * pieces.height) & (pieces.height < 0.95 * page_height)
    weights = np.where(usual, pieces.height, 0)
    weights[0] = 0
    if not weights.any():
        return 0.0
    order = np.argsort(darkness)
    return float(darkness[order][np.searchsorted(np.cumsum(weights[order]), 0.75 * weights.sum())])


def measure_noise(grey: Grey) -> float:
    """Return the standard deviation of the paper's fine noise, robust against ink (median absolute deviation)."""
    fine = cv2.absdiff(grey, cv2.medianBlur(grey, 5))
    # the median is small: to count what is below it takes a tenth of the time of a histogram
    return 1.4826 * next(level for level in range(256) if 2 * np.count_nonzero(fine <= level) >= fine.size)


def _pass_sauvola(grey: Grey, mean: NDArray[np.float32], window: int, floor: float) -> Mask:
    """Tell what is darker than Sauvola and Pietikainen's threshold (2000), its range as Wolf and Jolion take it (2004).

    mean: (H, W), of the window around each pixel. floor: ink is darker than the mean by this at least.
    """
    exact = grey if window <= WIDEST_OF_BYTES else grey.astype(np.float32)
    squares = np.asarray(
        cv2.sqrBoxFilter(exact, cv2.CV_32F, (window, window), borderType=cv2.BORDER_REFLECT), np.float32
    )
    full = max(float(np.percentile(_deviate(squares[::4, ::4], mean[::4, ::4]), 99)), 1.0)
    darkest = float(np.percentile(grey[::4, ::4], 0.5))
    ink = np.empty(grey.shape, np.bool_)
    for top in range(0, len(grey), BAND):
        band = np.s_[top : top + BAND]
        below = (1 - _deviate(squares[band], mean[band]) / full) * SAUVOLA_K * (mean[band] - darkest)
        np.less(grey[band], mean[band] - np.maximum(below, floor), out=ink[band])
    return ink


def _deviate(squares: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the standard deviation in each window. squares: the mean of the squares."""
    return np.asarray(np.sqrt(np.maximum(squares - mean * mean, 0)), np.float32)


WIDEST_OF_BYTES = 181
"""Of bytes OpenCV adds the squares in a window as 32-bit integers: those of white paper in a wider one overflow."""

BAND = 32
"""So many rows at a time are compared: a whole page's floats would go through memory at every step."""

SAUVOLA_K = 0.3
"""How far below the mean the threshold lies where the contrast is low (0..1)."""
