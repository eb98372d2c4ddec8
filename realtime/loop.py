"""The live loop: a frame, what is seen on it, the screen. Nothing is hard-wired."""

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from realtime.frame import Frame
from realtime.rate import Meter
from realtime.screen import Screen
from realtime.seen import Seen
from realtime.wishes import Wishes


class Looker(Protocol):
    """What the loop asks of a watcher."""

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        """Return what stands on a frame, for a person with these wishes."""
        ...


def run(
    frames: Iterable[Frame],
    watcher: Looker,
    screen: Screen,
    wishes: Wishes = Wishes(),
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Look at frame after frame and show it, until they end or the person at the screen does.

    wishes: those for the first frame; the screen says the next ones. clock: seconds, the same as the frames' `taken`.
    Returns how many frames were shown. Passes on what frames, watcher and screen raise.
    """
    meter = Meter(clock)
    shown = 0
    for frame in frames:
        seen = watcher.look(frame, wishes)
        shown += 1
        wishes = screen.show(frame, seen, meter.tick(frame.taken))
        if not wishes.goes_on:
            break
    return shown
