"""Keras -> LiteRT, checked against the Keras network, with its calibration and its card. Needs the [train] extra."""

import contextlib
import hashlib
import io
import os
import platform
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model import __version__
from model.card import Card, Source, parse_card, replace_file
from model.classifier import CARD, WEIGHTS, LiteRTNetwork, read_card, softmax
from model.data import Glyphs, split
from model.errors import DataError, ExportError, WeightsError
from model.evaluate import measure_calibration_error
from model.network import count_multiply_adds
from model.recipe import Recipe
from model.train import NETWORK, make_validation, to_input

KINDS = ("float32", "float16", "dynamic", "int8")
"""Number types of an exported network. dynamic: int8 weights, activations quantised glyph by glyph as they come."""

KIND = "dynamic"
"""As fast and as small as int8, twice as close to the Keras network, and it needs no samples (benchmarks/export.py)."""

LEAST_AGREEMENT = 0.999
"""Share of the held-out MNIST digits on which the exported network must give the label of the Keras one."""

SAMPLES = 1000
"""Glyphs from which int8 learns the ranges of the activations."""

TEMPERATURES = (0.05, 20.0)
"""The calibration is looked for between these."""


def export(
    network: keras.Model,
    mnist: Glyphs,
    sources: Sequence[Source],
    recipe: Recipe,
    folder: Path,
    members: Sequence[str] = (),
) -> Card:
    """Leave digits.tflite and card.json in the folder.

    mnist: its held-out part checks and calibrates the result. sources, recipe: what the network was trained with.
    members: checksums of the networks that it joins. Raises ExportError when the exported network disagrees with the
    Keras one.
    """
    content = convert(network)
    exported = LiteRTNetwork(content)
    _, held = split(mnist, recipe.seed)
    logits = exported.run(held.images)
    agreement = measure_agreement(predict(network, held.images), logits)
    if agreement < LEAST_AGREEMENT:
        raise ExportError(
            f"the exported network agrees with the Keras one on {agreement:.2%} of the held-out digits, expected "
            f"{LEAST_AGREEMENT:.1%}. Train for longer, or export as float32."
        )
    validation = make_validation(mnist, recipe)
    cut_logits = exported.run(validation.images)
    temperature = fit_temperature(cut_logits, validation.labels)
    scores = softmax(cut_logits / np.float32(temperature))
    card = Card(
        digitlens=__version__,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=describe_machine(),
        versions=list_versions(),
        data=tuple(sources),
        recipe=asdict(recipe),
        parameters=network.count_params(),
        multiply_adds=count_multiply_adds(network),
        weights_sha256=hashlib.sha256(content).hexdigest(),
        temperature=round(temperature, 4),
        figures={
            "agreement_with_keras": agreement,
            "validation_accuracy": _share(logits.argmax(axis=1) == held.labels),
            "validation_cut_accuracy": _share(cut_logits.argmax(axis=1) == validation.labels),
            "validation_calibration_error": round(measure_calibration_error(scores, validation.labels), 5),
        },
        members=tuple(members),
    )
    replace_file(folder / WEIGHTS, content)
    replace_file(folder / CARD, card.to_json().encode())
    return card


def find_trained(folder: Path, recipe: Recipe, sources: Sequence[Source]) -> Card | None:
    """Return the card of the weights in a folder if they are whole, and of this recipe, these data and this version.

    None where they are not, or where there are none.
    """
    try:
        card = read_card(folder)
    except WeightsError:
        return None
    known = {**asdict(Recipe()), **card.recipe}  # what a card does not tell was as usual
    same = (known, card.data, card.digitlens, card.members) == (asdict(recipe), tuple(sources), __version__, ())
    return card if same and (folder / NETWORK).is_file() else None


@dataclass(frozen=True)
class Origin:
    """Where a network comes from."""

    recipe: Recipe
    sources: Sequence[Source]
    """The data files that it was trained with."""
    members: Sequence[str] = ()
    """Checksums of the networks that a committee joins."""


def describe(data: Glyphs) -> Source:
    """Return what the card says of a data file."""
    return Source(data.name, data.sha256, len(data.labels))


def recall(folder: Path, mnist: Glyphs) -> Origin | None:
    """Return what the folder's card says of where its network comes from; None without a card.

    Raises DataError when mnist is another file than the one trained with: its held-out part would not be unseen.
    """
    path = folder / CARD
    if not path.exists():
        return None
    card = parse_card(path.read_text(encoding="utf-8"))
    if mnist.sha256 not in {source.sha256 for source in card.data}:
        raise DataError(f"{mnist.name}: the network was trained with another file. Give that one, or remove {path}.")
    try:
        return Origin(Recipe(**card.recipe), card.data, card.members)  # type: ignore[arg-type]
    except TypeError as error:
        raise WeightsError(f"{path}: the recipe is of another version ({error}). Remove the card.") from error


def convert(network: keras.Model, kind: str = KIND, samples: NDArray[np.uint8] | None = None) -> bytes:
    """Return the network as a .tflite of float logits, for any number of glyphs at a time.

    kind: one of KINDS. samples: (N, 28, 28) uint8 glyphs, needed by int8 only.
    """
    # from_concrete_functions gives files that run 140 times slower.
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    if kind != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if kind == "int8":
        if samples is None:
            raise ValueError("int8 needs samples: glyphs from which the ranges of the activations are learnt")
        shown = to_input(samples[:SAMPLES])
        converter.representative_dataset = lambda: ([glyph[None]] for glyph in shown)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # Keras lists every tensor
        warnings.simplefilter("ignore")  # the converter warns of its own ways
        return bytes(converter.convert())


def predict(network: keras.Model, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the Keras network's logits: (N, 28, 28) uint8 -> (N, 11)."""
    return np.asarray(network.predict(to_input(glyphs), batch_size=500, verbose=0), np.float32)


def measure_agreement(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Return the share of glyphs for which two (N, 11) logits have the same largest one."""
    return _share(ours.argmax(axis=1) == theirs.argmax(axis=1))


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the temperature that makes the labels most likely (Guo et al., 2017): (N, 11) logits, (N,) labels."""
    from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

    def cost(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / np.exp(log_temperature)
        top = scaled.max(axis=1)
        likelihoods = scaled[np.arange(len(labels)), labels] - top - np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return -float(likelihoods.mean())

    return float(np.exp(minimize_scalar(cost, bounds=np.log(TEMPERATURES), method="bounded").x))


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 5)


def list_versions() -> dict[str, str]:
    """Return the versions of the libraries that make a network, by name."""
    names = ("tensorflow", "keras", "numpy", "opencv-python", "ai-edge-litert")
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in names}


def describe_machine() -> str:
    """Return processor, cores and system in words."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}"
