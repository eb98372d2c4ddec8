"""From ink to rows of pieces in reading order: connected components, their sizes, and who stands beside whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.pieces import Pieces

Mask = NDArray[np.bool_]
Edges = NDArray[np.float64]
"""(N, 4) x, y, width and height of boxes."""

SPECK = 0.12
"""Pieces smaller than this in both directions, in digit heights, are dust."""

HIGHEST = 6.0
"""Pieces higher than this, in digit heights, are no digit."""

BODY = 0.42
"""Pieces at least this high, in digit heights, can be a digit of their own."""


@dataclass(frozen=True)
class Blob:
    """A connected piece of ink."""

    box: Box
    """In working pixels."""
    ink: Mask
    """(box.height, box.width) bool."""

    def cropped(self) -> "Blob | None":
        """Return it in the smallest box that holds its ink; None without any: what is left of a piece that was cut."""
        x, y, width, height = cv2.boundingRect(self.ink.view(np.uint8))
        if not width:
            return None
        return Blob(Box(self.box.x + x, self.box.y + y, width, height), self.ink[y : y + height, x : x + width])


@dataclass(frozen=True)
class Row:
    """Pieces that stand beside one another, from left to right."""

    blobs: tuple[Blob, ...]
    height: float
    """The usual digit height in this row, in working pixels."""

    @cached_property
    def box(self) -> Box:
        """Around all pieces."""
        box = self.blobs[0].box
        for blob in self.blobs[1:]:
            box = box.joined(blob.box)
        return box


def find_blobs(pieces: Pieces, digit_height: float) -> list[Blob]:
    """Return the pieces of ink that are neither dust nor far too large for a digit."""
    least = max(2.0, SPECK * digit_height)
    size = np.maximum(pieces.width, pieces.height)
    fits = (size >= least) & (pieces.area >= least) & (pieces.height <= HIGHEST * digit_height)
    blobs = []
    for i in (np.flatnonzero(fits[1:]) + 1).tolist():
        box = Box(int(pieces.left[i]), int(pieces.top[i]), int(pieces.width[i]), int(pieces.height[i]))
        blobs.append(Blob(box, pieces.labels[box.y : box.bottom, box.x : box.right] == i))
    return blobs


def find_rows(blobs: list[Blob], digit_height: float, rules: Mask) -> list[Row]:
    """Group pieces into strings as a person would read them, in reading order.

    rules: upright table rules, which part strings; (H, W) bool.
    """
    bodies = sorted((b for b in blobs if b.box.height >= BODY * digit_height), key=lambda b: b.box.x)
    chains = _chain(bodies, rules)
    small = [b for b in blobs if b.box.height < BODY * digit_height]
    edges = list_edges(small)
    rows = [part for chain in chains for part in _split_at_wide_gaps(chain, edges)]
    return _order(_adopt_small(rows, small))


REACH = 3.2
"""A right neighbour starts at most this many digit heights away."""

TALLER = 2.6
"""Neighbours differ in height by this factor at most."""

LARGEST_DROP = 0.62
"""Neighbours' centres differ in height by at most this, in digit heights,"""

LEAST_OVERLAP = 0.35
"""or they share at least this part of the lower one's height."""

DROP_WEIGHT = 1.5
"""A step up or down counts for as much as this many steps to the right."""


def _chain(bodies: list[Blob], rules: Mask) -> list[list[Blob]]:
    """Link each piece with its nearest right neighbour at about the same height and of about the same size.

    bodies: sorted by their left edges. Where two pieces have one nearest neighbour, the nearer gets it.
    """
    edges = list_edges(bodies)
    following: dict[int, int] = {}
    taken: dict[int, tuple[float, int]] = {}
    for i, left in enumerate(bodies):
        distances = _measure_distances(edges, i)
        k = i + 1 + int(np.argmin(distances)) if len(distances) else i
        if k == i or not np.isfinite(distances[k - i - 1]) or _is_parted(left.box, bodies[k].box, rules):
            continue
        distance = float(distances[k - i - 1])
        if k not in taken or distance < taken[k][0]:
            if k in taken:
                del following[taken[k][1]]
            taken[k] = (distance, i)
            following[i] = k
    return [_follow(bodies, following, i) for i in range(len(bodies)) if i not in taken]


