"""How a page has moved before the camera: points of it are followed (Lucas and Kanade, 1981), and most must agree.

Where they are lost, after a jump, phase correlation (Kuglin and Hines, 1975) says where to look for them again.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.glance import Grey, Mask, Move

Points = NDArray[np.float32]
"""(N, 2): x and y in pixels of a glance."""

MOST_POINTS = 120
"""Points that are followed on the writing, and as many elsewhere: more cost time and move the answer no more."""

APART = 4
"""Pixels between two points, at least."""

STRENGTH = 2e-4
"""Corners are at least so strong (least eigenvalue of a 5x5 window): paper's noise is some tenth of it."""

WINDOW = (15, 15)
"""Sides of the window around a point, in pixels."""

LEVELS = 3
"""Halvings in the pyramid: jumps of about 7 x 2^3 pixels of a glance are followed."""

AGREE = 1.0
"""Points agree with a move that misses them by at most this, in pixels."""

LEAST_AGREEING, FEWEST_AGREEING = 0.25, 8
"""This share of the points that are seen has to agree (0..1), and so many: a hand hides most of a page, and what is
found on it instead agrees on nothing."""

LARGE, LOYALTY = 0.6, 0.8
"""Where no move has the agreement of this share of the points, the last known one is kept if it has at least this part
of the best one's: while a hand hides the page, a still camera stays still."""

FEWEST, FEW = 4, 12
"""With fewer points nothing is known of a move; with few, only how far the page was shifted."""

STILL = 0.35
"""Moves that differ by less than this at the picture's corners, in pixels of a glance, are the same."""

LARGEST_ZOOM = 2.0
"""A page grows or shrinks by at most this factor between two readings."""


@dataclass(frozen=True)
class Landmarks:
    """A picture and the points of it that can be followed."""

    grey: Grey
    points: Points
    count: int
    """How many of the points lie on the writing; they come first."""


def find_landmarks(grey: Grey, writing: Mask | None = None) -> Landmarks:
    """Choose points to follow. writing: (h, w) bool, where digits stand: what moves with them is the page."""
    strength = np.asarray(cv2.cornerMinEigenVal(grey, 5), np.float32)
    on = _choose_points(grey, strength, writing) if writing is not None and writing.any() else np.zeros((0, 2))
    off = _choose_points(grey, strength, None if writing is None else ~writing)
    return Landmarks(grey, np.vstack([on, off]).astype(np.float32), len(on))


def _choose_points(grey: Grey, strength: NDArray[np.float32], where: Mask | None) -> Points:
    place = (strength > STRENGTH) if where is None else (strength > STRENGTH) & where
    found = cv2.goodFeaturesToTrack(grey, MOST_POINTS, 0.01, APART, mask=place.view(np.uint8), blockSize=5)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 2)


def follow(landmarks: Landmarks, now: Grey, start: Move) -> Move | None:
    """Return how the page has moved since the landmarks were chosen; None where that cannot be told.

    now: (h, w) uint8 of the same size. start: the last known move, (3, 3): it takes a point of the landmarks' picture
    to where it was seen. A picture without enough points is taken to stand still.
    """
    if len(landmarks.points) < FEWEST:
        return start
    lit = match_light(now, landmarks.grey)
    move = _fit(landmarks, lit, start)
    if move is None:
        move = _fit(landmarks, lit, shift_between(landmarks.grey, lit))
    if move is not None and measure_difference(move, start, now.shape) < STILL:
        return start
    return move


def match_light(picture: Grey, model: Grey) -> Grey:
    """Return a picture as bright as another, in the median."""
    share = (float(np.median(model[::4, ::4])) + 1) / (float(np.median(picture[::4, ::4])) + 1)
    return picture if abs(share - 1) < 0.02 else np.asarray(cv2.convertScaleAbs(picture, alpha=share), np.uint8)


def shift_between(old: Grey, new: Grey) -> Move:
    """Return the shift that takes one picture to another best (phase correlation)."""
    window = cv2.createHanningWindow(old.shape[::-1], cv2.CV_32F)
    shift, _ = cv2.phaseCorrelate(old.astype(np.float32), new.astype(np.float32), window)
    move = np.eye(3)
    move[:2, 2] = shift
    return move


def measure_difference(one: Move, other: Move, shape: tuple[int, ...]) -> float:
    """Return how far apart two moves take the corners of a picture, at most, in pixels."""
    corners = np.array([(0, 0, 1), (shape[1], 0, 1), (0, shape[0], 1), (shape[1], shape[0], 1)], np.float64)
    return float(np.abs((corners @ (one - other).T)[:, :2]).max())


def _fit(landmarks: Landmarks, now: Grey, start: Move) -> Move | None:
    before = landmarks.points
    guess = (before @ start[:2, :2].T + start[:2, 2]).astype(np.float32)
    after, there, _ = cv2.calcOpticalFlowPyrLK(
        landmarks.grey, now, before, guess.copy(), winSize=WINDOW, maxLevel=LEVELS, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    height, width = now.shape
    seen = there.ravel() == 1
    seen &= (after >= 0).all(axis=1) & (after[:, 0] < width) & (after[:, 1] < height)
    on = seen & (np.arange(len(before)) < landmarks.count)
    move = _fit_points(before[on], after[on], start) if on.sum() >= FEW else None
    return move if move is not None else _fit_points(before[seen], after[seen], start)


def _fit_points(before: Points, after: Points, start: Move) -> Move | None:
    """Return the move most points agree with; None where too few do."""
    if len(before) < FEWEST:
        return None
    move = np.eye(3)
    if len(before) < FEW:
        move[:2, 2] = np.median(after - before, axis=0)
    else:
        matrix, _ = cv2.estimateAffine2D(before, after, ransacReprojThreshold=AGREE, maxIters=300, refineIters=5)
        move = move if matrix is None else np.vstack([matrix, (0, 0, 1)])
    agreeing, loyal = (_count_agreeing(each, before, after) for each in (move, start))
    if loyal >= LOYALTY * agreeing and agreeing < LARGE * len(before):
        move, agreeing = start, loyal
    zoom = float(np.sqrt(abs(np.linalg.det(move[:2, :2]))))
    least = max(LEAST_AGREEING * len(before), min(FEWEST_AGREEING, len(before)))
    return move if agreeing >= least and 1 / LARGEST_ZOOM < zoom < LARGEST_ZOOM else None


def _count_agreeing(move: Move, before: Points, after: Points) -> int:
    missed = np.abs(before @ move[:2, :2].T + move[:2, 2] - after).max(axis=1)
    return int((missed <= AGREE).sum())
