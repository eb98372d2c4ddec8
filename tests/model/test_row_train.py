"""Training of the row network on a handful of windows: seconds, after the seconds that Keras takes to load."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.data import NOT_A_DIGIT, hash_file
from model.errors import WeightsError
from model.rows import APART, WIDTH, RowReader, read_row_card
from model.strip import CHANNELS, FRAME, HEIGHT, LabelledStrip, Strips, write_strips
from tests.model.test_composing import make_bars


def make_strips(count: int = 40) -> Strips:
    """Strips of one bar each."""
    items = []
    for place in range(count):
        image = np.zeros((HEIGHT, 40, CHANNELS), np.uint8)
        at = 10 + place % 8
        image[6:26, at : at + 6] = 255
        items.append(LabelledStrip(image, np.array([[at, at + 6, 1]], np.float32)))
    return Strips(items, "0" * 64, "strips.npz")


def fit(folder: Path) -> Any:
    from model.row_train import RowRecipe, train_rows

    recipe = RowRecipe(epochs=2, steps=3, batch=4)
    return recipe, train_rows([make_strips()], [make_bars()], recipe, folder, verbose=0)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, Path]:
    """The recipe, the network and its folder, after two epochs without a stop."""
    folder = tmp_path_factory.mktemp("rows")
    return *fit(folder), folder


def same(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


@pytest.mark.slow
def test_a_stopped_run_goes_on_to_the_same_weights(
    trained: tuple[Any, Any, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model.train import FollowEpoch

    def stop(callback: Any, batch: int, logs: Any = None) -> None:
        if callback.batches.epoch == 1 and batch == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FollowEpoch, "on_train_batch_begin", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(tmp_path)
    assert not (tmp_path / "rows.keras").exists()
    assert same(trained[1], fit(tmp_path)[1])
    assert [file.name for file in tmp_path.iterdir()] == ["rows.keras"]


@pytest.mark.slow
def test_it_goes_on_from_a_network_with_other_windows(trained: tuple[Any, Any, Path], tmp_path: Path) -> None:
    from model.row_train import WindowBatches, load_rows, train_rows

    recipe, network, folder = trained
    further = replace(recipe, epochs=1, rate=1e-6, start=hash_file(folder / "rows.keras"))
    windows = [WindowBatches(make_strips().items, [make_bars()], each)[0][0] for each in (recipe, further)]
    assert not np.array_equal(*windows)
    later = train_rows([make_strips()], [make_bars()], further, tmp_path, verbose=0, start=load_rows(folder))
    before, after = ([np.array(each) for each in one.trainable_weights] for one in (network, later))
    moved = [np.abs(a - b).max() for a, b in zip(before, after, strict=True)]
    assert 0 < max(moved) < 1e-4, "at so low a rate the weights stay where they were"


def test_a_folder_without_a_network_is_told(tmp_path: Path) -> None:
    from model.row_train import load_rows

    with pytest.raises(WeightsError, match="digits-model train-rows has filled"):
        load_rows(tmp_path)


def test_a_network_of_other_layers_is_told_before_it_is_trained(tmp_path: Path) -> None:
    import keras

    from model.row_train import load_rows

    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(tmp_path / "rows.keras")
    with pytest.raises(WeightsError, match="other layers"):
        load_rows(tmp_path)


def build_older(monkeypatch: pytest.MonkeyPatch, channels: int, has_blocks: bool) -> Any:
    """Return a network as it was before there were so many channels, or residual blocks; its weights at random."""
    from model import row_network

    with monkeypatch.context() as patch:
        patch.setattr(row_network, "CHANNELS", channels)
        if not has_blocks:
            patch.setattr(row_network, "_refine", lambda x, *_: x)
        return row_network.build_row_network()


@pytest.mark.parametrize(("channels", "has_blocks"), [(2, False), (2, True), (CHANNELS, False)])
def test_an_older_network_is_grown_and_says_the_same(
    channels: int, has_blocks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model.row_train import load_rows

    older = build_older(monkeypatch, channels, has_blocks)
    older.save(tmp_path / "rows.keras")
    grown = load_rows(tmp_path)
    assert grown.count_params() > older.count_params()
    view = np.random.default_rng(1).random((2, HEIGHT, 64, CHANNELS), np.float32)
    assert np.array_equal(grown.predict(view, verbose=0), older.predict(view[..., :channels], verbose=0))
    grown.save(tmp_path / "rows.keras")
    assert same(load_rows(tmp_path), grown), "what has them is left as it is"


def test_a_frame_sees_no_further_than_rows_are_apart() -> None:
    from model.row_network import MORE, build_row_network

    network = build_row_network(2 * WIDTH)
    for layer in network.layers:
        if layer.name.startswith(MORE) and layer.name.endswith("-scale"):
            layer.gamma.assign(np.ones_like(layer.gamma))  # they begin as nothing
    paper = np.zeros((1, HEIGHT, 2 * WIDTH, CHANNELS), np.float32)
    inked = paper.copy()
    inked[:, :, WIDTH : WIDTH + FRAME] = 1
    moved = np.abs(network.predict(inked, verbose=0) - network.predict(paper, verbose=0)).max(axis=-1)[0]
    reached = np.abs(np.flatnonzero(moved) - WIDTH // FRAME) * FRAME
    assert APART - 2 * FRAME < reached.max() <= APART


@pytest.mark.slow
def test_the_export_says_what_the_network_says_and_its_card_tells_of_the_data(
    trained: tuple[Any, Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from model import row_export
    from model.errors import ExportError

    recipe, network, folder = trained
    monkeypatch.setattr(row_export, "LEAST_AGREEMENT", 1.01)
    with pytest.raises(ExportError, match="held-out frames"):
        row_export.export_rows(network, [make_strips()], [make_bars()], recipe, folder)
    assert not (folder / "rows.tflite").exists()
    monkeypatch.setattr(row_export, "LEAST_AGREEMENT", 0.5)
    card = row_export.export_rows(network, [make_strips()], [make_bars()], recipe, folder)
    assert [(source.name, source.glyphs) for source in card.data] == [("", 20), ("strips.npz", 40)]
    assert card.recipe["steps"] == 3
    assert RowReader.load(folder).card == card
    (said,) = RowReader.load(folder).score([make_strips().items[0].image])
    assert said.shape == (10, NOT_A_DIGIT + 1)


def test_held_out_strips_are_not_trained_on() -> None:
    from model.row_train import HELD, split_strips

    strips = make_strips()
    fit_on, held = split_strips([strips])
    assert len(held) == len(strips.items) // HELD
    assert not {id(item) for item in held} & {id(item) for item in fit_on}
    assert len(fit_on) + len(held) == len(strips.items)


def test_only_judged_frames_are_picked() -> None:
    from model.row_export import pick_judged

    strip = make_strips(1).items[0]
    answer = np.tile(np.arange(10, dtype=np.float32)[:, None], (1, 11))
    logits, labels = pick_judged([answer], [strip])
    assert labels.tolist().count(1) == 1
    middle = int((strip.marks[0, 0] + strip.marks[0, 1]) / 2 // 4)
    assert sorted(logits[:, 0].tolist()) == [k for k in range(10) if abs(k - middle) != 1]


@pytest.mark.slow
def test_the_loss_is_the_cross_entropy_where_one_answer_is_right_and_nothing_where_all_are() -> None:
    from model.row_train import measure_surprise

    logits = np.random.default_rng(4).normal(0, 3, (1, 3, 11)).astype(np.float32)
    allowed = np.zeros((1, 3, 11), bool)
    allowed[0, 0, 4] = True
    allowed[0, 1, [4, 10]] = True
    allowed[0, 2] = True
    shares = np.exp(logits[0]) / np.exp(logits[0]).sum(axis=1, keepdims=True)
    expected = [-np.log(shares[0, 4]), -np.log(shares[1, [4, 10]].sum()), 0]
    assert np.asarray(measure_surprise(allowed, logits))[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.slow
def test_the_command_goes_on_from_a_folder_and_its_card_names_it(
    mnist_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model import row_export, row_train
    from model.__main__ import main

    @dataclass(frozen=True)
    class Short(row_train.RowRecipe):
        steps: int = 2
        batch: int = 4

    monkeypatch.setattr(row_train, "RowRecipe", Short)
    monkeypatch.setattr(row_export, "LEAST_AGREEMENT", 0.0)
    with (tmp_path / "strips.npz").open("wb") as file:
        write_strips(file, make_strips().items)
    words = ["train-rows", "--strips", str(tmp_path / "strips.npz"), "--data", str(mnist_file), "--epochs", "1"]
    first, second = tmp_path / "first", tmp_path / "second"
    assert main([*words, "--out", str(first)]) == 0
    assert main([*words, "--start", str(first), "--rate", "0.000001", "--out", str(second)]) == 0
    assert read_row_card(first).recipe["start"] == ""
    assert read_row_card(second).recipe["start"] == hash_file(first / "rows.keras")
    assert read_row_card(second).recipe["rate"] == 0.000001
    before, after = ([np.array(each) for each in row_train.load_rows(one).trainable_weights] for one in (first, second))
    moved = max(float(np.abs(a - b).max()) for a, b in zip(before, after, strict=True))
    assert 0 < moved < 1e-4, "at so low a rate the weights stay where they were"
