"""What is kept of each epoch, and what becomes of it when the disk or a file lets one down."""

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.data import Glyphs, load_mnist, split
from model.errors import DataError, StorageError
from model.recipe import Recipe

MLP = Recipe(epochs=3, batch=32, network="mlp", rate=0.02)
"""A network that trains in no time."""


@pytest.fixture(scope="module")
def small(mnist_file: Path) -> Glyphs:
    return split(load_mnist(mnist_file), seed=1, size=100)[1]


def fit(small: Glyphs, folder: Path, recipe: Recipe = MLP, **more: Any) -> tuple[Any, list[str]]:
    from model.train import train

    said: list[str] = []
    return train(small, [], recipe, folder, verbose=0, tell=said.append, **more), said


@pytest.fixture(scope="module")
def whole(small: Glyphs, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The network after a training that nothing has stopped."""
    return fit(small, tmp_path_factory.mktemp("whole"))[0]


def same(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


def test_progress_knows_the_best() -> None:
    from model.checkpoint import Progress

    progress = Progress().add(0.8, 1.0).add(0.9, 0.7).add(0.9, 0.6).add(0.9, 0.6).add(0.7, 0.1)
    assert (progress.done, progress.best, progress.accuracy, progress.loss) == (5, 3, 0.9, 0.6)


def test_a_full_disk_is_told_and_what_was_trained_goes_on(
    small: Glyphs, whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills while the second epoch is kept: the first is there still, and nothing half written."""

    def refuse(handle: int) -> None:
        if list(tmp_path.glob("full/backup-*/epoch-00001.npz")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("model.checkpoint.os.fsync", refuse)
        with pytest.raises(StorageError, match=r"epoch 2 cannot be written \(No space left.*Epoch 1 is kept"):
            fit(small, tmp_path / "full")
    (backup,) = (tmp_path / "full").iterdir()
    assert [file.name for file in backup.iterdir()] == ["epoch-00001.npz"]
    network, said = fit(small, tmp_path / "full")
    assert "1 of 3 epochs are done; training goes on from there." in said
    assert same(network, whole)


def test_a_disk_that_is_full_at_the_end_is_told_and_nothing_is_lost(
    small: Glyphs, whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keras import Model

    def refuse(network: Any, path: Path) -> None:
        path.write_bytes(b"a part")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Model, "save", refuse)
        with pytest.raises(StorageError, match=r"digits\.keras: cannot be written \(No space left"):
            fit(small, tmp_path)
    assert [file.name[:7] for file in tmp_path.iterdir()] == ["backup-"]
    network, said = fit(small, tmp_path)
    assert "3 of 3 epochs are done; training goes on from there." in said
    assert same(network, whole)


def test_a_disk_without_room_is_told_before_training(
    small: Glyphs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.train.shutil.disk_usage", lambda folder: Disk())
    with pytest.raises(StorageError, match=r"has room for 0\.5 MB, and training keeps up to"):
        fit(small, tmp_path)
    assert list(tmp_path.iterdir()) == []


class Disk:
    free = 500_000


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_damaged_epoch_is_told_and_the_one_before_taken(
    small: Glyphs, whole: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    from model.train import FollowEpoch

    def stop(callback: Any, batch: int, logs: Any = None) -> None:
        if callback.batches.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FollowEpoch, "on_train_batch_begin", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(small, tmp_path / "hurt")
    (last,) = tmp_path.glob("hurt/backup-*/epoch-00002.npz")
    last.write_bytes(last.read_bytes()[: int(share * last.stat().st_size)])
    network, said = fit(small, tmp_path / "hurt")
    assert sum("epoch-00002.npz is damaged" in sentence for sentence in said) == 1
    assert "1 of 3 epochs are done; training goes on from there." in said
    assert same(network, whole)


def test_patience_stops_and_returns_to_the_best_epoch_even_after_a_stop(
    small: Glyphs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accuracies are given, so that the second epoch is the best and three are enough."""
    from model import checkpoint

    given = {0: 0.5, 1: 0.9, 2: 0.7, 3: 0.8, 4: 0.6}
    seen: list[list[np.ndarray]] = []
    keep = checkpoint.Checkpoints.on_epoch_end

    def see(callback: Any, epoch: int, logs: Any = None) -> None:
        seen.append([np.array(weights) for weights in callback.model.get_weights()])
        keep(callback, epoch, {"val_accuracy": given[epoch], "val_loss": 1.0})
        if epoch == 2 and len(seen) == 3:
            raise KeyboardInterrupt  # after the third is kept

    monkeypatch.setattr(checkpoint.Checkpoints, "on_epoch_end", see)
    recipe = Recipe(epochs=9, batch=32, network="mlp", rate=0.02, patience=2)
    with pytest.raises(KeyboardInterrupt):
        fit(small, tmp_path, recipe)
    network, said = fit(small, tmp_path, recipe)
    assert len(seen) == 4
    assert "stopped after epoch 4; the weights are those of epoch 2, the best on the held-out digits (90.00%)." in said
    assert all(np.array_equal(a, b) for a, b in zip(network.get_weights(), seen[1], strict=True))
    assert [file.name for file in tmp_path.iterdir()] == ["digits.keras"]


def test_logs_for_tensorboard(small: Glyphs, tmp_path: Path) -> None:
    fit(small, tmp_path / "out", logs=tmp_path / "logs")
    files = [file.parent.name for file in (tmp_path / "logs").rglob("events.out.tfevents.*")]
    assert sorted(files) == ["train", "validation"]


def test_the_device_and_the_network_are_told(small: Glyphs, tmp_path: Path) -> None:
    _, said = fit(small, tmp_path)
    assert said[0].startswith("mlp, ")
    assert " parameters; training on the " in said[0]


def test_a_network_that_is_none_is_told(small: Glyphs, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'knn' is no network that can read pages.*mlp.*lstm.*compact"):
        fit(small, tmp_path, Recipe(network="knn"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("width", "depth", "kernel"), [(1.0, 7, 3), (0.25, 3, 5), (1.5, 5, 1)])
def test_the_compact_network_in_other_sizes(width: float, depth: int, kernel: int) -> None:
    from keras.layers import Conv2D

    from model.network import STAGES, count_multiply_adds, price
    from model.train import build_for

    network = build_for(Recipe(width=width, depth=depth, kernel=kernel))
    layers = [layer for layer in network.layers if isinstance(layer, Conv2D)]
    assert (len(layers), layers[-1].output.shape[1:3]) == (depth, (4, 4))
    assert {layer.kernel.shape[0] for layer in layers} == {kernel}
    assert layers[-1].filters == 8 * round(width * STAGES[-1][0] / 8)
    assert network.output.shape == (None, 11)
    assert price(width, depth, kernel) == count_multiply_adds(network)
