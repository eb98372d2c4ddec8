"""Teach the network whole strings: it goes on from where it stands, judged by what the reader makes of its answers.

Needs the [train] extra, with TensorFlow beneath Keras.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from bench.paths import sum_paths
from bench.rows import Rows
from model.augment import jitter
from model.classifier import CLASSES, Classifier
from model.context import look_alone
from model.data import Glyphs, split
from model.train import Batches, Recipe, plan_rate, save, to_input

TEMPERATURE = 0.8
"""Logits are divided by this before they are weighed, about as the calibrated reader does."""

ROW_VIEWS = 160
"""Views of rows in a batch, about: a row is never parted."""

LONELY_ROWS = 0.15
"""Share of the rows whose candidates are shown without their surroundings."""

LEAST = 1e-6
"""Probabilities count as at least this, as for the reader."""


@dataclass(frozen=True)
class Lesson:
    """How rows are weighed against single views."""

    weight: float = 1.0
    """Of the rows' cost beside the views'."""


class RowBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Batches of single views, as training shows them, and behind them the candidates of whole rows.

    An item is x, (N + R, 28, 28, 2) float32 in 0..1, and a pair: the targets (N, 11) of the views, and the numbers of
    the rows. What batch `i` of epoch `e` holds depends on the seed, i and e alone.
    """

    def __init__(self, views: Batches, rows: Rows) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=24)
        self.views, self.rows, self.epoch = views, rows, 0
        self._group()

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], tuple[NDArray[np.float32], NDArray[np.int64]]]:
        x, y = self.views[index % len(self.views)]
        rng = np.random.default_rng([self.views.recipe.seed, 1, self.epoch, index])
        seen = [self._show(int(number), rng) for number in self.groups[index]]
        return np.concatenate([x, to_input(np.concatenate(seen))]), (y, self.groups[index])

    def on_epoch_end(self) -> None:
        """Draw the next epoch's order; Keras calls it."""
        self.views.on_epoch_end()
        self.epoch += 1
        self._group()

    def _show(self, number: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        views = np.stack([jitter(view, rng) for view in self.rows.views[self.rows.find_range(number)]])
        return look_alone(np.ascontiguousarray(views[..., 0])) if rng.random() < LONELY_ROWS else views

    def _group(self) -> None:
        """Put rows together until a batch is full."""
        rng = np.random.default_rng([self.views.recipe.seed, 1, self.epoch])
        order = rng.permutation(len(self.rows))
        sizes = np.diff(self.rows.ends[:, 0], prepend=0)[order]
        batch = (np.cumsum(sizes) - 1) // ROW_VIEWS
        self.groups = np.split(order, np.flatnonzero(np.diff(batch)) + 1)


class RowTrainer(keras.Model):  # type: ignore[misc]
    """The network while it is taught rows."""

    def __init__(self, network: keras.Model, rows: Rows, weight: float) -> None:
        super().__init__()
        self.network, self.rows, self.weight = network, rows, weight
        self.of_views = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.0)
        self.means = [keras.metrics.Mean(name=name) for name in ("views", "rows", "right")]

    def call(self, x: Any, training: bool = False) -> Any:
        """Return the logits."""
        return self.network(x, training=training)

    @property
    def metrics(self) -> list[Any]:
        """Mean cost of a view and of a row, in nats, and the share of rows whose right reading is the likelier half."""
        return self.means

    def train_step(self, data: Any) -> dict[str, Any]:
        """Take one step; Keras calls it."""
        x, (targets, numbers) = data
        with tf.GradientTape() as tape:
            logits = self.network(x, training=True)
            count = tf.shape(targets)[0]
            of_views = self.of_views(targets, logits[:count])
            logarithms = tf.nn.log_softmax(logits[count:] / TEMPERATURE)
            slopes, costs = tf.numpy_function(self._judge, [logarithms, numbers], [tf.float32, tf.float32])
            slopes.set_shape((None, CLASSES))
            costs.set_shape((None,))
            # its value means nothing: it has the slope of the rows' mean cost
            cost = of_views + self.weight * tf.reduce_sum(tf.stop_gradient(slopes) * logarithms)
        self.optimizer.apply(tape.gradient(cost, self.network.trainable_variables), self.network.trainable_variables)
        shares = tf.exp(-costs)
        for mean, value in zip(self.means, (of_views, costs, tf.cast(shares > 0.5, tf.float32)), strict=True):
            mean.update_state(value)
        return {mean.name: mean.result() for mean in self.means}

    def _judge(
        self, logarithms: NDArray[np.float32], numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the slope of the rows' mean cost by each logarithm, and the cost of each row."""
        slopes, costs, start = np.zeros(logarithms.shape), [], 0
        held = np.maximum(logarithms.astype(np.float64), np.log(LEAST))
        for number in numbers.tolist():
            paths = self.rows.take_paths(number)
            here = slice(start, start := start + len(paths.first))
            sums = sum_paths(paths, held[here])
            costs.append(sums.cost)
            slopes[here] = paths.times * (sums.shares - sums.right_shares) / len(numbers)
        return slopes.astype(np.float32), np.array(costs, np.float32)


def train_rows(
    mnist: Glyphs,
    extras: Sequence[Glyphs],
    rows: Rows,
    recipe: Recipe,
    folder: Path,
    start: keras.Model,
    teacher: Classifier | None = None,
    lesson: Lesson = Lesson(),
    verbose: int = 1,
) -> keras.Model:
    """Go on training a network with rows, and leave digits.keras in the folder; a stopped call goes on where it was.

    mnist, extras, recipe, teacher, verbose: as in model.train.train; the recipe's batch is the number of single views
    beside each batch of rows. Returns the network.
    """
    keras.utils.set_random_seed(recipe.seed)
    batches = RowBatches(Batches(split(mnist, recipe.seed)[0], extras, recipe, teacher=teacher), rows)
    trainer = RowTrainer(start, rows, lesson.weight)
    rate = plan_rate(recipe, recipe.epochs * len(batches))
    trainer.compile(keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, global_clipnorm=MOST_SLOPE))
    trainer.build((None, *start.input_shape[1:]))
    folder.mkdir(parents=True, exist_ok=True)
    backup = folder / "backup-rows"
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: save(start, folder))
    trainer.fit(
        batches,
        epochs=recipe.epochs,
        callbacks=[keras.callbacks.BackupAndRestore(backup), keep],
        shuffle=False,
        verbose=verbose,
    )
    save(start, folder)
    shutil.rmtree(backup, ignore_errors=True)
    return start


MOST_SLOPE = 5.0
"""Steeper slopes are cut to this length: one hopeless row must not throw the network over."""
