"""Fit the network, calibrate it, save it. The only long-running file; needs the [train] extra."""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray

from model import __version__
from model.augment import augment, change_neighbours, jitter
from model.checkpoint import KEPT, Checkpoints
from model.classifier import Classifier
from model.context import CHANNELS, look_alone
from model.data import NOT_A_DIGIT, Glyphs, split
from model.errors import DataError, StorageError, WeightsError
from model.lesson import hear
from model.negatives import make_negative
from model.network import ARCHITECTURES, CLASSES, build
from model.recipe import COMPACT, Recipe
from model.strokes import FORMS, draw

WARM_UP = 0.05
"""Share of the steps in which the learning rate rises."""

SEEDS, STEPS = 2**32, 2**20
"""Keras counts chance as (seed, step), both uint32; an epoch has fewer than STEPS steps."""

NETWORK = "digits.keras"

DRAWN, NEGATIVE = -1, -2
"""Sources of glyphs that are made, not loaded."""

VALIDATION_GLYPHS = 8000
"""Glyphs on which the calibration is fitted."""


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Augmented batches; what batch `i` of epoch `e` holds depends on the seed, i and e alone."""

    def __init__(
        self,
        digits: Glyphs,
        extras: Sequence[Glyphs],
        recipe: Recipe,
        stream: int = 0,
        teacher: Classifier | None = None,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=24)
        self.images = [digits.images, *[extra.images for extra in extras]]
        self.digits, self.recipe, self.stream, self.epoch = digits, recipe, stream, 0
        count = len(digits.labels)
        own = [(0, i) for i in range(count)]
        for k, extra in enumerate(extras):
            own += [(1 + k, i) for i in range(len(extra.labels))] * (1 if extra.are_views else recipe.extra_repeats)
        own += [(DRAWN, i) for i in range(round(count * recipe.drawn))]
        own += [(NEGATIVE, i) for i in range(round(count * recipe.negatives))]
        self.items = np.array(own, np.int64)
        self.labels = [digits.labels, *[extra.labels for extra in extras]]
        opinions = [hear(teacher, extra) if teacher and extra.are_views else None for extra in extras]
        self.opinions = [None, *opinions]
        self._shuffle()

    def __len__(self) -> int:
        return -(-len(self.items) // self.recipe.batch)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rng = np.random.default_rng([self.recipe.seed, self.stream, self.epoch, index])
        chosen = self.order[index * self.recipe.batch : (index + 1) * self.recipe.batch]
        pairs = [self._make(int(source), int(i), rng) for source, i in self.items[chosen]]
        x = to_input(np.stack([image if image.ndim == 3 else look_alone(image[None])[0] for image, _ in pairs]))
        y = np.eye(CLASSES, dtype=np.float32)[[label for _, label in pairs]]
        for row, (source, i) in zip(y, self.items[chosen], strict=True):
            opinion = self.opinions[source] if source >= 0 else None
            if opinion is not None:
                row[:] = (1 - self.recipe.taught) * row + self.recipe.taught * opinion[i]
        return x, y

    def on_epoch_end(self) -> None:
        """Draw the next epoch's order; Keras calls it."""
        self.start_epoch(self.epoch + 1)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of an epoch, counted from 0."""
        if self.epoch != epoch:
            self.epoch = epoch
            self._shuffle()

    def _shuffle(self) -> None:
        rng = np.random.default_rng([self.recipe.seed, self.stream, self.epoch])
        self.order = rng.permutation(len(self.items))

    def _make(self, source: int, index: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
        if source == NEGATIVE:
            return make_negative(self.digits.images, self.digits.labels, rng), NOT_A_DIGIT
        if source == DRAWN:
            label = int(rng.integers(10))
            ways = FORMS[str(label)]
            return augment(draw(ways[rng.integers(len(ways))], rng), rng), label
        image, label = self.images[source][index], int(self.labels[source][index])
        if image.ndim == 2:
            return augment(image, rng), label
        lonely = label != NOT_A_DIGIT and rng.random() < self.recipe.lonely
        others = self.images[source]
        view = jitter(change_neighbours(image, others[int(rng.integers(len(others)))], rng), rng)
        return view[..., 0] if lonely else view, label


def train(
    mnist: Glyphs,
    extras: Sequence[Glyphs],
    recipe: Recipe,
    folder: Path,
    start: keras.Model | None = None,
    verbose: int = 1,
    teacher: Classifier | None = None,
    logs: Path | None = None,
    tell: Callable[[str], object] = lambda sentence: None,
) -> keras.Model:
    """Fit the network on MNIST's training part and the extras, and leave digits.keras in the folder.

    A checkpoint after each epoch lies in folder/backup-*: after a stop the same call goes on there; another recipe or
    other data start anew. The weights kept are the last epoch's, or, with a patience, the best one's. start: a network
    to go on from, with a new course of the learning rate. verbose: 1 shows Keras' progress bar, 2 a line an epoch, 0
    nothing. teacher: whose opinion of the views among the extras is learnt beside their labels (distillation: Hinton et
    al., 2015). logs: folder for TensorBoard. tell: takes sentences. Returns the network. Raises StorageError.
    """
    keras.utils.set_random_seed(recipe.seed)
    fit, held = split(mnist, recipe.seed)
    batches = Batches(fit, extras, recipe, teacher=teacher)
    network = start or build_for(recipe)
    tell(f"{recipe.network}, {network.count_params():,} parameters; training on the {describe_device()}.")
    compile_for(network, recipe, len(batches))
    name = _identify(recipe, [mnist, *extras])
    backup = folder / f"backup-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints = Checkpoints(backup, recipe.patience, tell)
    done = checkpoints.restore(network)
    if not done:
        _require_room(folder, network)
    else:
        tell(f"{done} of {recipe.epochs} epochs are done; training goes on from there.")
    network.fit(
        batches,
        initial_epoch=recipe.epochs if checkpoints.is_over else done,
        epochs=recipe.epochs,
        validation_data=(to_input(held.images), np.eye(CLASSES, dtype=np.float32)[held.labels]),
        validation_batch_size=1000,
        callbacks=[FollowEpoch(batches, recipe.seed), *_log(logs, name), checkpoints],
        shuffle=False,  # the batches shuffle themselves; Keras' way depends on where a run began
        verbose=verbose,
    )
    checkpoints.finish(network)
    save(network, folder)
    shutil.rmtree(backup, ignore_errors=True)
    return network


def build_for(recipe: Recipe) -> keras.Model:
    """Return the network that a recipe names, not yet trained. Raises DataError for a name that is none."""
    if recipe.network not in ARCHITECTURES:
        raise DataError(
            f"{recipe.network!r} is no network that can read pages; what scikit-learn fits is measured by digits-bench "
            f"compare only, as LiteRT cannot run it. Choose one of {', '.join(ARCHITECTURES)}."
        )
    if recipe.network == COMPACT:
        return build(width=recipe.width, depth=recipe.depth, kernel=recipe.kernel, dropout=recipe.dropout)
    return ARCHITECTURES[recipe.network](CHANNELS, CLASSES)


def compile_for(network: keras.Model, recipe: Recipe, steps: int) -> None:
    """Make a network ready to be trained as a recipe says. steps: batches in an epoch."""
    network.compile(
        keras.optimizers.AdamW(_plan_rate(recipe, recipe.epochs * steps), weight_decay=recipe.weight_decay),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
    )


def _log(logs: Path | None, name: str) -> list[keras.callbacks.Callback]:
    """Return what writes accuracy and loss of each epoch for TensorBoard, where they are asked for."""
    # the graph of layers is left out: to draw it, Keras would trace the network anew
    return [keras.callbacks.TensorBoard(logs / name, write_graph=False)] if logs else []


def _require_room(folder: Path, network: keras.Model) -> None:
    """Raise StorageError before hours are spent on what could not be kept."""
    numbers = 4 * network.count_params()  # the weights, two averages of AdamW's, and the best weights
    needed, free = 4 * numbers * (KEPT + 2), shutil.disk_usage(folder).free
    if free < needed:
        raise StorageError(
            f"{folder}: has room for {free / 1e6:.1f} MB, and training keeps up to {needed / 1e6:.1f} MB there. "
            "Make room, or name another folder with --out."
        )


def describe_device() -> str:
    """Return in words what Keras computes with."""
    if keras.backend.backend() != "tensorflow":
        return f"device that {keras.backend.backend()} chooses"
    import tensorflow as tf  # Keras has loaded it already; on PyTorch or JAX there may be none

    found = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in found]
    return f"GPU {', '.join(names)}" if names else f"CPU, {os.cpu_count()} cores; Keras sees no GPU"


def save(network: keras.Model, folder: Path) -> None:
    """Write digits.keras; a reader finds the old file or the new one, never a part. Raises StorageError."""
    new = folder / f"new-{NETWORK}"
    try:
        network.save(new)
        new.replace(folder / NETWORK)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise StorageError(
            f"{folder / NETWORK}: cannot be written ({error.strerror}). Make room: the same command goes on there."
        ) from error


def load(folder: Path) -> keras.Model:
    """Return the network in the folder's digits.keras. Raises WeightsError."""
    return load_network(folder / NETWORK, "digits-model train")


