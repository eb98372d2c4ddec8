"""From a page's colours to its ink: grey, even light, polarity, binarise, take out ruled lines."""

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.pieces import Pieces, find_pieces

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

LARGEST_SIDE = 2000
"""Larger pages are brought down to this longer side, in pixels: a digit is no clearer in 12 megapixels than in 3."""

SMALLEST_SIDE = 900
"""Smaller pages are enlarged towards this longer side, so that touching strokes part and outlines stay smooth."""

MOST_ENLARGED = 3.0
"""Small pages are enlarged by this at most; beyond it there is nothing more to see."""

LIGHT_SIDE = 400
"""Longer side of the small picture on which the light on the paper is measured, in pixels."""


class Binarisation(Enum):
    """How ink is told from paper once the light is even. benchmarks/binarisation.py measures them."""

    OTSU = "otsu"
    ADAPTIVE = "adaptive"
    SAUVOLA = "sauvola"


@dataclass(frozen=True)
class Ink:
    """The ink of a page at working size."""

    mask: Mask
    """(H, W) bool: True where there is ink, ruled lines taken out."""
    rules: Mask
    """(H, W) bool: True where a long upright rule was; rules part strings."""
    scale: float
    """Working pixels per pixel of the image as stored."""
    erased: Mask
    """(H, W) bool: the ink that was taken out with the ruled lines."""


def resize_to_working(image: Grey) -> tuple[Grey, float]:
    """Bring a page to a size at which digits are neither coarse nor needlessly large. Returns it and the factor."""
    longer = max(image.shape[:2])
    scale = 1.0
    if longer > LARGEST_SIDE:
        scale = LARGEST_SIDE / longer
    elif longer < SMALLEST_SIDE:
        scale = min(MOST_ENLARGED, SMALLEST_SIDE / longer)
    if scale == 1.0:
        return image, scale
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8), scale


def to_grey(image: NDArray[np.uint8]) -> Grey:
    """(H, W) or (H, W, 3) BGR -> (H, W) grey in which coloured ink stands out.

    Pens write in blue, red and green on white paper: the darkest of the three channels shows each at its best. On a
    dark ground, coloured chalk shows best in the lightest.
    """
    if image.ndim == 2:
        return image
    blue, green, red = cv2.split(image)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    pick = cv2.max if np.percentile(grey[::8, ::8], 90) < DARK_GROUND else cv2.min
    return np.asarray(cv2.addWeighted(pick(pick(blue, green), red), 0.5, grey, 0.5, 0), np.uint8)


DARK_GROUND = 100
"""Where nine tenths of a page are darker than this (0..255), it is a board or a screen; a sheet on a table is not."""


def even_light(grey: Grey, is_crop: bool = False) -> Grey:
    """Divide by the light on the paper, so that paper is near 255 everywhere and ink is dark; either polarity.

    The light is a closing of a small copy (strokes vanish, shadows stay), smoothed. is_crop: the picture shows one
    string or one digit, whose strokes are wide beside it. Returns (H, W) uint8.
    """
    small = _shrink(grey, LIGHT_SIDE)
    reach = max(3, round(max(small.shape) / 16), round(min(small.shape) / 2) if is_crop else 0) | 1
    if is_crop_light_on_dark(small, reach) if is_crop else is_light_on_dark(small):
        grey, small = 255 - grey, 255 - small
    light = cv2.resize(_find_light(small, reach), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(light, 1), scale=255), np.uint8)


CROP_SIDE = 320
"""A picture with a side shorter than this, in stored pixels, shows one string or one digit."""


def is_crop(grey: Grey) -> bool:
    """Tell whether a picture, as stored, is a crop around one string or one digit."""
    return bool(min(grey.shape) < CROP_SIDE)


def is_crop_light_on_dark(grey: Grey, reach: int) -> bool:
    """Tell whether the strokes in a crop are lighter than what surrounds them, in whatever light.

    Most of a crop is its ground. Even out the light for dark strokes, and for light ones: the ground comes closer to
    its light when the strokes are taken for what they are. reach: wider than a stroke, in pixels.
    """
    dark_strokes = np.median(cv2.subtract(_find_light(grey, reach), grey))
    light_strokes = np.median(cv2.subtract(_find_light(255 - grey, reach), 255 - grey))
    return bool(light_strokes < dark_strokes)


