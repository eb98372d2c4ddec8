"""A frame at a glance: small and grey. What moved and what changed is found on it, thirty times a second."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.page import Box

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Move = NDArray[np.float64]

SIDE = 320
"""Longer side, in pixels: a pen's stroke still darkens a pixel there, and sixteen pixels of 720p share their noise."""

DARKEST = 45
"""Where the brightest hundredth is darker than this (0..255), noise outweighs ink, as in scanner/problems.py."""


@dataclass(frozen=True)
class Glance:
    """A frame, small and grey."""

    grey: Grey
    """(h, w) uint8, its longer side SIDE pixels."""
    scale: tuple[float, float]
    """Frame pixels per pixel of it, across and down."""

    @cached_property
    def is_dark(self) -> bool:
        """Whether there is too little light to tell anything."""
        few = self.grey[::4, ::4]
        return int(np.count_nonzero(few >= DARKEST)) < 0.01 * few.size

    def enlarge(self, move: Move) -> Move:
        """Return a move of small pixels as a move of frame pixels. (3, 3) float64, both."""
        sides = np.array([*self.scale, 1.0])
        return np.asarray(sides[:, None] * move / sides, np.float64)

    def crop(self, box: Box) -> tuple[slice, slice]:
        """Return the rows and columns of the small picture that a box in frame pixels covers; at least one of each."""
        height, width = self.grey.shape
        across, down = self.scale
        left, top = (min(max(int(at), 0), last - 1) for at, last in ((box.x / across, width), (box.y / down, height)))
        right, bottom = int(np.ceil(box.right / across)), int(np.ceil(box.bottom / down))
        return slice(top, max(top + 1, bottom)), slice(left, max(left + 1, right))


def take_glance(image: NDArray[np.uint8]) -> Glance:
    """Make a frame small and grey. image: (H, W, 3) BGR or (H, W) grey, uint8."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    factor = max(1.0, max(height, width) / SIDE)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Glance(small, (width / size[0], height / size[1]))
