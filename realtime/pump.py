"""Reads a capture in a thread of its own.

Of a camera it keeps the newest frame only: what is shown is never older than the reading before it took. Of a film it
hands on every frame, and decodes the next one while this one is read.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.frame import CameraError, Frame

PAUSE = 0.02
"""Seconds until a camera that gave no frame is asked again."""

FAREWELL = 1.0
"""Seconds that the thread gets to close its device before it is left to itself."""


class Capture(Protocol):
    """What is asked of cv2.VideoCapture, and of the fakes in the tests."""

    def read(self) -> tuple[bool, Any]:
        """Return whether there is a frame, and the frame."""
        ...

    def get(self, propId: int, /) -> float:
        """Return a property, such as cv2.CAP_PROP_FRAME_COUNT."""
        ...

    def release(self) -> None:
        """Close the device."""
        ...


class FakeCapture:
    """A capture for tests: gives what it is told, in turn, and then nothing, like a camera that was unplugged."""

    def __init__(self, images: Sequence[NDArray[np.uint8] | None], length: int = 0, fps: float = 25.0) -> None:
        """images: None is a frame that was missed. length: how many frames a film claims to have; 0 for a camera."""
        self.images = list(images)
        self.length = length
        self.fps = fps
        self.reads = 0
        self.released = False

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        """Return the next image."""
        image = self.images.pop(0) if self.images else None
        self.reads += 1
        return image is not None, image

    def get(self, propId: int, /) -> float:
        """Return the length, the frame rate or the place in the film."""
        known = {cv2.CAP_PROP_FRAME_COUNT: self.length, cv2.CAP_PROP_FPS: self.fps}
        return known.get(propId, 1000 * (self.reads - 1) / self.fps)

    def release(self) -> None:
        """Remember that it was asked to close."""
        self.released = True


Opener = Callable[[str], Capture]
"""Opens a source, or raises CameraError."""


class Pump:
    """Hands the frames of a capture over, from its thread to the loop's."""

    def __init__(self, source: str, opener: Opener, patience: float, lossless: bool) -> None:
        """Start to read.

        patience: seconds to wait for a frame. lossless: hand on every frame, as for a film; else the newest only. A
        stream that knows its length is a film too.
        """
        self._source = source
        self._opener = opener
        self._patience = patience
        self._lossless = lossless
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._ended = False
        self._error: Exception | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name=f"frames of {source}", daemon=True)
        self._thread.start()

    def frames(self) -> Iterator[Frame]:
        """Yield the frames as they come. Raises CameraError when none comes, no more come, or a film breaks off."""
        seen = 0
        while (frame := self._take(seen)) is not None:
            seen = frame.number
            yield frame

    def close(self) -> None:
        """Stop the thread, which closes the device. A device that hangs is left to the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(FAREWELL)

    def _take(self, seen: int) -> Frame | None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._frame is not None or self._ended, self._patience):
                raise CameraError(_explain_silence(self._source, seen, self._patience))
            frame, self._frame = self._frame, None
            self._changed.notify_all()
            if frame is None and self._error is not None:
                raise self._error
        # a film's frame was decoded ahead and waited for its turn: that is no delay
        return replace(frame, taken=time.monotonic()) if frame and self._lossless else frame

    def _work(self) -> None:
        error: Exception | None = None
        try:
            capture = self._opener(self._source)
            try:
                self._read(capture)
            finally:
                capture.release()
        except cv2.error as trouble:
            error = CameraError(f"{self._source}: the source broke down ({str(trouble).strip()}). Open it again.")
        except Exception as trouble:  # whatever it is, it is for the loop to hear, not for this thread to die of
            error = trouble
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def _read(self, capture: Capture) -> None:
        self._lossless = self._lossless or capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0
        frames, start, last = 0, 0.0, 0.0
        for number in count(1):
            image = self._read_image(capture)
            if image is None:
                break
            frames, now = number, time.monotonic()
            start = start or now
            last = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 if self._lossless else now - start
            self._hand_over(Frame(image, self._source, number, last, now))
        if self._lossless and not self._stopped:
            _check_end(self._source, capture, frames, last)

    def _read_image(self, capture: Capture) -> NDArray[np.uint8] | None:
        """Return the next image; None at a film's end, or when the thread is to stop."""
        while not self._stopped:
            there, image = capture.read()
            if there and image is not None and image.size:
                return np.asarray(image, np.uint8)
            if self._lossless:
                return None
            with self._changed:  # a camera may miss a few frames, or still wake up; how long is for _take to judge
                self._changed.wait_for(lambda: self._stopped, PAUSE)
        return None

    def _hand_over(self, frame: Frame) -> None:
        with self._changed:
            if self._lossless:
                self._changed.wait_for(lambda: self._frame is None or self._stopped)
            self._frame = frame
            self._changed.notify_all()


def name_source(source: str) -> str:
    """Return how messages call a source: a bare number is no name."""
    return f"camera {source}" if source.isdecimal() else source


def explain_unreadable(source: str) -> str:
    """Return the sentence for a file that is no film."""
    return f"{source}: this is no film that can be read. Expected MP4, AVI, MKV or WebM; save it as one of these."


def _check_end(source: str, capture: Capture, frames: int, seconds: float) -> None:
    """Raise CameraError when a film had no frame, or broke off: a tenth and more than a second short of its length."""
    if frames == 0:
        raise CameraError(explain_unreadable(source))
    rate = capture.get(cv2.CAP_PROP_FPS)
    length = capture.get(cv2.CAP_PROP_FRAME_COUNT) / rate if rate > 0 else 0.0
    if length - seconds > max(1.0, 0.1 * length):
        raise CameraError(
            f"{source}: the film breaks off after {seconds:.0f} of its {length:.0f} seconds; its first {frames} frames "
            "were read. Copy it again."
        )


def _explain_silence(source: str, seen: int, patience: float) -> str:
    name = name_source(source)
    if seen == 0:
        return f"{name}: no frame came within {patience:g} seconds. Check the plug or the network, or use another one."
    return f"{name}: no frame has come for {patience:g} seconds, after frame {seen}. Check the plug or the network."
