import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.classifier import Classifier
from model.data import NOT_A_DIGIT, Glyphs, load_mnist
from model.errors import DataError, WeightsError
from model.evaluate import count_confusions, decide, evaluate, measure_calibration_error, rate_class, record_final


class Told:
    """A classifier that gives the scores it was made with."""

    def __init__(self, answers: list[int], confidences: list[float]) -> None:
        self.rows = np.zeros((len(answers), 11), np.float32)
        for row, answer, confidence in zip(self.rows, answers, confidences, strict=True):
            row[:] = (1 - confidence) / 10
            row[answer] = confidence

    def score(self, glyphs: np.ndarray) -> np.ndarray:
        return self.rows


def figures(labels: list[int], answers: list[int], confidences: list[float]) -> dict[str, Any]:
    glyphs = Glyphs(np.zeros((len(labels), 28, 28), np.uint8), np.array(labels), "ab", "some.npz")
    return evaluate(Told(answers, confidences), glyphs, reject_below=0.5)  # type: ignore[arg-type]


def test_a_refused_digit_is_an_error() -> None:
    """One right, one taken for no digit, one too unsure, one wrong."""
    said = figures([1, 2, 3, 4], [1, 10, 3, 5], [0.9, 0.9, 0.4, 0.9])
    assert said["accuracy"] == 0.25
    assert said["refused"] == 0.5
    assert said["ten_class_accuracy"] == 0.5
    assert said["confusion"][2][10] == said["confusion"][3][10] == said["confusion"][4][5] == 1


def test_what_is_no_digit_counts_apart() -> None:
    said = figures([1, NOT_A_DIGIT, NOT_A_DIGIT, NOT_A_DIGIT], [1, 1, 10, 1], [0.9, 0.9, 0.9, 0.4])
    assert (said["digits"], said["not_digits"]) == (1, 3)
    assert said["accuracy"] == 1
    assert said["not_digits_passed"] == pytest.approx(1 / 3, abs=1e-5)
    assert said["per_class"]["1"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3, abs=1e-5), "count": 1}


def test_nothing_to_count_is_none() -> None:
    said = figures([NOT_A_DIGIT], [10], [0.9])
    assert said["accuracy"] is said["ten_class_accuracy"] is said["per_class"]["0"]["f1"] is None
    assert "NaN" not in json.dumps(said)


def test_confusion_rows_are_the_truth() -> None:
    confusion = count_confusions(np.array([3, 3, 10]), np.array([3, 8, 8]))
    assert confusion.shape == (11, 11)
    assert (confusion[3, 3], confusion[3, 8], confusion[10, 8], confusion.sum()) == (1, 1, 1, 3)
    assert rate_class(confusion, 3) == {"precision": 1.0, "recall": 0.5, "f1": 0.66667, "count": 2}


def test_decide_refuses_below_the_limit() -> None:
    scores = np.array([[0.6, *[0.04] * 10], [0.4, *[0.06] * 10]], np.float32)
    assert decide(scores, 0.5).tolist() == [0, NOT_A_DIGIT]


@pytest.mark.parametrize(("right", "error"), [(9, 0.0), (0, 0.9), (5, 0.4)])
def test_calibration_error_is_the_gap(right: int, error: float) -> None:
    scores = Told([0] * 10, [0.9] * 10).rows
    labels = np.array([0] * right + [1] * (10 - right))
    assert measure_calibration_error(scores, labels) == pytest.approx(error, abs=1e-6)


def test_gaps_of_bins_do_not_cancel() -> None:
    """Too sure in one bin and too shy in another: the mean is right, the calibration is not."""
    scores = Told([0] * 4, [0.95, 0.95, 0.55, 0.55]).rows
    assert measure_calibration_error(scores, np.array([0, 1, 0, 0])) == pytest.approx(0.45, abs=1e-6)


def test_a_test_set_is_recorded_once(weights: Path, mnist_file: Path, tmp_path: Path) -> None:
    for name in ("digits.tflite", "card.json"):
        (tmp_path / name).write_bytes((weights / name).read_bytes())
    said = evaluate(Classifier(tmp_path), load_mnist(mnist_file, "test"))
    record_final(Classifier(tmp_path), said, tmp_path)
    assert Classifier(tmp_path).card.figures["test_accuracy"] == said["accuracy"]
    with pytest.raises(WeightsError, match="used once"):
        record_final(Classifier(tmp_path), said, tmp_path)
    with pytest.raises(DataError, match="no digits"):
        record_final(Classifier(weights), figures([NOT_A_DIGIT], [10], [0.9]), tmp_path)
