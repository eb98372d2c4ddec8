"""Cuts through touching digits: ways from top to bottom that go through little ink, and straight lines between notches.

Each cut is (H,) intp: the column, for every row of a piece, at which the right side begins.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Cut = NDArray[np.intp]

FINE = 40
"""Pieces are brought down to this height for the seams, in pixels: a cut need not be finer."""

PAPER = 0.03
"""Cost of a step over paper, where a step through ink costs 1: the shorter way wins."""

DEAREST_SEAM = 0.6
"""A cut that goes through more ink than this, in row heights, is no cut between digits."""

MOST_SEAMS = 8
"""Cuts for each row height of a piece's width, at most; the cheapest are kept."""

APART = 0.1
"""Seams lie at least this far apart on average, in row heights: of nearer ones only the cheapest is offered."""

MARGIN = 0.1
"""No seam begins nearer to either end of the piece than this, in row heights."""

NOTCH = 0.1
"""A notch is at least this deep, in row heights."""

STEEPEST_CUT = 0.4
"""A straight cut leans by at most this share of its height."""

SAME_CUT = 0.05
"""Cuts that lie closer than this on average, in row heights, are one."""

STEPS = np.array([0, -1, 1])
"""Columns that a seam may move from one row to the next: it never turns back, else it would go around the ink."""


def find_cuts(ink: Mask, row_height: float) -> list[Cut]:
    """Return all cuts of a piece, from left to right. ink: (H, W) bool; row_height: in pixels."""
    return merge_cuts(find_seams(ink, row_height) + find_valley_cuts(ink, row_height), row_height)


def find_seams(ink: Mask, row_height: float) -> list[Cut]:
    """Return cuts from top to bottom that go through little ink, the cheapest first.

    Every point of the middle row has a cheapest way through it (dynamic programming over the rows, as in seam carving;
    Avidan and Shamir, 2007). The cheapest is a cut; so is the next that keeps apart from it, and so on. Local minima
    are not enough: where two loops touch, the way between them costs more than the ways through either.
    """
    scale = min(1.0, FINE / ink.shape[0])
    height, width = max(3, round(ink.shape[0] * scale)), max(3, round(ink.shape[1] * scale))
    small = cv2.resize(ink.view(np.uint8) * np.uint8(255), (width, height), interpolation=cv2.INTER_AREA)
    cost = PAPER + small.astype(np.float64) / 255
    unit = row_height * scale
    ways, costs = _find_ways(cost, height // 2)
    margin = max(1, round(MARGIN * unit))
    inside = np.zeros(width, np.bool_)
    inside[margin : width - margin] = True
    inside &= (costs <= DEAREST_SEAM * unit) & (abs(ways.mean(axis=1) - width / 2) < (width - margin) / 2)
    most = max(2, round(MOST_SEAMS * width / unit))
    return [_enlarge(ways[i], ink.shape, scale) for i in _choose_apart(ways, costs, inside, APART * unit, most)]


def _find_ways(cost: NDArray[np.float64], middle: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the cheapest way from top to bottom through each pixel of the middle row, and what it costs.

    cost: (H, W) of each pixel. Returns (W, H) columns and (W,) costs.
    """
    height, width = cost.shape
    above, upwards = _sum_up(cost[: middle + 1])
    below, downwards = _sum_up(cost[middle:][::-1])
    ways = np.empty((width, height), np.intp)
    ways[:, middle] = np.arange(width)
    for row in range(middle, 0, -1):
        ways[:, row - 1] = ways[:, row] + upwards[row][ways[:, row]]
    for row in range(middle, height - 1):
        ways[:, row + 1] = ways[:, row] + downwards[height - 1 - row][ways[:, row]]
    return ways, above + below - cost[middle]


def _sum_up(cost: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return what the cheapest way from the first row to each pixel of the last costs, and where it comes from.

    Returns (W,) costs, and (H, W): how many columns aside the way was one row before.
    """
    sums, steps = cost[0], np.zeros(cost.shape, np.intp)
    before = np.full((len(STEPS), len(sums)), np.inf)  # what it costs to come from each side; nothing does from outside
    for row in range(1, len(cost)):
        before[0], before[1, 1:], before[2, :-1] = sums, sums[:-1], sums[1:]
        steps[row] = STEPS[before.argmin(axis=0)]
        sums = cost[row] + before.min(axis=0)
    return sums, steps


def _choose_apart(
    ways: NDArray[np.intp], costs: NDArray[np.float64], inside: Mask, apart: float, most: int
) -> list[int]:
    """Return which ways are the cheapest that keep `apart` pixels from one another on average, at most so many."""
    left, chosen = inside.copy(), []
    for i in np.argsort(costs, kind="stable").tolist():
        if not left[i]:
            continue
        chosen.append(i)
        if len(chosen) == most:
            break
        left &= abs(ways - ways[i]).mean(axis=1) > apart
    return chosen


def _enlarge(way: NDArray[np.intp], shape: tuple[int, ...], scale: float) -> Cut:
    """Turn a column for each row of the small picture into a column for each row of the large, (H, W) as shape says."""
    rows = np.arange(len(way))
    columns = np.interp(np.arange(shape[0]), (rows + 0.5) / scale, (way + 0.5) / scale)
    return np.asarray(np.round(np.minimum(columns, shape[1])), np.intp)


def find_valley_cuts(ink: Mask, row_height: float) -> list[Cut]:
    """Return straight cuts from a notch in the upper outline to a notch in the lower one, from left to right.

    Round digits that touch along their sides part there, where a seam would rather go through both walls of one
    (contour valleys; Fenrich and Krishnamoorthy, 1990).
    """
    height = len(ink)
    upper = np.where(ink.any(axis=0), ink.argmax(axis=0), height)
    lower = np.where(ink.any(axis=0), ink[::-1].argmax(axis=0), height)
    tops, bottoms = _find_notches(upper, row_height), _find_notches(lower, row_height)
    cuts = []
    for top in tops:
        near = [bottom for bottom in bottoms if abs(bottom - top) <= STEEPEST_CUT * height]
        if near:
            bottom = min(near, key=lambda x: abs(x - top))
            cuts.append(np.round(np.linspace(top, bottom, height)).astype(np.intp))
    return cuts


def _find_notches(depth: NDArray[np.intp], row_height: float) -> list[int]:
    """Return the columns where an outline is deeper than on both sides, by NOTCH of the row height.

    depth: (W,) how far the first ink is from the edge, in pixels.
    """
    left = depth - np.minimum.accumulate(depth)
    right = depth - np.minimum.accumulate(depth[::-1])[::-1]
    notched = np.minimum(left, right) >= NOTCH * row_height
    edges = np.flatnonzero(np.diff(np.concatenate([[0], notched.view(np.int8), [0]])))
    return [
        int(a + np.flatnonzero(depth[a:b] == depth[a:b].max()).mean())
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def merge_cuts(cuts: list[Cut], row_height: float) -> list[Cut]:
    """Sort cuts from left to right and drop those that follow an earlier one almost everywhere."""
    kept = np.empty((len(cuts), len(cuts[0])), np.intp) if cuts else np.empty((0, 0), np.intp)
    count = 0
    for cut in cuts:
        if (abs(kept[:count] - cut).mean(axis=1) > SAME_CUT * row_height).all():
            kept[count] = cut
            count += 1
    return sorted(kept[:count], key=lambda cut: float(cut.mean()))
