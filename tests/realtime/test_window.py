"""A real window on a virtual display, with a virtual hand on its keys."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageGrab

from realtime.desk import Desk
from realtime.frame import Frame
from realtime.layout import choose_window, lay_out
from realtime.overlay import Sight, draw
from realtime.rate import Rate
from realtime.screen import TITLE
from realtime.seen import Seen
from scanner.page import Box
from scanner.reading import Reading

pytestmark = pytest.mark.window

COMMAND = """
import sys
import model.classifier
model.classifier.Classifier = lambda folder: model.classifier.StubClassifier([7])
from realtime.__main__ import main
sys.exit(main())
"""

PATIENCE = 180.0
"""Seconds for a window to appear or to go on a busy machine."""

ANSWER = 10.0
"""Seconds that a busy machine may take to answer a key."""

LONG = 2000
"""Frames of a film that does not end before the test does."""


def need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (apt-get install xvfb xdotool openbox)")


@pytest.fixture(scope="module")
def display() -> Iterator[dict[str, str]]:
    """The environment of a virtual display: Xvfb picks a free number and says it."""
    need("Xvfb", "xdotool")
    command = ["Xvfb", "-displayfd", "1", "-noreset", "-screen", "0", "1280x900x24"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield os.environ | {"DISPLAY": f":{server.stdout.readline().strip()}"}
        server.terminate()


@pytest.fixture
def manager(display: dict[str, str]) -> Iterator[None]:
    """A window manager: it gives windows their frame, and sends them the wish to close."""
    need("openbox")
    with subprocess.Popen(["openbox"], env=display, stderr=subprocess.DEVNULL) as process:
        yield
        process.terminate()


@contextmanager
def live(display: dict[str, str], source: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the command on the display; it is killed where a test fails to end it."""
    command = [sys.executable, "-c", COMMAND, "--source", str(source), *words]
    with subprocess.Popen(command, env=display, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def find_window(display: dict[str, str]) -> str:
    """Wait for the window; returns its number.

    xdotool's own waiting gives up when a window goes while it looks, as that of the test before may.
    """
    search = ["xdotool", "search", "--onlyvisible", "--name", f"^{TITLE}$"]
    end = time.monotonic() + PATIENCE
    while True:
        done = subprocess.run(search, env=display, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode == 0 and done.stdout.split():
            return done.stdout.split()[-1]
        assert time.monotonic() < end, f"no window was shown: {done.stderr}"
        time.sleep(0.1)


def show_window(display: dict[str, str]) -> str:
    """Wait for the window, and map it anew; returns its number.

    Without a window manager one window in six stays black on a busy machine, until it is mapped anew: Qt has missed
    that it was shown. With one, as people have, none of forty did.
    """
    window = find_window(display)
    for word in ("windowunmap", "windowmap"):
        subprocess.run(["xdotool", word, "--sync", window], env=display, stderr=subprocess.DEVNULL, check=False)
    return window


def press_until_end(display: dict[str, str], process: "subprocess.Popen[str]", key: str) -> int:
    """Press the key until the command ends: what comes before the window listens is lost. Returns its exit code."""
    window = find_window(display)
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        subprocess.run(
            ["xdotool", "windowfocus", window, "key", key], env=display, stderr=subprocess.DEVNULL, check=False
        )
        time.sleep(0.2)
    return process.wait(1)


@pytest.fixture
def pictures(page: NDArray[np.uint8], tmp_path: Path) -> Path:
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(cv2.imencode(".png", page)[1].tobytes())
    return tmp_path


@pytest.fixture
def long_film(page: NDArray[np.uint8], write_film: Callable[..., Path]) -> Path:
    return write_film([page] * LONG)


@pytest.mark.parametrize("key", ["q", "Escape"])
def test_a_key_quits_and_the_second_picture_is_not_read(display: dict[str, str], pictures: Path, key: str) -> None:
    with live(display, pictures) as process:
        assert press_until_end(display, process, key) == 0
        out, err = process.communicate()
    assert out == ""
    assert err.splitlines() == [f"digits-live: {pictures}: that was all; frames read: 1."]


def test_any_other_key_goes_on_to_the_next_picture(display: dict[str, str], pictures: Path) -> None:
    with live(display, pictures) as process:
        assert press_until_end(display, process, "n") == 0
        assert process.communicate()[1].endswith("frames read: 2.\n")


def test_a_key_quits_a_running_film(display: dict[str, str], long_film: Path) -> None:
    with live(display, long_film) as process:
        assert press_until_end(display, process, "q") == 0
        assert f"frames read: {LONG}" not in process.communicate()[1]


def test_a_films_end_closes_the_window(
    display: dict[str, str], page: NDArray[np.uint8], write_film: Callable[..., Path]
) -> None:
    with live(display, write_film([page] * 3)) as process:
        assert process.wait(PATIENCE) == 0
        assert process.communicate()[1].endswith("frames read: 3.\n")


@pytest.mark.usefixtures("manager")
def test_the_close_button_quits(display: dict[str, str], long_film: Path) -> None:
    with live(display, long_film) as process:
        assert press_until_end(display, process, "alt+F4") == 0
        err = process.communicate()[1]
    assert len(err.splitlines()) == 1
    assert f"frames read: {LONG}" not in err


def act(display: dict[str, str], *words: str | int) -> None:
    """Let the virtual hand do something."""
    subprocess.run(["xdotool", *map(str, words)], env=display, stderr=subprocess.DEVNULL, check=False)


def act_until(display: dict[str, str], words: tuple[str | int, ...], is_done: Callable[[], object]) -> None:
    """Do something again and again until it shows: what comes before the window listens is lost.

    A key that toggles must not be pressed again before a busy machine has answered it.
    """
    end = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < end, f"nothing came of {words}"
        act(display, *words)
        again = time.monotonic() + ANSWER
        while not is_done() and time.monotonic() < again:
            time.sleep(0.1)


def photograph(display: dict[str, str], window: str) -> NDArray[np.uint8]:
    """Return what the window shows, (H, W, 3) RGB."""
    grabbed = ImageGrab.grab(xdisplay=display["DISPLAY"])
    geometry = subprocess.run(
        ["xdotool", "getwindowgeometry", "--shell", window], env=display, capture_output=True, text=True, check=True
    )
    place = {key: int(value) for key, value in (row.split("=") for row in geometry.stdout.split())}
    left, top = place["X"], place["Y"]
    return np.asarray(grabbed)[top : top + place["HEIGHT"], left : left + place["WIDTH"], :3]


def find_line(out: Path, text: str) -> dict[str, Any] | None:
    """Return a line of a snapshot that reads so; None where no snapshot has it: at first a part of it may show."""
    records = (json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json"))
    return next((line for record in records for line in record["lines"] if line["text"] == text), None)


def test_keys_and_mouse_do_what_the_help_says(
    display: dict[str, str], page: NDArray[np.uint8], long_film: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with live(display, long_film, "--out", str(out), "--realtime") as process:
        window = show_window(display)
        act(display, "windowfocus", window)
        act_until(display, ("key", "s"), lambda: find_line(out, "77"))  # what is not settled yet is not told
        line = find_line(out, "77")
        assert line
        layout = lay_out(page.shape[1::-1], photograph(display, window).shape[1::-1])
        digit = layout.to_window(Box(*line["digits"][0]["box"]))

        bright = photograph(display, window)[: layout.height // 2, : layout.strip.x].mean()
        act_until(
            display,
            ("key", "h"),
            lambda: photograph(display, window)[: layout.height // 2, : layout.strip.x].mean() < bright / 2,
        )
        act(display, "key", "h")

        spot = digit.x + digit.width // 2, digit.y + digit.height // 2
        click = ("mousemove", "--window", window, *spot, "click", 1, "sleep", 1, "key", 2)
        act_until(display, click, lambda: list(out.glob("glyphs/*.npz")))
        act_until(display, ("key", "s"), lambda: find_line(out, "27"))  # what is shown is what was said

        act_until(display, ("key", "r"), lambda: list(out.glob(".*mp4*")))
        act_until(display, ("key", "r"), lambda: list(out.glob("*.mp4")))
        assert press_until_end(display, process, "q") == 0
    assert np.load(next(out.glob("glyphs/*.npz")))["y"].tolist() == [2]


def test_a_region_is_drawn_with_the_mouse(
    display: dict[str, str], page: NDArray[np.uint8], long_film: Path, tmp_path: Path
) -> None:
    with live(display, long_film, "--out", str(tmp_path / "out"), "--realtime") as process:
        window = show_window(display)
        act(display, "windowfocus", window)
        view = lay_out(page.shape[1::-1], photograph(display, window).shape[1::-1]).view
        start, end = (view.x + 20, view.y + view.height // 2), (view.x + view.width // 2, view.bottom - 20)
        drag = ("mousemove", "--window", window, *start, "mousedown", 1, "sleep", 0.3)
        drag += ("mousemove", "--window", window, *end, "sleep", 0.3, "mouseup", 1, "sleep", 0.5)

        def is_dark_beside() -> bool:
            shown = photograph(display, window)
            inside, beside = (start[0] + 9, start[1] + 9), (view.right - 9, view.bottom - 9)
            return bool(shown[beside[::-1]].mean() < shown[inside[::-1]].mean() / 2)

        # a key or a drag that comes before the window listens is lost; of two drags after a key one is heard
        steps = cycle([("key", "m", "sleep", 1), (*drag, "sleep", 1), (*drag, "sleep", 1)])
        end_of_patience = time.monotonic() + PATIENCE
        while not is_dark_beside():
            assert time.monotonic() < end_of_patience, "no region was drawn"
            act(display, *next(steps))
        assert press_until_end(display, process, "q") == 0


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (720, 1280)])
def test_what_the_window_shows_is_what_was_drawn(
    display: dict[str, str], tmp_path: Path, size: tuple[int, int]
) -> None:
    """Pixel for pixel: nothing scales the type once more."""
    image = np.full((size[1], size[0], 3), 200, np.uint8)
    (tmp_path / "page.png").write_bytes(cv2.imencode(".png", image)[1].tobytes())
    with live(display, tmp_path / "page.png") as process:
        window = show_window(display)
        layout = lay_out(size, choose_window(size))
        sight = Sight(Frame(image, "", 1, 0.0, 0.0), Seen(Reading("", 1, *size, ())), Rate(0.0, 0.0), Desk())
        drawn = draw(sight, layout)[..., ::-1]
        above = np.s_[: layout.height // 2]  # the strip's foot tells the rate, which nobody knows

        def is_the_same() -> bool:
            shown = photograph(display, window)
            return shown.shape == drawn.shape and bool((shown[above] == drawn[above]).all())

        act_until(display, ("windowfocus", window), is_the_same)
        assert press_until_end(display, process, "q") == 0
