"""Points, commas, dashes and slashes between the digits of a row: told by their shape and place, not by the network."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.glyph import estimate_stroke_width
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.page import Box
from scanner.reading import Line

Mask = NDArray[np.bool_]
Span = tuple[float, float]
"""The least and the most of a measure; a shape in the middle is the likeliest."""

ANY: Span = (-math.inf, math.inf)


@dataclass(frozen=True)
class Sign:
    """What a mark looks like, in row heights and degrees; taken from drawn strips and the development photos."""

    length: Span
    """Along its longer axis, in row heights."""
    elongation: Span
    """How many times longer than thick; 1 is round."""
    thickness: Span
    """Of its stroke, in widths of the pen that wrote the digits."""
    lean: Span
    """Of its longer axis, in degrees: 0 is level, 60 a slash, 90 upright."""
    place: Span
    """How far its centre lies below the middle of the row, in row heights: 0.5 is the baseline."""


SIGNS = {
    ".": Sign(length=(0.06, 0.36), elongation=(0.0, 1.75), thickness=(0.7, 3.2), lean=ANY, place=(0.18, 0.76)),
    ",": Sign(length=(0.12, 0.66), elongation=(1.2, 5.0), thickness=(0.5, 2.4), lean=(28.0, 118.0), place=(0.24, 0.96)),
    "-": Sign(length=(0.15, 1.3), elongation=(1.8, 16.0), thickness=(0.5, 2.2), lean=(-28.0, 28.0), place=(-0.32, 0.3)),
    "/": Sign(length=(0.75, 2.1), elongation=(4.5, 40.0), thickness=(0.4, 2.2), lean=(32.0, 86.0), place=(-0.35, 0.35)),
}

ELLIPSIS = 3
"""So many points at one place stand for what is left out, or fill the row."""

LEVEL_PRIOR = 2.0
"""The row is held for level as firmly as digits this many squared row heights from their mean would say."""

FOOT = 0.25
"""What stands below a digit is compared with this lowest share of it: its head may lean over a comma."""


@dataclass(frozen=True)
class _Row:
    """The straight middle line of a row's digits."""

    x: float
    y: float
    slope: float
    height: float
    pen: float
    """Width of the digits' strokes, in pixels."""

    def measure_drop(self, x: float, y: float) -> float:
        """Return how far a point lies below the line, in row heights."""
        return (y - self.y - self.slope * (x - self.x)) / self.height


@dataclass(frozen=True)
class _Shape:
    """What is measured of a piece: the fields of Sign, as they are."""

    length: float
    elongation: float
    thickness: float
    lean: float
    place: float


@dataclass(frozen=True)
class _Piece:
    """A connected piece of ink that is no digit."""

    box: Box
    shape: _Shape
    is_tall: bool
    """Whether it is as high as a digit: a slash, or a letter."""


def find_marks(row: Decoded) -> tuple[tuple[int, str], ...]:
    """Return the marks between and behind a row's digits: how many digits stand before each, and its sign.

    One place holds one mark at most, and none where a letter or an unknown sign as high as a digit stands. What stands
    before all digits is no mark: a currency sign, a bullet.
    """
    if not row.found or not (row.small or row.left_out):
        return ()
    line = _fit_line(row.found)
    places: defaultdict[int, list[_Piece]] = defaultdict(list)
    for candidate, is_tall in [*((c, False) for c in row.small), *((c, True) for c in row.left_out)]:
        position = sum(_stands_before(found, candidate) for found in row.found)
        beside = row.found[max(0, position - 1) : position + 1]
        pieces = (_Piece(box, _measure(box, ink, line), is_tall) for box, ink in _part(candidate))
        places[position] += [piece for piece in pieces if is_tall or not _is_within(piece.box, beside)]
    chosen = ((position, _choose(pieces)) for position, pieces in sorted(places.items()) if position)
    return tuple((position, sign) for position, sign in chosen if sign)


def _stands_before(found: Found, piece: Candidate) -> bool:
    """Tell whether a digit stands before a piece; one that is made of no atoms of its own tells by its middle."""
    if found.is_beyond:
        return found.candidate.box.centre_x < piece.box.centre_x
    return found.candidate.first < piece.first


def insert_marks(line: Line) -> str:
    """Return the line's text with its marks in their places: "200.00"."""
    text, done = "", 0
    for position, sign in line.marks:
        text, done = text + line.text[done:position] + sign, position
    return text + line.text[done:]


