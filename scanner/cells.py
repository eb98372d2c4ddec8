"""From the ink of an upright form to the pieces of each field, and of each box of a comb."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from scanner.ink import Ink, Mask
from scanner.lattice import Lattice, build_lattice
from scanner.page import Box
from scanner.pieces import find_pieces
from scanner.restore import restore
from scanner.segment import ADOPTED, SPECK, Blob, Row
from scanner.segment import BODY as LOWEST_BODY
from scanner.walls import part_walls

MARGIN = 0.2
"""Writing may reach out of its field by this share of the field's height."""

INSIDE = 0.5
"""A piece of ink belongs to a field when at least this share of it lies in the field with its margin."""

HIGHEST = 1.6
"""Pieces higher than this, in field heights, run through the field: only what lies in it counts."""

WIDEST = 1.15
"""Pieces wider than this, in boxes of a comb, are parted at the walls between the boxes,"""

OWN = 0.7
"""and so are those of which less than this share lies in one box."""

BODY = 0.3
"""Pieces at least this high, in field heights, tell how high the digits are."""

USUAL_DIGIT = 0.6
"""Height of a digit in field heights, where no piece tells."""

SMALLEST_DIGIT, LARGEST_DIGIT = 0.35, 1.1
"""The digits of a field are at least and at most so high, in field heights."""

PRINTED = 0.7
"""A piece of which at least this share lies where the blank is printed was printed."""

WALL = 0.09
"""Lines of a frame are looked for this far from where they should be, in field heights, where there is no blank."""

SMALLEST_POINT = 0.06
"""An amount's point is at least so wide or high, in digit heights,"""

LARGEST_POINT = 0.3
"""and at most so wide and high;"""

POINT_RISE = 0.3
"""its middle lies at most so far above the foot of the digits, in digit heights."""

STROKE = 0.5
"""Rows of a field that share at least this part of the lower one's height are one: a field holds one string."""


@dataclass(frozen=True)
class Place:
    """A field on the upright form."""

    box: Box
    """In working pixels."""
    boxes: int
    """Of a comb; 0 where it is none."""
    has_point: bool = False
    """Whether an amount is written there, with its point."""


def draw_frames(places: Sequence[Place], shape: tuple[int, int]) -> Mask:
    """Return where the lines of fields' frames may be, when there is no blank to tell. shape: height and width."""
    lines = np.zeros(shape, np.uint8)
    for place in places:
        box, reach = place.box, max(2, round(WALL * place.box.height))
        count = max(1, place.boxes)
        for i in range(count):
            left, right = box.x + round(i * box.width / count), box.x + round((i + 1) * box.width / count)
            cv2.rectangle(lines, (left, box.y), (right, box.bottom), 1, 2 * reach)
    return lines > 0


def keep_writing(ink: Ink, printed: Mask) -> Ink:
    """Return the ink without what was printed on the blank, and with what was mistaken for its lines.

    A rule that was taken out where the blank has no print was a stroke: a 1 between the walls of a comb.
    printed: (H, W) bool, where the blank's print may be.
    """
    mask = ink.mask | (ink.erased & ~printed)
    pieces = find_pieces(mask)
    kept = pieces.keep(pieces.count(printed) < PRINTED * pieces.area)
    return replace(ink, pieces=kept, erased=ink.erased & printed)


def drop_walls(ink: Ink, places: Sequence[Place]) -> Ink:
    """Return the ink of fields without the walls of printed frames that nobody told of: they look like 1s."""
    mask = ink.mask.copy()
    for blobs, place in zip(find_field_blobs(ink, places), places, strict=True):
        _, walls = part_walls(blobs, ink.erased, measure_digits(blobs, place.box))
        for wall in walls:
            box = wall.box
            mask[box.y : box.bottom, box.x : box.right] &= ~wall.ink
    return replace(ink, pieces=find_pieces(mask))


def find_field_blobs(ink: Ink, places: Sequence[Place]) -> list[list[Blob]]:
    """Return the pieces of ink that belong to each field; a piece belongs to one field, that which holds most of it."""
    pieces = ink.pieces
    held: dict[int, tuple[int, int]] = {}
    windows = [_grow(place.box, ink.mask.shape) for place in places]
    for number, window in enumerate(windows):
        counts = np.bincount(pieces.labels[window.y : window.bottom, window.x : window.right].ravel())
        for piece in (np.flatnonzero(counts[1:]) + 1).tolist():
            if counts[piece] > held.get(piece, (0, 0))[0]:
                held[piece] = (int(counts[piece]), number)
    found: list[list[Blob]] = [[] for _ in places]
    for piece, (count, number) in held.items():
        box = Box(*(int(side[piece]) for side in (pieces.left, pieces.top, pieces.width, pieces.height)))
        window, place = windows[number], places[number].box
        if box.height > HIGHEST * place.height or box.width > window.width:
            left, top = max(box.x, window.x), max(box.y, window.y)
            right, bottom = min(box.right, window.right), min(box.bottom, window.bottom)
            box = Box(left, top, right - left, bottom - top)
        elif count < INSIDE * pieces.area[piece]:
            continue
        found[number].append(Blob(box, pieces.labels[box.y : box.bottom, box.x : box.right] == piece))
    return found


