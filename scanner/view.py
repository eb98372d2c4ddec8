"""A picture in which forms are looked for, or a blank: what several templates need of it is made once."""

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.clean import Grey, even_light

SEARCH_SIDE = 1400
"""Longer side at which a page is searched, in pixels: print of 2 mm on an A4 page is 9 pixels high there."""

FEATURES = 5000
"""Features of a picture, at most."""

FAINTEST = 10
"""A corner is a feature when its ring differs from its middle by this at least (of 255)."""

POINTS = 600
"""Points of the blank that are followed, at most."""

WINDOW = 21
"""Side of the window around a point that is followed, in pixels of the search."""

WEAKEST = 0.02
"""Points that are followed are corners at least so strong, where the strongest has 1."""

DARK = 110
"""What is darker, where paper is 255, is print of corner marks."""


class View:
    """A picture, small and in even light."""

    def __init__(self, grey: Grey) -> None:
        """grey: (H, W) uint8, as stored."""
        self.grey = grey
        self.scale = min(1.0, SEARCH_SIDE / max(grey.shape))
        """Pixels of the search per pixel as stored."""

    @cached_property
    def small(self) -> Grey:
        """(h, w) uint8 at the size of the search, the light divided out: paper is near 255, and so is a table."""
        return even_light(self._shrunk)

    @cached_property
    def sheet(self) -> Grey:
        """The same where all that is seen is taken for paper: a deep shadow on it keeps its print."""
        return even_light(self._shrunk, is_sheet=True)

    @cached_property
    def _shrunk(self) -> Grey:
        size = (max(1, round(self.grey.shape[1] * self.scale)), max(1, round(self.grey.shape[0] * self.scale)))
        return np.asarray(cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA), np.uint8)

    @cached_property
    def features(self) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Where the features are, (N, 2) in pixels of the search, and what they look like, (N, 32)."""
        orb = cv2.ORB.create(FEATURES, fastThreshold=FAINTEST)
        keys, looks = orb.detectAndCompute(self.small, None)
        if looks is None:
            return np.zeros((0, 2)), np.zeros((0, 32), np.uint8)
        return np.array([key.pt for key in keys], np.float64), np.asarray(looks, np.uint8)

    @cached_property
    def dark(self) -> NDArray[np.uint8]:
        """(h, w) uint8 at the size of the search, 255 where it is far darker than paper."""
        return np.asarray((self.small < DARK).view(np.uint8) * np.uint8(255))

    @cached_property
    def points(self) -> NDArray[np.float32]:
        """(N, 1, 2): points that can be followed, in pixels of the search."""
        found = cv2.goodFeaturesToTrack(self.small, POINTS, WEAKEST, WINDOW / 2, blockSize=5)
        return np.zeros((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32)
