"""Where a working picture lies on the image as stored, whatever was scaled, turned and straightened in between."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.page import Box

Matrix = NDArray[np.float64]
"""(3, 3) float64: a homography between points (x, y, 1). Points lie on the corners of pixels: the first pixel covers
0 to 1, so that a picture's right edge is its width."""

TO_CENTRES = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
"""From OpenCV's points, which lie on the centres of pixels, to those on their corners."""


@dataclass(frozen=True)
class Placement:
    """The map from working pixels to pixels of the image as stored."""

    to_stored: Matrix
    """Takes a point of the working picture to its place on the image as stored."""

    @staticmethod
    def of_scale(scale: float) -> "Placement":
        """Return the placement of a picture that was only scaled. scale: working pixels per stored pixel."""
        return Placement(np.diag([1 / scale, 1 / scale, 1.0]))

    @staticmethod
    def of_turn(quarters: int, width: int, height: int) -> "Placement":
        """Return the placement of a picture that was only turned. width, height: as stored, in pixels."""
        return Placement(turn_back(quarters, width, height))

    @property
    def scale(self) -> float:
        """Working pixels per stored pixel, near the working picture's first pixel."""
        jacobian = self.to_stored[:2, :2] - np.outer(self.to_stored[:2, 2], self.to_stored[2, :2])
        return float(1 / np.sqrt(abs(np.linalg.det(jacobian))))

    @property
    def turned(self) -> float:
        """By how many degrees, with the clock, the working picture's rows run on the image as stored; -180..180."""
        across = self.to_stored[:2, 0] - self.to_stored[:2, 2] * self.to_stored[2, 0]
        return float(np.degrees(np.arctan2(across[1], across[0])))

    @property
    def is_aside(self) -> bool:
        """Whether the page was seen from aside, so that its level lines meet somewhere."""
        return bool(np.abs(self.to_stored[2, :2]).max() > 0)

    def after(self, move: Matrix) -> "Placement":
        """Return the placement of a picture made from this one. move: takes its points to those of this one."""
        moved = self.to_stored @ move
        return Placement(moved / moved[2, 2])

    def place(self, box: Box) -> Box:
        """Return the upright box around a working box's corners, in stored pixels; at least one pixel wide and high."""
        corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
        (xx, xy, x0), (yx, yy, y0), (wx, wy, w0) = self.to_stored.tolist()  # four points are too few for NumPy
        far = [wx * x + wy * y + w0 for x, y in corners]
        across = [(xx * x + xy * y + x0) / w for (x, y), w in zip(corners, far, strict=True)]
        down = [(yx * x + yy * y + y0) / w for (x, y), w in zip(corners, far, strict=True)]
        left, top = round(min(across)), round(min(down))
        return Box(left, top, max(1, round(max(across)) - left), max(1, round(max(down)) - top))


def turn_back(quarters: int, width: int, height: int) -> Matrix:
    """Return the map from points of a picture that np.rot90 has turned to those of the picture itself.

    quarters: 0 to 3, against the clock. width, height: of the picture before, in pixels.
    """
    rows = (
        [[1, 0, 0], [0, 1, 0]],
        [[0, -1, width], [1, 0, 0]],
        [[-1, 0, width], [0, -1, height]],
        [[0, 1, 0], [-1, 0, height]],
    )
    return np.array([*rows[quarters], [0, 0, 1]], np.float64)


def move_points(matrix: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where a homography takes points. points: (N, 2) x, y, as the result."""
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def warp(picture: NDArray[np.uint8], move: Matrix, size: tuple[int, int], paper: int = 255) -> NDArray[np.uint8]:
    """Return the picture as seen through a homography.

    picture: (H, W) uint8. move: takes points of the result to those of the picture. size: width and height of the
    result. paper: what stands where the picture has nothing (0..255). Returns (height, width) uint8.
    """
    centres = np.linalg.inv(TO_CENTRES) @ move @ TO_CENTRES
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(picture, centres, size, flags=how, borderValue=paper), np.uint8)
