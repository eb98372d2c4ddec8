"""Ruled tables: which rules of a page bound their rows and columns, and in which cell a point lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.pieces import Pieces, find_pieces

Mask = NDArray[np.bool_]

JOINED = 0.6
"""Rules closer than this to one another, in digit heights, belong to one table."""

BRIDGED = 0.3
"""Parts of a rule that are no further apart than this, in digit heights, are one part."""

SAME_RULE = 0.3
"""Parts of a rule stray from one another by less than this, in digit heights."""

LONG_PART = 0.3
"""A part of a rule at least this long, as a share of its table, knows its own slope; others lie as the longest do."""

LEAST_COVER = 0.45
"""A rule that bounds rows or columns is drawn over at least this share of its table: merged cells and faint print."""

BENT_COVER = 0.8
"""A rule that reaches over this share of its table may be bent, as paper is; of others only the slope is known."""

STRAY = 1.5
"""A rule's ink lies no further off its course, in pixels,"""

STRAY_SHARE = 0.05
"""or in digit heights: paper bends."""

OPEN = 0.35
"""A table that has no frame ends in a row or column more, where its rules go on by this share of a usual one."""


SQUARES = 10
"""Squared paper has at least so many squares both ways; a sudoku has nine."""

UNEVEN = 0.12
"""The sides of its squares differ by less than this share,"""

ALIKE = 0.9
"""at least this share of them: a square may be lost to a scan's edge."""


@dataclass(frozen=True)
class Rule:
    """A rule that bounds rows or columns. Along is x for level rules and y for upright ones; across is the other."""

    course: NDArray[np.float64]
    """Polynomial of along, highest degree first; gives across, in working pixels."""
    start: float
    """Along, where it begins; pixels."""
    end: float

    def at(self, along: float) -> float:
        """Return where the rule lies across, in pixels."""
        return float(np.polyval(self.course, along))


