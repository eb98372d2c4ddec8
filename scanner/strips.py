"""Rows as strips of one height, for the network that reads a row as a whole.

What stands beside a digit helps to read it, and a cut can spoil it. So a row is also looked at uncut: laid level and
scaled so that its digits are as high as in a glyph, in three channels: the row's ink and all ink of the page, as there,
and how dark the page is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.strip import DIGIT, HEIGHT, MARGIN, PEN
from scanner.ink import Ink
from scanner.lattice import Lattice
from scanner.segment import Blob

TALL = 0.5
"""Pieces lower than this, in row heights, do not tell where the row runs."""

STEEPEST = 0.15
"""A row rises by no more than this share of its length (9 degrees): steeper is chance, in few digits."""

FAINTEST_PEN = 12.0
"""A row's ink counts as at least so much darker than its paper, 0..255."""

LONG = 3.0
"""Rows shorter than this, in row heights, are laid level as they are: few digits do not tell a slope."""


@dataclass(frozen=True)
class Course:
    """Where a row runs, and how it is laid on its strip."""

    left: float
    """Where the strip begins, in working pixels."""
    scale: float
    """Pixels of the strip for one working pixel."""
    middle: float
    """How high the middle of the row would stand at x = 0, in working pixels,"""
    slope: float
    """and by how much it falls for each pixel."""

    def to_strip(self, x: float) -> float:
        """Return where a place of the page, in working pixels from the left, lies on the strip."""
        return (x - self.left) * self.scale

    def to_page(self, x: float) -> float:
        """Return where a place of the strip lies on the page, in working pixels from the left."""
        return x / self.scale + self.left

    def find_middle(self, x: float) -> float:
        """Return how high the middle of the row stands there, in working pixels."""
        return self.middle + self.slope * x


@dataclass(frozen=True)
class Strip:
    """A row, laid level."""

    image: NDArray[np.uint8]
    """(HEIGHT, W, 3) uint8: the row's ink, and all ink, 255 is ink; and how dark the page is (model/strip.py)."""
    course: Course


def lay_out(lattice: Lattice, ink: Ink) -> Strip:
    """Return a row as a strip."""
    course = find_course(lattice)
    left, scale, slope = course.left, course.scale, course.slope
    right = max(atom.box.right for atom in lattice.atoms) + MARGIN / scale
    width = max(1, round((right - left) * scale))
    ends = course.find_middle(left), course.find_middle(right)
    top, bottom = round(min(ends) - HEIGHT / scale / 2) - 1, round(max(ends) + HEIGHT / scale / 2) + 2
    x0, x1 = int(np.floor(left)), int(np.ceil(right)) + 1
    own = paste(lattice.atoms, x0, top, x1, bottom)
    channels = [own, _crop(ink, x0, top, x1, bottom), _shade(ink, own, x0, top)]
    # area averaging first where the row is made smaller: warpAffine would skip strokes
    factor = min(1.0, scale)
    size = max(1, round((x1 - x0) * factor)), max(1, round((bottom - top) * factor))
    small = np.dstack([cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in channels])
    fx, fy = size[0] / (x1 - x0), size[1] / (bottom - top)
    # from a pixel of the strip to one of the small crop
    a, b = fx / scale, fx * (left - x0)
    c, d = fy * slope / scale, fy * (ends[0] - HEIGHT / scale / 2 - top)
    move = np.array([[a, 0, b], [c, fy / scale, d]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return Strip(np.asarray(cv2.warpAffine(small, move, (width, HEIGHT), flags=flags), np.uint8), course)


def find_course(lattice: Lattice) -> Course:
    """Return where a row runs."""
    scale = DIGIT / lattice.height
    left = min(atom.box.x for atom in lattice.atoms) - MARGIN / scale
    return Course(left, scale, *_fit_line(lattice))


def _fit_line(lattice: Lattice) -> tuple[float, float]:
    """Return how high the middle of the row stands at x = 0, and by how much it falls for each pixel."""
    tall = [atom.box for atom in lattice.atoms if atom.box.height >= TALL * lattice.height]
    boxes = tall or [atom.box for atom in lattice.atoms]
    x, y = np.array([box.centre_x for box in boxes]), np.array([box.centre_y for box in boxes])
    if len(boxes) < 3 or np.ptp(x) < LONG * lattice.height:
        return float(np.median(y)), 0.0
    slope = float(np.clip(np.polyfit(x, y, 1)[0], -STEEPEST, STEEPEST))
    return float(np.median(y - slope * x)), slope


def paste(atoms: Sequence[Blob], x0: int, y0: int, x1: int, y1: int) -> NDArray[np.uint8]:
    """Return pieces as a picture of a part of their page, x0..x1 and y0..y1 in pixels: 255 is ink."""
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
    place, there = _find_shared(ink, x0, y0, canvas.shape)
    canvas[place] = np.where(ink.mask[there] | ink.erased[there], 255, 0)
    return canvas


def _shade(ink: Ink, own: NDArray[np.uint8], x0: int, y0: int) -> NDArray[np.uint8]:
    """Return how dark the page is, beside the usual ink of a row. own: that ink, 255, and 0 elsewhere."""
    canvas = np.zeros(own.shape, np.uint8)
    place, there = _find_shared(ink, x0, y0, canvas.shape)
    canvas[place] = 255 - ink.even[there]
    written = canvas[own > 0]
    pen = max(float(np.median(written)), FAINTEST_PEN) if len(written) else 255.0
    return np.asarray(cv2.convertScaleAbs(canvas, alpha=PEN / pen), np.uint8)


def _find_shared(ink: Ink, x0: int, y0: int, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return where a canvas and its page share something: on the canvas, and on the page. x0, y0: where it begins."""
    height, width = ink.mask.shape
    left, top = (min(max(begin, 0), end) for begin, end in ((x0, width), (y0, height)))
    right, bottom = max(min(x0 + shape[1], width), left), max(min(y0 + shape[0], height), top)
    there = np.s_[top:bottom, left:right]
    return np.s_[top - y0 : bottom - y0, left - x0 : right - x0], there
