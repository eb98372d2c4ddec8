"""Reads a capture in a thread of its own.

Of a camera it keeps the newest frame only: what is shown is never older than the reading before it took. Of a film it
hands on every frame, and decodes the next one while this one is read; unless the film is to be shown in its own time.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto
from itertools import count

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.capture import Capture, Opener
from realtime.frame import CameraError, Frame

PAUSE = 0.02
"""Seconds until a camera that gave no frame is asked again."""

FAREWELL = 1.0
"""Seconds that the thread gets to close its device before it is left to itself."""

FASTEST = 1000.0
"""Frames a second, at most, that a source is believed to have; some claim 90,000."""


class Pace(Enum):
    """Which frames are handed on."""

    NEWEST = auto()
    """The newest one, as of a camera. A stream that knows its length is read as a film all the same."""
    EVERY = auto()
    """Every one, as fast as they are wanted."""
    OWN = auto()
    """A film's newest one by its own clock, as if a camera saw it."""


class Pump:
    """Hands the frames of a capture over, from its thread to the loop's."""

    def __init__(self, source: str, opener: Opener, patience: float, pace: Pace) -> None:
        """Start to read. patience: seconds to wait for a frame."""
        self._source = source
        self._opener = opener
        self._patience = patience
        self._pace = pace
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
        while True:
            frame = self.poll(self._patience)
            if frame is None and self.has_ended:
                return
            if frame is None:
                raise CameraError(explain_silence(self._source, seen, self._patience))
            seen = frame.number
            yield frame

    def poll(self, seconds: float) -> Frame | None:
        """Return the next frame, or None where none comes within so many seconds, or no more come.

        Raises what ended the thread, after its last frame.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._ended, seconds)
            frame, self._frame = self._frame, None
            self._changed.notify_all()
            if frame is None and self._error is not None:
                raise self._error
        # a film's frame was decoded ahead and waited for its turn: that is no delay
        return replace(frame, taken=time.monotonic()) if frame and self._pace is Pace.EVERY else frame

    @property
    def has_ended(self) -> bool:
        """Whether no more frames come."""
        with self._changed:
            return self._ended and self._frame is None

    def close(self) -> None:
        """Stop the thread, which closes the device. A device that hangs is left to the thread."""
        self.stop()
        self._thread.join(FAREWELL)

    def stop(self) -> None:
        """Ask the thread to end, and do not wait for it."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

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
        total = max(0, round(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        if self._pace is Pace.NEWEST and total > 0:
            self._pace = Pace.EVERY
        fps = _believe(capture.get(cv2.CAP_PROP_FPS))
        frames, start, last = 0, 0.0, 0.0
        for number in count(1):
            image = self._read_image(capture)
            if image is None:
                break
            frames, now = number, time.monotonic()
            start = start or now
            last = now - start if self._pace is Pace.NEWEST else capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if self._pace is Pace.OWN:
                self._rest(start + last - now)
                now = start + last  # what the decoder was late by is delay, too
            self._hand_over(Frame(image, self._source, number, last, now, total=total, fps=fps))
        if self._pace is not Pace.NEWEST and not self._stopped:
            _check_end(self._source, capture, frames, last)

    def _read_image(self, capture: Capture) -> NDArray[np.uint8] | None:
        """Return the next image; None at a film's end, or when the thread is to stop."""
        while not self._stopped:
            there, image = capture.read()
            if there and image is not None and image.size:
                return np.asarray(image, np.uint8)
            if self._pace is not Pace.NEWEST:
                return None
            self._rest(PAUSE)  # a camera may miss a few frames, or still wake up; how long is for others to judge
        return None

    def _rest(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped, max(0.0, seconds))

    def _hand_over(self, frame: Frame) -> None:
        with self._changed:
            if self._pace is Pace.EVERY:
                self._changed.wait_for(lambda: self._frame is None or self._stopped)
            self._frame = frame
            self._changed.notify_all()


def name_source(source: str) -> str:
    """Return how messages call a source: a bare number is no name."""
    return f"camera {source}" if source.isdecimal() else source


def explain_unreadable(source: str) -> str:
    """Return the sentence for a file that is no film."""
    return f"{source}: this is no film that can be read. Expected MP4, AVI, MKV or WebM; save it as one of these."


def explain_silence(source: str, seen: int, patience: float) -> str:
    """Return the sentence for a source that gives no frame. seen: number of its last frame, 0 where none came."""
    name = name_source(source)
    if seen == 0:
        return f"{name}: no frame came within {patience:g} seconds. Check the plug or the network, or use another one."
    return f"{name}: no frame has come for {patience:g} seconds, after frame {seen}. Check the plug or the network."


def _believe(fps: float) -> float:
    """Return the frame rate that a source claims, 0 where it cannot be."""
    return fps if 0 < fps <= FASTEST else 0.0


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
