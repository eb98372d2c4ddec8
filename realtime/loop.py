"""The live loop: a frame, its reading, the screen. Nothing is hard-wired."""

import time
from collections.abc import Callable, Iterable

from realtime.frame import Frame
from realtime.rate import Meter
from realtime.screen import Screen
from scanner.page import Page
from scanner.reading import Reading


def run(
    frames: Iterable[Frame],
    read: Callable[[Page], Reading],
    screen: Screen,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Read and show frame after frame, until they end or the person at the screen does.

    clock: seconds, the same as the frames' `taken`. Returns how many frames were shown.
    Passes on what frames, read and screen raise.
    """
    meter = Meter(clock)
    shown = 0
    for frame in frames:
        reading = read(Page(frame.image, frame.source, frame.page))
        shown += 1
        if not screen.show(frame, reading, meter.tick(frame.taken)):
            break
    return shown
