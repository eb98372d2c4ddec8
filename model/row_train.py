"""Fit the network that reads a row as a whole. Needs the [train] extra."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from model import __version__
from model.checkpoint import Checkpoints
from model.composing import drop_no_digits
from model.data import Glyphs
from model.errors import WeightsError
from model.row_network import build_row_network, grow
from model.strip import LabelledStrip, Strips
from model.train import FollowEpoch, load_network, rise_and_fall
from model.windows import Window, draw_window

NETWORK = "rows.keras"

HELD = 20
"""One in so many strips is kept from training, for the calibration."""

STEEPEST = 2.0
"""Gradients longer than this are shortened: a window of unknown scrawl would undo a good deal."""


@dataclass(frozen=True)
class RowRecipe:
    """All that decides the row network's weights, besides the data."""

    epochs: int = 14
    steps: int = 500
    """Batches in an epoch; every one is drawn anew."""
    batch: int = 32
    """Windows in a batch."""
    seed: int = 1
    rate: float = 2e-3
    """Highest learning rate; it rises over the first WARM_UP steps and then falls along a cosine to nothing."""
    weight_decay: float = 2e-3
    start: str = ""
    """SHA-256 of the network that training goes on from; empty where it begins anew."""


WARM_UP = 300
"""Steps in which the learning rate rises."""


class WindowBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Batches of windows; what batch `i` of epoch `e` holds depends on the seed, i and e alone."""

    def __init__(self, strips: Sequence[LabelledStrip], digits: Sequence[Glyphs], recipe: RowRecipe) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=24)
        self.strips, self.digits = strips, [drop_no_digits(source) for source in digits]
        self.recipe, self.epoch = recipe, 0

    def __len__(self) -> int:
        return self.recipe.steps

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        # what goes on from a network sees other windows than that has seen
        stream = [int(self.recipe.start[:8], 16)] if self.recipe.start else []
        rng = np.random.default_rng([self.recipe.seed, self.epoch, index, *stream])
        return to_batch([draw_window(self.strips, self.digits, rng) for _ in range(self.recipe.batch)])

    def on_epoch_end(self) -> None:
        """Go to the next epoch; Keras calls it."""
        self.epoch += 1

    def start_epoch(self, epoch: int) -> None:
        """Go to an epoch, counted from 0."""
        self.epoch = epoch


def to_batch(windows: Sequence[Window]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return windows as the network's input, and what each frame may say."""
    x = np.stack([window.image for window in windows]).astype(np.float32) / np.float32(255)
    return x, np.stack([window.allowed for window in windows])


def measure_surprise(allowed: "keras.KerasTensor", logits: "keras.KerasTensor") -> "keras.KerasTensor":
    """Return how unlikely all that was allowed is together, in nats: cross-entropy with more than one right answer.

    allowed: (N, F, 11) bool. logits: (N, F, 11). Returns (N, F).
    """
    far = keras.ops.cast(keras.ops.logical_not(keras.ops.cast(allowed, "bool")), logits.dtype) * -FAR
    return keras.ops.logsumexp(logits, axis=-1) - keras.ops.logsumexp(logits + far, axis=-1)


FAR = 1e4
"""Logits are nearer to each other than this."""


def split_strips(strips: Sequence[Strips]) -> tuple[list[LabelledStrip], list[LabelledStrip]]:
    """Return (training, held out): each HELD-th strip of each file is held out."""
    fit = [item for source in strips for i, item in enumerate(source.items) if i % HELD]
    return fit, [item for source in strips for item in source.items[::HELD]]


def load_rows(folder: Path) -> keras.Model:
    """Return the network in the folder's rows.keras, grown where it is an older one, without residual blocks or grey.

    Raises WeightsError, for one of other layers too.
    """
    network = load_network(folder / NETWORK, "digits-model train-rows")
    shapes, expected = ([each.shape for each in one.get_weights()] for one in (network, build_row_network()))
    if shapes == expected:
        return network
    grown = grow(network)
    if grown is None:
        raise WeightsError(
            f"{folder / NETWORK}: this network has other layers than the one that is trained here. Give another folder."
        )
    return grown


def train_rows(
    strips: Sequence[Strips],
    digits: Sequence[Glyphs],
    recipe: RowRecipe,
    folder: Path,
    verbose: int = 1,
    start: keras.Model | None = None,
    tell: Callable[[str], object] = lambda sentence: None,
) -> keras.Model:
    """Fit the row network, and leave rows.keras in the folder.

    strips: cut from pages. digits: training glyphs, of which more strips are composed; the first is MNIST's training
    part. A checkpoint after each epoch lies in folder/backup-*: after a stop the same call goes on there. start: a
    network to go on from, with a new course of the learning rate; recipe.start names it. tell: takes
    sentences for the person. Returns the network. Raises StorageError.
    """
    keras.utils.set_random_seed(recipe.seed)
    batches = WindowBatches(split_strips(strips)[0], digits, recipe)
    network = start or build_row_network()
    rate = rise_and_fall(recipe.rate, recipe.epochs * recipe.steps, min(WARM_UP, recipe.epochs * recipe.steps // 2))
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, global_clipnorm=STEEPEST),
        measure_surprise,
    )
    folder.mkdir(parents=True, exist_ok=True)
    sources = [source.sha256 for source in strips] + [source.sha256 for source in digits]
    backup = folder / f"backup-{hashlib.sha256(f'{__version__} {recipe} {sources}'.encode()).hexdigest()[:12]}"
    checkpoints = Checkpoints(backup, tell=tell)
    done = checkpoints.restore(network)
    if done:
        tell(f"{done} of {recipe.epochs} epochs are done; training goes on from there.")
    network.fit(
        batches,
        initial_epoch=done,
        epochs=recipe.epochs,
        callbacks=[FollowEpoch(batches, recipe.seed), checkpoints],
        shuffle=False,  # every batch is drawn by its number
        verbose=verbose,
    )
    plain = build_row_network()  # the optimizer's memory would be twice as large as the network
    plain.set_weights(network.get_weights())
    new = folder / f"new-{NETWORK}"
    plain.save(new)
    new.replace(folder / NETWORK)
    shutil.rmtree(backup, ignore_errors=True)
    return network
