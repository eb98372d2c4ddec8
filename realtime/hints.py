"""What a person at the camera can mend, told from a frame and its reading: too blurred, too far."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.reading import Reading

SMALL = 18.0
"""Digits lower than this, in pixels of the frame, are too far from the camera: the network sees 20 pixels of them."""

SOFT = 0.16
"""Edges of ink wider than this, in digit heights, are blurred: sharp ones are as wide as 2 pixels of a digit of 40."""

SOFTEST = 12.0
"""Where no digit is found, and no edge in the picture is narrower than this, in pixels, all of it is blurred."""

LEAST_CONTRAST = 40.0
"""A picture or digit with less contrast than this, of 255, tells nothing of its edges."""

STEEPEST = 0.99
"""Of the slopes, this share is less steep than what stands for the steepest (0..1): a single pixel's is noise."""

MOST_LOOKED_AT = 12
"""Digits whose edges are measured, at most."""

DARK = "The picture is too dark. More light on the page helps."
BLURRED = "The picture is blurred. Hold still, or focus."
FAR = "The digits are small. Come closer."


def find_hints(image: NDArray[np.uint8], reading: Reading, enlarged: float = 1.0) -> tuple[str, ...]:
    """Return a sentence for each thing to mend.

    image: (H, W, 3) BGR or (H, W) grey, uint8, as it was read; boxes of the reading in its pixels. enlarged: how many
    pixels the camera gave for each of them.
    """
    boxes = [digit.box for line in reading.lines for digit in line.digits]
    grey = np.asarray(image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    if not boxes:
        return (BLURRED,) if measure_width(grey[::2, ::2]) * 2 > SOFTEST else ()
    hints = []
    if np.median([measure_softness(grey, box) for box in boxes[:: 1 + len(boxes) // MOST_LOOKED_AT]]) > SOFT:
        hints.append(BLURRED)
    if np.median([box.height for box in boxes]) * enlarged < SMALL:
        hints.append(FAR)
    return tuple(hints)


def measure_softness(grey: NDArray[np.uint8], box: Box) -> float:
    """Return how wide the edges of a digit's ink are, in digit heights."""
    margin = 2
    part = grey[max(0, box.y - margin) : box.bottom + margin, max(0, box.x - margin) : box.right + margin]
    return measure_width(part) / box.height


def measure_width(grey: NDArray[np.uint8]) -> float:
    """Return how wide the steepest edges are, in pixels: contrast over slope; 0 where nothing stands out."""
    if min(grey.shape) < 3:
        return 0.0
    contrast = _rank(grey, STEEPEST) - _rank(grey, 1 - STEEPEST)
    if contrast < LEAST_CONTRAST:
        return 0.0
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    return contrast / max(_rank(cv2.magnitude(across, down), STEEPEST), 1e-3)


def _rank(values: NDArray[Any], share: float) -> float:
    """Return the value below which this share of all lie: a percentile, five times as fast as NumPy's."""
    at = min(values.size - 1, int(share * values.size))
    return float(np.partition(values, at, axis=None)[at])
