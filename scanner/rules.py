"""Ruled lines, frames and combs: found, and taken out where no stroke crosses them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.boxes import find_cells
from scanner.courses import count_places, fit_course, measure_unrest
from scanner.pieces import Pieces, find_pieces
from scanner.runs import SLENDER, STEEPEST, find_runs, measure_piece, measure_thickness, turn_mask

Mask = NDArray[np.bool_]

LONG = 3.0
"""A rule is at least this many digit heights long,"""

LONG_SHARE = 0.6
"""or, where a crop shows hardly more than the digits, this share of the picture's side."""

HIGH_SHARE = 0.9
"""An upright rule in such a crop is this share of it high,"""

WALLS = 3
"""or one of so many: a comb has several, and a single one is a 1 that is nearly as high as the crop."""

GAP = 0.17
"""Parts of an upright line that are no further apart than this, in digit heights, are one line."""

LONGER_THAN_BAR = 1.4
"""Any rule is at least this many digit heights long: longer than the bar of a 7."""


def erase_rules(ink: Mask, digit_height: float, pieces: Pieces | None = None) -> tuple[Mask, Mask]:
    """Take out ruled lines, table rules, boxes and comb dividers; strokes that cross them stay.

    ink: (H, W) bool. digit_height: the page's usual digit height in pixels. pieces: the ink's, where they are known.
    Returns the ink without rules, `ink` itself where there are none, and the upright rules of tables, which part
    strings: (H, W) bool each.
    """
    pieces = pieces or find_pieces(ink)
    piece = measure_piece(ink, digit_height)
    level = _find_lines(_leave_digits_out(pieces, pieces.width, pieces.height, digit_height), piece, digit_height)
    standing = _leave_digits_out(pieces, pieces.height, pieces.width, digit_height)
    upright = turn_mask(_find_lines(turn_mask(standing), piece, digit_height))
    upright = _drop_lone(upright, digit_height)
    # ruled paper turned on its side parts nothing, nor do the walls of a comb
    parting = _keep_high(upright, LONG * digit_height) if level.any() else np.zeros_like(upright)
    sides, walls = find_cells(ink, level, upright, digit_height)
    cleaned = ink
    if (level | sides).any():
        cleaned = _erase(cleaned, level | sides)
    if (upright | walls).any():
        cleaned = turn_mask(_erase(turn_mask(cleaned), turn_mask(upright | walls)))
    return cleaned, parting


def find_rules(ink: Mask, digit_height: float) -> Mask:
    """Return the pixels of long level lines, also of lines that are a little tilted, bent or broken. (H, W) bool.

    Level runs are found first, then those that follow one another are taken as one line and judged by its length.
    """
    pieces = find_pieces(ink)
    able = _leave_digits_out(pieces, pieces.width, pieces.height, digit_height)
    return _find_lines(able, measure_piece(ink, digit_height), digit_height)


def _leave_digits_out(pieces: Pieces, along: NDArray[np.int32], across: NDArray[np.int32], digit_height: float) -> Mask:
    """Leave out pieces as narrow and high as digits: the bars of several 7s beside one another are no rule.

    along, across: how long the pieces are along the rules that are looked for, and across them, in pixels.
    """
    return pieces.pick((along >= LONGER_THAN_BAR * digit_height) | (across <= LOWEST_DIGIT * digit_height))


