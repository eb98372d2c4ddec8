"""Networks that Keras trains and LiteRT runs: one class, which takes an architecture's name and a recipe."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.contestants.contestant import DIGITS, Contestant, Course, History, check_glyphs, check_learnable
from model.classifier import softmax
from model.data import Glyphs
from model.errors import WeightsError
from model.glyph import SIDE
from model.litert import Runner, open_interpreter
from model.native import require_tensorflow

TRAINED, RUNNING, FACTS = "network.keras", "network.tflite", "multiply-adds.txt"
"""What a trained network leaves: Keras' file, the one that LiteRT runs (float32), and two counts."""

BATCH = 100
"""Glyphs in one call of the interpreter, at most."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained; what a report leaves out is Keras' default. All minimise the cross-entropy."""

    epochs: int
    batch: int = 32
    optimizer: str = "adam"
    """Keras' name of it."""
    rate: float = 1e-3
    """Its learning rate, the same throughout."""


class NetworkContestant(Contestant):
    """A network without augmentation, as reports train them. Runs in LiteRT: `predict` of Keras takes 70 ms a call."""

    def __init__(self, name: str, title: str, source: str, recipe: Recipe, states: int | None = None) -> None:
        """name: one of model.network.ARCHITECTURES. states: the parameters that the report tells, if it does."""
        self.name, self.title, self.source, self.recipe, self.states = name, title, source, recipe, states
        self._network: Any = None
        self._content = b""
        self._counts = (0, 0)
        self._runner: Runner | None = None

    def fit(self, train: Glyphs, valid: Glyphs, seed: int, course: Course = Course()) -> History:
        """Train by the recipe; the weights kept are the last epoch's."""
        check_learnable(train)
        require_tensorflow()
        import keras

        from model.export import convert
        from model.network import count_multiply_adds

        keras.utils.set_random_seed(seed)
        network = self.build()
        optimizer = keras.optimizers.get(self.recipe.optimizer)
        optimizer.learning_rate = self.recipe.rate
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(optimizer, loss, metrics=["accuracy"])
        seen = network.fit(
            to_input(train.images),
            train.labels,
            batch_size=self.recipe.batch,
            epochs=course.epochs or self.recipe.epochs,
            validation_data=(to_input(valid.images), valid.labels),
            validation_batch_size=1000,
            callbacks=list(course.callbacks),
            verbose=course.verbose,
        ).history
        self._network = network
        self._counts = (network.count_params(), count_multiply_adds(network))
        self._open(convert(network, "float32"))
        keys = ("loss", "accuracy", "val_loss", "val_accuracy")
        return History(*(tuple(map(float, seen[key])) for key in keys))

    def build(self) -> Any:
        """Return the Keras network, not yet trained."""
        from model.network import ARCHITECTURES

        return ARCHITECTURES[self.name](1, DIGITS)

    def predict_proba(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28) uint8 -> (N, 10) probabilities."""
        check_glyphs(glyphs)
        assert self._runner, "it is fitted or loaded first"
        parts = [self._runner.run(to_input(glyphs[i : i + BATCH])) for i in range(0, len(glyphs), BATCH)]
        return softmax(np.concatenate(parts)) if parts else np.zeros((0, DIGITS), np.float32)

    @property
    def size(self) -> int:
        """Bytes of the .tflite, whose weights are float32."""
        return len(self._content)

    @property
    def parameters(self) -> int:
        """Weights that were learnt, and what batch normalisation keeps."""
        return self._counts[0]

    @property
    def multiply_adds(self) -> int:
        """Over convolutions, dense and recurrent layers."""
        return self._counts[1]

    def save(self, folder: Path) -> None:
        """Write the Keras file, the LiteRT file and the counts."""
        self._network.save(folder / TRAINED)
        (folder / RUNNING).write_bytes(self._content)
        (folder / FACTS).write_text(" ".join(map(str, self._counts)), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read what runs; TensorFlow is not needed."""
        try:
            content = (folder / RUNNING).read_bytes()
            parameters, multiply_adds = map(int, (folder / FACTS).read_text(encoding="utf-8").split())
        except (OSError, ValueError) as error:
            raise WeightsError(
                f"{folder}: holds no trained {self.name} ({error}). Remove it: it is made anew."
            ) from error
        self._counts = (parameters, multiply_adds)
        self._open(content)

    def _open(self, content: bytes) -> None:
        self._content = content
        self._runner = Runner(open_interpreter(content, RUNNING, (SIDE, SIDE, 1), (DIGITS,), 1))


def to_input(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 28, 28) uint8 -> (N, 28, 28, 1) float32 in 0..1."""
    return glyphs[..., None].astype(np.float32) / np.float32(255)
