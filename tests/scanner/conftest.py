"""Shared by the tests of the commands."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing import draw_page

from model.classifier import StubClassifier
from scanner import workers


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> Path:
    """A folder with drawn pages, which is the working folder too; what is read is always 5."""
    assert workers.Classifier, "batches into files have the trained network, whichever test comes first"
    monkeypatch.setattr("model.classifier.Classifier", lambda weights=None: StubClassifier([5]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, rows in (("2.png", ["12"]), ("10.png", ["345", "67"]), ("blank.png", [])):
        assert cv2.imwrite(str(tmp_path / "in" / name), draw_page(rows, rng))
    return tmp_path
