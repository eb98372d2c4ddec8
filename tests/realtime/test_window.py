"""A real window on a virtual display, with a virtual hand on its keys."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.screen import TITLE

pytestmark = pytest.mark.window

COMMAND = """
import sys
import model.classifier
model.classifier.Classifier = lambda folder: model.classifier.StubClassifier([7])
from realtime.__main__ import main
sys.exit(main())
"""

PATIENCE = 60.0
"""Seconds for a window to appear or to go on a busy machine."""

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
def live(display: dict[str, str], source: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run the command on the display; it is killed where a test fails to end it."""
    command = [sys.executable, "-c", COMMAND, "--source", str(source)]
    with subprocess.Popen(command, env=display, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def find_window(display: dict[str, str]) -> str:
    """Wait for the window; returns its number."""
    search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", f"^{TITLE}$"]
    done = subprocess.run(search, env=display, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return done.stdout.split()[-1]


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
