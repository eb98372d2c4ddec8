"""The page of digits-web in Chromium: a server on a free port, a browser whose camera shows a drawn film, a hand.

For the pictures of the docs and for the tests of the page. Needs playwright and Chromium.
"""

import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import cv2
import numpy as np
from numpy.typing import NDArray

from model.strokes import DIGITS, parse, smooth
from realtime.demo import FORMS, Demo
from web.server import Server, listen
from web.settings import Settings

TEMPLATES = Path(__file__).parents[1] / "samples" / "forms"

PATIENCE = 60.0
"""Seconds for which is waited for what must come."""

FILM_SIZE = (960, 540)
"""Width and height of what the camera sees, in pixels."""

SPACE = 1.2
"""From one written digit to the next, as a share of their height."""

COARSE = 3
"""Of so many points of a smooth stroke the hand goes to one; the page bends the line between them."""

Points = NDArray[np.float64]
"""(N, 2), x before y, in pixels of the window."""


def find_chromium() -> str | None:
    """Return the path of Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def open_site() -> Iterator[str]:
    """Serve on a free port, with the sample templates; yields the address."""
    listener = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server = Server(Settings(port=listener.getsockname()[1], templates=TEMPLATES))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        _wait_for(f"{address}readyz")
        yield address
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def _wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=PATIENCE):
                return
        except URLError:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.1)


@contextmanager
def open_browser(film: Path) -> Iterator[Any]:
    """Open Chromium without a window, whose camera shows a film. Yields playwright's Browser."""
    from playwright.sync_api import sync_playwright

    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    words = ["--no-sandbox", "--hide-scrollbars", *camera, f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=words)
        yield browser
        browser.close()


def write_film(path: Path, frames: int = 3) -> None:
    """Write what a camera sees of the demo's page, in the format that Chromium's fake camera takes."""
    demo = Demo(FILM_SIZE)
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % FILM_SIZE)
        for number in range(frames):
            film.write(b"FRAME\n" + cv2.cvtColor(demo.draw(number), cv2.COLOR_BGR2YUV_I420).tobytes())


def list_strokes(text: str, left: float, top: float, height: float) -> list[Points]:
    """Return the strokes of digits in a row. left, top, height: of the first one, in pixels of the window."""
    return [
        smooth(points) * height / 9 + (left + SPACE * height * place, top)
        for place, sign in enumerate(text)
        for points in parse(DIGITS[sign][FORMS[sign]])
    ]


class Hand:
    """Draws on the page's paper, by mouse, finger or pen."""

    def __init__(self, page: Any, tool: str = "mouse", force: float = 0.5) -> None:
        """page: playwright's. tool: "mouse", "touch" or "pen". force: how firmly it presses, 0..1."""
        self._page, self._tool, self._force = page, tool, force
        self._wire = page.context.new_cdp_session(page)

    def write(self, text: str, line: int = 0, place: int = 0) -> None:
        """Write digits in a row. line, place: where the first one stands, from 0."""
        paper = self._page.locator("#draw-canvas").bounding_box()
        height = paper["width"] / 8
        left, top = paper["x"] + height * (1 + SPACE * place), paper["y"] + height * (0.6 + 1.6 * line)
        self.draw(list_strokes(text, left, top, height))

    def draw(self, strokes: Sequence[Points]) -> None:
        """Draw strokes."""
        for stroke in strokes:
            points = [(float(x), float(y)) for x, y in (*stroke[:-1:COARSE], stroke[-1])]
            self._send("down", points[0])
            for point in points[1:]:
                self._send("move", point)
            self._send("up", points[-1])

    def _send(self, what: str, point: tuple[float, float]) -> None:
        x, y = point
        if self._tool == "touch":
            kind = {"down": "touchStart", "move": "touchMove", "up": "touchEnd"}[what]
            touches = [] if what == "up" else [{"x": x, "y": y, "force": self._force}]
            self._wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
            return
        kind = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}[what]
        buttons = 0 if what == "up" else 1
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1}
        self._wire.send("Input.dispatchMouseEvent", event | {"pointerType": self._tool, "force": self._force})
