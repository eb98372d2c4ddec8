"""How fast frames are read, and how old they are when they are shown."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW = 2.0
"""Seconds over which the rate is averaged: long enough to be read, short enough to follow."""


@dataclass(frozen=True)
class Rate:
    """How fast the reader is."""

    fps: float
    """Frames read in a second; 0 before the second frame."""
    latency: float
    """Seconds from the frame's being there to its reading's being there."""


class Meter:
    """Measures the rate over the last WINDOW seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, the same as the frames' `taken`."""
        self._clock = clock
        self._ends: deque[float] = deque()
        self._ages: deque[float] = deque()

    def tick(self, taken: float) -> Rate:
        """Count a frame whose reading is there now. taken: when the frame was there, in seconds of the clock."""
        now = self._clock()
        self._ends.append(now)
        self._ages.append(now - taken)
        while len(self._ends) > 2 and now - self._ends[0] > WINDOW:
            self._ends.popleft()
            self._ages.popleft()
        span = now - self._ends[0]
        return Rate((len(self._ends) - 1) / span if span > 0 else 0.0, sum(self._ages) / len(self._ages))
