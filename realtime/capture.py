"""What gives images: the part of cv2.VideoCapture that is used here, and a capture for tests that plays a script."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray


class Capture(Protocol):
    """What is asked of cv2.VideoCapture, of the demo, and of the fakes in the tests."""

    def read(self) -> tuple[bool, Any]:
        """Return whether there is a frame, and the frame."""
        ...

    def get(self, propId: int, /) -> float:
        """Return a property, such as cv2.CAP_PROP_FRAME_COUNT."""
        ...

    def release(self) -> None:
        """Close the device."""
        ...


Opener = Callable[[str], Capture]
"""Opens a source, or raises CameraError."""


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
