"""Records what is seen as a film, with what was read drawn on it or without."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.film import Write, check_film, open_film
from realtime.frame import CameraError, Frame
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.annotate import annotate
from scanner.reading import Reading

FPS = 30.0
"""Frames a second of a film of what has no rate of its own."""

MOST_FPS = 60.0
"""Frames a second at most: the pictures of a camera are repeated to fill them."""

LONGEST_GAP = 2.0
"""Seconds that a picture stands still, at most: a camera that was gone for an hour is not an hour of film."""

STILL = 2.0
"""Seconds for which a picture of a folder is shown."""


class Recorder:
    """Writes a film while it is open; it appears when it is closed."""

    def __init__(self, path: Path, is_plain: bool, say: Callable[[str], None]) -> None:
        """is_plain: leave out what was read. say: tells a sentence. Raises UsageError for a name that is no film's."""
        check_film(path)
        self.path = path
        self._is_plain = is_plain
        self._say = say
        self._stack = ExitStack()
        self._write: Write | None = None
        self._size = (0, 0)
        self._fps = FPS
        self._start = 0.0
        self._written = 0
        self._is_film = False

    def __enter__(self) -> Self:
        """The film is begun with its first frame, whose size and rate it takes."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the film. A half of another film is none; what a camera saw until Ctrl-C, or its loss, is whole."""
        is_whole = kind is not None and issubclass(kind, KeyboardInterrupt | CameraError) and not self._is_film
        self._stack.__exit__(*((None, None, None) if is_whole else (kind, error, trace)))

    def add(self, frame: Frame, reading: Reading) -> None:
        """Write a frame: each of a film once; of a camera as often as its time asks for. Raises OutputError."""
        picture = to_colour(frame.image) if self._is_plain else annotate(frame.image, reading)
        if self._write is None:
            self._size = picture.shape[1], picture.shape[0]
            self._is_film, self._start = frame.total > 0, frame.time
            self._fps = frame.fps or FPS if self._is_film else min(frame.fps or FPS, MOST_FPS)
            self._write = self._stack.enter_context(open_film(self.path, self._size, self._fps, self._say))
        if picture.shape[1::-1] != self._size:  # a picture of a folder may have any size
            picture = fit(picture, self._size)
        for _ in range(self._count(frame)):
            self._write(picture)
            self._written += 1

    def _count(self, frame: Frame) -> int:
        """Return how often a frame is written, so that the film runs as fast as what it shows."""
        if frame.still:
            return round(STILL * self._fps)
        if self._is_film:
            return 1
        due = round((frame.time - self._start) * self._fps) + 1
        most = round(LONGEST_GAP * self._fps)
        if due - self._written > most:
            self._start += (due - self._written - most) / self._fps
        return max(0, min(due - self._written, most))


class RecordingScreen:
    """Records each frame; for the loop, beside another screen or instead of one."""

    def __init__(self, recorder: Recorder, wishes: Wishes = Wishes()) -> None:
        """wishes: stay as they are."""
        self._recorder = recorder
        self._wishes = wishes

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Write the frame. Raises OutputError."""
        self._recorder.add(frame, seen.reading)
        return self._wishes


def to_colour(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (H, W, 3) BGR of an image that may be grey."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8) if image.ndim == 2 else image


def fit(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the picture scaled into a size (width and height in pixels), black around it."""
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA)
    return canvas
