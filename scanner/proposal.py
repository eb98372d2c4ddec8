"""A proposal for a template: the frames, combs and check boxes that are printed on an empty form."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.clean import Grey, even_light
from scanner.ink import Mask, take_ink
from scanner.page import Box
from scanner.size import choose_scale, resize
from scanner.template import MOST_BOXES

SHORTEST_LINE = 0.011
"""Printed lines are at least this share of the page's longer side long: 3 mm on A4."""

LOWEST, HIGHEST = 0.009, 0.12
"""A field is at least and at most this share of the page's longer side high."""

WHOLE = 0.85
"""A field fills at least this share of its upright box: it is a rectangle."""

PRINTED = 0.15
"""Of a field, at most this share is printed: what is fuller is a heading, a logo."""

SLIMMEST, BROADEST = 0.35, 1.6
"""A box of a comb is this many times as wide as high, at least and at most."""

ALIKE = 0.2
"""Boxes of a comb differ in width and height by at most this share,"""

APART = 0.6
"""and stand at most this share of their width apart."""

SQUARE = 1.35
"""A check box is at most this many times as wide as high, or as high as wide,"""

SMALL = 0.028
"""and at most this share of the page's longer side high: 8 mm on A4."""

LOCAL = 5
"""Lines are closed over gaps of fewer pixels than this."""


@dataclass(frozen=True)
class Proposed:
    """A field that a form seems to have."""

    box: Box
    """In pixels of the blank."""
    boxes: int = 0
    """Of a comb; 0 for a plain frame."""
    is_checkbox: bool = False


def find_fields(grey: Grey) -> list[Proposed]:
    """Return the fields of an empty form that lies upright, from top to bottom. grey: (H, W) uint8."""
    scale = choose_scale(grey.shape)
    working = resize(grey, scale)
    ink = take_ink(even_light(working)).mask
    combs = _join_cells(_find_cells(ink))
    longer = max(ink.shape)
    found = []
    for cells in combs:
        whole = _measure_comb(cells).scaled(1 / scale).within(grey.shape[1], grey.shape[0])
        first = cells[0]
        is_square = max(first.width, first.height) < SQUARE * min(first.width, first.height)
        is_small = len(cells) == 1 and is_square and first.height < SMALL * longer
        found.append(Proposed(whole, len(cells) if len(cells) > 1 else 0, is_small))
    return _order(found)


def to_toml(fields: Sequence[Proposed], blank: str) -> str:
    """Return a proposal as a template, with notes on what to fill in. blank: its picture, relative to the template."""
    quoted = '"' + blank.replace("\\", "/").replace('"', '\\"') + '"'
    parts = [HEAD + f"[page]\nblank = {quoted}\n"]
    for number, field in enumerate(fields, 1):
        lines = [f"[fields.field{number}]", f"box = {field.box.as_list()}"]
        lines += [f"boxes = {field.boxes}"] if field.boxes else []
        lines += ['kind = "checkbox"'] if field.is_checkbox else []
        lines += ['# kind = "date"', f'# order = "{DATES[field.boxes]}"'] if field.boxes in DATES else []
        lines += ['# kind = "amount"'] if not field.boxes and not field.is_checkbox else []
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


HEAD = """\
# Proposed by digits-scan template new: give the fields their names, say what stands in them, and delete what is none.
# Keys of a field: box, boxes, kind, length, pattern, least, most, allowed, check, order, decimals, point, required.

"""

DATES = {6: "DDMMYY", 8: "DDMMYYYY"}
"""What a comb of so many boxes may be."""


def _find_cells(ink: Mask) -> list[Box]:
    """Return the empty rectangles that lines enclose, in working pixels."""
    longer = max(ink.shape)
    length = max(9, round(SHORTEST_LINE * longer))
    grey = np.ascontiguousarray(ink).view(np.uint8)
    lines = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    lines = cv2.morphologyEx(cv2.bitwise_or(lines, upright), cv2.MORPH_CLOSE, np.ones((LOCAL, LOCAL), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - lines, connectivity=4)
    cells = []
    for i in range(1, count):
        x, y, width, height, area = stats[i].tolist()
        inside = x > 0 and y > 0 and x + width < ink.shape[1] and y + height < ink.shape[0]
        if not inside or not LOWEST * longer <= height <= HIGHEST * longer or width < LOWEST * longer:
            continue
        cut = np.s_[y : y + height, x : x + width]
        printed = np.count_nonzero(ink[cut] & (labels[cut] == i))
        if area >= WHOLE * width * height and printed <= PRINTED * area:
            cells.append(Box(x, y, width, height))
    return cells


def _join_cells(cells: Sequence[Box]) -> list[list[Box]]:
    """Group boxes of one size that stand side by side; each other cell stands alone."""
    combs: list[list[Box]] = []
    for cell in sorted(cells, key=lambda cell: cell.x):
        fits = SLIMMEST <= cell.width / cell.height <= BROADEST
        near = [comb for comb in combs if fits and len(comb) < MOST_BOXES and _goes_on(comb, cell)]
        if near:
            max(near, key=lambda comb: comb[-1].x).append(cell)
        else:
            combs.append([cell])
    return combs


def _goes_on(comb: Sequence[Box], cell: Box) -> bool:
    """Tell whether a cell is the next box of a comb."""
    last = comb[-1]
    is_level = abs(cell.centre_y - last.centre_y) < ALIKE * last.height
    is_alike = (
        abs(cell.width - last.width) <= ALIKE * last.width + 2 and abs(cell.height - last.height) <= ALIKE * last.height
    )
    gap = cell.x - last.right
    steps = [cell.x - last.x, *(after.x - before.x for before, after in pairwise(comb))]
    return (
        is_level and is_alike and 0 <= gap <= APART * last.width and max(steps) - min(steps) <= ALIKE * last.width + 2
    )


def _measure_comb(cells: Sequence[Box]) -> Box:
    """Return the box that, cut into equal parts, has a cell in the middle of each."""
    first, last = cells[0], cells[-1]
    top, bottom = min(cell.y for cell in cells), max(cell.bottom for cell in cells)
    pitch = (last.x - first.x) / (len(cells) - 1) if len(cells) > 1 else first.width
    left = round((first.centre_x + last.centre_x - len(cells) * pitch) / 2)
    return Box(left, top, round(len(cells) * pitch), bottom - top)


def _order(fields: Sequence[Proposed]) -> list[Proposed]:
    """Sort fields from top to bottom, and from left to right where they stand beside one another."""
    bands: list[list[Proposed]] = []
    for field in sorted(fields, key=lambda field: field.box.centre_y):
        if bands and abs(field.box.centre_y - bands[-1][-1].box.centre_y) < field.box.height / 2:
            bands[-1].append(field)
        else:
            bands.append([field])
    return [field for band in bands for field in sorted(band, key=lambda field: field.box.x)]


def draw_lines(box: NDArray[np.float64], count: int) -> list[NDArray[np.float64]]:
    """Return the walls between the boxes of a comb as pairs of points, (2, 2) each. box: its corners, (4, 2)."""
    shares = np.arange(1, count)[:, None] / max(1, count)
    tops, bottoms = box[0] + shares * (box[1] - box[0]), box[3] + shares * (box[2] - box[3])
    return [np.stack(pair) for pair in zip(tops, bottoms, strict=True)]