def _measure_distances(edges: Edges, i: int) -> NDArray[np.float64]:
    """Return how far the next pieces are from piece i, infinite for those that cannot stand in one row with it.

    edges: sorted by x. Returns as many distances as there are pieces within reach.
    """
    x, y, width, height = edges[i]
    far = np.searchsorted(edges[:, 0], x + width + REACH * TALLER * height, side="right")
    xs, ys, widths, heights = edges[i + 1 : far].T
    larger, smaller = np.maximum(heights, height), np.minimum(heights, height)
    gap = xs - (x + width)
    drop = np.abs(ys + heights / 2 - (y + height / 2))
    overlap = np.minimum(ys + heights, y + height) - np.maximum(ys, y)
    in_row = (drop <= LARGEST_DROP * larger) | (overlap >= LEAST_OVERLAP * smaller)
    fits = (smaller * TALLER >= larger) & (xs + widths / 2 > x + width / 2) & (gap <= REACH * larger) & in_row
    return np.where(fits, np.maximum(gap, 0) + DROP_WEIGHT * drop, np.inf)


def _follow(bodies: list[Blob], following: dict[int, int], start: int) -> list[Blob]:
    chain, at = [bodies[start]], start
    while at in following:
        at = following[at]
        chain.append(bodies[at])
    return chain


def _is_parted(left: Box, right: Box, rules: Mask) -> bool:
    """Tell whether an upright table rule stands between two pieces."""
    x0, x1 = left.right - left.width // 4, right.x + right.width // 4 + 1
    y0, y1 = max(left.y, right.y), min(left.bottom, right.bottom)
    if x1 <= x0 or y1 <= y0:
        return False
    between = rules[y0:y1, x0:x1]
    return bool(between.any() and between.any(axis=1).mean() > 0.6)


def list_edges(blobs: list[Blob]) -> Edges:
    """Return the boxes of some pieces: (N, 4)."""
    return np.array([blob.box.as_list() for blob in blobs], np.float64).reshape(-1, 4)


def _split_at_wide_gaps(chain: list[Blob], small: Edges) -> list[list[Blob]]:
    """Part a chain where a gap is far wider than its own spacing; evenly spaced digits stay one string.

    small: points and dashes; a gap is as wide as what they leave of it.
    """
    if len(chain) < 2:
        return [chain]
    height = float(np.median([b.box.height for b in chain]))
    gaps = np.array([b.box.x - a.box.right for a, b in pairwise(chain)], np.float64)
    usual = max(float(np.percentile(gaps, USUAL_GAP)), LEAST_GAP * height)
    widest = max(WIDE_GAP * usual, LEAST_WIDE_GAP * height)
    parts, start = [], 0
    for i in np.flatnonzero(gaps > widest):
        if _measure_gap(chain[i].box, chain[i + 1].box, small) <= widest:
            continue
        parts.append(chain[start : i + 1])
        start = int(i) + 1
    parts.append(chain[start:])
    return parts


def _measure_gap(left: Box, right: Box, small: Edges) -> float:
    """Return how wide the paper is between two neighbours, in pixels; what stands in the gap is none."""
    top, bottom = min(left.y, right.y), max(left.bottom, right.bottom)
    x, y = (small[:, :2] + small[:, 2:] / 2).T
    inside = (left.right < x) & (x < right.x) & (top < y) & (y < bottom)
    return right.x - left.right - float(small[inside, 2].sum())


USUAL_GAP = 25.0
"""The percentile of a chain's gaps that stands for the gap inside a string: wide gaps may be the half of them."""

