"""Is a row digits at all? Text, textures and rulings throw up strokes that look like a 1; their company tells.

Two logistic regressions, fitted by benchmarks/trust.py on the development photos, pages without digits and drawn pages:
the first judges each row by what it holds and by what the reader of whole rows sees there, the second knows besides
what the first makes of its company: the rest of the page, rows as high and near before others. Made-up pages are fitted
with them, which say what must hold.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from scanner.decode import Decoded, Found
from scanner.page import Box

Features = NDArray[np.float64]
"""(N, 8) for N rows: 1, and then what the fields of Weights from `digits` to `seen` are multiplied with."""


Places = NDArray[np.float64]
"""(N, 5) for N rows: the height of what may be digits, and left, top, right and bottom of all pieces, in pixels."""


@dataclass(frozen=True)
class Weights:
    """What speaks for a row's being digits, in log-odds."""

    offset: float
    """For any row,"""
    digits: float
    """for each sure digit that is no 1,"""
    ones: float
    """for each sure 1: any straight stroke looks like one,"""
    doubtful: float
    """for each digit in doubt that is no 1,"""
    doubtful_ones: float
    """for each 1 in doubt,"""
    left_out: float
    """for each piece as high as a digit that is none,"""
    odd_size: float
    """for each power of e by which the row is higher or lower than the page's digits,"""
    seen: float
    """for each nat by which the reader of whole rows finds it unlikely that no digit stands there,"""
    page: float
    """for each unit of the log-odds that its company on the page is digits."""


ALONE = Weights(-2.37, 1.28, 0.21, -0.97, -0.63, -1.77, -1.6, 0.42, 0.0)
TOGETHER = Weights(-2.17, 1.23, 0.03, -0.84, -0.32, -0.93, -0.72, 0.46, 1.4)
"""For pages of which the reader of whole rows was asked,"""

UNASKED_ALONE = Weights(-0.66, 1.94, 0.43, -0.95, -0.68, -1.79, -2.29, 0.0, 0.0)
UNASKED_TOGETHER = Weights(-0.37, 1.92, 0.3, -0.6, -0.41, -1.07, -1.65, 0.0, 1.6)
"""and for those of a classifier that knows single glyphs alone: fitted in the same way, without what it saw."""

MOST_SEEN = 10.0
"""More nats than these say no more. Caps of 8 and 14 lost as many rows of digits, within 4 of 1,268,
when rows of any height and place were company."""

OBVIOUS, OBVIOUS_LENGTH = 8.0, 3
"""A row is obvious where the reader of whole rows finds it unlikely that no digit stands there by so many nats for each
of its digits, at least three. Of 1,099 rows of digits on photos and drawn pages 479 are, 6 of which were dropped; of
794 others, text among them, none is: of those of three digits and more, the highest had 6.6."""

LEAST_TRUST = 0.5
"""Rows trusted less than this (0..1) are no digits."""

SURE = 0.8
"""A digit is sure as far as its confidence exceeds this (0..1): strays rarely are."""

LONG = 8.0
"""A row says no more about its page than if it had this many pieces."""

PRIOR = 2.0
"""A row's company counts at first as if this many pieces beside it were digits as likely as not."""

LIKE = 0.25
"""Rows of which one is this power of e higher than the other have 0.6 as much to say about each other (a Gaussian)."""

NEAR, FAR = 6.0, 0.15
"""Of what a row that stands beside has to say, this share counts wherever it stands, and of the rest e times less for
each so many heights between the two."""

FEW_PIECES = 8
"""A page with at most this many pieces, all of which may be digits, is read whatever they are: there is no company."""


def keep_digit_rows(rows: Sequence[Decoded]) -> list[Decoded]:
    """Return the rows that are digits, in their order."""
    pieces = sum(len(row.found) + len(row.left_out) for row in rows)
    if pieces <= FEW_PIECES and not any(row.left_out for row in rows):
        return [row for row in rows if row.found]
    features = describe_rows(rows)
    is_asked = any(row.blank is not None for row in rows)
    alone, together = (ALONE, TOGETHER) if is_asked else (UNASKED_ALONE, UNASKED_TOGETHER)
    around = look_around(features, weigh(features, alone), find_places(rows))
    trusts = to_shares(weigh(np.hstack([features, around]), together))
    return [
        row for row, trust in zip(rows, trusts, strict=True) if row.found and (trust >= LEAST_TRUST or is_obvious(row))
    ]