def build_lattices(blobs: Sequence[Blob], place: Place, ink: Ink) -> list[Lattice | None]:
    """Return what the boxes of a comb may hold, one lattice for each; a plain field has one. None where it is empty."""
    height = measure_digits(blobs, place.box)
    least = max(2.0, (SMALLEST_POINT if place.has_point else SPECK) * height)
    groups = _part_at_walls(blobs, place) if place.boxes else [_drop_crumbs(_choose_row(blobs, height), height)]
    lattices: list[Lattice | None] = []
    for group in groups:
        kept = [blob for blob in group if max(blob.box.width, blob.box.height) >= least]
        row = Row(tuple(sorted(kept, key=lambda blob: blob.box.centre_x)), height)
        lattice = restore(build_lattice(row), ink.erased) if kept else None
        lattices.append(_part_points(lattice) if lattice and place.has_point else lattice)
    return lattices


def _part_points(lattice: Lattice) -> Lattice:
    """Return the lattice of an amount without the candidates that join a point to a digit."""
    boxes, height = [atom.box for atom in lattice.atoms], lattice.height
    tall = [box for box in boxes if box.height > LARGEST_POINT * height]
    if not tall:
        return lattice
    foot = float(np.median([box.bottom for box in tall]))
    points = {
        i
        for i, box in enumerate(boxes)
        if max(box.width, box.height) <= LARGEST_POINT * height
        and box.centre_y > foot - POINT_RISE * height
        and not any(other.x <= box.centre_x < other.right for other in tall)
    }
    kept = [
        each
        for each in lattice.candidates
        if each.last - each.first == 1 or points.isdisjoint(range(each.first, each.last))
    ]
    return replace(lattice, candidates=tuple(kept))


def _grow(box: Box, shape: tuple[int, ...]) -> Box:
    margin = round(MARGIN * box.height)
    x, y = max(0, box.x - margin // 2), max(0, box.y - margin)
    right, bottom = min(shape[1], box.right + margin // 2), min(shape[0], box.bottom + margin)
    return Box(x, y, max(0, right - x), max(0, bottom - y))


def measure_digits(blobs: Sequence[Blob], box: Box) -> float:
    """Return the height of a field's digits, in working pixels: the upper median of its higher pieces."""
    heights = sorted(blob.box.height for blob in blobs if blob.box.height >= BODY * box.height)
    usual = heights[len(heights) // 2] if heights else USUAL_DIGIT * box.height
    return float(np.clip(usual, SMALLEST_DIGIT * box.height, LARGEST_DIGIT * box.height))


def _part_at_walls(blobs: Sequence[Blob], place: Place) -> list[list[Blob]]:
    """Return the pieces in each box of a comb; those that reach over walls are cut there."""
    groups: list[list[Blob]] = [[] for _ in range(place.boxes)]
    pitch = place.box.width / place.boxes
    for blob in blobs:
        columns = (np.arange(blob.box.x, blob.box.right) + 0.5 - place.box.x) / pitch
        cells = np.clip(columns.astype(int), 0, place.boxes - 1)
        counts = np.bincount(np.repeat(cells, blob.ink.sum(axis=0)), minlength=place.boxes)
        if blob.box.width <= WIDEST * pitch and counts.max() >= OWN * counts.sum():
            groups[int(counts.argmax())].append(blob)
            continue
        for cell in np.flatnonzero(counts).tolist():
            part = replace(blob, ink=blob.ink & (cells == cell)).cropped()
            groups[cell] += [part] if part else []
    return groups


def _drop_crumbs(blobs: list[Blob], height: float) -> list[Blob]:
    """Leave out low pieces far aside of all that may be digits: crumbs of a frame's wall, which look like 1s.

    They are taken along as far as a page's rows adopt them. height: of the digits, in pixels.
    """
    bodies = [blob.box for blob in blobs if blob.box.height >= LOWEST_BODY * height]
    if not bodies:
        return blobs
    left, right = min(box.x for box in bodies), max(box.right for box in bodies)
    reach = ADOPTED * height
    return [blob for blob in blobs if left - reach <= blob.box.right and blob.box.x <= right + reach]


def _choose_row(blobs: Sequence[Blob], height: float) -> list[Blob]:
    """Return the pieces of the row that a plain field holds: of several, that with most ink."""
    bodies = sorted((blob for blob in blobs if blob.box.height >= SPECK * 3 * height), key=lambda blob: blob.box.y)
    bands: list[list[float]] = []  # top, bottom, ink
    for blob in bodies:
        area = float(np.count_nonzero(blob.ink))
        for band in bands:
            shared = min(band[1], blob.box.bottom) - max(band[0], blob.box.y)
            if shared >= STROKE * min(band[1] - band[0], blob.box.height):
                band[:] = [min(band[0], blob.box.y), max(band[1], blob.box.bottom), band[2] + area]
                break
        else:
            bands.append([blob.box.y, blob.box.bottom, area])
    if len(bands) < 2:
        return list(blobs)
    top, bottom, _ = max(bands, key=lambda band: band[2])
    reach = SPECK * 2 * height
    return [blob for blob in blobs if top - reach <= blob.box.centre_y <= bottom + reach]
