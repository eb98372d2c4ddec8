"""How right a reading is: which digits stand at which labelled place, and the figures of a data set.

A figure is a share in 0..1 unless its name says otherwise. Confidence is what the reader says of itself, 0..1.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.reading import REFUSED, Digit, Line

REACH = 0.15
"""A digit whose centre lies at most this share of a box's shorter side outside still belongs to the box."""

EVERYWHERE = Box(-1_000_000, -1_000_000, 3_000_000, 3_000_000)
"""The box of a string that has the image to itself: larger than any image."""

ANSWERS = "0123456789" + REFUSED
"""What a reader may print for a digit, in the order of the confusion matrix."""

NOTHING = len(ANSWERS)
"""The matrix's last row and column: nothing stands there (added), nothing was printed (missed)."""

BINS = 10
"""Bins of equal count over the confidence, for the calibration."""


@dataclass(frozen=True)
class Truth:
    """What stands on one image."""

    name: str
    """Of the image."""
    strings: tuple[str, ...]
    """Digit strings; one with "?" cannot be read by people either, and does not count."""
    boxes: tuple[Box, ...]
    """One for each string, in pixels of the image after its EXIF turn."""
    source: str
    """Where it came from; all sources weigh alike in `by_source`."""
    complete: bool = True
    """Whether all digits that stand there are labelled."""


@dataclass(frozen=True)
class Judged:
    """One labelled string and what was read at its place."""

    want: str
    got: str
    """Digits and "?"; empty when nothing was read there."""
    confidence: float
    """The line's where it holds just these digits, else the product of the digits'."""
    alone: bool
    """Whether one line holds these digits and no others."""
    source: str
    box: Box
    digits: tuple[Digit, ...] = ()
    """What `got` is made of, in its order."""

    @property
    def right(self) -> bool:
        """All digits, in order, are right."""
        return self.got == self.want

    @property
    def offered(self) -> bool:
        """The reader gives a whole answer: something, and no digit of it refused."""
        return bool(self.got) and REFUSED not in self.got


def judge(truth: Truth, lines: Sequence[Line]) -> tuple[list[Judged], list[Digit]]:
    """Compare lines with what stands there: one entry for each string that counts, and the digits outside all boxes."""
    held, strays = assign_digits(lines, truth.boxes)
    pairs = zip(truth.strings, truth.boxes, held, strict=True)
    return [
        _judge_string(want, box, here, lines, truth.source) for want, box, here in pairs if REFUSED not in want
    ], strays


def _judge_string(want: str, box: Box, here: list[tuple[int, Digit]], lines: Sequence[Line], source: str) -> Judged:
    numbers = {number for number, _ in here}
    if len(numbers) > 1:
        here = sorted(here, key=lambda pair: pair[1].box.centre_x)
    digits = [digit for _, digit in here]
    alone = len(numbers) == 1 and len(digits) == len(lines[min(numbers)].digits)
    confidence = lines[min(numbers)].confidence if alone else math.prod(digit.confidence for digit in digits)
    got = "".join(digit.text for digit in digits)
    return Judged(want, got, confidence if digits else 0.0, alone, source, box, tuple(digits))


def assign_digits(lines: Sequence[Line], boxes: Sequence[Box]) -> tuple[list[list[tuple[int, Digit]]], list[Digit]]:
    """Give each digit to the box that reaches it and whose centre is nearest.

    Returns, for each box, pairs of a line's number and a digit, in reading order; and the digits that no box reaches.
    """
    held: list[list[tuple[int, Digit]]] = [[] for _ in boxes]
    strays = []
    for number, line in enumerate(lines):
        for digit in line.digits:
            near = [i for i, box in enumerate(boxes) if reaches(box, digit.box)]
            if near:
                held[min(near, key=lambda i: _distance(boxes[i], digit.box))].append((number, digit))
            else:
                strays.append(digit)
    return held, strays


def reaches(box: Box, digit: Box) -> bool:
    """Tell whether a digit belongs to a box: its centre lies in it, or hardly outside."""
    more = REACH * min(box.width, box.height)
    across = box.x - more <= digit.centre_x <= box.right + more
    return across and box.y - more <= digit.centre_y <= box.bottom + more


