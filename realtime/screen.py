"""Where readings are shown: in a window, or as lines of JSON. The only file that calls imshow."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self, TextIO

import cv2

from realtime.frame import Frame
from realtime.overlay import draw
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.reading import as_record

TITLE = "digitlens"

QUIT_KEYS = frozenset({ord("q"), ord("Q"), 27})
"""q and Esc."""

KEY_WAIT = 1
"""Milliseconds that a film's frame waits for a key; the window draws itself in this time."""

LOOK_WAIT = 50
"""Milliseconds between two looks at keys and close button while a picture stands still."""

LARGEST_WINDOW = (1280, 800)
"""Width and height in pixels within which a window opens; it can be made larger."""

PROBE_TIMEOUT = 10.0
"""Seconds after which a display that does not answer counts as none."""


class Screen(Protocol):
    """What the loop asks of a screen."""

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Show what is seen on a frame. Returns what the person wants from the next frame on."""
        ...


class Headless:
    """Writes one line of JSON per frame: the line format, with "frame" and "time"."""

    def __init__(self, stream: TextIO, wishes: Wishes = Wishes()) -> None:
        """stream: takes the lines, such as sys.stdout. wishes: those of nobody's being there."""
        self._stream = stream
        self._wishes = wishes

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Write the line and flush it: who listens gets it now. Raises BrokenPipeError when nobody does."""
        record = {"frame": frame.number, "time": round(frame.time, 3)} | as_record(seen.reading)
        self._stream.write(json.dumps(record) + "\n")
        self._stream.flush()
        return self._wishes


class Window:
    """Shows frames in a window until q, Esc or its close button. Call `find_display_problem` before."""

    def __init__(self, wishes: Wishes = Wishes()) -> None:
        self._wishes = wishes

    def __enter__(self) -> Self:
        """The window opens with its first frame, whose size it takes."""
        # Qt complains that OpenCV's package holds no fonts for it; no text of ours is set by Qt
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        self._open = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the window."""
        cv2.destroyAllWindows()

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Show the frame; a picture stays until a key is pressed."""
        picture = draw(frame.image, seen.reading, rate)
        if not self._open:
            self._open_window(*picture.shape[1::-1])
        cv2.imshow(TITLE, picture)
        key = cv2.waitKey(KEY_WAIT)
        while frame.still and key < 0 and self._is_visible():
            key = cv2.waitKey(LOOK_WAIT)
        return replace(self._wishes, goes_on=self._is_visible() and (key & 0xFF) not in QUIT_KEYS)

    def _open_window(self, width: int, height: int) -> None:
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        scale = min(1.0, LARGEST_WINDOW[0] / width, LARGEST_WINDOW[1] / height)
        cv2.resizeWindow(TITLE, round(width * scale), round(height * scale))
        self._open = True

    def _is_visible(self) -> bool:
        try:
            return cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # Qt knows nothing of windows any more when the last one was closed
            return False


def find_display_problem() -> str | None:
    """Return why no window can be opened, as a sentence; None when one can.

    Qt ends the whole process when its display does not answer: so another process tries, once (0.3 s). It sees what
    matters: a display that is gone or refuses us, and an OpenCV that was built without windows.
    """
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "there is no display (DISPLAY is not set)"
    trial = [sys.executable, "-c", "import cv2; cv2.namedWindow('trial'); cv2.destroyAllWindows()"]
    try:
        done = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"the display {os.environ.get('DISPLAY', '')} does not answer"
    if done.returncode == 0:
        return None
    return f"no window can be opened on the display {os.environ.get('DISPLAY', '')}".rstrip()
