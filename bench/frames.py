"""What forms print around the places for digits: combs, boxes, tables, field lines, as reflectance (see bench.paper).

The caller writes first and says where: frames are laid around the places, so that digits stand in their cells, and
now and then touch or cross a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper import Picture, Shape
from scanner.page import Box


@dataclass(frozen=True, slots=True)
class Rule:
    """How a form's lines are printed."""

    width: float
    """Thickness, 1..3 pixels."""
    darkness: float
    """Share of light that the line swallows, 0.2..0.9."""
    tilt: float
    """Rise per run of the whole frame: a few thousandths."""
    gaps: float
    """Share of the line that is missing, 0..0.3; 0 for most."""


def draw_rule_style(rng: np.random.Generator) -> Rule:
    """Return a random way to print lines; one in five is broken or dotted."""
    gaps = rng.uniform(0.05, 0.3) if rng.random() < 0.2 else 0.0
    return Rule(rng.uniform(1, 3), rng.uniform(0.2, 0.9), rng.normal(0, 0.004), gaps)


def draw_comb(shape: Shape, places: Sequence[Box], rng: np.random.Generator) -> tuple[Picture, list[Box]]:
    """Draw one frame with a divider between each two digits, at times without its top line.

    shape: (H, W) in pixels. places: the digits' boxes from left to right, at least one.
    Returns the reflectance (H, W) float32, and the N cells; the centre of each place lies in its cell.
    Raises ValueError when places is empty, or not from left to right.
    """
    cells, rule, ink = lay_cells(places, rng), draw_rule_style(rng), np.zeros(shape, np.float32)
    left, top, right, bottom = cells[0].x, cells[0].y, cells[-1].right, cells[0].bottom
    post = top if rng.random() < 0.6 else bottom - round((bottom - top) * rng.uniform(0.25, 0.7))
    _stroke(ink, (left, bottom), (right, bottom), rule, rng)
    if post == top and rng.random() < 0.9:
        _stroke(ink, (left, top), (right, top), rule, rng)
    for x in (left, *(cell.right for cell in cells)):
        _stroke(ink, (x, post), (x, bottom), rule, rng)
    return _print(ink, rule), cells


def draw_boxes(shape: Shape, places: Sequence[Box], rng: np.random.Generator) -> tuple[Picture, list[Box]]:
    """Draw a separate box around each digit. Arguments, result and errors as of draw_comb."""
    rule, ink, share = draw_rule_style(rng), np.zeros(shape, np.float32), rng.uniform(0.02, 0.1)
    pairs = zip(lay_cells(places, rng), places, strict=True)
    cells = [_shrink(cell, share, place.centre_x) for cell, place in pairs]
    for cell in cells:
        _outline(ink, cell, rule, rng)
    return _print(ink, rule), cells


def draw_table(shape: Shape, place: Box, rng: np.random.Generator) -> tuple[Picture, Box]:
    """Draw a table over the whole picture, of which one cell holds the place of a string.

    Returns the reflectance (H, W) float32, and that cell.
    """
    rule, ink = draw_rule_style(rng), np.zeros(shape, np.float32)
    cell = _grow(place, rng.uniform(0.0, 0.6), rng.uniform(0.0, 0.4), rng)
    for x in _repeat(cell.x, cell.width, shape[1]):
        _stroke(ink, (x, 0), (x, shape[0]), rule, rng)
    for y in _repeat(cell.y, cell.height, shape[0]):
        _stroke(ink, (0, y), (shape[1], y), rule, rng)
    return _print(ink, rule), cell


def draw_field_lines(shape: Shape, place: Box, rng: np.random.Generator) -> Picture:
    """Draw what a cheque prints near an amount: a line below it, a frame around it, or posts at its ends.

    Returns the reflectance (H, W) float32.
    """
    rule, ink = draw_rule_style(rng), np.zeros(shape, np.float32)
    field = _grow(place, rng.uniform(0.1, 0.5), rng.uniform(-0.05, 0.4), rng)
    kind = rng.random()
    if kind < 0.5:
        _stroke(ink, (field.x, field.bottom), (field.right, field.bottom), rule, rng)
    elif kind < 0.85:
        _outline(ink, field, rule, rng)
    else:
        for x in (field.x, field.right):
            _stroke(ink, (x, field.y), (x, field.bottom), rule, rng)
    if rng.random() < 0.3:
        y = field.y - field.height * rng.uniform(0.0, 0.5)
        _stroke(ink, (0, y), (shape[1], y), rule, rng)
    return _print(ink, rule)


def draw_rules(
    shape: Shape, levels: NDArray[np.float64], walls: NDArray[np.float64], rule: Rule, rng: np.random.Generator
) -> Picture:
    """Draw lines across the whole picture at these rows, and down it at these columns, in pixels.

    Returns the reflectance (H, W) float32.
    """
    ink = np.zeros(shape, np.float32)
    for y in levels.tolist():
        _stroke(ink, (0, y), (shape[1], y), rule, rng)
    for x in walls.tolist():
        _stroke(ink, (x, 0), (x, shape[0]), rule, rng)
    return _print(ink, rule)


