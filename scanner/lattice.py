"""Candidate digits of a row: pieces, cuts through touching digits, and joins of broken ones."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP

from scanner.page import Box
from scanner.segment import Blob, Row

Mask = NDArray[np.bool_]

WIDE = 0.72
"""A piece wider than this, in row heights, may be several digits: cuts are looked for."""

SEAM_HEIGHT = 40
"""Pieces are brought down to this height for the seams, in pixels: a cut need not be finer."""

PAPER = 0.03
"""Cost of a step over paper, where a step through ink costs 1: the shorter way wins."""

DEAREST_SEAM = 0.55
"""A cut that goes through more ink than this, in row heights, is no cut between digits."""

MOST_SEAMS = 5
"""Cuts for each row height of a piece's width, at most; the cheapest are kept."""

DOWNWARDS, UPWARDS = [(1, -1), (1, 0), (1, 1)], [(-1, -1), (-1, 0), (-1, 1)]
"""Steps (row, column) of a cut: it never turns back, else it would go around the ink."""

NOTCH = 0.1
"""A notch is at least this deep, in row heights."""

STEEPEST_CUT = 0.4
"""A straight cut leans by at most this share of its height."""

SAME_CUT = 0.05
"""Cuts that lie closer than this on average, in row heights, are one."""

MOST_ATOMS = 5
"""Neighbouring atoms that may be joined to one digit, at most."""

WIDEST = 1.75
"""A candidate is at most this wide, in row heights."""

LARGEST_GAP = 0.32
"""Pieces further apart than this, in row heights, are not joined."""


@dataclass(frozen=True)
class Candidate:
    """Neighbouring atoms of a row, taken together: perhaps a digit."""

    first: int
    """Index of its first atom."""
    last: int
    """Index behind its last atom."""
    box: Box
    """In working pixels."""
    ink: Mask
    """(box.height, box.width) bool."""
    cuts: int
    """How many of its two sides are cuts through ink."""
    restored: bool = False
    """Whether it holds ink that was taken out with a rule; the same atoms stand there without it as well."""


@dataclass(frozen=True)
class Lattice:
    """All candidates of one row."""

    atoms: tuple[Blob, ...]
    """The smallest pieces, from left to right."""
    candidates: tuple[Candidate, ...]
    height: float
    """The row's usual digit height, in working pixels."""


def build_lattice(row: Row) -> Lattice:
    """Cut wide pieces into atoms and join neighbouring atoms: every way in which the row may be digits."""
    atoms: list[Blob] = []
    whole: list[int] = []  # to which piece each atom belongs
    for number, blob in enumerate(row.blobs):
        parts = cut(blob, row.height) if blob.box.width > WIDE * row.height else [blob]
        atoms += parts
        whole += [number] * len(parts)
    candidates = tuple(_join(atoms, whole, row.height))
    return Lattice(tuple(atoms), candidates, row.height)


def cut(blob: Blob, row_height: float) -> list[Blob]:
    """Cut a piece along its cheapest seams; a piece without any stays whole."""
    seams = merge_seams(find_seams(blob.ink, row_height) + find_valley_cuts(blob.ink, row_height), row_height)
    if not seams:
        return [blob]
    columns = np.arange(blob.box.width)
    side = np.zeros(blob.ink.shape, np.int32)
    for seam in seams:
        side += columns[None, :] >= seam[:, None]
    parts = [_crop(blob, blob.ink & (side == i)) for i in range(len(seams) + 1)]
    return [part for part in parts if part is not None]


