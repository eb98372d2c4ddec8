"""Boxes and combs: their level sides and their walls, which are too short for a rule."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.pieces import Pieces, find_pieces
from scanner.runs import SLENDER, STEEPEST, find_runs, measure_piece, measure_thickness, turn_mask

Mask = NDArray[np.bool_]


def find_cells(ink: Mask, level: Mask, upright: Mask, digit_height: float) -> tuple[Mask, Mask]:
    """Return the level sides and the walls of boxes and combs, which are too short for a rule.

    A box has walls between level sides and level sides between walls; a comb has walls between rules, of any height.
    level, upright: the rules that are known; (H, W) bool, as are both results.
    """
    piece = measure_piece(ink, digit_height)
    sides, walls = find_pieces(find_runs(ink, piece)), find_pieces(find_runs(turn_mask(ink), piece))
    is_side = _is_straight(sides) & (sides.width >= SIDE * digit_height)
    is_wall = _is_straight(walls) & (walls.width >= WALL * digit_height)
    is_divider = walls.width >= DIVIDER_SLENDER * walls.height
    is_wall = _keep_held(walls, is_wall, turn_mask(level | sides.pick(is_side)))
    is_side = _keep_held(sides, is_side, upright | turn_mask(walls.pick(is_wall)))
    bars = level | sides.pick(is_side)
    is_wall = _keep_held(walls, is_wall, turn_mask(bars)) | _keep_held(walls, is_divider, turn_mask(level))
    rule = measure_thickness(bars)
    is_single = is_wall & _is_as_thick(walls, rule)
    is_wall = is_single | _find_double(walls, is_wall & ~is_single, is_single, rule, digit_height)
    is_wall |= _find_teeth(walls, level, digit_height)
    return sides.pick(is_side), turn_mask(walls.pick(is_wall))


def _is_as_thick(walls: Pieces, rule: float) -> Mask:
    """Tell which walls are about as thick as a rule, in pixels, (N,) bool: what a pen wrote there is not."""
    thickness = walls.area / np.maximum(walls.width, 1) / rule
    return np.asarray((thickness < SAME_THICKNESS) & (thickness > 1 / SAME_THICKNESS), np.bool_)


SAME_THICKNESS = 1.45
"""A wall's thickness and its rules' differ by less than this factor: one printer drew them."""


def _find_double(walls: Pieces, thick: Mask, single: Mask, rule: float, digit_height: float) -> Mask:
    """Tell which walls are two in one, those of neighbouring boxes with the little paper between them; (N,) bool.

    There are several in a row, alike and at even distances, with the single wall of the outermost box beyond them:
    broad 1s stand anywhere, or between walls. single, thick: which lines rules hold, as thick as these and otherwise;
    rule: how thick these are, in pixels.
    """
    found = np.zeros(len(walls.area), np.bool_)
    thickness = walls.area / np.maximum(walls.width, 1)
    centres, ends = walls.top + walls.height / 2, walls.left + walls.width
    for row in _part_rows(walls, thick & (thickness > rule) & (thickness < DOUBLE * rule)):
        row = row[_is_alike(thickness[row], ALIKE) & _is_alike(walls.width[row], ALIKE)]
        row = row[_is_evenly_placed(centres[row], ROOM * digit_height)]
        beside = single & (walls.left < ends[row].max(initial=0)) & (ends > walls.left[row].min(initial=0))
        if len(row) >= FEWEST and _is_walled(np.sort(centres[row]), centres[beside]):
            found[row] = True
    return found


def _part_rows(lines: Pieces, chosen: Mask) -> list[NDArray[np.intp]]:
    """Return the chosen lines, by number, parted into those that stand beside one another. chosen: (N,) bool."""
    numbers = np.flatnonzero(chosen)
    numbers = numbers[np.argsort(lines.left[numbers], kind="stable")]
    reach = np.maximum.accumulate(lines.left[numbers] + lines.width[numbers])
    return np.split(numbers, np.flatnonzero(lines.left[numbers[1:]] >= reach[:-1]) + 1) if len(numbers) else []


def _is_walled(places: NDArray[np.float64], singles: NDArray[np.float64]) -> bool:
    """Tell whether a single wall stands where a row of boxes ends: one box beyond the last pair, or before the first.

    places: of the walls that are two in one, ascending; singles: of the others beside them.
    """
    box = float(np.median(np.diff(places)))
    beyond = np.minimum(np.abs(singles - places[0] + box), np.abs(singles - places[-1] - box))
    return bool((beyond <= OUTER * box).any())


def _is_alike(sizes: NDArray[np.floating] | NDArray[np.int32], factor: float) -> Mask:
    """Tell which sizes differ from their median by less than a factor, (N,) bool."""
    share = sizes / np.median(sizes) if len(sizes) else sizes
    return np.asarray((share < factor) & (share > 1 / factor), np.bool_)


FEWEST = 3
"""So many walls are two in one, at least, or none is."""

DOUBLE = 3.5
"""Two walls with the paper between them, where it is too narrow to be seen, are less than this many times as thick as
the rules that hold them."""

ALIKE = 1.25
"""Such walls differ from each other by less than this factor, in length and thickness."""

OUTER = 0.2
"""The outermost wall stands within this share of a box where another pair would stand."""


def _find_teeth(walls: Pieces, level: Mask, digit_height: float) -> Mask:
    """Tell which lines are the teeth of combs that are open at their heads; (N,) bool.

    They stand on one rule, from its one end to its other, are hardly thicker than it and as long as one another, and
    their distances are multiples of one in which a digit has room: 1s on a ruled line are not. walls: upright lines,
    turned: such a line stands on a rule with its right end. level: rules as they lie.
    """
    found = np.zeros(len(walls.area), np.bool_)
    may_be = _is_straight(walls) & (walls.width >= TOOTH * digit_height)
    if np.count_nonzero(may_be) < FEWEST_TEETH or not level.any():
        return found  # most pages: what follows looks at all of their pixels
    thickness = measure_thickness(level)
    may_be &= walls.area <= THICKEST_TOOTH * thickness * walls.width
    near = np.ones((2 * round(thickness) + 3,) * 2, np.uint8)
    rules = find_pieces(cv2.dilate(turn_mask(level).view(np.uint8), near) > 0)
    centres = walls.top + walls.height / 2
    owner = np.zeros(len(may_be), np.int32)
    owner[may_be] = rules.labels[centres[may_be].astype(int), (walls.left + walls.width - 1)[may_be]]
    for rule in np.unique(owner[owner > 0]):
        teeth = np.flatnonzero(owner == rule)
        teeth = teeth[_is_alike(walls.width[teeth], SAME_LENGTH)]
        teeth = teeth[_is_evenly_placed(centres[teeth], ROOM * digit_height)]
        first, last = rules.top[rule], rules.top[rule] + rules.height[rule]
        reach = END * digit_height + 2 * thickness
        if len(teeth) >= FEWEST_TEETH and max(centres[teeth].min() - first, last - centres[teeth].max()) <= reach:
            found[teeth] = True
    return found


def _is_evenly_placed(places: NDArray[np.float64], least: float) -> Mask:
    """Tell which places lie multiples of one distance apart, the usual one between neighbours; (N,) bool.

    least: that distance, at least, in pixels.
    """
    distance = float(np.median(np.diff(np.sort(places)))) if len(places) > 1 else 0.0
    if distance < least:
        return np.zeros(len(places), np.bool_)
    steps = (places[:, None] - places) / distance
    fits = np.abs(steps - np.round(steps)) <= UNEVEN
    return np.asarray(fits[fits.sum(axis=1).argmax()], np.bool_)


TOOTH = 0.5
"""A tooth is at least this many digit heights long,"""

THICKEST_TOOTH = 1.45
"""and at most this many times as thick as its rule: one printer drew both."""

SAME_LENGTH = 1.08
"""Teeth differ in length from each other by less than this factor: 1s that stand between them do more,"""

FEWEST_TEETH = 4
"""and a comb of three boxes has so many: three strokes at even distances may be 1s."""

END = 0.15
"""A comb ends where its rule does, within so many digit heights; 1s stand in the midst of a line."""

ROOM = 0.6
"""Walls and teeth stand so many digit heights apart, at least: a 1 beside a 1 stands closer,"""

UNEVEN = 0.05
"""and at most this share of their distance from where they should."""


def _is_straight(lines: Pieces) -> Mask:
    """Tell which pieces are slender, straight, level lines; (N,) bool."""
    thickness = lines.area / np.maximum(lines.width, 1)
    is_flat = lines.height <= STEEPEST * lines.width + SIDE_BULGE * thickness + 1
    return np.asarray(is_flat & (lines.width >= SLENDER * thickness), np.bool_)


def _keep_held(lines: Pieces, chosen: NDArray[np.bool_], others: Mask) -> NDArray[np.bool_]:
    """Tell which of the chosen level lines touch one of the others with each end. chosen: (N,) bool, as the result."""
    held = np.zeros_like(chosen)
    asked = np.flatnonzero(chosen[1:]) + 1
    if not len(asked) or not others.any():
        return held
    near = cv2.dilate(others.view(np.uint8), np.ones((5, 5), np.uint8)).view(np.bool_)
    left, top, width, height = (sizes[asked] for sizes in (lines.left, lines.top, lines.width, lines.height))
    held[asked] = _touch(near, left, top, height) & _touch(near, left + width - 1, top, height)
    return held


def _touch(mask: Mask, x: NDArray[np.int32], y: NDArray[np.int32], height: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which of some stretches of columns hold a pixel of a mask.

    mask: (H, W) bool. x, y, height: (N,) of each stretch, which begins at (x, y), as the result.
    """
    starts = np.concatenate([[0], np.cumsum(height)[:-1]])
    rows = np.repeat(y - starts, height) + np.arange(height.sum())
    return np.asarray(np.logical_or.reduceat(mask[rows, np.repeat(x, height)], starts), np.bool_)


SIDE = 0.6
"""The level sides of a cell are at least this many digit heights long,"""

WALL = 0.95
"""and its walls this many: the straight part of a 0's side is shorter,"""

DIVIDER_SLENDER = 2.5
"""A comb's divider is at least this many times longer than thick."""

SIDE_BULGE = 1.3
"""and, beside their tilt, both stay within this many times their thickness: the top of a 0 does not."""