def _find_light(grey: Grey, reach: int) -> Grey:
    """Return how bright the paper is under dark strokes: they are filled from as far as `reach`, in pixels."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    filled = cv2.morphologyEx(cv2.medianBlur(grey, 3), cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.GaussianBlur(filled, (0, 0), reach / 3), np.uint8)


def is_light_on_dark(grey: Grey) -> bool:
    """Tell whether the strokes on a small page are lighter than what surrounds them.

    Strokes differ from the median around them, and an opening or a closing takes them away: glare and shadows are
    wider, and the paper between ruled lines is the median itself. Without evidence, ink is dark.
    """
    reach = max(3, round(max(grey.shape) / STROKE_SHARE)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    ground = cv2.medianBlur(grey, min(3 * reach, 255) | 1)
    light = cv2.min(cv2.subtract(grey, ground), cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, kernel))
    dark = cv2.min(cv2.subtract(ground, grey), cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel))
    strong = max(20, int(max(np.percentile(light, 99), np.percentile(dark, 99))) // 2)
    lighter = np.count_nonzero(light > strong)
    return bool(lighter > 1.5 * np.count_nonzero(dark > strong) and lighter > LEAST_EVIDENCE * grey.size)


STROKE_SHARE = 24
"""Strokes are at most this part of a page's longer side wide."""

LEAST_EVIDENCE = 0.002
"""Share of a page that light strokes cover at least; less is noise."""

LEAST_CONTRAST = 16.0
"""Ink is darker than its paper by this at least, of 255 after the light is evened: less is the paper's texture."""

NOISE_FACTOR = 4.0
"""Ink is darker than its paper by this many standard deviations of the paper's noise."""


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
    local = _sauvola_threshold(smooth, mean, window, floor)
    dark = smooth < SURELY_INK
    return np.asarray((smooth < local) | dark if 2 * np.count_nonzero(dark) < dark.size else smooth < local, np.bool_)


SURELY_INK = 90
"""Darker than this, where paper is 255, is ink even in the middle of a wide stroke; most of a page is not."""


def drop_weak(ink: Mask, grey: Grey) -> Mask:
    """Drop ink far weaker than the page's pen, unless it joins stronger ink: patterns, stains, the halo of strokes.

    Two thresholds with hysteresis (Canny, 1986), each a share of the pen's darkness. ink, grey: (H, W); grey of even
    light, so that 255 is paper. Returns (H, W) bool.
    """
    pieces = find_pieces(ink)
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    pen = _choose_usual(pieces, _measure_darkness(pieces, grey, is_core=True), ink.shape[0])
    kept = find_pieces(ink & (smooth <= 255 - WEAK * pen))
    strong = np.bincount(kept.labels[smooth <= 255 - STRONG * pen], minlength=len(kept.area))
    return kept.pick(strong > 0)


WEAK = 0.3
"""Ink is at least this share of the pen's darkness darker than paper,"""

STRONG = 0.5
"""and each piece of it this share somewhere: pencil beside a marker is."""


def drop_faint(ink: Mask, grey: Grey) -> Mask:
    """Drop pieces far fainter than the page's digits: rulings, guilloche, what shows through from the back.

    ink, grey: (H, W); grey of even light, so that 255 is paper. Returns (H, W) bool.
    """
    pieces = find_pieces(ink)
    darkness = _measure_darkness(pieces, grey)
    return pieces.pick(darkness >= FAINT * _choose_usual(pieces, darkness, ink.shape[0]))


FAINT = 0.4
"""Pieces fainter than this share of the page's darker strokes are not what was written."""


def _measure_darkness(pieces: Pieces, grey: Grey, is_core: bool = False) -> NDArray[np.float64]:
    """Return how much darker than paper each piece is on average, (N,) 0..255; is_core: its darker pixels only."""
    inside = pieces.labels > 0
    labels, darkness = pieces.labels[inside], 255.0 - grey[inside]
    count = len(pieces.area)
    mean = np.bincount(labels, weights=darkness, minlength=count) / np.maximum(pieces.area, 1)
    if not is_core:
        return np.asarray(mean, np.float64)
    core = darkness >= mean[labels]
    sums = np.bincount(labels[core], weights=darkness[core], minlength=count)
    return np.asarray(sums / np.maximum(np.bincount(labels[core], minlength=count), 1), np.float64)


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
    fine = cv2.subtract(grey.astype(np.int16), cv2.medianBlur(grey, 5).astype(np.int16))
    return 1.4826 * float(np.median(np.abs(fine)))


def _sauvola_threshold(grey: Grey, mean: NDArray[np.float32], window: int, floor: float) -> NDArray[np.float32]:
    """Sauvola and Pietikainen's threshold (2000), its range taken from the page as Wolf and Jolion do (2004)."""
    squares = cv2.sqrBoxFilter(grey, cv2.CV_32F, (window, window), borderType=cv2.BORDER_REFLECT)
    deviation = np.sqrt(np.maximum(squares - mean * mean, 0))
    full = max(float(np.percentile(deviation[::4, ::4], 99)), 1.0)
    darkest = float(np.percentile(grey[::4, ::4], 0.5))
    threshold = mean - SAUVOLA_K * (1 - deviation / full) * (mean - darkest)
    return np.asarray(np.minimum(threshold, mean - floor), np.float32)


SAUVOLA_K = 0.3
"""How far below the mean the threshold lies where the contrast is low (0..1)."""


def _shrink(grey: Grey, longer: int) -> Grey:
    scale = longer / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
