"""Small data and a small trained network, made once for the tests of this room."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.augment import CANVAS, recut
from model.strokes import DIGITS, draw

DrawDigits = Callable[[int, int], tuple[NDArray[np.uint8], NDArray[np.int64]]]


def _draw_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return count drawn glyphs and their labels, 0..9 in turn."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    pictures = (draw(DIGITS[str(label)][0], rng, side=CANVAS) for label in labels)
    return np.stack([recut(picture, rng) for picture in pictures]), labels


@pytest.fixture(scope="session")
def draw_digits() -> DrawDigits:
    """The function that draws (count, seed) -> glyphs (N, 28, 28) and labels (N,)."""
    return _draw_digits


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in MNIST's form: 600 drawn digits to train on, 50 to test on."""
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    (x_train, y_train), (x_test, y_test) = _draw_digits(600, seed=1), _draw_digits(50, seed=2)
    np.savez_compressed(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


@pytest.fixture(scope="session")
def weights(mnist_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of weights from one epoch of `digits-model train` on the small file."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from model import export
    from model.__main__ import main

    folder = tmp_path_factory.mktemp("weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "LEAST_AGREEMENT", 0.9)  # one epoch leaves many near ties
        assert main(["train", "--data", str(mnist_file), "--out", str(folder), "--epochs", "1"]) == 0
    return folder
