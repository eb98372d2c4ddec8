"""Registration: where the page of a form lies in a picture, as the homography from its blank to the picture.

Printed anchors or features (ORB by Rublee et al., 2011; MAGSAC++ by Barath et al., 2020) give a first guess. Where the
blank is known, points of it are then followed into the picture (Lucas and Kanade, 1981, in pyramids), which makes the
guess exact and tells whether it is this form at all.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.anchors import Points, find_markers, find_marks, match_markers, measure_mark, to_corners
from scanner.clean import Grey
from scanner.form import FormPage
from scanner.page import Box
from scanner.template import Anchor
from scanner.view import WINDOW, View

Homography = NDArray[np.float64]
"""(3, 3): takes pixels of the blank to pixels of the picture."""

RATIO = 0.85
"""A feature's best match is nearer than this share of its second best (Lowe, 2004): forms repeat themselves."""

LEAST_MATCHES = 12
"""Features that agree on one homography, at least; fewer agree by chance."""

ROUGH = 5.0
"""Features of the first guess miss by at most this, in pixels of the search."""

FINE = 2.0
"""Points that were followed miss by at most this, in pixels of the search: paper bends a little."""

LEAST_POINTS = 30
"""A blank with fewer points to follow is taken where its anchors are: an almost empty sheet."""

LEAST_SIDE = 32
"""A picture with a shorter side, in pixels, shows no form."""

LEAST_LIKENESS = 0.35
"""Share of the blank's points (0..1) that are found again on a page of its form."""

MOST_OBLIQUE = 4.0
"""The longest edge of a photographed page is at most this many times as long as it should be beside the shortest."""


@dataclass(frozen=True)
class Registration:
    """Where a page lies."""

    homography: Homography
    likeness: float
    """0..1: how much of the blank was found again; 1 where there was no blank to look for."""


def register(view: View, page: FormPage) -> Registration | None:
    """Return where a page of a form lies in a picture; None where it does not, or where its anchors are not seen."""
    is_looked_for = page.blank is not None or page.spec.anchors.kind is not Anchor.NONE
    if is_looked_for and min(view.grey.shape) < LEAST_SIDE:
        return None
    first = _guess(view, page)
    if first is None or not _is_plausible(first, page, view.grey.shape):
        return None
    blank = page.view
    if blank is None or len(blank.points) < LEAST_POINTS:
        return Registration(first, 1.0)
    registration = _follow(view, blank, _follow(view, blank, Registration(first, 0.0)))
    if registration.likeness < LEAST_LIKENESS or not _is_plausible(registration.homography, page, view.grey.shape):
        return None
    return registration


def _guess(view: View, page: FormPage) -> Homography | None:
    """Return where a page's anchors say that it lies."""
    match page.spec.anchors.kind:
        case Anchor.FEATURES:
            return _match_features(view, page)
        case Anchor.ARUCO:
            return _match_markers(view, page)
        case Anchor.MARKS:
            return _match_marks(view, page)
        case Anchor.NONE:
            height, width = view.grey.shape
            return scale_by(width / page.width, height / page.height)


def _match_features(view: View, page: FormPage) -> Homography | None:
    """Return the homography on which most features of the blank and of the picture agree."""
    blank = page.view
    assert blank is not None, "features are those of a blank"
    (places, looks), (seen, seen_looks) = blank.features, view.features
    if len(looks) < LEAST_MATCHES or len(seen_looks) < LEAST_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(looks, seen_looks, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) < LEAST_MATCHES:
        return None
    start = places[[match.queryIdx for match in good]]
    end = seen[[match.trainIdx for match in good]]
    found, agree = cv2.findHomography(start, end, cv2.USAC_MAGSAC, ROUGH, maxIters=5000, confidence=0.999)
    if found is None or np.count_nonzero(agree) < LEAST_MATCHES:
        return None
    return _to_stored(np.asarray(found, np.float64), view, blank)


def _match_markers(view: View, page: FormPage) -> Homography | None:
    anchors = page.spec.anchors
    wanted = {marker.id: to_corners(marker.box) for marker in anchors.markers}
    if not wanted and page.blank is not None:
        wanted = find_markers(page.blank, anchors.dictionary)
    start, end = match_markers(wanted, find_markers(view.grey, anchors.dictionary))
    if len(start) < 4 * LEAST_MARKERS:
        return None
    return np.asarray(cv2.findHomography(start, end)[0], np.float64)


LEAST_MARKERS = 2
"""A single marker says too little of what lies far from it."""