@dataclass(frozen=True)
class Grid:
    """A table's rules."""

    levels: tuple[Rule, ...]
    """From top to bottom."""
    uprights: tuple[Rule, ...]
    """From left to right."""
    open_sides: tuple[bool, bool, bool, bool]
    """Whether there is a row above the first level rule, one below the last, a column left of the first upright rule,
    one right of the last."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.levels) - 1 + sum(self.open_sides[:2])

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.uprights) - 1 + sum(self.open_sides[2:])

    @property
    def is_squared_paper(self) -> bool:
        """Whether all its many cells are squares of one size: digits may be written one to a square, across them."""
        if min(self.rows, self.columns) < SQUARES:
            return False
        x, y = self.middle
        gaps = [np.diff([rule.at(along) for rule in rules]) for rules, along in ((self.levels, x), (self.uprights, y))]
        side = float(np.median(np.concatenate(gaps)))
        return all(float(np.mean(np.abs(each / side - 1) < UNEVEN)) >= ALIKE for each in gaps)

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre: x, y."""
        return (
            (self.uprights[0].course[-1] + self.uprights[-1].course[-1]) / 2,
            float(np.mean([level.at((level.start + level.end) / 2) for level in self.levels])),
        )

    def locate(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the row and column of the cell in which a point lies, from 0; None outside. x, y: working pixels."""
        row = sum(level.at(x) < y for level in self.levels) - (not self.open_sides[0])
        column = sum(upright.at(y) < x for upright in self.uprights) - (not self.open_sides[2])
        inside = 0 <= row < self.rows and 0 <= column < self.columns and self._reaches(x, y)
        return (row, column) if inside else None

    def _reaches(self, x: float, y: float) -> bool:
        """Tell whether a point is not far beyond the ends of the rules: open sides have ends, too."""
        left, right = min(level.start for level in self.levels), max(level.end for level in self.levels)
        top, bottom = min(rule.start for rule in self.uprights), max(rule.end for rule in self.uprights)
        return left <= x <= right and top <= y <= bottom


def find_grids(ink: Mask, erased: Mask, digit_height: float) -> list[Grid]:
    """Return the tables on a page, in reading order: at least two rows and two columns, between rules.

    ink: (H, W) bool, faint rules and all. erased: (H, W) bool, the ink of what is known for a rule. digit_height: the
    page's usual, in pixels. Frames around one string and combs are no tables.
    """
    level = find_runs(ink, erased, digit_height)
    upright = find_runs(ink.T, erased.T, digit_height).T
    grids = []
    for group in _group(level | upright, digit_height):
        grid = _to_grid(level & group, upright & group, digit_height)
        if grid and grid.rows >= LEAST and grid.columns >= LEAST:
            grids.append(grid)
    return sorted(grids, key=lambda grid: (min(rule.start for rule in grid.uprights), grid.uprights[0].at(0)))


def find_runs(ink: Mask, erased: Mask, digit_height: float) -> Mask:
    """Return the level parts of rules, which may be broken, and have gaps where strokes cross. (H, W) bool, all three.

    What is known for a rule may be short. What is not is a rule where most of a long window is ink: the strokes of
    digits beside one another cover far less of a pixel's row.
    """
    piece, window = max(9, round(RUN * digit_height)), round(WINDOW * digit_height) | 1
    known = cv2.morphologyEx(_to_grey(erased), cv2.MORPH_OPEN, np.ones((1, piece), np.uint8)) > 0
    thick = cv2.dilate(_to_grey(ink), np.ones((3, 1), np.uint8))
    share = cv2.boxFilter(thick, cv2.CV_32F, (window, 1), borderType=cv2.BORDER_REFLECT)
    core = (share >= COVERED).astype(np.uint8)
    reach = cv2.dilate(core, np.ones((1, window // 2 | 1), np.uint8)) > 0  # at a rule's end, half the window is paper
    return np.asarray(known | (ink & reach), np.bool_)


def _to_grey(mask: Mask) -> NDArray[np.uint8]:
    return np.ascontiguousarray(mask).view(np.uint8)


RUN = 0.4
"""A part of what is known for a rule is at least this long, in digit heights; rules are thinner."""

WINDOW = 4.0
"""Width of the window in which what may be a rule is looked at, in digit heights."""

COVERED = 0.62
"""Share of the window that a rule covers, at least, where its print is broken. Both chosen on synthetic tables."""

LEAST = 2
"""Rows and columns of a table, at least."""


def _group(rules: Mask, digit_height: float) -> Iterator[Mask]:
    """Yield the rules of each table: those that touch, or nearly so; (H, W) bool each."""
    reach = max(3, round(JOINED * digit_height)) | 1
    near = cv2.dilate(np.ascontiguousarray(rules).view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    groups = find_pieces(near)
    for number in range(1, len(groups.area)):
        if min(groups.width[number], groups.height[number]) > digit_height:
            yield groups.labels == number


def _to_grid(level: Mask, upright: Mask, digit_height: float) -> Grid | None:
    levels, uprights = find_bounds(level, digit_height), find_bounds(upright.T, digit_height)
    levels, uprights = _drop_paper(levels, uprights, digit_height)
    if not levels or not uprights or len(levels) + len(uprights) <= LEAST:
        return None
    left, right = _find_ends(levels)
    top, bottom = _find_ends(uprights)
    middle = ((left + right) / 2, (top + bottom) / 2)
    return Grid(
        tuple(levels),
        tuple(uprights),
        (
            *_find_open(levels, middle[0], top, bottom, digit_height),
            *_find_open(uprights, middle[1], left, right, digit_height),
        ),
    )


def _drop_paper(levels: list[Rule], uprights: list[Rule], digit_height: float) -> tuple[list[Rule], list[Rule]]:
    """Leave out the rules of the paper: they go on beyond a table's frame, where there is one."""
    return _keep_framed(levels, uprights, digit_height), _keep_framed(uprights, levels, digit_height)


def _keep_framed(rules: list[Rule], others: list[Rule], digit_height: float) -> list[Rule]:
    """Return the rules that end at the first and the last of the others; all, where fewer than two do."""
    framed = []
    for rule in rules if len(others) >= LEAST else ():
        middle = rule.at((rule.start + rule.end) / 2)
        first, last = others[0].at(middle) - digit_height, others[-1].at(middle) + digit_height
        framed += [rule] if first <= rule.start and rule.end <= last else []
    return framed if len(framed) >= LEAST else rules


def _find_ends(rules: Sequence[Rule]) -> tuple[float, float]:
    """Return where the rules usually begin and end, along them."""
    return float(np.median([rule.start for rule in rules])), float(np.median([rule.end for rule in rules]))


def _find_open(
    rules: Sequence[Rule], along: float, first: float, last: float, digit_height: float
) -> tuple[bool, bool]:
    """Tell whether a table goes on before its first rule, and behind its last. first, last: ends of the other rules."""
    places = [rule.at(along) for rule in rules]
    usual = float(np.median(np.diff(places))) if len(places) > 1 else digit_height / OPEN
    return places[0] - first >= OPEN * usual, last - places[-1] >= OPEN * usual


def find_bounds(level: Mask, digit_height: float) -> list[Rule]:
    """Return the rules that bound rows, from top to bottom; turn the picture for columns.

    level: (H, W) bool, the level rules of one table, whole or in parts.
    """
    gap = max(3, round(BRIDGED * digit_height))
    parts = find_pieces(cv2.dilate(np.ascontiguousarray(level).view(np.uint8), np.ones((3, gap), np.uint8)) > 0)
    if len(parts.area) == 1:
        return []
    points = _gather_points(level, parts)
    left = min(float(x[0]) for x, _ in points)
    right = max(float(x[-1]) for x, _ in points)
    middle, width = (left + right) / 2, max(right - left, 1.0)
    rules = []
    for cluster in _cluster(points, middle, width, SAME_RULE * digit_height):
        x = np.concatenate([points[part][0] for part in cluster])
        y = np.concatenate([points[part][1] for part in cluster])
        rule = _follow(x, y, width, digit_height)
        rules += [rule] if rule else []
    return sorted(rules, key=lambda rule: rule.at(middle))


def _follow(x: NDArray[np.float64], y: NDArray[np.float64], width: float, digit_height: float) -> Rule | None:
    """Return the rule through the points that lie on one straight or slightly bent course; None where too few do.

    width: of the table, in pixels. The stems of digits that stand above one another lie further off than a rule's ink.
    """
    least, stray = max(LEAST_COVER * width, digit_height), max(STRAY, STRAY_SHARE * digit_height)
    near = np.ones(len(x), np.bool_)
    for degree, reach in ((1, SAME_RULE * digit_height), (2, SAME_RULE * digit_height), (2, stray)):
        if len(np.unique(x[near])) < least:
            return None
        near = np.abs(y - np.polyval(np.polyfit(x[near], y[near], degree), x)) <= reach
    if len(np.unique(x[near])) < least:
        return None
    start, end = float(x[near].min()), float(x[near].max())
    return Rule(np.polyfit(x[near], y[near], 2 if end - start >= BENT_COVER * width else 1), start, end)


Points = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Columns of a part of a rule, ascending, and the height of its middle in each; pixels."""


def _gather_points(level: Mask, parts: Pieces) -> list[Points]:
    gathered = []
    for i in range(1, len(parts.area)):
        place = np.s_[parts.top[i] : parts.top[i] + parts.height[i], parts.left[i] : parts.left[i] + parts.width[i]]
        y, x = np.nonzero(level[place] & (parts.labels[place] == i))
        counts = np.bincount(x)
        columns = np.flatnonzero(counts)
        heights = np.bincount(x, weights=y)[columns] / counts[columns]
        gathered.append((np.asarray(columns + float(parts.left[i]), np.float64), heights + float(parts.top[i])))
    return gathered


def _cluster(points: Sequence[Points], middle: float, width: float, apart: float) -> Iterator[list[int]]:
    """Yield the parts of each rule, the longest rule first; the bars of digits are parts, too, of very short ones.

    middle, width: of the table, along. apart: parts within this of one another are of one rule.
    """
    spans = np.array([x[-1] - x[0] + 1 for x, _ in points])
    own = [float(np.polyfit(x, y, 1)[0]) if len(x) > 1 else 0.0 for x, y in points]
    usual = own[int(spans.argmax())]
    slopes = [slope if span >= LONG_PART * width else usual for slope, span in zip(own, spans, strict=True)]
    places = [y.mean() + slope * (middle - x.mean()) for (x, y), slope in zip(points, slopes, strict=True)]
    heights, left = np.array(places), np.ones(len(points), np.bool_)
    near = np.abs(heights[:, None] - heights[None, :]) <= apart / 2
    while left.any():
        votes = np.where(left, near @ (spans * left), -1.0)
        chosen = left & near[int(votes.argmax())]
        yield np.flatnonzero(chosen).tolist()
        left &= np.abs(heights - np.average(heights[chosen], weights=spans[chosen])) > apart
