"""The classifiers behind one interface: all fit, answer, and come back from disk; the next is a class and a line."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.contestants.contestant import Contestant, Course, History, check_learnable
from bench.contestants.network import NetworkContestant
from bench.contestants.registry import CONTESTANTS, make_contestants
from model.data import Glyphs
from model.errors import DataError, WeightsError
from model.glyph import normalise
from model.strokes import DIGITS, draw

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

SHALLOW = [each.name for each in make_contestants() if type(each).__name__ == "ShallowContestant"]


def draw_glyphs(count: int, seed: int) -> Glyphs:
    """Return drawn digits, 0..9 in turn."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.int64) % 10
    pictures = np.stack([normalise(draw(DIGITS[str(label)][0], rng)) for label in labels])
    return Glyphs(pictures, labels, "0" * 64, "drawn")


@pytest.fixture(scope="module")
def drawn() -> tuple[Glyphs, Glyphs]:
    """Digits to train on, and others."""
    return draw_glyphs(200, 1), draw_glyphs(50, 2)


class Toy(Contestant):
    """Calls every glyph what is most frequent among the training digits."""

    name, title, source, recipe = "toy", "the most frequent digit", "nobody's", None

    def fit(self, train: Glyphs, valid: Glyphs, seed: int, course: Course = Course()) -> History:
        self.shares = np.bincount(train.labels, minlength=10) / len(train.labels)
        return History()

    def predict_proba(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.tile(self.shares.astype(np.float32), (len(glyphs), 1))

    size, parameters, multiply_adds = 80, 10, 0  # type: ignore[assignment]

    def save(self, folder: Path) -> None:
        np.save(folder / "shares.npy", self.shares)

    def load(self, folder: Path) -> None:
        self.shares = np.load(folder / "shares.npy")


def test_the_next_one_is_a_class_and_a_line() -> None:
    assert [each.name for each in make_contestants(["toy", "mlp"], (*CONTESTANTS, Toy))] == ["mlp", "toy"]


def test_names_are_apart_and_an_unknown_one_is_told() -> None:
    names = [each.name for each in make_contestants()]
    assert len(names) == len(set(names)) == 14
    with pytest.raises(DataError, match=r"no contestant is called perceptron\. Known are: tree, bayes"):
        make_contestants(["mlp", "perceptron"])


@pytest.mark.parametrize("name", [each.name for each in make_contestants() if isinstance(each, NetworkContestant)])
def test_a_network_has_the_parameters_that_its_report_states(name: str) -> None:
    (contestant,) = make_contestants([name])
    assert isinstance(contestant, NetworkContestant)
    network = contestant.build()
    assert (network.input_shape, network.output_shape) == ((None, 28, 28, 1), (None, 10))
    assert contestant.states in (None, network.count_params())


def test_which_parameters_the_reports_state() -> None:
    states = {each.name: each.states for each in make_contestants() if isinstance(each, NetworkContestant)}
    assert (states["no-pool"], states["small-conv"]) == (203_434, 37_610)


@pytest.mark.parametrize("name", [*SHALLOW, "mlp", "lstm"])
def test_what_was_learnt_comes_back_from_the_disk(name: str, drawn: tuple[Glyphs, Glyphs], tmp_path: Path) -> None:
    (fitted,), (loaded,) = make_contestants([name]), make_contestants([name])
    history = fitted.fit(*drawn, 1, Course(epochs=8))
    fitted.save(tmp_path)
    loaded.load(tmp_path)
    answers = loaded.predict_proba(drawn[1].images)
    assert answers.shape == (50, 10)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(answers, fitted.predict_proba(drawn[1].images))
    assert (answers.argmax(axis=1) == drawn[1].labels).mean() > 0.5
    assert len(history.valid_accuracy) == (0 if name in SHALLOW else 8)
    assert loaded.size == pytest.approx(fitted.size, rel=0.01)  # a pickle of what was unpickled differs by a few bytes
    assert (loaded.parameters, loaded.multiply_adds) == (fitted.parameters, fitted.multiply_adds)


def test_the_seed_decides_what_is_learnt(drawn: tuple[Glyphs, Glyphs]) -> None:
    def answer(seed: int) -> NDArray[np.float32]:
        (network,) = make_contestants(["mlp"])
        network.fit(*drawn, seed, Course(epochs=1))
        return network.predict_proba(drawn[1].images)

    np.testing.assert_array_equal(answer(1), answer(1))
    assert not np.array_equal(answer(1), answer(2))


def test_the_package_s_network_shares_out_among_the_digits(drawn: tuple[Glyphs, Glyphs]) -> None:
    (shipped,) = make_contestants(["shipped"])
    answers = shipped.predict_proba(np.concatenate([drawn[1].images, np.zeros((1, 28, 28), np.uint8)]))
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert (answers[:-1].argmax(axis=1) == drawn[1].labels).mean() > 0.9


@pytest.mark.parametrize("name", ["mlp", "tree", "shipped"])
def test_glyphs_of_another_shape_are_refused(name: str, drawn: tuple[Glyphs, Glyphs]) -> None:
    (contestant,) = make_contestants([name])
    with pytest.raises(ValueError, match=r"expected uint8 glyphs of shape \(N, 28, 28\), got uint8 \(2, 20, 20\)"):
        contestant.predict_proba(np.zeros((2, 20, 20), np.uint8))


@pytest.mark.parametrize(
    ("images", "labels", "told"),
    [
        (np.zeros((10, 20, 20), np.uint8), range(10), r"expected uint8 \(N, 28, 28\)"),
        (np.zeros((11, 28, 28), np.uint8), range(11), r"labels \[10\] are no digits"),
        (np.zeros((8, 28, 28), np.uint8), range(8), "no glyph of 8, 9"),
    ],
)
def test_what_cannot_be_learnt_from_is_told(images: NDArray[np.uint8], labels: range, told: str) -> None:
    with pytest.raises(DataError, match=told):
        check_learnable(Glyphs(images, np.array(labels, np.int64), "", "few"))


@pytest.mark.parametrize("name", ["mlp", "tree"])
def test_a_damaged_file_of_a_contestant_is_told(name: str, tmp_path: Path) -> None:
    for file in ("network.tflite", "multiply-adds.txt", "estimator.pickle"):
        (tmp_path / file).write_bytes(b"nothing")
    (contestant,) = make_contestants([name])
    with pytest.raises(WeightsError, match=f"holds no (trained|fitted) {name}"):
        contestant.load(tmp_path)
