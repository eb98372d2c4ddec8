"""The pictures of digits-web's page: a file, a drawing and a camera, each read. `benchmarks.pictures` writes them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.browsing import PATIENCE, Hand, open_browser, open_site, write_film

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

SAMPLES = Path(__file__).parents[1] / "samples"

WINDOW = {"width": 1100, "height": 690}
"""Of the browser, in pixels."""

PHONE = {"width": 375, "height": 812}
"""Of a telephone, in pixels."""


def photograph_files() -> Picture:
    """Photograph the page after a note was read, one digit looked at."""
    with open_page("files") as page:
        page.set_input_files("#chooser", [SAMPLES / "note.jpg"])
        wait_for(page, "#files-state", "1 file:")
        page.locator("#panel-files .digit").nth(7).hover()
        return photograph(page)


def photograph_draw() -> Picture:
    """Photograph the page after two numbers were drawn, in the dark."""
    with open_page("draw", color_scheme="dark") as page:
        hand = Hand(page)
        hand.write("30615")
        hand.write("2748", line=1)
        page.locator("#panel-draw .text").nth(1).wait_for(timeout=1000 * PATIENCE)
        wait_for(page, "#panel-draw .text >> nth=1", "2748")
        page.click("#undo")  # so that the last stroke is read alone: a hand is slower than the one that wrote all this
        page.locator("#panel-draw .text").nth(1).filter(has_not_text="2748").wait_for(timeout=1000 * PATIENCE)
        page.click("#redo")
        wait_for(page, "#panel-draw .text >> nth=1", "2748")
        page.locator("#panel-draw .digit").nth(2).hover()
        return photograph(page)


def photograph_camera() -> Picture:
    """Photograph the page on a telephone while its camera sees the demo's paper."""
    with open_page("camera", viewport=PHONE, device_scale_factor=1.5) as page:
        page.click("#camera-start")
        page.locator("#panel-camera .text").nth(2).wait_for(timeout=1000 * PATIENCE)
        # the fake camera is called after its film's path
        page.locator("#camera-choice option").evaluate("(option) => { option.textContent = 'Front camera'; }")
        return photograph(page)


@contextmanager
def open_page(way: str, **how: Any) -> Iterator[Any]:
    """Open a way in, on a server of its own. how: of the browser's context."""
    with ExitStack() as stack:
        film = Path(stack.enter_context(TemporaryDirectory())) / "camera.y4m"
        write_film(film)
        site, browser = stack.enter_context(open_site()), stack.enter_context(open_browser(film))
        page = browser.new_page(**{"viewport": WINDOW, "reduced_motion": "reduce"} | how)
        page.goto(f"{site}#{way}")
        yield page


def wait_for(page: Any, place: str, text: str) -> None:
    """Wait until a text stands in a place."""
    page.locator(place).filter(has_text=text).wait_for(state="attached", timeout=1000 * PATIENCE)


def photograph(page: Any) -> Picture:
    """Return what the window shows."""
    data = np.frombuffer(page.screenshot(animations="disabled"), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
