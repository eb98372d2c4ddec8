"""From a page's colours to a grey of even light in which ink is dark: channel, polarity, shadows."""

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

LIGHT_SIDE = 400
"""Longer side of the small picture on which the light on the paper is measured, in pixels."""


LIGHT_OF_CROP = 64
"""Shorter side, at most, of the small picture on which the light of a crop is measured, in pixels.

Its strokes are filled from as far as half of it, which costs the fourth power of this; and light is smooth.
"""


def to_grey(image: NDArray[np.uint8]) -> Grey:
    """(H, W) or (H, W, 3) BGR -> (H, W) grey in which coloured ink stands out.

    Pens write in blue, red and green on white paper: the darkest of the three channels shows each at its best. On a
    dark ground, coloured chalk shows best in the lightest.
    """
    if image.ndim == 2:
        return image
    few = cv2.cvtColor(np.ascontiguousarray(image[::8, ::8]), cv2.COLOR_BGR2GRAY)
    pick = cv2.max if np.percentile(few, 90) < DARK_GROUND else cv2.min
    mixed = np.empty(image.shape[:2], np.uint8)
    for top in range(0, len(image), BAND):
        band = image[top : top + BAND]
        blue, green, red = cv2.split(band)
        cv2.addWeighted(
            pick(pick(blue, green), red),
            0.5,
            cv2.cvtColor(band, cv2.COLOR_BGR2GRAY),
            0.5,
            0,
            dst=mixed[top : top + BAND],
        )
    return mixed


BAND = 128
"""So many rows of a picture are mixed at a time: a whole page's channels would go through memory at every step."""

DARK_GROUND = 100
"""Where nine tenths of a page are darker than this (0..255), it is a board or a screen; a sheet on a table is not."""


def even_light(grey: Grey, is_crop: bool = False, is_sheet: bool = False) -> Grey:
    """Divide by the light on the paper, so that paper is near 255 everywhere and ink is dark; either polarity.

    The light is a closing of a small copy (strokes vanish, shadows stay), smoothed. Beside the sheet nothing is read:
    what is too dark to be paper becomes white. is_crop: the picture shows one string or one digit, whose strokes are
    wide beside it. is_sheet: all of it is paper, however dark: no table is beside it. Returns (H, W) uint8.
    """
    small = _shrink(grey, LIGHT_SIDE)
    if is_crop:
        small = _shrink(small, round(max(small.shape) * min(1.0, LIGHT_OF_CROP / min(small.shape))))
    reach = max(3, round(max(small.shape) / 16), round(min(small.shape) / 2) if is_crop else 0) | 1
    if is_crop_light_on_dark(small, reach) if is_crop else is_light_on_dark(small):
        grey, small = 255 - grey, 255 - small
    if is_crop or is_sheet:
        return _divide(grey, _find_light(small, reach))
    filled = _fill_strokes(small, reach)
    least = LEAST_LIGHT * _find_brightest(filled)
    paper = filled >= least
    even = _divide(grey, np.maximum(_smooth_on(paper, filled, reach / 3), least))
    if paper.all():
        return even
    return np.asarray(cv2.max(even, _enlarge(_mark_table(paper), grey.shape)), np.uint8)


LEAST_LIGHT = 0.4
"""Paper in a shadow keeps at least this share of the page's light; what is darker is the table, where nothing is read.

Pixels are gamma-coded: 0.4 of their value is about a seventh of the light. Ink in a shadow that is deeper is lost.
"""

NEARBY = 0.5
"""The brightest paper is looked for as far as this share of the page's longer side: light may fall off over a page."""

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


def _find_brightest(light: Grey) -> NDArray[np.float32]:
    """Return the brightest light within reach of each pixel, smoothed: (H, W) in 0..255."""
    reach = round(max(light.shape) * NEARBY)
    brightest = cv2.dilate(light, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return np.asarray(cv2.blur(brightest, (reach, reach)), np.float32)


def _smooth_on(paper: NDArray[np.bool_], light: Grey, sigma: float) -> NDArray[np.float32]:
    """Smooth the light on the paper alone: a table beside it would dim the light at the sheet's edge.

    Normalised convolution (Knutsson and Westin, 1993). Returns (H, W) in 0..255, 0 far from any paper.
    """
    known = paper.astype(np.float32)
    share = cv2.GaussianBlur(known, (0, 0), sigma)
    smooth = cv2.GaussianBlur(light * known, (0, 0), sigma) / np.maximum(share, LEAST_SHARE)
    return np.asarray(np.where(share > LEAST_SHARE, smooth, 0), np.float32)


LEAST_SHARE = 0.01
"""Where paper has less than this share in what is smoothed, its light is not known."""


def _mark_table(paper: NDArray[np.bool_]) -> Grey:
    """Return 255 where no paper is, with the rim that the closing and the lens leave, and 0 elsewhere."""
    table = np.where(paper, np.uint8(0), np.uint8(255))
    return np.asarray(cv2.dilate(table, np.ones((RIM, RIM), np.uint8)), np.uint8)


RIM = 9
"""Pixels of the small picture by which the table is grown, to both sides together."""


def _divide(grey: Grey, light: NDArray[np.floating] | Grey) -> Grey:
    """Divide a picture by the light of its small copy."""
    fine = _enlarge(np.asarray(light, np.uint8), grey.shape)
    return np.asarray(cv2.divide(grey, np.maximum(fine, 1), scale=255), np.uint8)


def _enlarge(small: Grey, shape: tuple[int, ...]) -> Grey:
    return np.asarray(cv2.resize(small, shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _find_light(grey: Grey, reach: int) -> Grey:
    """Return how bright the paper is under dark strokes: they are filled from as far as `reach`, in pixels."""
    return np.asarray(cv2.GaussianBlur(_fill_strokes(grey, reach), (0, 0), reach / 3), np.uint8)


def _fill_strokes(grey: Grey, reach: int) -> Grey:
    """Take dark strokes away by a closing; reach: wider than they are, in pixels."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.morphologyEx(cv2.medianBlur(grey, 3), cv2.MORPH_CLOSE, kernel), np.uint8)


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


def _shrink(grey: Grey, longer: int) -> Grey:
    scale = longer / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