def load_network(path: Path, remedy: str) -> keras.Model:
    """Return the network in a Keras file. remedy: the command that makes it. Raises WeightsError."""
    if not path.is_file():
        raise WeightsError(f"{path}: no such file. Give the folder that {remedy} has filled.")
    try:
        return keras.models.load_model(path)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise WeightsError(f"{path}: Keras cannot load it ({error}). Train it again: {remedy}.") from error


def to_input(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 28, 28) glyphs or (N, 28, 28, 2) views, uint8 -> (N, 28, 28, 2) float32 in 0..1, for the network."""
    views = look_alone(glyphs) if glyphs.ndim == 3 else glyphs
    return views.astype(np.float32) / np.float32(255)


def _plan_rate(recipe: Recipe, steps: int) -> keras.optimizers.schedules.CosineDecay:
    """Return the course of the learning rate over all steps: it rises, and falls along a cosine."""
    return rise_and_fall(recipe.rate, steps, max(1, round(WARM_UP * steps)))


def rise_and_fall(highest: float, steps: int, warm: int) -> keras.optimizers.schedules.CosineDecay:
    """Return a learning rate that rises over the first `warm` of the steps and then falls along a cosine to nothing."""
    return keras.optimizers.schedules.CosineDecay(
        highest / 20, max(1, steps - warm), warmup_target=highest, warmup_steps=warm
    )


def _identify(recipe: Recipe, data: Sequence[Glyphs]) -> str:
    """Return a short name that changes with everything that decides the weights."""
    text = f"{__version__} {recipe} {[source.sha256 for source in data]}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Epochs(Protocol):
    """Batches whose chance depends on the epoch."""

    def start_epoch(self, epoch: int) -> None:
        """Go to an epoch, counted from 0."""
        ...


class FollowEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Bring all chance to where it stands at the start of an epoch, for a run that goes on after a stop.

    The checkpoints hold the network and its optimizer; the batches' chance hangs on the epoch alone.
    """

    def __init__(self, batches: Epochs, seed: int | None) -> None:
        """seed: where the dropout's chance starts; None leaves it to Keras."""
        super().__init__()
        self.batches, self.seed = batches, seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keras calls it."""
        self.batches.start_epoch(epoch)
        if self.seed is None:
            return
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:  # without a rate it has no chance
                layer.seed_generator.state.assign([self.seed % SEEDS, epoch * STEPS])


def make_validation(mnist: Glyphs, recipe: Recipe, count: int = VALIDATION_GLYPHS) -> Glyphs:
    """Return held-out digits as the pipeline would cut them, and others that are no digit: for choices, calibration."""
    _, held = split(mnist, recipe.seed)
    batches = Batches(held, (), recipe, stream=1)
    rows = [batches[i] for i in range(min(len(batches), -(-count // recipe.batch)))]
    images = np.concatenate([x for x, _ in rows])
    labels = np.concatenate([y for _, y in rows]).argmax(axis=1)
    return Glyphs(np.round(images * 255).astype(np.uint8), labels.astype(np.int64), mnist.sha256)
