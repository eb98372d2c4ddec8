"""Digits of two rows that touch: in tallies and ledgers tails reach into the row below, and both are one piece of ink.

A piece is parted where its neighbours say that two rows run through it: one digit beside its upper part, another beside
its lower one.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.seams import find_seams
from scanner.segment import Blob, list_edges

HIGH = 1.6
"""A piece higher than this, in digit heights, may reach through two rows."""

SLIM = 0.35
"""A piece slimmer than this, in digit heights, is the rest of a wall, or a 1 upon a 1, which looks the same."""

ALIKE = (0.6, 1.45)
"""Neighbours that tell of rows are so high, in digit heights: digits, that is."""

NEAR = 2.5
"""They stand at most this many digit heights beside the piece."""

BEYOND = 0.3
"""They reach over its ends, and into one another's row, by at most this, in digit heights."""

OFF = 0.35
"""The cut runs at most this far, in digit heights, from the middle between both rows."""


def part_stacks(blobs: list[Blob], digit_height: float) -> list[Blob]:
    """Return the pieces, those that reach through two rows cut between them. digit_height: in pixels."""
    edges = list_edges(blobs)
    parted: list[Blob] = []
    for blob in blobs:
        may_stack = blob.box.height > HIGH * digit_height and blob.box.width >= SLIM * digit_height
        parted += _part(blob, edges, digit_height) if may_stack else [blob]
    return parted


def _part(blob: Blob, edges: NDArray[np.float64], digit_height: float) -> list[Blob]:
    """Cut a piece between its rows, from the topmost on; it stays whole where there are not two, or no cheap cut."""
    level = _find_boundary(blob.box, edges, digit_height)
    if level is None:
        return [blob]
    seams = find_seams(np.ascontiguousarray(blob.ink.T), digit_height)
    near = [seam for seam in seams if abs(float(seam.mean()) - (level - blob.box.y)) <= OFF * digit_height]
    if not near:
        return [blob]
    below = np.arange(blob.box.height)[:, None] >= near[0][None, :]
    upper, lower = (replace(blob, ink=blob.ink & side).cropped() for side in (~below, below))
    if upper is None or lower is None:
        return [blob]
    return [upper, *(_part(lower, edges, digit_height) if lower.box.height > HIGH * digit_height else [lower])]


def _find_boundary(box: Box, edges: NDArray[np.float64], digit_height: float) -> float | None:
    """Return the height on the page at which the first two rows beside a piece meet, in pixels; None without two.

    edges: (N, 4) of all pieces.
    """
    x, y, width, height = edges.T
    aside = np.maximum(x - box.right, box.x - (x + width))
    is_digit = (height >= ALIKE[0] * digit_height) & (height <= ALIKE[1] * digit_height)
    inside = (y >= box.y - BEYOND * digit_height) & (y + height <= box.bottom + BEYOND * digit_height)
    beside = edges[is_digit & inside & (aside <= NEAR * digit_height)]
    if not len(beside):
        return None
    top = beside[beside[:, 1].argmin()]
    bottom = top[1] + top[3]
    lower = beside[beside[:, 1] >= bottom - BEYOND * digit_height]
    if not len(lower):
        return None
    return float(bottom + lower[:, 1].min()) / 2
