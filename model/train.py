"""Fit the network, calibrate it, save it. The only long-running file; needs the [train] extra."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model import __version__
from model.augment import augment
from model.data import NOT_A_DIGIT, Glyphs, split
from model.glyph import SIDE
from model.negatives import make_negative
from model.network import CLASSES, build, count_multiply_adds
from model.strokes import DIGITS, draw


@dataclass(frozen=True)
class Recipe:
    """All that decides the trained weights, besides the data."""

    epochs: int = 24
    batch: int = 128
    seed: int = 1
    rate: float = 2e-3
    """Highest learning rate; it rises over WARM_UP of the steps and then falls along a cosine to nothing."""
    weight_decay: float = 2e-3
    label_smoothing: float = 0.02
    negatives: float = 0.25
    """Glyphs that are no digit, as a share of the digits."""
    drawn: float = 0.06
    """Digits drawn from strokes, as a share of the digits."""
    extra_repeats: int = 2
    """How often an epoch shows each glyph of the extra data."""


WARM_UP = 0.05
"""Share of the steps in which the learning rate rises."""

DRAWN, NEGATIVE = -1, -2
"""Sources of glyphs that are made, not loaded."""

VALIDATION_GLYPHS = 8000
"""Glyphs on which the calibration is fitted."""


class Batches(keras.utils.PyDataset):
    """Augmented batches; what batch `i` of epoch `e` holds depends on the seed, i and e alone."""

    def __init__(self, digits: Glyphs, extras: Sequence[Glyphs], recipe: Recipe, stream: int = 0) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=24)
        self.images = [digits.images, *[extra.images for extra in extras]]
        self.digits, self.recipe, self.stream, self.epoch = digits, recipe, stream, 0
        count = len(digits.labels)
        own = [(0, i) for i in range(count)]
        own += [(1 + k, i) for k, extra in enumerate(extras) for i in range(len(extra.labels))] * recipe.extra_repeats
        own += [(DRAWN, i) for i in range(round(count * recipe.drawn))]
        own += [(NEGATIVE, i) for i in range(round(count * recipe.negatives))]
        self.items = np.array(own, np.int64)
        self.labels = [digits.labels, *[extra.labels for extra in extras]]
        self._shuffle()

    def __len__(self) -> int:
        return -(-len(self.items) // self.recipe.batch)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rng = np.random.default_rng([self.recipe.seed, self.stream, self.epoch, index])
        chosen = self.order[index * self.recipe.batch : (index + 1) * self.recipe.batch]
        pairs = [self._make(int(source), int(i), rng) for source, i in self.items[chosen]]
        x = np.stack([image for image, _ in pairs]).astype(np.float32)[..., None] / np.float32(255)
        return x, np.eye(CLASSES, dtype=np.float32)[[label for _, label in pairs]]

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._shuffle()

    def _shuffle(self) -> None:
        rng = np.random.default_rng([self.recipe.seed, self.stream, self.epoch])
        self.order = rng.permutation(len(self.items))

    def _make(self, source: int, index: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
        if source == NEGATIVE:
            return make_negative(self.digits.images, self.digits.labels, rng), NOT_A_DIGIT
        if source == DRAWN:
            label = str(rng.integers(10))
            ways = DIGITS[label]
            return augment(draw(ways[rng.integers(len(ways))], rng), rng), int(label)
        return augment(self.images[source][index], rng), int(self.labels[source][index])


def train(mnist: Glyphs, extras: Sequence[Glyphs], recipe: Recipe, folder: Path, verbose: int = 1) -> keras.Model:
    """Fit the network on MNIST's training part and the extras, and leave digits.keras in the folder.

    A checkpoint after each epoch lies in folder/backup; a run that was stopped goes on there. The weights kept are the
    last epoch's. verbose: 1 shows Keras' progress bar, 2 a line an epoch, 0 nothing. Returns the network.
    """
    keras.utils.set_random_seed(recipe.seed)
    fit, held = split(mnist, recipe.seed)
    batches = Batches(fit, extras, recipe)
    network = build()
    steps = recipe.epochs * len(batches)
    warm = max(1, round(WARM_UP * steps))
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 20, max(1, steps - warm), warmup_target=recipe.rate, warmup_steps=warm
    )
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
    )
    plain = held.images.astype(np.float32)[..., None] / np.float32(255)
    folder.mkdir(parents=True, exist_ok=True)
    network.fit(
        batches,
        epochs=recipe.epochs,
        validation_data=(plain, np.eye(CLASSES, dtype=np.float32)[held.labels]),
        validation_batch_size=1000,
        callbacks=[keras.callbacks.BackupAndRestore(folder / "backup"), _FollowEpoch(batches)],
        verbose=verbose,
    )
    network.save(folder / "digits.keras")
    return network


class _FollowEpoch(keras.callbacks.Callback):
    """Tell the batches which epoch a run that goes on has reached."""

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.batches.epoch != epoch:
            self.batches.epoch = epoch
            self.batches._shuffle()


def make_validation(mnist: Glyphs, recipe: Recipe, count: int = VALIDATION_GLYPHS) -> Glyphs:
    """Return held-out digits as the pipeline would cut them, and glyphs that are no digit, for choices and calibration."""
    _, held = split(mnist, recipe.seed)
    batches = Batches(held, (), recipe, stream=1)
    rows = [batches[i] for i in range(min(len(batches), -(-count // recipe.batch)))]
    images = np.concatenate([x for x, _ in rows])[..., 0]
    labels = np.concatenate([y for _, y in rows]).argmax(axis=1)
    return Glyphs(np.round(images * 255).astype(np.uint8), labels.astype(np.int64), mnist.sha256)