LEAST_GAP = 0.15
"""Gaps inside a string are taken to be at least this wide, in digit heights."""

WIDE_GAP = 2.4
"""A gap this many times the usual one parts two strings,"""

LEAST_WIDE_GAP = 0.7
"""if it is at least this wide, in digit heights."""


def _adopt_small(rows: list[list[Blob]], small: list[Blob]) -> list[Row]:
    """Give each small piece (a 5's bar, a broken stroke, a point) to the row it stands in."""
    made = [Row(tuple(row), measure_height(row)) for row in rows]
    adopted: list[list[Blob]] = [list(row.blobs) for row in made]
    edges = np.array([row.box.as_list() for row in made], np.float64).reshape(-1, 4)
    heights = np.array([row.height for row in made], np.float64)
    left, top, right, bottom = *edges[:, :2].T, *(edges[:, :2] + edges[:, 2:]).T
    for blob in small if made else ():
        aside = np.maximum(np.maximum(left - blob.box.right, blob.box.x - right), 0) / heights
        apart = np.maximum(np.maximum(top - blob.box.centre_y, blob.box.centre_y - bottom), 0) / heights
        away = np.maximum(aside, apart)
        nearest = int(away.argmin())
        if away[nearest] < ADOPTED:
            adopted[nearest].append(blob)
    return [
        Row(tuple(sorted(blobs, key=lambda b: b.box.centre_x)), row.height)
        for blobs, row in zip(adopted, made, strict=True)
    ]


ADOPTED = 0.45
"""A small piece is at most this far from its row, in row heights."""


def measure_height(blobs: Sequence[Blob]) -> float:
    """Return the usual digit height of a row, in pixels: the median of its pieces, or less where slashes tower.

    Most strokes cross the band of the digits; above and below run slashes alone, even where they touch digits.
    """
    usual = float(np.median([blob.box.height for blob in blobs]))
    top, bottom = min(blob.box.y for blob in blobs), max(blob.box.bottom for blob in blobs)
    strokes = np.zeros(bottom - top)
    for blob in blobs:
        strokes[blob.box.y - top : blob.box.bottom - top] += _count_strokes(blob, usual)
    crowded = np.flatnonzero(strokes >= CROWDED * strokes.max())
    band = float(crowded[-1] + 1 - crowded[0])
    has_slashes = min(crowded[0], bottom - top - 1 - crowded[-1]) >= PEEPING * band
    return band if has_slashes and TOWERING * band < usual <= TOWER * band else usual


def _count_strokes(blob: Blob, usual: float) -> NDArray[np.int64]:
    """Return how many strokes each line of a piece crosses, (height,): at most two for a digit's width.

    A digit crosses a line twice, a ragged edge more often. usual: the height of pieces, in pixels.
    """
    begins = blob.ink.copy()
    begins[:, 1:] &= ~blob.ink[:, :-1]
    return np.asarray(np.minimum(begins.sum(axis=1), 2 * max(1, round(blob.box.width / usual))), np.int64)


CROWDED = 0.4
"""A line through the digits crosses at least this share of the strokes that the fullest line crosses: each digit has
one stroke at least, and two at most."""

PEEPING = 0.1
"""Slashes reach beyond the digits at the head and at the foot, by this share of their height; tall letters beside low
ones do so at the head."""

TOWERING, TOWER = 1.25, 2.6
"""Pieces more than so many times as high as the digits are no measure of them, and none with a slash is higher."""


def _order(rows: list[Row]) -> list[Row]:
    """Sort rows from top to bottom, and from left to right where they stand beside one another."""
    bands: list[list[Row]] = []
    for row in sorted(rows, key=lambda r: r.box.centre_y):
        if bands and abs(row.box.centre_y - bands[-1][-1].box.centre_y) < 0.5 * min(row.height, bands[-1][-1].height):
            bands[-1].append(row)
        else:
            bands.append([row])
    return [row for band in bands for row in sorted(band, key=lambda r: r.box.x)]