def _match_marks(view: View, page: FormPage) -> Homography | None:
    blank = page.blank if page.blank is not None else np.full((page.height, page.width), 255, np.uint8)
    wanted = [measure_mark(blank, box) for box in page.spec.anchors.marks]
    found = find_marks(view.dark, wanted)
    if found is None:
        return None
    start = np.array([(mark.x, mark.y) for mark in wanted], np.float32)
    found = cv2.perspectiveTransform(found[None], scale_by(1 / view.scale))[0]
    return np.asarray(cv2.getPerspectiveTransform(start, found.astype(np.float32)), np.float64)


def _follow(view: View, blank: View, guess: Registration) -> Registration:
    """Return the guess made exact: points of the blank are followed to where they stand in the picture."""
    height, width = blank.small.shape
    small = scale_by(view.scale) @ guess.homography @ scale_by(1 / blank.scale)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpPerspective(view.sheet, small, (width, height), flags=flags, borderValue=255)
    there, found = _track(blank.small, np.asarray(seen, np.uint8), blank.points)
    back, found_back = _track(np.asarray(seen, np.uint8), blank.small, there)
    true = (np.linalg.norm(back - blank.points, axis=2) < THERE_AND_BACK) & (found > 0) & (found_back > 0)
    start, end = blank.points[true.ravel()], there[true.ravel()]
    if len(start) < LEAST_MATCHES:
        return Registration(guess.homography, 0.0)
    step, agree = cv2.findHomography(start, end, cv2.USAC_MAGSAC, FINE, maxIters=3000, confidence=0.999)
    if step is None:
        return Registration(guess.homography, 0.0)
    return Registration(_to_stored(small @ step, view, blank), np.count_nonzero(agree) / len(blank.points))


def _track(start: Grey, end: Grey, points: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return where points of one picture are in another, and which of them were found, (N, 1)."""
    there = np.zeros_like(points)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(start, end, points, there, winSize=(WINDOW, WINDOW), maxLevel=2)
    return np.asarray(moved, np.float32), np.asarray(found, np.uint8)


THERE_AND_BACK = 1.0
"""A point that was followed to the picture and back misses itself by at most this, in pixels of the search."""


def _to_stored(small: Homography, view: View, blank: View) -> Homography:
    """Return a homography between pixels of the search as one between pixels as stored."""
    homography = scale_by(1 / view.scale) @ small @ scale_by(blank.scale)
    return np.asarray(homography / homography[2, 2], np.float64)


def scale_by(across: float, down: float | None = None) -> Homography:
    """Return what scales a picture. The middle of the first pixel is (0, 0), its corner (-0.5, -0.5)."""
    down = across if down is None else down
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]], np.float64)


def to_quad(box: Box, homography: Homography) -> Points:
    """Return the corners of a box of the blank in the picture, from the upper left on, clockwise: (4, 2)."""
    right, bottom = box.right - 0.5, box.bottom - 0.5
    left, top = box.x - 0.5, box.y - 0.5
    corners = np.array([[(left, top), (right, top), (right, bottom), (left, bottom)]], np.float64)
    return np.asarray(cv2.perspectiveTransform(corners, homography)[0], np.float64)


def to_picture_box(box: Box, homography: Homography, width: int, height: int) -> Box:
    """Return the upright box around a box of the blank in a picture of this size, in pixels of the picture."""
    quad = to_quad(box, homography) + 0.5
    x, y = np.floor(quad.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(quad.max(axis=0)).astype(int).tolist()
    return Box(x, y, max(1, right - x), max(1, bottom - y)).within(width, height)


def _is_plausible(homography: Homography, page: FormPage, shape: tuple[int, ...]) -> bool:
    """Tell whether a page that lies so can be one: seen from its front, not folded, and not tiny."""
    if not np.isfinite(homography).all():
        return False
    quad = to_quad(Box(0, 0, page.width, page.height), homography)
    edges = np.roll(quad, -1, axis=0) - quad
    turns = [first[0] * second[1] - first[1] * second[0] for first, second in pairwise([*edges, edges[0]])]
    if min(turns) <= 0:
        return False
    stretch = np.linalg.norm(edges, axis=1) / (page.width, page.height, page.width, page.height)
    is_large = cv2.contourArea(quad.astype(np.float32)) > LEAST_AREA * shape[0] * shape[1]
    return bool(stretch.max() < MOST_OBLIQUE * stretch.min() and is_large)


LEAST_AREA = 0.04
"""A page takes at least this share of its picture."""
