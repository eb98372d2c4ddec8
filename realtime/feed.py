"""Frames of a live source that may go and come back: a camera that is unplugged, a stream that stalls."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from realtime.capture import Opener
from realtime.frame import CameraError, Frame
from realtime.pump import Pace, Pump, explain_silence, name_source

BEAT = 0.1
"""Seconds between two looks at a silent source; so often the screen gets its last frame again, and hears keys."""

QUIET = 1.0
"""Seconds without a frame until the screen says so: slow cameras in the dark give five frames a second."""

STALL = 3.0
"""Seconds without a frame after which a source is opened anew."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before a lost source is opened again: doubled each time, so that a missing camera costs nothing."""


class Feed:
    """Keeps a live source open. What it yields while nothing comes is the last frame, with its `trouble` told."""

    def __init__(
        self, source: str, opener: Opener, patience: float, stall: float = STALL, first_pause: float = FIRST_PAUSE
    ) -> None:
        """Start to read. patience: seconds for the first frame. stall, first_pause: seconds, see STALL, FIRST_PAUSE."""
        self._source = source
        self._start = partial(Pump, source, opener, patience, Pace.NEWEST)
        self._patience = patience
        self._stall = stall
        self._first_pause = first_pause
        self._pump: Pump | None = self._start()

    def frames(self) -> Iterator[Frame]:
        """Yield frames as they come. Raises CameraError when the first one does not come, or a film breaks off."""
        first = last = self._wait_for_first()
        yield first
        ahead, pause = 0, self._first_pause
        heard = changed = time.monotonic()  # when the last frame came, and when the source was opened or closed
        while True:
            frame, now = self._poll(last), time.monotonic()
            if frame is not None:
                last = replace(frame, number=frame.number + ahead)
                if not last.total:  # the source's own clock begins anew with each opening
                    last = replace(last, time=frame.taken - first.taken)
                heard, pause = now, self._first_pause
                yield last
                continue
            if self._pump is None and last.total:
                return
            if self._pump is None and now - changed > pause:
                self._pump, ahead, changed, pause = self._start(), last.number, now, min(2 * pause, LONGEST_PAUSE)
            elif self._pump is not None and now - max(heard, changed) > self._stall:
                self._pump.stop()
                self._pump, changed = None, now
            if now - heard > QUIET:
                yield replace(last, taken=now, trouble=self._explain(now - heard))

    def close(self) -> None:
        """Stop to read; the device is closed."""
        if self._pump is not None:
            self._pump.close()

    def _wait_for_first(self) -> Frame:
        assert self._pump is not None
        frame = self._pump.poll(self._patience)
        if frame is None:
            raise CameraError(explain_silence(self._source, 0, self._patience))
        return frame

    def _poll(self, last: Frame) -> Frame | None:
        """Return the next frame; None where none comes for a moment. A source that ended is let go."""
        if self._pump is None:
            time.sleep(BEAT)
            return None
        try:
            frame = self._pump.poll(BEAT)
        except CameraError:
            if last.total:
                raise
            frame = None
        if frame is None and self._pump.has_ended:
            self._pump = None
        return frame

    def _explain(self, silence: float) -> str:
        name = name_source(self._source)
        return f"{name}: no picture for {silence:.0f} s; looking for it again. Check the plug or the network."
