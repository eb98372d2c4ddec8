"""Lines through time: which digits stand in one, in which order, and how sure the whole of it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from realtime.glance import Move
from realtime.said import frame, rate
from realtime.track import Track, carry_places, to_box
from scanner.reading import Digit, Line

SAME_BAND = 0.5
"""Lines whose middles differ in height by less than this, in digit heights, stand beside one another."""


@dataclass(frozen=True)
class _Strand:
    """What the last reading said of a line."""

    count: int
    """How many digits it had."""
    confidence: float
    """0..1: how likely all of them were right."""
    marks: tuple[tuple[int, str], ...]
    direction: NDArray[np.float64]
    """(2,) where it leads to on the key's frame: pages may lie askew, or on their head."""


class Strands:
    """The lines that are followed, by number."""

    def __init__(self) -> None:
        self._strands: dict[int, _Strand] = {}
        self._next = 0

    def put(self, line: Line, number: int | None) -> int:
        """Remember what was read of a line. number: the one it had; None for a new one. Returns its number."""
        if number is None:
            number = self._next
            self._next += 1
        first, last = line.digits[0].box, line.digits[-1].box
        direction = np.array([last.centre_x - first.centre_x, last.centre_y - first.centre_y])
        if len(line.digits) < 2:
            before = self._strands.get(number)
            direction = np.array([1.0, 0.0]) if before is None else before.direction
        self._strands[number] = _Strand(len(line.digits), line.confidence, line.marks, direction)
        return number

    def keep(self, numbers: set[int]) -> None:
        """Forget all lines but these."""
        self._strands = {number: strand for number, strand in self._strands.items() if number in numbers}

    def carry(self, move: Move) -> None:
        """Turn with the page. move: (3, 3)."""
        for number, strand in self._strands.items():
            self._strands[number] = replace(strand, direction=move[:2, :2] @ strand.direction)

    def compose(
        self, tracks: Sequence[Track], move: Move, size: tuple[int, int], reject_below: float
    ) -> tuple[Line, ...]:
        """Return tracks as lines in reading order. move: to the frame, whose width and height are the size."""
        if not tracks:
            return ()
        places = np.array([track.place for track in tracks])
        there = carry_places(places, move)
        inside = ((there[:, :2] >= 0) & (there[:, :2] < size)).all(axis=1)
        rows: dict[int, list[tuple[float, Digit]]] = {}
        for i in np.flatnonzero(inside).tolist():
            track = tracks[i]
            along = float(places[i, :2] @ self._strands[track.line].direction)
            digit = track.to_digit(to_box(there[i]).within(*size), reject_below)
            rows.setdefault(track.line, []).append((along, digit))
        amended = {track.line for track in tracks if track.is_said}
        lines = [
            _to_line(
                tuple(digit for _, digit in sorted(row, key=lambda each: each[0])),
                self._strands[number],
                is_as_read=number not in amended,
            )
            for number, row in rows.items()
        ]
        return _order(lines)


def _to_line(digits: tuple[Digit, ...], strand: _Strand, is_as_read: bool) -> Line:
    """Return a line. is_as_read: no person said what one of its digits is."""
    is_whole = len(digits) == strand.count
    confidence = strand.confidence if is_whole and is_as_read else rate(digits)
    return Line(digits, confidence, frame(digits), strand.marks if is_whole else ())


def _order(lines: list[Line]) -> tuple[Line, ...]:
    """Sort lines from top to bottom, and from left to right where they stand beside one another."""
    bands: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: each.box.centre_y):
        height = min(digit.box.height for digit in line.digits)
        if bands and abs(line.box.centre_y - bands[-1][-1].box.centre_y) < SAME_BAND * height:
            bands[-1].append(line)
        else:
            bands.append([line])
    return tuple(line for band in bands for line in sorted(band, key=lambda each: each.box.x))
