"""Pages that lie askew or were photographed from aside, brought level: by their outline, their rules or their rows."""

from dataclasses import dataclass

import numpy as np

from scanner.clean import Grey
from scanner.outline import find_corners, to_slopes
from scanner.placement import Matrix, move_points, warp
from scanner.slopes import Slope, find_slopes, shrink

FOCAL_LENGTH = 1.8
"""Of the camera, in half longer sides of its picture: about that of telephones. It decides a page's aspect alone."""

ROWS = 1.4
"""Rows of writing are known by profiles this many times sharper than others,"""

ROWS_OF_CROP = 2.2
"""the one row of a crop by profiles this many times sharper: the bars of its 7s rise, too,"""

RULES = 2.5
"""and rules by these."""

UPRIGHTS = 1.8
"""Upright lines beside them, by these: the stems of digits lean as the hand does."""

LEAST_SLOPE = 0.085
"""A page that lies askew by less than this is left as it is (5 degrees): it is read no better for being turned."""

LEAST_CONVERGING = 0.06
"""And one whose lines converge by less than this."""

STEEPEST_ROWS = 0.34
"""Rows that rise by more than this may rise further (19 degrees): nothing is known of them."""

TORN = 0.02
"""A sheet's outline and what stands on it differ by at most this (1 degree), else it is torn, and its rows count;"""

TORN_ASIDE = 0.4
"""and by this share of how its sides converge: rows stand somewhere between its upper and its lower side."""

MOST_SHEAR = 0.2
"""Level and upright lines of a page seen from aside stray by at most this from a right angle (11 degrees)."""

NEAREST = 0.3
"""What is nearer to the camera than a page's centre is seen at most 1 / 0.3 times as large; more is no page."""

LARGEST = 1.5
"""A straightened picture is at most this many times as wide and as high; what lies farther out is lost."""


@dataclass(frozen=True)
class Directions:
    """Where the level and the upright lines of a page meet, far outside of it: its vanishing points."""

    level: Slope
    upright: Slope


def straighten(even: Grey, working: Grey, is_crop: bool = False) -> tuple[Grey, Matrix | None]:
    """Return the page with its rows level, and the map from its points to those of `even`; None where it is as it was.

    even: (H, W) uint8, of even light, dark ink. working: the same before its light was evened. What a page shows
    beyond its edges is paper.
    """
    directions = find_directions(even, working, is_crop)
    if directions is None:
        return even, None
    laid = lay_level(directions, even.shape[1], even.shape[0])
    if laid is None:
        return even, None
    move, size = laid
    return warp(even, move, size), move


def find_directions(even: Grey, working: Grey, is_crop: bool = False) -> Directions | None:
    """Return which way the lines of a page run; None where it is straight, or nothing is sure."""
    picture, writing = shrink(working), shrink(even)
    corners = find_corners(picture)
    level, upright = find_slopes(writing, corners)
    if corners is not None:
        sides = to_slopes(corners, picture)
        if level.evidence < ROWS or abs(sides[0].slope - level.slope) <= _reach(sides[0]):
            return _trust(*sides)
    if level.evidence >= RULES:
        if upright.evidence >= UPRIGHTS and abs(level.slope + upright.slope) <= MOST_SHEAR:
            return _trust(level, upright)
        return _trust(*_turn(level.slope))
    if level.evidence >= (ROWS_OF_CROP if is_crop else ROWS):
        return _trust(*_turn(level.slope))
    if upright.evidence >= RULES and not is_crop:
        return _trust(*_turn(-upright.slope))
    return None


def _reach(side: Slope) -> float:
    """Return by how much the rows on a sheet may differ from its level sides."""
    return TORN + TORN_ASIDE * abs(side.converging)


def _turn(slope: float) -> tuple[Slope, Slope]:
    """Return the level and the upright lines of a page that is merely turned."""
    return Slope(slope, 0.0, 1.0), Slope(-slope, 0.0, 1.0)


def _trust(level: Slope, upright: Slope) -> Directions | None:
    """Return the directions; None where the page is straight enough, or lines as steep as can be tried."""
    steep = max(abs(level.slope), abs(upright.slope))
    bent = max(abs(level.converging), abs(upright.converging))
    if steep > STEEPEST_ROWS or (steep < LEAST_SLOPE and bent < LEAST_CONVERGING):
        return None
    return Directions(level, upright)


def lay_level(directions: Directions, width: int, height: int) -> tuple[Matrix, tuple[int, int]] | None:
    """Return the map from points of the straightened picture to those of the picture, and its width and height.

    None where the picture would reach beyond the horizon. The lines' two vanishing points go to where level and upright
    lines meet; a page's aspect is that which a camera of FOCAL_LENGTH would have seen.
    """
    level, upright = directions.level, directions.upright
    across = np.array([1.0, level.slope, -level.converging])
    down = np.array([upright.slope, 1.0, -upright.converging])
    across, down = (ray / np.linalg.norm(ray / (FOCAL_LENGTH, FOCAL_LENGTH, 1.0)) for ray in (across, down))
    area = abs(across[0] * down[1] - across[1] * down[0])
    flat = np.column_stack([across / np.sqrt(area), down / np.sqrt(area), [0.0, 0.0, 1.0]])
    half = max(width, height) / 2
    to_picture = np.array([[half, 0, width / 2], [0, half, height / 2], [0, 0, 1.0]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    back = np.linalg.inv(to_picture @ flat)
    if (corners @ back[2, :2] + back[2, 2]).min() < NEAREST:  # 1 at the centre, 0 on the horizon
        return None
    places = move_points(back, corners) * half
    most = LARGEST / 2 * np.array([width, height])
    low, high = np.maximum(places.min(axis=0), -most), np.minimum(places.max(axis=0), most)
    size = np.ceil(high - low).astype(int)
    from_result = np.array([[1 / half, 0, low[0] / half], [0, 1 / half, low[1] / half], [0, 0, 1.0]])
    return to_picture @ flat @ from_result, (int(size[0]), int(size[1]))
