"""Draw a frame with its reading and the frame rate. Pure: what is drawn depends on the arguments alone."""

import numpy as np
from numpy.typing import NDArray

from realtime.rate import Rate
from scanner.annotate import SMALLEST_TYPE, Chip, annotate, draw_chip
from scanner.reading import Reading

STATUS_SHARE = 1 / 55
"""Type size of the status line, as a share of the picture's longer side: 23 px at 720p."""


def draw(frame: NDArray[np.uint8], reading: Reading, rate: Rate) -> NDArray[np.uint8]:
    """Return a picture of the frame with its reading, the frame rate and the reading's problems, if any.

    frame: (H, W, 3) BGR or (H, W) grey, uint8. Returns (h, w, 3) BGR uint8; see scanner.annotate.annotate for its size.
    """
    picture = annotate(frame, reading)
    height, width = picture.shape[:2]
    size = max(SMALLEST_TYPE, int(max(height, width) * STATUS_SHARE))
    bottom = height
    for text in (describe_rate(rate), *reading.problems):
        chip = Chip(text, size)
        draw_chip(picture, chip, 0, bottom)
        bottom -= chip.height
    return picture


def describe_rate(rate: Rate) -> str:
    """Return the status line: frames in a second, and the age of what is shown in milliseconds."""
    fps = f"{rate.fps:.0f}" if rate.fps >= 9.5 else f"{rate.fps:.1f}"
    return f"{fps} fps  {1000 * rate.latency:.0f} ms"
