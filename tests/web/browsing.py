"""What the page's tests share: a server with real processes, Chromium with a camera that shows a drawn film, a hand."""

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
import pytest
from numpy.typing import NDArray

from model.strokes import DIGITS, parse, smooth
from realtime.demo import FORMS, Demo
from web.server import Server, listen
from web.settings import Settings

sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

NEEDS_BROWSER = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")]

ROOT = Path(__file__).parents[2]

SAMPLES = ROOT / "samples"

PATIENCE = 60.0
"""Seconds for which tests wait for what must come."""

LONG = 1000 * PATIENCE
"""The same in milliseconds."""

SHOWN = ["31415", "0577", "2718"]
"""What stands before the camera."""

SHIFTS = """window.shifts = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifts.push(...entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
  }
}).observe({ type: "layout-shift", buffered: true });"""
"""Keeps the names of what moved on the page by itself."""

Points = NDArray[np.float64]


@contextmanager
def open_site() -> Iterator[str]:
    """Serve on a free port, with the sample templates; yields the address."""
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = Server(Settings(port=port, templates=SAMPLES / "forms"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def wait_for(address: str) -> None:
    """Wait until an address answers 200."""
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
    """Open Chromium without a window, whose camera shows a film."""
    film_arguments = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    words = ["--no-sandbox", *film_arguments, f"--use-file-for-fake-video-capture={film}"]
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=words)
        yield browser
        browser.close()


def write_film(path: Path, frames: int = 3) -> None:
    """Write what a camera sees of the demo's page, in the format that Chromium's fake camera takes."""
    demo = Demo((960, 540))
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W960 H540 F10:1 Ip A1:1 C420jpeg\n")
        for number in range(frames):
            film.write(b"FRAME\n" + cv2.cvtColor(demo.draw(number), cv2.COLOR_BGR2YUV_I420).tobytes())


def list_strokes(text: str, left: float, top: float, height: float) -> list[Points]:
    """Return the strokes of digits in a row, (N, 2) each: x before y, in pixels."""
    strokes = []
    for place, sign in enumerate(text):
        for points in parse(DIGITS[sign][FORMS[sign]]):
            strokes.append(smooth(points) * height / 9 + (left + 1.2 * height * place, top))
    return strokes


class Hand:
    """Draws on the page's paper, by mouse, finger or pen."""

    def __init__(self, page: Any, tool: str = "mouse", force: float = 0.5) -> None:
        """tool: "mouse", "touch" or "pen". force: how firmly it presses, 0..1."""
        self._page, self._tool, self._force = page, tool, force
        self._wire = page.context.new_cdp_session(page)

    def write(self, text: str, line: int = 0) -> None:
        """Write digits in a row. line: from 0."""
        paper = self._page.locator("#draw-canvas").bounding_box()
        height = paper["width"] / 8
        self.draw(list_strokes(text, paper["x"] + height, paper["y"] + height * (0.6 + 1.6 * line), height))

    def draw(self, strokes: Sequence[Points]) -> None:
        """Draw strokes, in pixels of the page."""
        for stroke in strokes:
            points = [(float(x), float(y)) for x, y in stroke]
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
        else:
            kind = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}[what]
            event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
            event |= {"pointerType": self._tool, "force": self._force}
            self._wire.send("Input.dispatchMouseEvent", event)


@contextmanager
def visit_site(browser: Any, address: str, *allowed: str, **how: Any) -> Iterator[Any]:
    """Open the site in a context of its own; yields its page. Whatever it complains of fails the test at its end.

    allowed: parts of complaints that are meant to come. how: of the context, such as its viewport.
    """
    how = {"viewport": {"width": 1280, "height": 800}, "permissions": ["clipboard-read", "clipboard-write"]} | how
    context = browser.new_context(accept_downloads=True, **how)
    page, troubles = context.new_page(), []
    page.add_init_script(SHIFTS)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text))
    own = (address.split("#")[0], "data:", "blob:")
    page.on("request", lambda asked: None if asked.url.startswith(own) else troubles.append(asked.url))
    try:
        page.goto(address)
        sync.expect(page.locator("#limits")).to_contain_text("megapixels", timeout=LONG)
        yield page
        assert [each for each in troubles if not any(part in each for part in allowed)] == []
    finally:
        context.close()


def expect_strings(page: Any, way: str, strings: list[str]) -> None:
    """Wait until these strings stand in the readout of a way in, and no others."""
    sync.expect(page.locator(f"#panel-{way} .text")).to_have_text(strings, timeout=LONG)


def upload(page: Any, *paths: Path) -> None:
    """Choose files."""
    page.set_input_files("#chooser", list(paths))
