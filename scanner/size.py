"""How large a page is when it is read: not needlessly large, and no digit too small."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.decode import Decoded

Grey = NDArray[np.uint8]

LARGEST_SIDE = 2000
"""Larger pages are brought down to this longer side, in pixels: most digits are no clearer in 12 megapixels."""

SMALLEST_SIDE = 900
"""Smaller pages are enlarged towards this longer side, so that touching strokes part and outlines stay smooth."""

MOST_ENLARGED = 3.0
"""Small pages are enlarged by this at most; beyond it there is nothing more to see."""

SMALL = 32.0
"""Where a page's usual digit is lower, in working pixels, the page is read again larger,"""

CLEAR = 44.0
"""so large that it is as high as this,"""

MOST_FINER = 2.0
"""but by this at most beside the picture as stored,"""

MOST_PIXELS = 6_000_000
"""and never to more pixels than these: with 1,600 digits on a page, a process fills 330 MB."""

WORTH = 1.15
"""Less than this is not worth reading a page again."""

SURE = 0.9
"""Digits of at least this probability tell how high digits are."""

FEWEST = 3
"""Fewer of them tell nothing."""


def choose_scale(shape: tuple[int, ...]) -> float:
    """Return working pixels per stored pixel for a picture whose digits are not known. shape: (H, W), as stored."""
    longer = max(shape[:2])
    if longer > LARGEST_SIDE:
        return LARGEST_SIDE / longer
    return max(1.0, min(MOST_ENLARGED, SMALLEST_SIDE / longer))


def refine_scale(scale: float, shape: tuple[int, ...], rows: Sequence[Decoded]) -> float:
    """Return working pixels per stored pixel at which a page's digits are large enough; `scale` where they are.

    scale: at which it was read. shape: (H, W), as stored. rows: those of digits, as they were read.
    """
    height = measure_digits(rows)
    if not 0 < height < SMALL:
        return scale
    room = float(np.sqrt(MOST_PIXELS / (shape[0] * shape[1])))
    finer = min(scale * CLEAR / height, MOST_FINER, room)
    return finer if finer >= WORTH * scale else scale


def measure_digits(rows: Sequence[Decoded]) -> float:
    """Return how high the sure digits of some rows usually are, in working pixels; 0 where there are too few.

    1s do not count: any upright stroke looks like one.
    """
    heights = [
        found.candidate.box.height
        for row in rows
        for found in row.found
        if found.label != 1 and found.guess.scores[found.label] >= SURE
    ]
    return float(np.median(heights)) if len(heights) >= FEWEST else 0.0


def resize(image: Grey, scale: float) -> Grey:
    """Return a picture scaled. image: (H, W) uint8."""
    if scale == 1.0:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8)