def is_obvious(row: Decoded) -> bool:
    """Tell whether a row is digits whatever stands beside it: the reader of whole rows sees one in every place."""
    return len(row.found) >= OBVIOUS_LENGTH and -(row.blank or 0.0) >= OBVIOUS * len(row.found)


def describe_rows(rows: Sequence[Decoded]) -> Features:
    """Return what the rows of a page hold."""
    usual = _measure_height([found for row in rows for found in row.found])
    return np.array([_describe(row, usual) for row in rows], np.float64).reshape(-1, 8)


def weigh(features: NDArray[np.float64], weights: Weights) -> NDArray[np.float64]:
    """Return the log-odds of N rows. features: (N, 8), or (N, 9) with what the page says."""
    return np.asarray(features @ np.array(astuple(weights)[: features.shape[1]]), np.float64)


def look_around(features: Features, odds: NDArray[np.float64], places: Places) -> NDArray[np.float64]:
    """Return the log-odds that a row's company is digits, (N, 1), for the field page; 0 for rows that hold none.

    odds: (N,) log-odds of each row by itself.
    """
    counts = np.minimum(features[:, 1:6].sum(axis=1), LONG)
    speakers = np.flatnonzero(counts > 0)
    there, said = places[speakers], np.stack([to_shares(odds) * counts, counts])[:, speakers]
    share = np.full(len(places), 0.5)
    for number in np.flatnonzero(features[:, 1:5].any(axis=1)):  # row by row: all with all would fill gigabytes
        kinship = measure_kinship(places[number], there)
        kinship[speakers == number] = 0
        for_it, all_of_it = said @ kinship
        share[number] = (for_it + PRIOR / 2) / (all_of_it + PRIOR)
    return np.asarray(np.log(share / (1 - share))[:, None], np.float64)


def measure_kinship(place: NDArray[np.float64], places: Places) -> NDArray[np.float64]:
    """Return how much each row has to say about one, (N,) 0..1: as far as it is as high, and stands near.

    Print is seldom as high as what a pen wrote beside it. place: (5,), the row's own.
    """
    height, left, top, right, bottom = places.T
    like = np.exp(-0.5 * (np.log(height / place[0]) / LIKE) ** 2)
    across = np.maximum(np.maximum(left - place[3], place[1] - right), 0)
    down = np.maximum(np.maximum(top - place[4], place[2] - bottom), 0)
    near = np.exp(-np.hypot(across, down) / (NEAR * np.maximum(height, place[0])))
    return np.asarray(like * (FAR + (1 - FAR) * near), np.float64)


def find_places(rows: Sequence[Decoded]) -> Places:
    """Return how high the pieces of each row are, and where it lies."""
    return np.array([_find_place(row) for row in rows], np.float64).reshape(-1, 5)


def _find_place(row: Decoded) -> list[float]:
    tall = [found.candidate.box for found in row.found] + [piece.box for piece in row.left_out]
    boxes = tall + [piece.box for piece in row.small]
    if not boxes:
        return [1.0, 0.0, 0.0, 1.0, 1.0]
    frame = reduce(Box.joined, boxes)
    height = float(np.median([box.height for box in tall or boxes]))
    return [height, frame.x, frame.y, frame.right, frame.bottom]


def to_shares(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities, 0..1, for log-odds."""
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


def _describe(row: Decoded, usual: float) -> list[float]:
    ones = [_measure_sureness(found) for found in row.found if found.label == 1]
    others = [_measure_sureness(found) for found in row.found if found.label != 1]
    odd = abs(float(np.log(_measure_height(row.found) / usual))) if row.found else 0.0
    seen = min(-(row.blank or 0.0), MOST_SEEN)
    return [1, sum(others), sum(ones), len(others) - sum(others), len(ones) - sum(ones), len(row.left_out), odd, seen]


def _measure_sureness(found: Found) -> float:
    return max(0.0, (found.confidence - SURE) / (1 - SURE))


def _measure_height(digits: Sequence[Found]) -> float:
    """Return the median height of some digits, in pixels, weighted by height; 1 without any."""
    heights = np.sort([found.candidate.box.height for found in digits])
    if not len(heights):
        return 1.0
    weights = np.cumsum(heights)
    return float(heights[np.searchsorted(weights, weights[-1] / 2)])
