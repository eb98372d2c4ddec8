"""The one road from ink to the 28x28 glyph that the network sees. Training and reading both take it."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 28
"""Height and width of a glyph, in pixels: MNIST's."""

BOX = 20
"""The longer side of the ink inside a glyph, in pixels: MNIST's."""

WORKING_SIDE = 4 * BOX
"""Ink is first brought to this longer side, so that the cost of a glyph does not grow with the camera."""

THINNEST_STROKE = 2.0
"""Strokes thinner than this, in glyph pixels, are thickened: a hairline would fade to grey when it is shrunk."""

FAINTEST = 32
"""Grey values below this are paper, not ink, when the ink's bounding box is found (0..255)."""


AROUND, BESIDE = np.ones((3, 3), np.uint8), np.ones((2, 2), np.uint8)
"""Kernels: a pixel with its eight neighbours, and with three of them."""


def normalise(ink: NDArray[np.bool_] | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Crop, thicken hairlines, fit into a 20x20 box with its aspect kept, and centre by mass in 28x28.

    ink: (H, W) bool, or uint8 0..255 with white ink on black; any size.
    Returns (28, 28) uint8, white ink on black; all zero when there is no ink.
    Raises ValueError for another shape or type.
    The box and the centring are those that MNIST was made with (LeCun, Cortes and Burges, 1998).
    """
    if ink.ndim != 2 or ink.dtype not in (np.bool_, np.uint8):
        raise ValueError(f"normalise needs one picture of shape (H, W), bool or uint8, got {ink.dtype} {ink.shape}")
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    full = np.uint8(255 if ink.dtype == np.bool_ else 1)
    seen = ink if ink.dtype == np.bool_ else ink >= FAINTEST
    x, y, width, height = cv2.boundingRect(seen.view(np.uint8))
    if width == 0 or height == 0:
        return glyph
    grey = ink[y : y + height, x : x + width].view(np.uint8) * full
    grey = _thicken_hairlines(_shrink(grey))
    return _centre_by_mass(_fit(grey, BOX))


def estimate_stroke_width(ink: NDArray[np.bool_]) -> float:
    """Return the mean stroke width of the ink in pixels, at least 1; 0 when there is none.

    A stroke of width w and length l has area w*l and about 2*l border pixels, so w = 2 * area / border.
    """
    grey = ink.view(np.uint8)
    area = int(np.count_nonzero(grey))
    if area == 0:
        return 0.0
    inner = cv2.erode(grey, AROUND, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    border = area - int(np.count_nonzero(inner))
    if area > border:
        return 2.0 * area / border
    thicker = cv2.erode(grey, BESIDE, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return 2.0 if 4 * np.count_nonzero(thicker) > area else 1.0  # all is border: strokes of one pixel, or of two


def to_white_on_black(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn one character's picture into white ink on a black ground, contrast stretched.

    grey: (H, W) uint8, either polarity. The side of Otsu's threshold that holds most of the border is the ground.
    Returns (H, W) uint8, 0 for ground, 255 for the fullest ink.
    """
    threshold, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if _is_mostly_bright_around(bright):
        grey, threshold = np.asarray(255 - grey, np.uint8), 255 - threshold
    ground = float(np.median(grey[grey <= threshold])) if (grey <= threshold).any() else 0.0
    full = float(np.percentile(grey[grey >= threshold], 90)) if (grey >= threshold).any() else 255.0
    if full <= ground:
        return np.zeros(grey.shape, np.uint8)
    stretched = (grey.astype(np.float32) - ground) * (255.0 / (full - ground))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def is_dark_on_light(grey: NDArray[np.uint8]) -> bool:
    """Tell whether a character's picture shows dark ink on a light ground. grey: (H, W) uint8."""
    return _is_mostly_bright_around(cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1])


def _is_mostly_bright_around(bright: NDArray[Any]) -> bool:
    border = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    return bool(np.count_nonzero(border) * 2 > border.size)


def _shrink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bring large ink down to WORKING_SIDE without losing hairlines on the way."""
    longer = max(grey.shape)
    if longer <= WORKING_SIDE:
        return grey
    grey = _thicken_hairlines(grey)
    return _fit(grey, WORKING_SIDE)


def _thicken_hairlines(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    least = THINNEST_STROKE * max(grey.shape) / BOX
    missing = least - estimate_stroke_width(grey >= 128)
    if missing < 0.5:
        return grey
    reach = max(1, round(missing / 2))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    framed = cv2.copyMakeBorder(grey, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.dilate(framed, kernel), np.uint8)


def _fit(grey: NDArray[np.uint8], longer: int) -> NDArray[np.uint8]:
    height, width = grey.shape
    scale = longer / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _centre_by_mass(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Place ink of at most BOX a side so that its centre of mass is the glyph's centre, as far as it stays inside."""
    height, width = grey.shape
    moments = cv2.moments(grey)
    mass = max(moments["m00"], 1e-6)
    left = round((SIDE - 1) / 2 - moments["m10"] / mass)
    top = round((SIDE - 1) / 2 - moments["m01"] / mass)
    left, top = min(max(left, 0), SIDE - width), min(max(top, 0), SIDE - height)
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    glyph[top : top + height, left : left + width] = grey
    return glyph
