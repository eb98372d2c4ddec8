"""Small data in MNIST's form, and others' glyphs."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.glyph import normalise
from model.strokes import DIGITS, draw


def draw_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return drawn glyphs and their labels, 0..9 in turn."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.int64) % 10
    return np.stack([normalise(draw(DIGITS[str(label)][0], rng)) for label in labels]), labels


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 digits to learn from, 120 to be measured on."""
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    (x_train, y_train), (x_test, y_test) = draw_digits(400, 1), draw_digits(120, 2)
    np.savez_compressed(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


@pytest.fixture(scope="session")
def others_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Glyphs as USPS has them: small, dark on light."""
    path = tmp_path_factory.mktemp("data") / "others.npz"
    images, labels = draw_digits(20, 3)
    np.savez_compressed(path, x=255 - images[:, 2:26, 2:26], y=labels)
    return path