def _distance(box: Box, digit: Box) -> float:
    """Return 0 for a digit at the box's centre, 1 on its border."""
    across = abs(digit.centre_x - box.centre_x) / max(box.width / 2, 1)
    return max(across, abs(digit.centre_y - box.centre_y) / max(box.height / 2, 1))


def measure_distance(want: str, got: str) -> int:
    """Return the edit distance (Levenshtein): how many digits must be changed, added or removed."""
    return int(_fill_table(want, got)[-1, -1])


def align(want: str, got: str) -> list[tuple[str | None, str | None]]:
    """Pair the digits of two strings with as few edits as can be.

    Returns pairs (wanted, read) in order; (wanted, None) is a missed digit, (None, read) an added one.
    """
    table = _fill_table(want, got)
    i, j = len(want), len(got)
    pairs: list[tuple[str | None, str | None]] = []
    while i or j:
        if i and j and table[i, j] == table[i - 1, j - 1] + (want[i - 1] != got[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((want[i], got[j]))
        elif i and table[i, j] == table[i - 1, j] + 1:
            i -= 1
            pairs.append((want[i], None))
        else:
            j -= 1
            pairs.append((None, got[j]))
    return pairs[::-1]


def _fill_table(want: str, got: str) -> NDArray[np.int64]:
    """Return the edit distances of all beginnings: (len(want) + 1, len(got) + 1)."""
    table = np.add.outer(np.arange(len(want) + 1), np.arange(len(got) + 1))
    for i, wanted in enumerate(want, 1):
        for j, given in enumerate(got, 1):
            changed = table[i - 1, j - 1] + (wanted != given)
            table[i, j] = min(changed, table[i - 1, j] + 1, table[i, j - 1] + 1)
    return table


def count_confusions(judged: Iterable[Judged]) -> NDArray[np.int64]:
    """Return the (12, 12) confusion matrix over aligned digits: a row for what stands there, a column for the answer.

    Rows and columns: the digits 0..9, "?", nothing. The row of "?" stays empty.
    """
    counts = np.zeros((NOTHING + 1, NOTHING + 1), np.int64)
    for each in judged:
        for wanted, given in align(each.want, each.got):
            row, column = (NOTHING if sign is None else ANSWERS.index(sign) for sign in (wanted, given))
            counts[row, column] += 1
    return counts


def measure_read_rate(judged: Sequence[Judged], error_rate: float) -> float:
    """Return the largest share of strings that can be accepted, most confident first, with at most this share wrong.

    error_rate: of those accepted, 0..1. Strings of one confidence are accepted together or not at all.
    """
    offered = sorted((each for each in judged if each.offered), key=lambda each: -each.confidence)
    accepted = wrong = 0
    for number, each in enumerate(offered, 1):
        wrong += not each.right
        tied = number < len(offered) and offered[number].confidence == each.confidence
        if not tied and wrong <= error_rate * number:
            accepted = number
    return accepted / max(len(judged), 1)


@dataclass(frozen=True)
class Bin:
    """Strings of about one confidence."""

    count: int
    confidence: float
    """Mean, 0..1."""
    right: float
    """Share, 0..1."""


def fill_bins(judged: Iterable[Judged], bins: int = BINS) -> list[Bin]:
    """Part the strings that are offered into bins of equal count, the least confident first; no bin is empty."""
    offered = sorted((each.confidence, each.right) for each in judged if each.offered)
    edges = [round(len(offered) * k / bins) for k in range(bins + 1)]
    parts = [offered[start:end] for start, end in pairwise(edges) if end > start]
    return [Bin(len(part), fmean(sure for sure, _ in part), fmean(right for _, right in part)) for part in parts]


def measure_calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the mean gap between confidence and share right, weighed by count; None when nothing was offered."""
    count = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.right) for each in bins) / count if count else None


def average_sources(judged: Iterable[Judged]) -> float | None:
    """Return the share exactly right, every source counted alike; None without strings."""
    sources: dict[str, list[bool]] = defaultdict(list)
    for each in judged:
        sources[each.source].append(each.right)
    return fmean(fmean(right) for right in sources.values()) if sources else None
