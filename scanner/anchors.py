"""Anchors of a form that were printed to be found: ArUco markers, and corner marks of one shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.clean import Grey
from scanner.page import Box

Points = NDArray[np.float64]
"""(N, 2): x before y, in pixels."""

MOST_MARKS = 24
"""Pieces that may be corner marks, at most; those of the likeliest shape are kept."""

MARK_SIZE = 1.6
"""Corner marks of one page differ in size by less than this factor."""

MARK_SHAPE = 0.2
"""A mark fills its box by this share more or less than the blank's marks, at most."""

MOST_STRAIN = 0.2
"""Corner marks of a page that was photographed lie this far from a mere shift, turn and scale, at most: the distance
by which the fourth is missed, as a share of the page's diagonal."""

LEAST_SPAN = 0.2
"""The page's diagonal is at least this share of the picture's: a form that is smaller cannot be read."""


def find_markers(grey: Grey, dictionary: str) -> dict[int, Points]:
    """Return the corners of the ArUco markers in a picture (Garrido-Jurado et al., 2014), by their ids.

    grey: (H, W) uint8. dictionary: such as "4x4_50". The corners are (4, 2), from the marker's own upper left on,
    clockwise. An id that is seen twice is left out: nobody knows which is meant.
    """
    kind = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, f"DICT_{dictionary.upper()}"))
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    corners, ids, _ = cv2.aruco.ArucoDetector(kind, settings).detectMarkers(grey)
    found: dict[int, Points] = {}
    seen = [] if ids is None else [int(number) for number in np.ravel(ids)]
    for number, corner in zip(seen, corners, strict=True):
        if seen.count(number) == 1:
            found[number] = np.asarray(corner, np.float64).reshape(4, 2)
    return found


def match_markers(blank: Mapping[int, Points], page: Mapping[int, Points]) -> tuple[Points, Points]:
    """Return the corners of the markers that both show: those of the blank and those of the page, (N, 2) each."""
    both = sorted(blank.keys() & page.keys())
    if not both:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return np.vstack([blank[number] for number in both]), np.vstack([page[number] for number in both])


def to_corners(box: Box) -> Points:
    """Return the corners of a box, from the upper left on, clockwise, (4, 2), to compare with those of a marker.

    A marker's corner is the middle of its corner pixel.
    """
    right, bottom = box.right - 1, box.bottom - 1
    return np.array([(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)], np.float64)


@dataclass(frozen=True)
class Mark:
    """A piece of ink that may be a corner mark."""

    x: float
    """Of its middle, in pixels."""
    y: float
    size: float
    """The longer side of its smallest box, upright or turned, in pixels."""
    fill: float
    """How much of that box its ink fills (0..1)."""
    slim: float
    """The shorter side by the longer (0..1)."""


def measure_mark(grey: Grey, box: Box) -> Mark:
    """Return the mark that a box on the blank shows; a solid square where there is no ink in it."""
    inside = grey[box.y : box.bottom, box.x : box.right]
    _, dark = cv2.threshold(inside, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    marks = _measure(np.asarray(dark, np.uint8))
    if int(inside.max()) - int(inside.min()) < LEAST_CONTRAST or not marks:
        return Mark(box.centre_x, box.centre_y, max(box.width, box.height), 1.0, 1.0)
    largest = max(marks, key=lambda mark: mark.size)
    return Mark(box.x + largest.x, box.y + largest.y, largest.size, largest.fill, largest.slim)


LEAST_CONTRAST = 40
"""A box on the blank whose greys differ by less (of 255) holds nothing that could be looked for."""


def find_marks(dark: NDArray[np.uint8], wanted: Sequence[Mark]) -> Points | None:
    """Return where the four corner marks of a page are, (4, 2), in the order of `wanted`; None where they are not.

    dark: (H, W) uint8, above 0 where there is ink. wanted: the four on the blank. Two pieces are taken for the first
    and the third mark, which tells shift, turn and scale; the others must stand near where they then should.
    """
    fill, slim = (float(np.median([getattr(mark, name) for mark in wanted])) for name in ("fill", "slim"))
    likely = [m for m in _measure(dark) if abs(m.fill - fill) < MARK_SHAPE and abs(m.slim - slim) < 2 * MARK_SHAPE]
    likely = sorted(likely, key=lambda m: abs(m.fill - fill) + abs(m.slim - slim) - m.size / max(dark.shape))[
        :MOST_MARKS
    ]
    goal = np.array([complex(mark.x, mark.y) for mark in wanted])
    places = np.array([complex(mark.x, mark.y) for mark in likely])
    sizes = np.array([mark.size for mark in likely])
    best, least = None, MOST_STRAIN
    for first, third in permutations(range(len(likely)), 2):
        turn = (places[third] - places[first]) / (goal[2] - goal[0])
        span = abs(places[third] - places[first])
        if span < LEAST_SPAN * np.hypot(*dark.shape) or not 0.5 < sizes[first] / (abs(turn) * wanted[0].size) < 2:
            continue
        others = [int(np.argmin(abs(places - (places[first] + turn * (goal[k] - goal[0]))))) for k in (1, 3)]
        chosen = [first, others[0], third, others[1]]
        if len(set(chosen)) < 4 or sizes[chosen].max() > MARK_SIZE * sizes[chosen].min():
            continue
        strain = float(max(abs(places[chosen] - (places[first] + turn * (goal - goal[0]))))) / span
        if strain + abs(np.angle(turn)) * UPRIGHT < least:
            best, least = chosen, strain + abs(float(np.angle(turn))) * UPRIGHT
    return None if best is None else np.stack([places[best].real, places[best].imag], axis=1)


UPRIGHT = 0.03
"""Where a page fits in several ways, the least turned is taken: a turn by 1 radian counts as so much strain."""


def _measure(dark: NDArray[np.uint8]) -> list[Mark]:
    """Return the pieces of ink as marks. dark: (H, W) uint8, above 0 where there is ink."""
    contours, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    marks = []
    for contour in contours:
        (x, y), sides, _ = cv2.minAreaRect(contour)
        longer, shorter = max(sides) + 1, min(sides) + 1  # contours run through the middles of pixels
        if shorter < SMALLEST_MARK:
            continue
        area = cv2.contourArea(contour) + len(contour) / 2 + 1
        marks.append(Mark(x, y, longer, min(1.0, area / (longer * shorter)), shorter / longer))
    return marks


SMALLEST_MARK = 5.0
"""A corner mark is at least so many pixels wide and high."""
