"""Training on small data: seconds, after the seconds that Keras takes to load."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.classifier import Classifier
from model.context import look_alone
from model.data import Glyphs, load_mnist, split
from model.errors import WeightsError


@pytest.fixture(scope="module")
def small(mnist_file: Path) -> Glyphs:
    return split(load_mnist(mnist_file), seed=1, size=60)[1]


def fit(small: Glyphs, folder: Path) -> Any:
    from model.train import Recipe, train

    return train(small, [small], Recipe(epochs=2, batch=32), folder, verbose=0)


@pytest.fixture(scope="module")
def whole(small: Glyphs, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A network after two epochs without a stop."""
    return fit(small, tmp_path_factory.mktemp("whole"))


def same(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.mark.slow
def test_a_seed_decides_the_weights(small: Glyphs, whole: Any, tmp_path: Path) -> None:
    assert same(whole, fit(small, tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["digits.keras"]


@pytest.mark.slow
def test_a_stopped_run_goes_on_to_the_same_weights(
    small: Glyphs, whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model.train import FollowEpoch

    begun: list[int] = []

    def stop(callback: Any, batch: int, logs: Any = None) -> None:
        if callback.batches.epoch == 1 and batch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FollowEpoch, "on_train_batch_begin", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(small, tmp_path)
    assert not (tmp_path / "digits.keras").exists()
    monkeypatch.setattr(FollowEpoch, "on_epoch_end", lambda callback, epoch, logs=None: begun.append(epoch))
    assert same(whole, fit(small, tmp_path))
    assert begun == [1]
    assert [file.name for file in tmp_path.iterdir()] == ["digits.keras"]


def test_batches_depend_on_seed_epoch_and_index(small: Glyphs) -> None:
    from model.train import Batches, Recipe

    batches, again = (Batches(small, [], Recipe(batch=32)) for _ in range(2))
    assert np.array_equal(batches[1][0], again[1][0])
    assert not np.array_equal(batches[1][0], Batches(small, [], Recipe(batch=32, seed=2))[1][0])
    again.on_epoch_end()
    assert not np.array_equal(batches[1][0], again[1][0])


def test_an_epoch_holds_every_share(small: Glyphs) -> None:
    from model.train import Batches, Recipe

    recipe = Recipe(batch=32, negatives=0.5, drawn=0.2, extra_repeats=2)
    batches = Batches(small, [small], recipe)
    labels = np.concatenate([batches[i][1] for i in range(len(batches))]).argmax(axis=1)
    assert len(labels) == 60 + 120 + 12 + 30
    assert (labels == 10).sum() == 30


def test_a_teacher_s_opinion_of_views_is_learnt_beside_their_labels(small: Glyphs, weights: Path) -> None:
    from model.lesson import hear
    from model.train import Batches, Recipe

    views = Glyphs(look_alone(small.images), small.labels, "x")
    teacher, recipe = Classifier(weights), Recipe(batch=500, negatives=0, drawn=0, taught=0.75)
    batches = Batches(small, [small, views], recipe, teacher=teacher)
    targets = batches[0][1]
    sources = batches.items[batches.order][:, 0]
    assert np.array_equal(targets[sources < 2].max(axis=1), np.ones((sources < 2).sum())), "glyphs have their label"
    opinions = hear(teacher, views)
    places = batches.items[batches.order][sources == 2, 1]
    expected = 0.25 * np.eye(11)[views.labels[places]] + 0.75 * opinions[places]
    assert np.allclose(targets[sources == 2], expected, atol=1e-6)


def test_validation_holds_unseen_digits_and_others(mnist_file: Path) -> None:
    from model.train import Recipe, make_validation

    mnist, recipe = load_mnist(mnist_file), Recipe()
    made, again = make_validation(mnist, recipe), make_validation(mnist, recipe)
    assert np.array_equal(made.images, again.images)
    assert set(made.labels.tolist()) == set(range(11))


def test_a_folder_without_a_network_is_explained(tmp_path: Path) -> None:
    from model.train import load

    with pytest.raises(WeightsError, match="no such file"):
        load(tmp_path)
    (tmp_path / "digits.keras").write_bytes(b"no network")
    with pytest.raises(WeightsError, match="cannot load it"):
        load(tmp_path)
