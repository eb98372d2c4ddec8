"""The connected pieces of a mask, labelled once: their sizes, and masks of some of them."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Labels = NDArray[np.int32] | NDArray[np.uint16]


@dataclass(frozen=True)
class Pieces:
    """Connected pieces (8 neighbours) of a mask. Row 0 is what belongs to none: nothing."""

    labels: Labels
    """(H, W): the number of the piece that a pixel belongs to, 0 for none."""
    places: NDArray[np.intp]
    """(A,) where the A pixels of all pieces are in the flattened picture, ascending: most of a page is paper."""
    owners: NDArray[np.int32]
    """(A,) the piece that each of these pixels belongs to."""
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

    @cached_property
    def mask(self) -> Mask:
        """(H, W) bool: all pieces."""
        return self._spread(self.places)

    def pick(self, chosen: Mask) -> Mask:
        """Return the mask of the chosen pieces. chosen: (N,) bool; row 0 does not count."""
        return self.mask if chosen[1:].all() else self._spread(self.places[chosen[self.owners]])

    def count(self, mask: Mask) -> NDArray[np.intp]:
        """Return how many pixels of each piece lie on a mask, (N,). mask: (H, W) bool."""
        return np.bincount(self.owners[mask.ravel()[self.places]], minlength=len(self.area))

    def keep(self, chosen: Mask) -> "Pieces":
        """Return the chosen pieces alone, numbered anew. chosen: (N,) bool; row 0 does not count."""
        if chosen[1:].all():
            return self
        kept = np.flatnonzero(chosen[1:]) + 1
        numbers = np.zeros(len(chosen), np.int32)
        numbers[kept] = np.arange(1, len(kept) + 1)
        sizes = (self.left, self.top, self.width, self.height, self.area)
        left, top, width, height, area = (size[np.concatenate([[0], kept])] for size in sizes)
        owners = numbers[self.owners]
        is_kept = owners > 0
        places, owners = self.places[is_kept], owners[is_kept]
        labels = np.zeros(self.labels.shape, self.labels.dtype)
        labels.ravel()[places] = owners
        return Pieces(labels, places, owners, left, top, width, height, area)

    def _spread(self, places: NDArray[np.intp]) -> Mask:
        """Return a mask that is set at some places."""
        mask = np.zeros(self.labels.shape, np.bool_)
        mask.ravel()[places] = True
        return mask


FEW = 1 << 16
"""So many numbers go into 16 bits, and a page's labels into half the memory: several are held at a time."""


def find_pieces(mask: Mask) -> Pieces:
    """Label the connected pieces of a mask. (H, W) bool, in any memory order."""
    mask = np.ascontiguousarray(mask)
    # OpenCV would measure the paper too, pixel by pixel: with sizes, it takes three times as long
    count, found = cv2.connectedComponentsWithAlgorithm(mask.view(np.uint8), 8, cv2.CV_32S, cv2.CCL_BBDT)
    numbers = np.asarray(found, np.int32)
    places = np.flatnonzero(mask)
    owners = numbers.ravel()[places]
    rows, columns = (each.astype(np.int32) for each in np.divmod(places, mask.shape[1]))
    left, right, top, bottom = (np.zeros(count, np.int32) for _ in range(4))
    # places ascend, and of what is written to one piece the last stays
    top[owners[::-1]], bottom[owners] = rows[::-1], rows
    left[1:] = mask.shape[1]
    np.minimum.at(left, owners, columns)
    np.maximum.at(right, owners, columns)
    area = np.bincount(owners, minlength=count).astype(np.int32)
    is_piece = np.arange(count) > 0
    labels = numbers.astype(np.uint16) if count <= FEW else numbers
    return Pieces(labels, places, owners, left, top, right + is_piece - left, bottom + is_piece - top, area)
