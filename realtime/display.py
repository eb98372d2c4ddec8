"""Whether a window can be opened, found out before: Qt ends the whole process where its display does not answer."""

import os
import subprocess
import sys

PROBE_TIMEOUT = 10.0
"""Seconds after which a display that does not answer counts as none."""

TRIAL = "import cv2; cv2.namedWindow('trial'); cv2.destroyAllWindows()"


class Probe:
    """Another process that tries, once. It sees a display that is gone or refuses us, and an OpenCV without windows.

    It takes as long as importing OpenCV: start it, do something else, then ask.
    """

    def __init__(self) -> None:
        """Start it, where there may be a display."""
        self._process: subprocess.Popen[bytes] | None = None
        if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            self._process = subprocess.Popen(
                [sys.executable, "-c", TRIAL],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def find_problem(self, timeout: float = PROBE_TIMEOUT) -> str | None:
        """Return why no window can be opened, as a part of a sentence; None when one can. timeout: seconds."""
        if self._process is None:
            return "there is no display (DISPLAY is not set)"
        name = os.environ.get("DISPLAY", "")
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return f"the display {name} does not answer"
        return None if code == 0 else f"no window can be opened on the display {name}".rstrip()

    def close(self) -> None:
        """End the process, if nobody waited for it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
