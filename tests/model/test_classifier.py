import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.classifier import BATCH, Classifier, StubClassifier, softmax, to_guesses
from model.data import load_mnist
from model.errors import WeightsError


def test_a_batch_gives_what_single_glyphs_give(weights: Path, mnist_file: Path) -> None:
    """Batches of other sizes follow each other, and none is longer than the interpreter's."""
    classifier, glyphs = Classifier(weights), load_mnist(mnist_file).images[: BATCH + 3]
    whole = classifier.score(glyphs)
    single = np.concatenate([classifier.score(glyph[None]) for glyph in glyphs])
    assert np.allclose(whole, single, atol=1e-5)
    assert np.allclose(whole.sum(axis=1), 1, atol=1e-5)


def test_the_temperature_softens_the_scores(weights: Path, mnist_file: Path, tmp_path: Path) -> None:
    shutil.copytree(weights, tmp_path, dirs_exist_ok=True)
    card = tmp_path / "card.json"
    plain = Classifier(tmp_path)
    card.write_text(card.read_text().replace(f'"temperature": {plain.card.temperature}', '"temperature": 1000'))
    soft, glyphs = Classifier(tmp_path), load_mnist(mnist_file).images[:20]
    assert np.allclose(soft.score(glyphs), 1 / 11, atol=0.01)
    assert (soft.score(glyphs).argmax(axis=1) == plain.score(glyphs).argmax(axis=1)).all()


def test_no_glyphs_give_no_guesses(weights: Path) -> None:
    assert Classifier(weights).classify(np.zeros((0, 28, 28), np.uint8)) == []


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 28, 28, 2)])
def test_a_glyph_without_ink_is_no_digit(weights: Path, shape: tuple[int, ...]) -> None:
    glyphs = np.zeros(shape, np.uint8)
    glyphs[1, 8:20, 13:16] = 255
    glyphs[2, ..., -1] = 0 if len(shape) == 3 else 255  # ink around it alone
    scores = Classifier(weights).score(glyphs)
    assert scores[[0, 2], 10].tolist() == [1, 1]
    assert 0 < scores[1, 10] < 1


@pytest.mark.parametrize(
    "glyphs", [np.zeros((28, 28), np.uint8), np.zeros((1, 28, 28)), np.zeros((1, 20, 28), np.uint8)]
)
def test_glyphs_of_another_shape_are_refused(weights: Path, glyphs: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8 glyphs"):
        Classifier(weights).classify(glyphs)


def test_missing_weights_are_explained(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="are not there"):
        Classifier(tmp_path)


def test_a_card_of_other_weights_is_refused(weights: Path, tmp_path: Path) -> None:
    shutil.copytree(weights, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "digits.tflite").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(WeightsError, match=r"another digits\.tflite"):
        Classifier(tmp_path)


def test_guesses_name_the_best_label() -> None:
    scores = np.full((2, 11), 0.01, np.float32)
    scores[0, 7], scores[1, 10] = 0.9, 0.9
    digit, other = to_guesses(scores)
    assert (digit.label, other.label) == (7, None)
    assert digit.confidence == pytest.approx(0.9)
    assert len(digit.scores) == 11


def test_softmax_of_huge_logits_is_finite() -> None:
    assert softmax(np.array([[1e4, 0, -1e4]], np.float32)).tolist() == [[1, 0, 0]]


def test_the_stub_says_what_it_is_told() -> None:
    stub = StubClassifier([1, None, 3])
    guesses = stub.classify(np.zeros((5, 28, 28), np.uint8))
    assert [guess.label for guess in guesses] == [1, None, 3, 3, 3]
    assert len(stub.seen) == 5


def test_reading_imports_no_tensorflow(weights: Path) -> None:
    code = (
        "import sys, pathlib; from model.classifier import Classifier; import model.evaluate, model.__main__\n"
        f"Classifier(pathlib.Path({str(weights)!r}))\n"
        "sys.exit(' '.join({'tensorflow', 'keras', 'scipy'} & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_no_digit_needs_more_than_a_bare_majority() -> None:
    """A sloppy digit that leans towards "no digit" is still told as a digit; what is clearly none is not."""
    rows = np.zeros((2, 11), np.float32)
    rows[0, [3, 10]] = 0.4, 0.6
    rows[1, [3, 10]] = 0.05, 0.95
    assert [guess.label for guess in to_guesses(rows)] == [3, None]
