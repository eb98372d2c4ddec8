"""Who reads a frame while others go by: a thread beside the loop, or the loop itself, in step with a film."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.hints import find_hints
from realtime.said import frame
from realtime.track import load_assignment
from scanner.page import Box, Page
from scanner.reading import Reading

FAREWELL = 2.0
"""Seconds that the thread gets to end its reading before it is left to itself."""

LEAST_SIDE = 340
"""A region is read with so much around it, in pixels each way, where there is: the reader takes less for a crop."""

CLEAR = 48.0
"""Digits this high, in pixels, are as clear as they need to be: where they are higher, a smaller picture is read."""

SMALLEST_SIDE = 900
"""The longer side of a picture that is read is brought down to no less than this, in pixels: the pipeline would
enlarge it again."""


@dataclass(frozen=True)
class Errand:
    """What is to be read."""

    page: Page
    read: Callable[[Page], Reading]
    region: Box | None = None
    """Only what stands in it counts, in pixels of the page; None reads all."""
    digit_height: float = 0.0
    """The usual height of the digits that are known, in pixels; 0 where none are."""


@dataclass(frozen=True)
class Answer:
    """What came of it."""

    reading: Reading
    """Boxes in pixels of the errand's page."""
    hints: tuple[str, ...]
    """What the person can mend."""
    seconds: float
    """How long it took."""


class Runner(Protocol):
    """Who runs errands, one at a time."""

    @property
    def is_busy(self) -> bool:
        """Whether an errand is under way, or its answer was not collected yet."""
        ...

    def send(self, errand: Errand) -> None:
        """Take an errand; only while not busy."""
        ...

    def collect(self) -> Answer | None:
        """Return the answer when it is there; None before. Raises what the reader raised."""
        ...

    def close(self) -> None:
        """End."""
        ...


class InStep:
    """Runs an errand when it is sent: every run over a film gives the same."""

    def __init__(self) -> None:
        self._answer: Answer | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the answer was not collected yet."""
        return self._answer is not None

    def send(self, errand: Errand) -> None:
        """Run the errand now. Raises what the reader raises."""
        self._answer = run_errand(errand)

    def collect(self) -> Answer | None:
        """Return the answer, once."""
        answer, self._answer = self._answer, None
        return answer

    def close(self) -> None:
        """There is nothing to end."""


class Beside:
    """Runs errands in a thread of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._errand: Errand | None = None
        self._answer: Answer | BaseException | None = None
        self._busy = False
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="reader", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether an errand is under way, or its answer was not collected yet."""
        return self._busy

    def send(self, errand: Errand) -> None:
        """Hand the errand to the thread."""
        with self._changed:
            self._busy, self._errand = True, errand
            self._changed.notify_all()

    def collect(self) -> Answer | None:
        """Return the answer when it is there, once; None before. Raises what the reader raised."""
        with self._changed:
            answer, self._answer = self._answer, None
            if answer is None:
                return None
            self._busy = False
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """Stop the thread; a reading that takes too long is left to it."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(FAREWELL)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._errand is not None or self._stopped)
                errand, self._errand = self._errand, None
                if errand is None or self._stopped:
                    return
            answer: Answer | BaseException
            try:
                answer = run_errand(errand)
            except Exception as trouble:  # whatever it is, it is for the loop to hear, not for this thread to die of
                answer = trouble
            with self._changed:
                self._answer = answer
            load_assignment()  # the first label is there; what follows digits to the next reading is loaded meanwhile


def run_errand(errand: Errand) -> Answer:
    """Read. Boxes come back in pixels of the whole page, whatever part or size of it was read."""
    began = time.perf_counter()
    image, corner, scale = errand.page.image, (0, 0), 1.0
    if errand.region is not None:
        image, corner = _cut_out(image, errand.region)
    image, scale = _shrink(image, errand.digit_height)
    reading = errand.read(replace(errand.page, image=image))
    hints = find_hints(image, reading, 1 / scale)
    reading = _lay_back(reading, corner, scale, errand)
    return Answer(reading, hints, time.perf_counter() - began)


def _cut_out(image: NDArray[np.uint8], region: Box) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Return what is read of an image for a region, and its upper left corner."""
    height, width = image.shape[:2]
    wide, high = min(width, max(LEAST_SIDE, region.width)), min(height, max(LEAST_SIDE, region.height))
    left = min(max(0, round(region.centre_x - wide / 2)), width - wide)
    top = min(max(0, round(region.centre_y - high / 2)), height - high)
    return np.ascontiguousarray(image[top : top + high, left : left + wide]), (left, top)


def _shrink(image: NDArray[np.uint8], digit_height: float) -> tuple[NDArray[np.uint8], float]:
    """Return the image at the size at which it is read, and the factor."""
    longer = max(image.shape[:2])
    scale = max(CLEAR / digit_height, SMALLEST_SIDE / longer) if digit_height else 1.0
    if scale > 0.9:
        return image, 1.0
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _lay_back(reading: Reading, corner: tuple[int, int], scale: float, errand: Errand) -> Reading:
    """Return a reading of a part of a page as one of the page."""

    def back(box: Box) -> Box:
        there = box.scaled(1 / scale) if scale != 1.0 else box
        return Box(there.x + corner[0], there.y + corner[1], there.width, there.height)

    def inside(box: Box) -> bool:
        region = errand.region
        return region is None or (region.x <= box.centre_x < region.right and region.y <= box.centre_y < region.bottom)

    lines = []
    for line in reading.lines:
        digits = tuple(replace(digit, box=back(digit.box)) for digit in line.digits)
        if digits and all(inside(digit.box) for digit in digits):
            lines.append(replace(line, digits=digits, box=back(line.box)))
            continue
        digits = tuple(digit for digit in digits if inside(digit.box))
        if digits:
            lines.append(replace(line, digits=digits, box=frame(digits), marks=()))
    height, width = errand.page.image.shape[:2]
    return replace(reading, width=width, height=height, lines=tuple(lines))