def _fit_line(digits: Sequence[Found]) -> _Row:
    """Return the least-squares line through the digits' centres, drawn towards the level: few digits say little."""
    boxes = [digit.candidate.box for digit in digits]
    height = float(np.median([box.height for box in boxes]))
    pen = float(np.median([estimate_stroke_width(digit.candidate.ink) for digit in digits]))
    x, y = np.array([[box.centre_x, box.centre_y] for box in boxes]).T
    away = x - x.mean()
    slope = float((away * (y - y.mean())).sum() / ((away**2).sum() + LEVEL_PRIOR * height**2))
    return _Row(float(x.mean()), float(y.mean()), slope, height, pen)


def _part(candidate: Candidate) -> Iterator[tuple[Box, Mask]]:
    """Yield the connected pieces of a candidate: neighbouring points may have been joined to one."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(candidate.ink.view(np.uint8), connectivity=8)
    for i in range(1, count):
        x, y, width, height, _ = stats[i].tolist()
        box = Box(candidate.box.x + x, candidate.box.y + y, width, height)
        yield box, labels[y : y + height, x : x + width] == i


def _measure(box: Box, ink: Mask, row: _Row) -> _Shape:
    """Measure a piece by its moments: as long, as thick and as leaning as the rectangle that has the same."""
    y, x = np.nonzero(ink)
    (xx, xy), (_, yy) = np.cov(np.vstack([x, y]), bias=True) + np.eye(2) / 12  # a pixel is a square, no point
    spread = math.hypot((xx - yy) / 2, xy)
    longer, shorter = (xx + yy) / 2 + spread, (xx + yy) / 2 - spread
    lean = math.degrees(math.atan2(-2 * xy, xx - yy) / 2 + math.atan(row.slope))
    return _Shape(
        length=math.sqrt(12 * longer) / row.height,
        elongation=math.sqrt(longer / shorter),
        thickness=math.sqrt(12 * shorter) / row.pen,
        lean=lean if lean >= -45 else lean + 180,
        place=row.measure_drop(box.x + float(x.mean()), box.y + float(y.mean())),
    )


def _is_within(box: Box, beside: Sequence[Found]) -> bool:
    """Tell whether a piece lies within a neighbouring digit, or straight above or below it: a broken stroke, dust."""
    for found in beside:
        digit, ink = found.candidate.box, found.candidate.ink
        lowest = round((1 - FOOT) * digit.height)
        top = min(max(box.y - digit.y, 0), lowest)
        columns = np.flatnonzero(ink[top : max(box.bottom - digit.y, top + 1)].any(axis=0))
        if len(columns):
            left, right = digit.x + int(columns[0]), digit.x + int(columns[-1]) + 1
            if 2 * (min(box.right, right) - max(box.x, left)) > box.width:
                return True
    return False


def _choose(pieces: Sequence[_Piece]) -> str | None:
    """Return the likeliest sign among the pieces at one place; None where there is none."""
    stacked = {piece for pair in combinations(pieces, 2) if _is_stacked(*pair) for piece in pair}
    known = [(piece, _name(piece.shape)) for piece in pieces]
    if any(piece.is_tall and name is None for piece, name in known):
        return None
    names = [name for piece, name in known if name and piece not in stacked]
    if [sign for _, sign in names].count(".") >= ELLIPSIS:
        return None
    return max(names)[1] if names else None


def _is_stacked(one: _Piece, other: _Piece) -> bool:
    """Tell whether two pieces of about one size stand one above the other: a colon, an equals sign."""
    alike = 2 * min(one.shape.length, other.shape.length) > max(one.shape.length, other.shape.length)
    shared = min(one.box.right, other.box.right) - max(one.box.x, other.box.x)
    return alike and 2 * shared > min(one.box.width, other.box.width)


def _name(shape: _Shape) -> tuple[float, str] | None:
    """Return how likely the likeliest sign is, 0..1, and the sign; None when the shape fits none."""
    likeliest = max((_fit_sign(shape, sign), text) for text, sign in SIGNS.items())
    return likeliest if likeliest[0] > 0 else None


def _fit_sign(shape: _Shape, sign: Sign) -> float:
    """Return 1 for the middle of all the sign's spans, and 0 outside of one."""
    depths = [1.0]
    for field in fields(Sign):
        (low, high), value = getattr(sign, field.name), getattr(shape, field.name)
        if math.isfinite(low):
            depths.append(2 * min(value - low, high - value) / (high - low))
    return max(0.0, min(depths))
