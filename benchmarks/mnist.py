"""MNIST alone: how good this architecture is on the data that everybody knows, over several seeds.

    python -m benchmarks.mnist --data mnist.npz [--seeds 5] [--epochs 24] [--out docs/mnist-figures.json]

For each seed the network is trained on MNIST's 60,000 training digits and nothing else, for a fixed number of epochs,
and measured once, after the last, on the 10,000 test digits: nothing is chosen by them. A stopped run goes on at its
last whole epoch. Seeds that stand in the file with the same recipe are not run again. Needs the [train] extra.
"""

import argparse
import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.augment import move
from model.checkpoint import Checkpoints
from model.command import run_command, say
from model.data import Glyphs, load_mnist
from model.network import CLASSES, build, count_multiply_adds
from model.train import FollowEpoch, rise_and_fall, to_input
from scanner.whole import SHARED, write_whole

NAME = "benchmarks.mnist"

OUT = Path(__file__).parents[1] / "docs" / "mnist-figures.json"


@dataclass(frozen=True)
class Recipe:
    """All that decides the weights, besides the seed."""

    epochs: int = 24
    batch: int = 128
    rate: float = 2e-3
    """Highest learning rate; it rises over the first epoch and falls along a cosine to nothing."""
    weight_decay: float = 2e-3
    label_smoothing: float = 0.02
    angle: float = 12.0
    """Digits are turned by up to this, in degrees,"""
    scale: float = 0.1
    """scaled by up to this share,"""
    shift: float = 2.0
    """shifted by up to this, in pixels,"""
    shear: float = 0.15
    """sheared by up to this,"""
    bend: float = 0.5
    """and bent by a random field of this deviation, in pixels."""
    averaging: float = 0.999
    """Momentum of the exponential average of the weights (Polyak and Juditsky, 1992)."""


class Digits(keras.utils.PyDataset):  # type: ignore[misc]  # Keras has no types
    """Augmented batches; what batch `i` of epoch `e` holds depends on the seed, i and e alone."""

    def __init__(self, digits: Glyphs, recipe: Recipe, seed: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=24)
        self.digits, self.recipe, self.seed, self.epoch = digits, recipe, seed, 0

    def __len__(self) -> int:
        return -(-len(self.digits.labels) // self.recipe.batch)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.digits.labels))
        chosen = order[index * self.recipe.batch : (index + 1) * self.recipe.batch]
        rng = np.random.default_rng([self.seed, self.epoch, index])
        r = self.recipe
        moved = [move(self.digits.images[i], rng, r.angle, r.scale, r.shift, r.shear, r.bend) for i in chosen]
        return to_input(np.stack(moved)), np.eye(CLASSES, dtype=np.float32)[self.digits.labels[chosen]]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order; Keras calls it."""
        self.epoch += 1

    def start_epoch(self, epoch: int) -> None:
        """Go to an epoch's order, for a run that goes on after a stop."""
        self.epoch = epoch


def train_seed(digits: Glyphs, recipe: Recipe, seed: int, backup: Path, verbose: int = 2) -> keras.Model:
    """Train the network with one seed. backup: folder for the checkpoint of each epoch; removed at the end."""
    keras.utils.set_random_seed(seed)
    batches, network = Digits(digits, recipe, seed), build()
    steps = len(batches)
    rate = rise_and_fall(recipe.rate, recipe.epochs * steps, warm=steps)
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=recipe.averaging),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
    )
    # the dropout's chance is left to Keras: so the first seeds were trained
    checkpoints = Checkpoints(backup)
    done = checkpoints.restore(network)
    callbacks = [FollowEpoch(batches, None), checkpoints]
    network.fit(batches, initial_epoch=done, epochs=recipe.epochs, callbacks=callbacks, shuffle=False, verbose=verbose)
    shutil.rmtree(backup, ignore_errors=True)
    return network


def measure_accuracy(network: keras.Model, digits: Glyphs) -> float:
    """Return the share of digits whose highest score is their label's."""
    scores = network.predict(to_input(digits.images), batch_size=1000, verbose=0)
    return float((scores[:, :10].argmax(axis=1) == digits.labels).mean())


def read_figures(path: Path, recipe: Recipe, sha256: str) -> dict[str, Any]:
    """Return the figures of a file, or empty ones where it has none of this recipe and these data."""
    empty = {"recipe": asdict(recipe), "data_sha256": sha256, "multiply_adds": 0, "accuracy": {}, "mean": None}
    if not path.is_file():
        return empty
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return known if known["recipe"] == empty["recipe"] and known["data_sha256"] == sha256 else empty


def add_seed(figures: dict[str, Any], seed: int, accuracy: float, multiply_adds: int) -> dict[str, Any]:
    """Return the figures with one seed more, and their mean and standard deviation."""
    every = {**figures["accuracy"], str(seed): accuracy}
    spread = statistics.stdev(every.values()) if len(every) > 1 else None
    mean = statistics.fmean(every.values())
    return {**figures, "multiply_adds": multiply_adds, "accuracy": every, "mean": mean, "deviation": spread}


def main(argv: Sequence[str] | None = None) -> int:
    """Train and measure every seed that is missing; returns an exit code."""
    arguments = _make_parser().parse_args(argv)
    stopped = "stopped. The same command goes on at the last whole epoch."
    return run_command(NAME, lambda: _run(arguments), stopped)


def _run(arguments: argparse.Namespace) -> None:
    digits, test = load_mnist(arguments.data), load_mnist(arguments.data, "test")
    recipe = Recipe(epochs=arguments.epochs)
    for seed in range(1, arguments.seeds + 1):
        figures = read_figures(arguments.out, recipe, digits.sha256)
        if str(seed) in figures["accuracy"]:
            continue
        network = train_seed(digits, recipe, seed, arguments.work / f"seed-{seed}")
        accuracy = measure_accuracy(network, test)
        figures = add_seed(figures, seed, accuracy, count_multiply_adds(network))
        write_whole(arguments.out, (json.dumps(figures, indent=1) + "\n").encode(), SHARED)
        say(NAME, f"seed {seed}: {accuracy:.4f}; mean of {len(figures['accuracy'])}: {figures['mean']:.5f}")


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=NAME, description="The architecture trained on MNIST alone, over seeds.")
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="mnist.npz (the copy of keras.datasets, or a download)"
    )
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="how many (5)")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs, metavar="N", help="of each (24)")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE", help="figures, kept from run to run")
    parser.add_argument("--work", type=Path, default=Path("mnist-runs"), metavar="DIR", help="for the checkpoints")
    return parser


if __name__ == "__main__":
    sys.exit(main())
