"""What the live reader's tests share: drawn digits, films of them, and a reader that is no network."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing import draw_page
from numpy.typing import NDArray

from model.classifier import StubClassifier
from realtime.camera import silence_backends
from realtime.frame import Frame
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

Image = NDArray[np.uint8]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Films that tests write start FFmpeg before the reader does, and it asks once how much it may say."""
    silence_backends()


@pytest.fixture
def page(rng: np.random.Generator) -> Image:
    """(236, 282, 3) uint8 BGR: a 2 and a 7 in dark ink on light paper."""
    return np.asarray(cv2.cvtColor(draw_page(["27"], rng, height=96, margin=70), cv2.COLOR_GRAY2BGR), np.uint8)


@pytest.fixture
def write_film(tmp_path: Path) -> Callable[..., Path]:
    """Returns a function that writes images as a film of 10 frames a second."""

    def write(images: list[Image], name: str = "film.avi") -> Path:
        path = tmp_path / name
        height, width = images[0].shape[:2]
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (width, height))
        for image in images:
            writer.write(image)
        writer.release()
        return path

    return write


@pytest.fixture
def stub_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command read with a stub: every glyph is a 7."""
    monkeypatch.setattr("model.classifier.Classifier", lambda folder: StubClassifier([7]))


@pytest.fixture
def reading() -> Reading:
    """Of a frame of 640x480: "27?" and "5"."""
    boxes = [Box(75 + 80 * i, 80, 60, 80) for i in range(3)]
    digits = (
        Digit("2", 0.99, boxes[0]),
        Digit("7", 0.6, boxes[1]),
        Digit("?", 0.4, boxes[2], (("1", 0.4),)),
    )
    alone = Digit("5", 0.9, Box(300, 300, 50, 80))
    rows = (Line(digits, 0.5, Box(75, 80, 220, 80)), Line((alone,), 0.9, alone.box))
    return Reading("film", 1, 640, 480, rows)


@pytest.fixture
def frame() -> Frame:
    """A light frame of 640x480 BGR."""
    return Frame(np.full((480, 640, 3), 200, np.uint8), "film", 4, 0.12345, taken=0.0)
