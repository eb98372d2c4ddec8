"""Which way the rows and rules of a page run: projection profiles over all slopes, on a small picture.

Along the right slope the edges of rows and rules fall onto few places, and the profile is at its sharpest (Postl,
1986). Seen from aside, level lines converge: their slope changes from the top of the page to its foot.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

SIDE = 600
"""Longer side of the small picture, in pixels: a hairline of the working size is still an edge on it."""

MOST_POINTS = 4000
"""So many edge pixels are looked at, spread over the page; more tell no more."""

FEWEST_POINTS = 60
"""With fewer there are no rows."""

STEEPEST = 0.36
"""Slopes up to this are tried (20 degrees)."""

STEP = 0.0125
"""From one slope to the next: 4 pixels of the small picture from end to end."""

NEIGHBOURS = 4
"""Where lines converge, so many steps to each side are tried again: one side's slope may have passed for all."""

CONVERGENCES = (-0.3, -0.2, -0.1, 0.1, 0.2, 0.3)
"""How lines may converge; 0.2 is a phone held 20 degrees aside."""

BIN = 0.005
"""Width of a profile's bin, in half sides of the picture: 1.5 pixels of the small one."""

WEAKEST_EDGE = 40
"""Weaker edges (0..255, of Sobel's filter) are paper."""

EDGE_SHARE = 0.3
"""Edges weaker than this share of the page's strong ones are its texture."""

INSIDE = 0.92
"""Of a sheet, lines count within this share of it: its edges are none of them."""

STRAIGHTER = 2
"""An edge belongs to lines near level when it rises this many times as fast upwards as it does sideways."""


@dataclass(frozen=True)
class Slope:
    """How the lines of one kind run. Places are in half longer sides of the picture, from its centre.

    A line through (0, c) goes through (x, c + (slope + converging * c) * x). For upright lines x and y are exchanged.
    """

    slope: float
    """Of the line through the picture's centre; positive falls to the right."""
    converging: float
    """By how much the slope grows on the way down; 0 where lines are parallel."""
    evidence: float
    """How much sharper the profile is along these lines than along others; 1 where there are none."""


NO_LINES = Slope(0.0, 0.0, 1.0)
"""What is known of a page without lines."""


def shrink(grey: Grey) -> Grey:
    """Return a picture of about SIDE, smaller by a whole factor: OpenCV does that several times as fast."""
    factor = max(1, round(max(grey.shape) / SIDE))
    height, width = (max(1, side // factor) for side in grey.shape)
    whole = grey[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def find_slopes(grey: Grey, sheet: NDArray[np.float64] | None = None) -> tuple[Slope, Slope]:
    """Return how the level and how the upright lines of a page run.

    grey: (H, W) uint8, at SIDE, even light. sheet: (4, 2) x, y, its corners; lines well inside of them count alone.
    """
    level, upright = _find_edges(grey)
    if sheet is not None:
        inside = np.zeros(grey.shape, np.uint8)
        centre = sheet.mean(axis=0)
        cv2.fillConvexPoly(inside, np.round(centre + INSIDE * (sheet - centre)).astype(np.int32), 1)
        level, upright = level & (inside > 0), upright & (inside > 0)
    return _find_slope(*_take_points(level)), _find_slope(*_take_points(upright.T))


def _find_edges(grey: Grey) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the edges of lines near level and near upright, (H, W) bool each."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    across = cv2.convertScaleAbs(cv2.Sobel(smooth, cv2.CV_16S, 1, 0))
    down = cv2.convertScaleAbs(cv2.Sobel(smooth, cv2.CV_16S, 0, 1))
    strong = float(np.percentile(cv2.max(across, down)[::2, ::2], 98))
    least = max(WEAKEST_EDGE, round(EDGE_SHARE * strong))
    level = (down >= least) & (cv2.convertScaleAbs(across, alpha=STRAIGHTER) <= down)
    upright = (across >= least) & (cv2.convertScaleAbs(down, alpha=STRAIGHTER) <= across)
    return np.asarray(level, np.bool_), np.asarray(upright, np.bool_)


def _take_points(edges: NDArray[np.bool_]) -> tuple[Points, Points]:
    """Return the places x, y of some of the edges, (N,) each, in half longer sides from the centre."""
    places = np.flatnonzero(edges)
    places = places[:: len(places) // MOST_POINTS + 1]
    y, x = np.divmod(places, edges.shape[1])
    half = max(edges.shape) / 2
    return (
        ((x + 0.5 - edges.shape[1] / 2) / half).astype(np.float32),
        ((y + 0.5 - edges.shape[0] / 2) / half).astype(np.float32),
    )


def _find_slope(x: Points, y: Points) -> Slope:
    if len(x) < FEWEST_POINTS:
        return NO_LINES
    slopes = np.arange(-round(STEEPEST / STEP), round(STEEPEST / STEP) + 1) * STEP
    scores = np.array([_score(x, y, slope, 0.0) for slope in slopes])
    best = int(scores.argmax())
    slope, converging, score = _bend(x, y, float(slopes[best]), float(scores[best]))
    slope, converging, score = _refine(x, y, slope, converging, score)
    return Slope(slope, converging, score / max(float(np.median(scores)), 1.0))


def _bend(x: Points, y: Points, slope: float, score: float) -> tuple[float, float, float]:
    """Return slope, convergence and score of lines that converge, if they fit better than parallel ones."""
    if max(_score(x, y, slope, converging) for converging in CONVERGENCES) <= score:
        return slope, 0.0, score
    near = slope + STEP * np.arange(-NEIGHBOURS, NEIGHBOURS + 1)
    score, converging, slope = max((_score(x, y, s, c), c, float(s)) for c in CONVERGENCES for s in near)
    return slope, converging, score


def _refine(x: Points, y: Points, slope: float, converging: float, score: float) -> tuple[float, float, float]:
    """Return slope, convergence and score at the top of the hill: smaller and smaller steps."""
    step, bend = STEP, 0.05 if converging else 0.0
    for _ in range(3):
        step /= 2
        moves = [(-step, 0.0), (step, 0.0), *([(0.0, -bend), (0.0, bend)] if bend else [])]
        for _ in range(4):
            tried = [(_score(x, y, slope + a, converging + b), slope + a, converging + b) for a, b in moves]
            better = max(tried)
            if better[0] <= score:
                break
            score, slope, converging = better
        bend /= 2
    return slope, converging, score


def _score(x: Points, y: Points, slope: float, converging: float) -> float:
    """Return how sharp the profile along such lines is: the sum of its squares."""
    places = y - np.float32(slope) * x
    if converging:
        places /= 1 + np.float32(converging) * x
    bins = np.bincount(((places + 2) * (1 / BIN)).astype(np.int32).clip(0))
    wide = (bins[1:] + bins[:-1]).astype(np.float64)
    return float(wide @ wide)