def lay_cells(places: Sequence[Box], rng: np.random.Generator) -> list[Box]:
    """Return one cell for each digit, all of one height and side by side.

    They are evenly spaced where the digits are, as on a real comb; else they part midway between the digits.
    Raises ValueError when places is empty, or not from left to right.
    """
    centres = np.array([place.centre_x for place in places])
    if not len(centres) or (np.diff(centres) <= 1).any():
        raise ValueError(f"cells need at least one place, from left to right, got centres {centres.tolist()}")
    edges = _space_edges(centres, places)
    tallest = max(place.height for place in places)
    top = min(place.y for place in places) - round(tallest * rng.uniform(-0.05, 0.45))
    bottom = max(place.bottom for place in places) + round(tallest * rng.uniform(-0.05, 0.35))
    return [Box(left, top, right - left, bottom - top) for left, right in pairwise(edges)]


def _space_edges(centres: np.ndarray, places: Sequence[Box]) -> list[int]:
    """Return the columns of the N + 1 dividers."""
    count = len(centres)
    if count == 1:
        half = 0.75 * max(places[0].width, places[0].height / 2)
        return [round(centres[0] - half), round(centres[0] + half)]
    step, start = np.polyfit(np.arange(count), centres, 1)
    edges = start + step * (np.arange(count + 1) - 0.5)
    room = max(0.1 * step, 0.5)
    if (centres < edges[:-1] + room).any() or (centres > edges[1:] - room).any():
        middles = (centres[:-1] + centres[1:]) / 2
        edges = np.concatenate([[2 * centres[0] - middles[0]], middles, [2 * centres[-1] - middles[-1]]])
    return [round(edge) for edge in edges]


def _stroke(
    ink: Picture, start: tuple[float, float], end: tuple[float, float], rule: Rule, rng: np.random.Generator
) -> None:
    """Add one line to the coverage, tilted with its frame, broken where the print is; what is outside is left out.

    OpenCV's smooth lines are 0.4 to 2.5 pixels wider than asked, so the coverage is worked out from the distance.
    """
    ends = np.array([start, end], np.float64)
    ends += (ends[:, ::-1] - ends[0, ::-1]) * (-rule.tilt, rule.tilt)
    reach = rule.width / 2 + 1
    left, top = np.clip(np.floor(ends.min(axis=0) - reach), 0, None).astype(int)
    right, bottom = np.clip(np.ceil(ends.max(axis=0) + reach), 0, None).astype(int)
    place = ink[top:bottom, left:right]
    if not place.size:
        return
    down, across = np.mgrid[top : top + place.shape[0], left : left + place.shape[1]]
    cover = np.clip(rule.width / 2 + 0.5 - _measure_distance(across, down, ends), 0, 1)
    if rule.gaps:
        cover *= _draw_gaps(place.shape, rule.gaps, rng)
    np.maximum(place, cover.astype(np.float32), out=place)


def _measure_distance(x: NDArray[np.int64], y: NDArray[np.int64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each pixel lies from a line between two points, in pixels."""
    along = ends[1] - ends[0]
    share = ((x - ends[0, 0]) * along[0] + (y - ends[0, 1]) * along[1]) / max(float(along @ along), 1e-9)
    share = np.clip(share, 0, 1)
    return np.asarray(np.hypot(x - ends[0, 0] - share * along[0], y - ends[0, 1] - share * along[1]), np.float64)


def _draw_gaps(shape: Shape, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return where the print has taken: patches of 2..12 pixels are missing."""
    patch = rng.uniform(2, 12)
    coarse = rng.random((round(shape[0] / patch) + 1, round(shape[1] / patch) + 1)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_NEAREST) > share, np.bool_)


def _outline(ink: Picture, box: Box, rule: Rule, rng: np.random.Generator) -> None:
    corners = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        _stroke(ink, start, end, rule, rng)


def _print(ink: Picture, rule: Rule) -> Picture:
    return np.asarray(1 - np.float32(rule.darkness) * ink, np.float32)


def _grow(place: Box, across: float, down: float, rng: np.random.Generator) -> Box:
    """Return a box larger than a place by shares of its height, which lies off the middle."""
    wide, high = across * place.height, down * place.height
    x, y = place.x - wide * rng.uniform(0.2, 1), place.y - high * rng.uniform(0.2, 1)
    return Box(round(x), round(y), max(2, round(place.width + 2 * wide)), max(2, round(place.height + 2 * high)))


def _shrink(cell: Box, share: float, centre: float) -> Box:
    """Return a narrower cell that still holds the column in which its digit has its centre."""
    inset = max(0, min(round(cell.width * share), int(centre - cell.x), int(cell.right - centre)))
    return Box(cell.x + inset, cell.y, max(1, cell.width - 2 * inset), cell.height)


def _repeat(start: int, step: int, end: int) -> range:
    """Return the places of all lines between 0 and end of which one is at start."""
    step = max(step, 8)
    return range(start % step, end, step)