def _find_lines(ink: Mask, piece: int, digit_height: float) -> Mask:
    """Return the pixels of long level lines in what may be rules. piece: length of their runs, in pixels."""
    runs = find_runs(ink, piece)
    rules = np.zeros(ink.shape, np.bool_)
    least = min(LONG * digit_height, max(LONG_SHARE * ink.shape[1], LONGER_THAN_BAR * digit_height))
    outlines, _ = cv2.findContours(_join_runs(runs, piece), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not any(cv2.boundingRect(outline)[2] >= least for outline in outlines):
        return rules  # most pages: outlines tell this much sooner than pieces
    runs = _leave_solid_out(runs, max(SOLID * digit_height, piece))
    lines = find_pieces(_join_runs(runs, piece) > 0)
    for i in np.flatnonzero(lines.width[1:] >= least) + 1:
        place = np.s_[lines.top[i] : lines.top[i] + lines.height[i], lines.left[i] : lines.left[i] + lines.width[i]]
        rules[place] |= _keep_straight(runs[place] & (lines.labels[place] == i))
    return rules


def _join_runs(runs: Mask, piece: int) -> NDArray[np.uint8]:
    """Return level runs joined to those that follow them, 1 where there is one."""
    return np.asarray(cv2.dilate(runs.view(np.uint8), np.ones((3, max(3, piece // 2)), np.uint8)), np.uint8)


def _leave_solid_out(runs: Mask, thickness: float) -> Mask:
    """Leave out what is thicker than any rule, such as a filled cell: a rule at its side is judged without it."""
    kernel = np.ones((1 + 2 * round(thickness / 2), 1), np.uint8)  # odd: others move what they open
    paper = cv2.BORDER_CONSTANT  # beyond the edge
    solid = cv2.morphologyEx(runs.view(np.uint8), cv2.MORPH_OPEN, kernel, borderType=paper, borderValue=(0,))
    return runs & ~solid.view(np.bool_)


SOLID = 0.35
"""What is thicker than this, in digit heights, and than the shortest run is long, is no rule: how high digits are is
only guessed at first."""


def _keep_straight(line: Mask) -> Mask:
    """Return the pixels of a level line that lie on a straight or slightly bent course; none if it is no line.

    line: (H, W) bool, from its first to its last column. What else hangs on the line, another one close by or the bar
    of a digit, does not pull the course: it starts from the longest unbroken run.
    """
    straight = np.zeros_like(line)
    y, x = np.nonzero(line)
    runs = find_pieces(line)
    longest = 1 + int(np.argmax(runs.width[1:]))
    left, width, area = runs.left[longest], runs.width[longest], runs.area[longest]
    reach = 0.5 * area / width + STRAY
    beside = np.maximum(np.maximum(left - x, x - left - width), 0)
    near = np.abs(y - fit_course(x, y, runs.labels[y, x] == longest, 1)) <= reach + BEND * beside
    near = np.abs(y - fit_course(x, y, near, 2)) <= reach
    columns, rows = count_places(x[near]), count_places(y[near])
    is_line = columns >= max(COVERED * count_places(x), SLENDER * area / width)
    if (
        is_line
        and measure_unrest(x[near], y[near]) <= MOST_UNREST + UNREST_SHARE * columns
        and rows <= STEEPEST * columns + 2 * reach
    ):
        straight[y[near], x[near]] = True
    return straight


MOST_UNREST = 1.5
"""The middle of a rule strays from its course by at most this, in pixels: the feet of 0s in a row stray more,"""

UNREST_SHARE = 0.0015
"""and by this for each pixel of its length: paper bends."""

BEND = 0.03
"""A rule leaves the direction of its longest run by at most this many pixels for each pixel further along."""

STRAY = 1.5
"""A rule strays from its course by at most this, in pixels, beside half its thickness."""

COVERED = 0.6
"""Share of a rule's columns that lie on its course, at least: the feet of 2s that join do not."""

LOWEST_DIGIT = 0.35
"""Pieces higher than this, in digit heights, are no part of a broken rule."""


def _drop_lone(upright: Mask, digit_height: float) -> Mask:
    """Leave out upright lines that stand alone, or nearly so, in a crop and are not as high as it: 1s."""
    if LONG * digit_height <= LONG_SHARE * upright.shape[0]:
        return upright  # no crop
    gap = np.ones((max(3, round(GAP * digit_height)), 1), np.uint8)
    lines = find_pieces(cv2.morphologyEx(upright.view(np.uint8), cv2.MORPH_CLOSE, gap) > 0)
    short = lines.height < min(LONG * digit_height, HIGH_SHARE * upright.shape[0])
    return upright if np.count_nonzero(short[1:]) >= WALLS else upright & lines.pick(~short)


def _keep_high(lines: Mask, least: float) -> Mask:
    """Return the lines that are at least so high, in pixels."""
    if not lines.any():
        return lines
    pieces = find_pieces(lines)
    return pieces.pick(pieces.height >= least)


def _erase(ink: Mask, line: Mask) -> Mask:
    """Take level lines out of the ink, but leave the pixels of strokes that cross them.

    A slanting stroke has no long upright run: where it goes on above and below the line, the gap is bridged.
    """
    band = cv2.dilate(line.view(np.uint8), np.ones((3, 1), np.uint8)) > 0
    thickness = measure_thickness(line)
    taller = round(CROSSING * thickness) + 3
    crossing = cv2.morphologyEx(ink.view(np.uint8), cv2.MORPH_OPEN, np.ones((taller, 1), np.uint8)) > 0
    erased = ink & band & ~crossing
    left = (ink & ~erased).view(np.uint8)
    reach = round(thickness) + 4
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    bridged = cv2.morphologyEx(left, cv2.MORPH_CLOSE, kernel) > 0
    return np.asarray(ink & ~(erased & ~bridged), np.bool_)


CROSSING = 1.6
"""Ink on a rule that runs on upright for this many times the rule's thickness is a stroke that crosses it."""
