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
