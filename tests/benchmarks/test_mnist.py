"""The seeds of MNIST alone: kept from run to run, never mixed with another recipe's."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")

from benchmarks import mnist
from benchmarks.mnist import Digits, Recipe, add_seed, main, measure_accuracy, read_figures, train_seed
from model.data import Glyphs, load_mnist


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """An .npz like MNIST's, with 300 digits to train on: bright bars whose place is their label."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 400)
    images = np.zeros((400, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 3 + 2 * label : 5 + 2 * label] = 255
    path = tmp_path / "few.npz"
    np.savez(path, x_train=images[:300], y_train=labels[:300], x_test=images[300:], y_test=labels[300:])
    return path


def test_seeds_are_added_and_their_mean_and_deviation_kept() -> None:
    figures = read_figures(Path("nowhere.json"), Recipe(), "abc")
    one = add_seed(figures, 1, 0.99, 14)
    two = add_seed(one, 2, 0.98, 14)
    assert one["mean"] == 0.99
    assert one["deviation"] is None
    assert two["accuracy"] == {"1": 0.99, "2": 0.98}
    assert two["mean"] == pytest.approx(0.985)
    assert two["deviation"] == pytest.approx(0.0070711, abs=1e-6)


def test_figures_of_another_recipe_or_other_data_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(add_seed(read_figures(path, Recipe(), "abc"), 1, 0.99, 14)))
    assert read_figures(path, Recipe(), "abc")["accuracy"] == {"1": 0.99}
    assert read_figures(path, Recipe(epochs=3), "abc")["accuracy"] == {}
    assert read_figures(path, Recipe(), "other")["accuracy"] == {}


def test_only_seeds_that_are_missing_are_trained(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[int] = []

    def pretend(digits: Glyphs, recipe: Recipe, seed: int, backup: Path, verbose: int = 2) -> Any:
        trained.append(seed)

    monkeypatch.setattr(mnist, "train_seed", pretend)
    monkeypatch.setattr(mnist, "measure_accuracy", lambda network, test: 0.5)
    monkeypatch.setattr(mnist, "count_multiply_adds", lambda network: 14)
    words = ["--data", str(few), "--out", str(tmp_path / "figures.json"), "--work", str(tmp_path)]
    assert main([*words, "--seeds", "2"]) == 0
    assert main([*words, "--seeds", "3"]) == 0
    assert trained == [1, 2, 3]


def test_a_batch_depends_on_seed_epoch_and_place_alone(few: Path) -> None:
    digits, recipe = load_mnist(few), Recipe(batch=32)
    one, other = Digits(digits, recipe, 1), Digits(digits, recipe, 1)
    other[3]
    assert np.array_equal(one[2][0], other[2][0])
    other.on_epoch_end()
    assert not np.array_equal(one[2][0], other[2][0])
    assert not np.array_equal(one[2][0], Digits(digits, recipe, 2)[2][0])


def test_every_digit_is_seen_once_an_epoch(few: Path) -> None:
    batches = Digits(load_mnist(few), Recipe(batch=32), 1)
    counts = sum(batches[i][1].sum(axis=0) for i in range(len(batches)))
    assert np.array_equal(counts[:10], np.bincount(load_mnist(few).labels, minlength=10))


def test_a_seed_is_trained_and_leaves_no_checkpoint(few: Path, tmp_path: Path) -> None:
    backup = tmp_path / "seed-1"
    network = train_seed(load_mnist(few), Recipe(epochs=2, batch=100), 1, backup, verbose=0)
    assert not backup.exists()
    assert 0 <= measure_accuracy(network, load_mnist(few, "test")) <= 1
