"""One client's camera: frames in, what is settled on them out, by the same watcher as digits-live has."""

import time
from functools import partial
from typing import Any

from model.classifier import GlyphClassifier
from realtime.errands import Beside
from realtime.frame import Frame
from realtime.watcher import Watcher
from realtime.wishes import Wishes
from scanner import pipeline
from scanner.errors import NotAnImageError
from scanner.opening import Opening
from scanner.page import decode_pages
from scanner.pipeline import Options
from scanner.reading import as_record
from web.orders import FrameOrder

SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
"""How frames begin: JPEG, PNG or WebP, which browsers make of a canvas."""


class LiveWatch:
    """Follows what stands before a camera."""

    def __init__(self, classifier: GlyphClassifier, options: Options, max_pixels: int) -> None:
        """The classifier is used in a thread of its own from now on, until this is closed."""
        self._watcher = Watcher(partial(pipeline.read, classifier=classifier, options=options), Beside())
        self._wishes = Wishes(reject_below=options.reject_below)
        self._opening = Opening(max_pixels=max_pixels)

    def look(self, order: FrameOrder) -> dict[str, Any]:
        """Return what is settled on a frame, as it is sent. Raises ScanError for what is no frame."""
        if not order.data.startswith(SIGNATURES):
            raise NotAnImageError(f"frame {order.number}: this is no picture; expected JPEG, PNG or WebP.")
        page = next(decode_pages(order.data, f"frame {order.number}", self._opening))
        frame = Frame(page.image, "camera", order.number, order.seconds, time.monotonic())
        seen = self._watcher.look(frame, self._wishes)
        reading = seen.reading
        lines = as_record(reading)["lines"]
        for digit in (digit for line in lines for digit in line["digits"]):
            digit["settled"] = True  # the watcher tells of no others
        return {
            "frame": order.number,
            "width": reading.width,
            "height": reading.height,
            "lines": lines,
            "settled": [line.text for line in reading.lines],
            "hints": list(seen.hints),
        }

    def close(self) -> None:
        """Let the thread end."""
        self._watcher.close()
