"""A digit that is followed from reading to reading: its place, and what all readings together say it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from realtime.glance import Move
from realtime.said import Followed, name_digit
from scanner.page import Box
from scanner.reading import REFUSED, Digit

Place = NDArray[np.float64]
"""(4,): x and y of a digit's centre, its width and its height, in pixels of a frame."""

LOWEST = 1e-3
"""No digit is less probable than this in one reading (0..1): a single one is never beyond doubt."""

OTHER = 10
"""Where, behind the digits, the probability stands that it is something else."""

FARTHEST = 0.6
"""A digit stands at most this far from where it was, in its own heights, to be the same one,"""

TALLER = 1.8
"""and is at most this many times as high or as low."""

SIZE_WEIGHT = 0.3
"""A change of size by the factor e counts as much as this many heights of distance."""

FORBIDDEN = 1e3
"""What a pair costs that cannot be."""

MOST_READS = 6.0
"""So many readings are averaged, at most: a digit that is written anew is not outvoted for ever."""

LEAST_ALTERNATIVE = 0.001
"""Alternatives less probable than this are not worth naming (0..1)."""


@dataclass(frozen=True)
class Track:
    """One digit through time."""

    place: Place
    """Where it stands on the key's frame."""
    logs: NDArray[np.float64]
    """(11,) log-probabilities of the digits 0..9 and of anything else, the mean of all readings."""
    line: int
    """Which line it belongs to; lines keep their number while they last."""
    reads: float = 1.0
    """How many readings the mean holds."""
    label: int | None = None
    """0..9 once it is settled, and then it holds; OTHER where a person said that it is none."""
    misses: int = 0
    """How many readings in a row have not found it, though nothing hid it."""
    gone: float | None = None
    """Since when it is hidden or out of sight, in seconds; None while it is seen."""
    contrast: float = 0.0
    """How far its ink stood out when it was settled, 0..255."""
    number: int = -1
    """Its own, by which the screen speaks of it."""
    is_said: bool = False
    """Whether a person said what it is: its label holds whatever is read, and is OTHER where it is no digit."""

    @cached_property
    def best(self) -> int:
        """The digit that all readings together find likeliest, 0..9."""
        return int(self.logs[:OTHER].argmax())

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """(11,) probabilities of the digits, and of anything else; their sum is 1."""
        shares = np.exp(self.logs - self.logs.max())
        return np.asarray(shares / shares.sum(), np.float64)

    @cached_property
    def box(self) -> Box:
        """Where it stands, in whole pixels of the key's frame."""
        return to_box(self.place)

    def hear(self, digit: Digit, is_anew: bool) -> "Track":
        """Return it after one more reading. is_anew: its ink has changed since: what was said before counts less."""
        reads = min(self.reads, 0.5 if is_anew else MOST_READS - 1)
        logs = (self.logs * reads + to_logs(digit)) / (reads + 1)
        return replace(self, place=to_place(digit.box), logs=logs, reads=reads + 1, misses=0, gone=None)

    @cached_property
    def _ranking(self) -> list[tuple[str, float]]:
        """What it may be, likeliest first, with its probability."""
        ranking = [(str(k), float(self.shares[k])) for k in np.argsort(-self.shares[:OTHER])]
        return [(text, share) for text, share in ranking if share >= LEAST_ALTERNATIVE]

    def to_digit(self, box: Box, reject_below: float) -> Digit:
        """Return what is shown of it. box: where it stands on the frame that is shown."""
        if self.is_said and self.label is not None:
            return name_digit(self._show(self.best, box, 0.0), self.label)
        return self._show(self.best if self.label is None else self.label, box, reject_below)

    def _show(self, label: int, box: Box, reject_below: float) -> Digit:
        confidence = float(self.shares[label])
        text = str(label) if confidence >= reject_below else REFUSED
        others = tuple(each for each in self._ranking if each[0] != text)[:3]
        return Followed(text, confidence, box, others, self.number)


def to_logs(digit: Digit) -> NDArray[np.float64]:
    """Return the log-probabilities that a reading gives a digit: (11,), 0..9 and that it is none of what is named."""
    named = dict(digit.alternatives)
    if digit.text != REFUSED:
        named[digit.text] = digit.confidence
    elif named:
        named[next(iter(named))] = digit.confidence
    shares = np.full(OTHER + 1, LOWEST)
    for text, share in named.items():
        shares[int(text)] = max(share, LOWEST)
    shares[OTHER] = max(1 - shares[:OTHER].sum(), LOWEST)
    return np.asarray(np.log(shares / shares.sum()), np.float64)


def to_place(box: Box) -> Place:
    """Return a box's centre and size."""
    return np.array([box.centre_x, box.centre_y, box.width, box.height], np.float64)


def to_box(place: Place) -> Box:
    """Return a place as a box in whole pixels."""
    x, y, width, height = map(float, place)
    return Box(round(x - width / 2), round(y - height / 2), max(1, round(width)), max(1, round(height)))


def carry_places(places: NDArray[np.float64], move: Move) -> NDArray[np.float64]:
    """Return places moved; boxes stay upright, however the page turns. places: (N, 4); move: (3, 3)."""
    zoom = float(np.sqrt(abs(np.linalg.det(move[:2, :2]))))
    return np.hstack([places[:, :2] @ move[:2, :2].T + move[:2, 2], places[:, 2:] * zoom])


def match(old: NDArray[np.float64], new: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return which places are the same digit's: pairs of indices (Hungarian method, Kuhn, 1955).

    old: (N, 4), new: (M, 4). No place is in two pairs; what is too far or too different in size is in none.
    """
    if not len(old) or not len(new):
        return []
    linear_sum_assignment = load_assignment()
    heights = np.maximum(np.minimum(old[:, None, 3], new[None, :, 3]), 1.0)
    far = np.hypot(old[:, None, 0] - new[None, :, 0], old[:, None, 1] - new[None, :, 1]) / heights
    growth = np.abs(np.log(np.maximum(old[:, None, 3], 1.0) / np.maximum(new[None, :, 3], 1.0)))
    costs = np.where((far <= FARTHEST) & (growth <= np.log(TALLER)), far + SIZE_WEIGHT * growth, FORBIDDEN)
    pairs = zip(*linear_sum_assignment(costs), strict=True)
    return [(int(i), int(k)) for i, k in pairs if costs[i, k] < FORBIDDEN]


def load_assignment() -> Callable[[NDArray[np.float64]], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return scipy's Hungarian method. Its import takes a third of a second, and the first label needs none of it."""
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    return linear_sum_assignment  # type: ignore[no-any-return]
