"""The exported network against the Keras one it came from."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.classifier import Classifier, LiteRTNetwork, softmax
from model.data import Glyphs, load_mnist
from model.errors import DataError, ExportError, WeightsError


@pytest.fixture(scope="module")
def network(weights: Path) -> Any:
    from model.train import load

    return load(weights)


@pytest.fixture(scope="module")
def mnist(mnist_file: Path) -> Glyphs:
    return load_mnist(mnist_file)


@pytest.mark.parametrize(("kind", "gap"), [("float32", 1e-3), ("float16", 0.02), ("dynamic", 0.15), ("int8", 0.3)])
def test_every_kind_says_what_keras_says(network: Any, mnist: Glyphs, kind: str, gap: float) -> None:
    from model.export import convert, predict

    exported = LiteRTNetwork(convert(network, kind, mnist.images))
    logits = predict(network, mnist.images[:100])
    assert np.abs(exported.run(mnist.images[:100]) - logits).max() < gap * np.abs(logits).max()


def test_quantised_inputs_and_outputs_are_scaled(network: Any, mnist: Glyphs) -> None:
    """A file whose input is uint8 and whose output is int8 reads like one with floats."""
    import tensorflow as tf

    from model.export import predict, to_input

    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([glyph[None]] for glyph in to_input(mnist.images[:100]))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type, converter.inference_output_type = tf.uint8, tf.int8
    with pytest.warns(UserWarning, match="Statistics for quantized inputs"):
        content = converter.convert()
    logits = predict(network, mnist.images[:100])
    assert np.abs(LiteRTNetwork(content).run(mnist.images[:100]) - logits).max() < 0.3 * np.abs(logits).max()


def test_an_export_that_disagrees_is_refused(
    network: Any, mnist: Glyphs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from model import export
    from model.train import Recipe

    monkeypatch.setattr(export, "predict", lambda network, glyphs: np.eye(11)[np.zeros(len(glyphs), int)])
    with pytest.raises(ExportError, match="agrees with the Keras one"):
        export.export(network, mnist, [], Recipe(), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found_again(temperature: float) -> None:
    from model.export import fit_temperature

    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (20000, 11)).astype(np.float32)
    labels = np.array([rng.choice(11, p=row / row.sum()) for row in softmax(logits).astype(np.float64)])
    assert fit_temperature(logits * np.float32(temperature), labels) == pytest.approx(temperature, rel=0.05)


def test_the_card_tells_of_the_run(weights: Path, mnist: Glyphs) -> None:
    card = Classifier(weights).card
    assert [(source.name, source.sha256, source.glyphs) for source in card.data] == [("mnist.npz", mnist.sha256, 600)]
    assert card.recipe["epochs"] == 1
    assert card.parameters > 0
    assert set(card.versions) >= {"tensorflow", "keras", "numpy", "opencv-python"}
    assert not any(name.startswith("test_") for name in card.figures)
    assert os.sep not in card.data[0].name


def test_a_card_is_recalled_for_its_own_data_only(weights: Path, mnist: Glyphs, tmp_path: Path) -> None:
    from model.export import describe, recall

    origin = recall(weights, mnist)
    assert origin is not None
    assert origin.recipe.epochs == 1
    assert origin.sources == (describe(mnist),)
    assert origin.members == ()
    assert recall(tmp_path, mnist) is None
    with pytest.raises(DataError, match="another file"):
        recall(weights, Glyphs(mnist.images, mnist.labels, "00", "other.npz"))


def test_bytes_that_are_no_network_are_explained() -> None:
    with pytest.raises(WeightsError, match="cannot be used"):
        LiteRTNetwork(b"no network")
