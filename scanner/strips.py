"""Rows as strips of one height, for the network that reads a row as a whole.

What stands beside a digit helps to read it, and a cut can spoil it. So a row is also looked at uncut: laid level and
scaled so that its digits are as high as in a glyph, in two channels as there: the row's ink, and all ink of the page.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.strip import DIGIT, HEIGHT, MARGIN
from scanner.ink import Ink
from scanner.lattice import Lattice
from scanner.segment import Blob

TALL = 0.5
"""Pieces lower than this, in row heights, do not tell where the row runs."""

STEEPEST = 0.15
"""A row rises by no more than this share of its length (9 degrees): steeper is chance, in few digits."""

LONG = 3.0
"""Rows shorter than this, in row heights, are laid level as they are: few digits do not tell a slope."""


@dataclass(frozen=True)
class Strip:
    """A row, laid level."""

    image: NDArray[np.uint8]
    """(HEIGHT, W, 2) uint8: the row's ink, and all ink; 255 is ink."""
    left: float
    """Where the strip begins, in working pixels."""
    scale: float
    """Pixels of the strip for one working pixel."""

    def to_strip(self, x: float) -> float:
        """Return where a place of the page, in working pixels from the left, lies on the strip."""
        return (x - self.left) * self.scale


def lay_out(lattice: Lattice, ink: Ink) -> Strip:
    """Return a row as a strip."""
    scale = DIGIT / lattice.height
    left = min(atom.box.x for atom in lattice.atoms) - MARGIN / scale
    right = max(atom.box.right for atom in lattice.atoms) + MARGIN / scale
    middle, slope = _find_course(lattice)
    width = max(1, round((right - left) * scale))
    top = round(min(middle + slope * left, middle + slope * right) - HEIGHT / scale / 2) - 1
    bottom = round(max(middle + slope * left, middle + slope * right) + HEIGHT / scale / 2) + 2
    x0, x1 = int(np.floor(left)), int(np.ceil(right)) + 1
    channels = [_paste(lattice.atoms, x0, top, x1, bottom), _crop(ink, x0, top, x1, bottom)]
    # area averaging first where the row is made smaller: warpAffine would skip strokes
    factor = min(1.0, scale)
    size = max(1, round((x1 - x0) * factor)), max(1, round((bottom - top) * factor))
    small = np.dstack([cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in channels])
    fx, fy = size[0] / (x1 - x0), size[1] / (bottom - top)
    # from a pixel of the strip to one of the small crop
    a, b = fx / scale, fx * (left - x0)
    c, d = fy * slope / scale, fy * (middle + slope * left - HEIGHT / scale / 2 - top)
    move = np.array([[a, 0, b], [c, fy / scale, d]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return Strip(np.asarray(cv2.warpAffine(small, move, (width, HEIGHT), flags=flags), np.uint8), left, scale)


def _find_course(lattice: Lattice) -> tuple[float, float]:
    """Return how high the middle of the row stands at x = 0, and by how much it falls for each pixel."""
    tall = [atom.box for atom in lattice.atoms if atom.box.height >= TALL * lattice.height]
    boxes = tall or [atom.box for atom in lattice.atoms]
    x, y = np.array([box.centre_x for box in boxes]), np.array([box.centre_y for box in boxes])
    if len(boxes) < 3 or np.ptp(x) < LONG * lattice.height:
        return float(np.median(y)), 0.0
    slope = float(np.clip(np.polyfit(x, y, 1)[0], -STEEPEST, STEEPEST))
    return float(np.median(y - slope * x)), slope


def _paste(atoms: tuple[Blob, ...], x0: int, y0: int, x1: int, y1: int) -> NDArray[np.uint8]:
    canvas = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for atom in atoms:
        box = atom.box
        left, top, right, bottom = max(box.x, x0), max(box.y, y0), min(box.right, x1), min(box.bottom, y1)
        if left < right and top < bottom:
            part = atom.ink[top - box.y : bottom - box.y, left - box.x : right - box.x]
            canvas[top - y0 : bottom - y0, left - x0 : right - x0][part] = 255
    return canvas


def _crop(ink: Ink, x0: int, y0: int, x1: int, y1: int) -> NDArray[np.uint8]:
    canvas = np.zeros((y1 - y0, x1 - x0), np.uint8)
    height, width = ink.mask.shape
    left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    if left < right and top < bottom:
        there = ink.mask[top:bottom, left:right] | ink.erased[top:bottom, left:right]
        canvas[top - y0 : bottom - y0, left - x0 : right - x0] = np.where(there, 255, 0)
    return canvas
