"""Frames: what flows from a source to the screen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scanner.errors import DigitlensError

EXPECTED = "Expected a camera's number, a film, a picture, a folder of pictures, a URL or demo."


class CameraError(DigitlensError):
    """A source gives no frames, or stopped giving them."""


@dataclass(frozen=True)
class Frame:
    """One picture of a source."""

    image: NDArray[np.uint8]
    """(H, W, 3) BGR or (H, W) grey, uint8."""
    source: str
    """The source as it was given; in a folder the picture's path."""
    number: int
    """Place in the source, from 1; a camera's numbers have gaps where the reader was slower."""
    time: float
    """Seconds since the source's first frame, by the film's own clock; 0 for pictures."""
    taken: float
    """When the frame was there, in seconds of time.monotonic()."""
    page: int = 1
    """The page in a picture's file, from 1."""
    still: bool = False
    """A picture, to be looked at; not part of a film."""
    total: int = 0
    """How many frames its film has; 0 where nobody knows, as of a camera."""
    fps: float = 0.0
    """Frames a second, by the source's own word; 0 where it has none."""
    trouble: str = ""
    """Why no newer frame comes, in a sentence; the image is the last one then, again. Empty while they come."""