def find_seams(ink: Mask, row_height: float) -> list[NDArray[np.intp]]:
    """Return cuts from top to bottom that go through little ink, from left to right.

    Every point of the middle row has a cheapest way through it (a minimum-cost path, Dijkstra over the pixels); the
    local minima among them are the cuts. Each cut is the column, for every row, at which the right side begins.
    """
    scale = min(1.0, SEAM_HEIGHT / ink.shape[0])
    height, width = max(3, round(ink.shape[0] * scale)), max(3, round(ink.shape[1] * scale))
    small = cv2.resize(ink.view(np.uint8) * np.uint8(255), (width, height), interpolation=cv2.INTER_AREA)
    cost = PAPER + small.astype(np.float64) / 255
    down, up = MCP(cost, offsets=DOWNWARDS), MCP(cost, offsets=UPWARDS)
    from_top, _ = down.find_costs([(0, x) for x in range(width)])
    from_bottom, _ = up.find_costs([(height - 1, x) for x in range(width)])
    middle = height // 2
    through = from_top[middle] + from_bottom[middle] - cost[middle]
    places = _choose_minima(through, row_height * scale)
    seams = []
    for x in places:
        way = np.array(down.traceback((middle, x)) + up.traceback((middle, x)))
        seams.append(_to_columns(way, ink.shape, scale))
    return sorted(seams, key=lambda seam: float(seam.mean()))


def find_valley_cuts(ink: Mask, row_height: float) -> list[NDArray[np.intp]]:
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


def merge_seams(seams: list[NDArray[np.intp]], row_height: float) -> list[NDArray[np.intp]]:
    """Sort cuts from left to right and drop those that follow another almost everywhere."""
    kept: list[NDArray[np.intp]] = []
    for seam in sorted(seams, key=lambda seam: float(seam.mean())):
        if all(np.abs(seam - other).mean() > SAME_CUT * row_height for other in kept):
            kept.append(seam)
    return kept


def _choose_minima(through: NDArray[np.float64], row_height: float) -> list[int]:
    """Return the columns of the cheapest local minima that stand apart from one another and from the ends."""
    margin = max(1, round(0.12 * row_height))
    apart = max(2, round(0.14 * row_height))
    dearest, most = DEAREST_SEAM * row_height, max(2, round(MOST_SEAMS * len(through) / row_height))
    places: list[int] = []
    for x in np.argsort(through, kind="stable").tolist():
        if through[x] > dearest or len(places) == most:
            break
        inside = margin <= x < len(through) - margin
        lowest = through[x] <= through[max(0, x - apart) : x + apart + 1].min() + 1e-9
        if inside and lowest and all(abs(x - other) > apart for other in places):
            places.append(x)
    return places


def _to_columns(way: NDArray[np.intp], shape: tuple[int, ...], scale: float) -> NDArray[np.intp]:
    """Turn a path with one (row, column) for each row of the small picture into a column for each row of the large."""
    columns = np.zeros(int(way[:, 0].max()) + 1)
    columns[way[:, 0]] = way[:, 1]
    rows = np.arange(len(columns))
    return np.round(np.interp(np.arange(shape[0]), (rows + 0.5) / scale, (columns + 0.5) / scale)).astype(np.intp)


def _crop(blob: Blob, ink: Mask) -> Blob | None:
    x, y, width, height = cv2.boundingRect(ink.view(np.uint8))
    if not width:
        return None
    return Blob(Box(blob.box.x + x, blob.box.y + y, width, height), ink[y : y + height, x : x + width])


def _join(atoms: list[Blob], whole: list[int], row_height: float) -> Iterator[Candidate]:
    for first in range(len(atoms)):
        box = atoms[first].box
        for last in range(first + 1, min(first + MOST_ATOMS, len(atoms)) + 1):
            if last > first + 1:
                added = atoms[last - 1].box
                if whole[last - 1] != whole[last - 2] and added.x - box.right > LARGEST_GAP * row_height:
                    break
                box = box.joined(added)
                if box.width > WIDEST * row_height:
                    break
            cuts = int(first > 0 and whole[first - 1] == whole[first])
            cuts += int(last < len(atoms) and whole[last] == whole[last - 1])
            yield Candidate(first, last, box, _paste(atoms[first:last], box), cuts)


def _paste(atoms: list[Blob], box: Box) -> Mask:
    if len(atoms) == 1:
        return atoms[0].ink
    ink = np.zeros((box.height, box.width), np.bool_)
    for atom in atoms:
        x, y = atom.box.x - box.x, atom.box.y - box.y
        ink[y : y + atom.box.height, x : x + atom.box.width] |= atom.ink
    return ink
