"""Walls of tables that were too faint and broken to be found as rules: what remains of them looks like a 1.

A person writes a row with one pen; a printed hairline is far thinner than it. And a wall goes on where it was found.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.glyph import estimate_stroke_width
from scanner.page import Box
from scanner.segment import BODY, Blob

Mask = NDArray[np.bool_]

STICK = 0.3
"""A wall is at most this many times as wide as high."""

THIN = 0.55
"""A wall is thinner than this share of its neighbours' strokes. Of the 1s on the development photos one in a hundred is
thinner than 0.64 of them."""

NEAR = 3.0
"""Neighbours stand at most this many heights of the wall to its left or right."""

AT_EDGE = 1
"""Strokes that end so near a page's side, in pixels, are cut by it."""

ALIKE = 1.5
"""What stands in a row with such a stroke is as high as it within this factor,"""

BESIDE = 1.5
"""and at most this many of its heights away."""

AHEAD = 0.5
"""A wall's course is followed this far above and below it, in its heights,"""

COVERED = 0.8
"""and at least this share of that, on one side, is a rule that was taken out,"""

SAME_THICKNESS = 1.45
"""whose thickness differs by less than this factor: a 1 on graph paper is thicker."""


def part_walls(blobs: list[Blob], erased: Mask, digit_height: float) -> tuple[list[Blob], list[Blob]]:
    """Part upright strokes that are far thinner than the pen beside them, or go on in a rule, from what may be digits.

    erased: (H, W) bool, the ink that was taken out with the rules. digit_height: the page's usual, in pixels.
    Returns the other pieces, in their order, and the walls.
    """
    high = [i for i, blob in enumerate(blobs) if blob.box.height >= BODY * digit_height]
    sticks = [i for i in high if blobs[i].box.width <= STICK * blobs[i].box.height]
    if not sticks:
        return blobs, []
    bodies = [blobs[i] for i in sorted(set(high).difference(sticks))]
    edges = np.array([body.box.as_list() for body in bodies], np.float64).reshape(-1, 4)
    pens = np.array([estimate_stroke_width(body.ink) for body in bodies], np.float64)
    walls = {i for i in sticks if _is_thin(blobs[i], edges, pens) or _goes_on(blobs[i], erased)}
    return [blob for i, blob in enumerate(blobs) if i not in walls], [blobs[i] for i in sorted(walls)]


def drop_edges(blobs: list[Blob], width: int) -> list[Blob]:
    """Leave out upright strokes that a side of the page cuts: a sheet's edge, a dark corner, the table beside it.

    A stroke that stands in a row stays: a photo may cut close to its 1s. width: of the page, in pixels.
    """
    return [blob for blob in blobs if not _is_cut_stick(blob.box, width) or _is_in_row(blob.box, blobs)]


def _is_cut_stick(box: Box, width: int) -> bool:
    return box.width <= STICK * box.height and (box.x <= AT_EDGE or box.right >= width - AT_EDGE)


def _is_in_row(stick: Box, blobs: Sequence[Blob]) -> bool:
    """Tell whether something about as high stands close beside a stroke."""
    return any(
        stick.height / ALIKE < box.height < ALIKE * stick.height
        and min(stick.bottom, box.bottom) - max(stick.y, box.y) > stick.height / 2
        and 0 < max(box.x - stick.right, stick.x - box.right) < BESIDE * stick.height
        for box in (blob.box for blob in blobs)
    )


def mark_walls(rules: Mask, walls: list[Blob]) -> Mask:
    """Return the upright rules with the walls among them: both part strings. (H, W) bool both."""
    if not walls:
        return rules
    marked = rules.copy()
    for wall in walls:
        box = wall.box
        marked[box.y : box.bottom, box.x : box.right] |= wall.ink
    return marked


def _is_thin(stick: Blob, edges: NDArray[np.float64], pens: NDArray[np.float64]) -> bool:
    """Tell whether a stroke is thinner than those that stand beside it.

    edges: (N, 4) x, y, width, height of the pieces that are no mere strokes. pens: (N,) their stroke widths, in pixels.
    """
    box = stick.box
    x, y, width, height = edges.T
    aside = np.maximum(np.maximum(x - box.right, box.x - x - width), 0)
    shared = np.minimum(y + height, box.bottom) - np.maximum(y, box.y)
    beside = (aside <= NEAR * box.height) & (2 * shared > np.minimum(height, box.height))
    return bool(beside.any() and estimate_stroke_width(stick.ink) < THIN * float(np.median(pens[beside])))


def _goes_on(stick: Blob, erased: Mask) -> bool:
    """Tell whether a rule as thick as the stroke was taken out straight above or below it."""
    box = stick.box
    thickness, ahead = np.count_nonzero(stick.ink) / box.height, round(AHEAD * box.height)
    left, right = max(0, box.x - box.width // 2 - 1), box.right + box.width // 2 + 1
    for top in (max(0, box.y - ahead), box.bottom):
        counts = erased[top : top + ahead, left:right].sum(axis=1)
        if len(counts) == ahead and np.count_nonzero(counts) >= COVERED * ahead:
            usual = float(np.median(counts[counts > 0]))
            if 1 / SAME_THICKNESS < thickness / usual < SAME_THICKNESS:
                return True
    return False
