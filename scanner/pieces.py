"""The connected pieces of a mask, labelled once: their sizes, and masks of some of them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Pieces:
    """Connected pieces (8 neighbours) of a mask. Row 0 is what belongs to none."""

    labels: NDArray[np.int32]
    """(H, W): the number of the piece that a pixel belongs to, 0 for none."""
    left: NDArray[np.int32]
    """(N,) the first column of each piece."""
    top: NDArray[np.int32]
    """(N,) the first row."""
    width: NDArray[np.int32]
    """(N,) pixels."""
    height: NDArray[np.int32]
    """(N,) pixels."""
    area: NDArray[np.int32]
    """(N,) pixels that are set."""

    @property
    def turned(self) -> "Pieces":
        """The same with rows and columns exchanged: the pieces of the mask's transpose."""
        return Pieces(self.labels.T, self.top, self.left, self.height, self.width, self.area)

    def pick(self, chosen: Mask) -> Mask:
        """Return the mask of the chosen pieces. chosen: (N,) bool; row 0 does not count."""
        chosen = chosen.copy()
        chosen[0] = False
        return np.asarray(chosen[self.labels], np.bool_)


def find_pieces(mask: Mask) -> Pieces:
    """Label the connected pieces of a mask. (H, W) bool, in any memory order."""
    grey = np.ascontiguousarray(mask).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grey, connectivity=8)
    left, top, width, height, area = np.asarray(stats, np.int32).T
    return Pieces(np.asarray(labels, np.int32), left, top, width, height, area)
