"""How to tell what is no digit: losses and scores side by side, on things that no training has shown.

    python -m benchmarks.rejection --cuts cuts.npz --data NAME=FILE.npz [--data ...] [--views 40000] [--seed 3]

The shipped network is trained on for one epoch with each loss, all alike but for it: on views that the pipeline cut
from drawn pages (`digits-bench cuts`), with a new last layer. Then each score has to part the digits from the rest in
files of labelled glyphs: those with labels 0 to 9 from all others. Files of cuts made with `--held` are for choosing.

- garbage: an eleventh answer, cross-entropy. What the shipped network has.
- entropic: ten answers; what is no digit shall leave the network undecided (entropic open-set loss: Dhamija et al.,
  2018).
- objectosphere: the same, and the features of what is no digit shall be short, those of digits long (ibid.).
- bounded energy: the eleventh answer, and the digits' energy is pushed beyond a margin on either side (Liu et al.,
  2020).
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.classifier import softmax
from model.data import NOT_A_DIGIT, Glyphs, load_labelled
from model.errors import ModelError
from model.train import load, to_input

if TYPE_CHECKING:
    import keras

SHORTEST = 10.0
"""Objectosphere: features of digits shall be at least this long. Those of the shipped network are shorter and hardly
tell: on held-out cuts nine in ten digits have 2.2 to 3.6, and what is none has 2.1 to 3.1."""

LENGTH_SHARE = 1e-3
"""Objectosphere: what the features' length counts beside the cross-entropy."""

ENERGIES = 4.0, 8.0
"""Bounded energy: at most so much, in nats, for what is no digit, and at least so much for a digit. In the shipped
network nine in ten digits have 1.3 to 5.0 there, and what is none has -0.1 to 1.8."""

ENERGY_SHARE = 0.1
"""Bounded energy: what the margins count beside the cross-entropy."""

RATE = 5e-4
"""Highest learning rate."""

BATCH = 128

FOUND = 0.95
"""Share of the digits that are let through where the share of the rest that passes with them is told."""

Loss = Callable[[Any, Any, Any], Any]
"""(targets (N, 11), logits (N, K), features (N, D)) -> (N,) nats."""


@dataclass(frozen=True)
class Way:
    """A loss, and how many answers its network has."""

    name: str
    answers: int
    loss: Loss


def measure_garbage(targets: Any, logits: Any, features: Any) -> Any:
    """Cross-entropy over eleven answers."""
    from keras import ops

    return ops.logsumexp(logits, axis=-1) - ops.sum(targets * logits, axis=-1)


def measure_entropic(targets: Any, logits: Any, features: Any) -> Any:
    """Cross-entropy over ten answers, all ten alike for what is no digit."""
    from keras import ops

    shares = targets[:, :NOT_A_DIGIT] + targets[:, NOT_A_DIGIT:] / NOT_A_DIGIT
    return ops.logsumexp(logits, axis=-1) - ops.sum(shares * logits, axis=-1)


def measure_objectosphere(targets: Any, logits: Any, features: Any) -> Any:
    """The entropic loss, and the squared length that features lack, or that they have too much of."""
    from keras import ops

    length = ops.sqrt(ops.sum(ops.square(features), axis=-1) + 1e-6)
    none = targets[:, NOT_A_DIGIT]
    wrong = none * ops.square(length) + (1 - none) * ops.square(ops.relu(SHORTEST - length))
    return measure_entropic(targets, logits, features) + LENGTH_SHARE * wrong


def measure_bounded(targets: Any, logits: Any, features: Any) -> Any:
    """Cross-entropy over eleven answers, and the squared distance of the ten digits' energy from its margin."""
    from keras import ops

    low, high = ENERGIES
    energy, none = ops.logsumexp(logits[:, :NOT_A_DIGIT], axis=-1), targets[:, NOT_A_DIGIT]
    wrong = none * ops.square(ops.relu(energy - low)) + (1 - none) * ops.square(ops.relu(high - energy))
    return measure_garbage(targets, logits, features) + ENERGY_SHARE * wrong


WAYS = (
    Way("garbage", NOT_A_DIGIT + 1, measure_garbage),
    Way("entropic", NOT_A_DIGIT, measure_entropic),
    Way("objectosphere", NOT_A_DIGIT, measure_objectosphere),
    Way("bounded energy", NOT_A_DIGIT + 1, measure_bounded),
)


def list_scores(way: Way, logits: NDArray[np.float32], features: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Return what may tell digits, the higher the likelier, by name: (N,) each."""
    wide = logits.astype(np.float64)
    ten = wide[:, :NOT_A_DIGIT]
    surest = softmax(ten.astype(np.float32)).max(axis=1).astype(np.float64)
    energy = np.logaddexp.reduce(ten, axis=1)
    scores = {"likeliest of ten": surest, "energy of ten": energy}
    if way.answers > NOT_A_DIGIT:
        probable = softmax(logits)
        scores["not the eleventh"] = energy - wide[:, NOT_A_DIGIT]
        scores["likeliest of eleven"] = probable[:, :NOT_A_DIGIT].max(axis=1).astype(np.float64)
    if way.name == "objectosphere":
        scores["likeliest times length"] = surest * np.linalg.norm(features.astype(np.float64), axis=1)
    return scores


def measure_area(score: NDArray[np.float64], is_digit: NDArray[np.bool_]) -> float:
    """Return how often a digit has a higher score than something else, 0..1, ties half (Hanley and McNeil, 1982)."""
    from scipy.stats import rankdata  # type: ignore[import-untyped]

    digits = int(is_digit.sum())
    above = rankdata(score)[is_digit].sum() - digits * (digits + 1) / 2
    return float(above / (digits * (len(score) - digits)))


def measure_passing(score: NDArray[np.float64], is_digit: NDArray[np.bool_]) -> float:
    """Return the share of what is no digit that passes where FOUND of the digits do, 0..1."""
    least = np.quantile(score[is_digit], 1 - FOUND)
    return float((score[~is_digit] >= least).mean())


def train_on(way: Way, start: "keras.Model", views: Glyphs, seed: int) -> "keras.Model":
    """Return a network trained on from `start` for one epoch; gives (logits, features). views: (N, 28, 28, 2)."""
    import keras

    keras.utils.set_random_seed(seed)
    network = keras.models.clone_model(start)
    network.set_weights(start.get_weights())
    features = network.layers[-2].output
    both = keras.Model(network.input, [keras.layers.Dense(way.answers, name="answers")(features), features])
    joined = keras.layers.Concatenate()(both.outputs)  # one output, so that the loss sees both
    trained = keras.Model(both.input, joined)

    def loss(targets: Any, outputs: Any) -> Any:
        return way.loss(targets, outputs[:, : way.answers], outputs[:, way.answers :])

    steps = -(-len(views.labels) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE / 20, steps - 50, warmup_target=RATE, warmup_steps=50)
    trained.compile(keras.optimizers.AdamW(rate, weight_decay=2e-3), loss)
    targets = np.eye(NOT_A_DIGIT + 1, dtype=np.float32)[views.labels]
    trained.fit(to_input(views.images), targets, batch_size=BATCH, epochs=1, verbose=0)
    return both


def choose_views(cuts: Glyphs, count: int, seed: int) -> Glyphs:
    """Return so many views of a file, drawn by chance."""
    chosen = np.random.default_rng(seed).permutation(len(cuts.labels))[:count]
    return Glyphs(cuts.images[chosen], cuts.labels[chosen], cuts.sha256, cuts.name)


def main() -> int:
    """Train, measure, print; returns the exit code."""
    parser = argparse.ArgumentParser(description="Losses and scores that tell what is no digit, side by side.")
    parser.add_argument("--cuts", type=Path, required=True, metavar="FILE", help="views from digits-bench cuts")
    parser.add_argument("--data", action="append", required=True, metavar="NAME=FILE", help="glyphs to measure on")
    parser.add_argument("--views", type=int, default=40_000, help="views in the epoch (40000)")
    parser.add_argument("--seed", type=int, default=3, help="where chance starts (3)")
    parser.add_argument("--weights", type=Path, default=None, help="folder of digits.keras (the package's own)")
    options = parser.parse_args()
    try:
        sets = {name: load_labelled(Path(path)) for name, _, path in (each.partition("=") for each in options.data)}
        views = choose_views(load_labelled(options.cuts), options.views, options.seed)
        start = load(options.weights or Path(__file__).parents[1] / "model" / "weights")
    except ModelError as error:
        print(f"rejection: {error}", file=sys.stderr)
        return error.exit_code
    print(f"{'':40}" + "".join(f"{name:>24}" for name in sets))
    print(f"{'':40}" + f"{'area, passing at 95 %':>24}" * len(sets))
    for way in WAYS:
        network = train_on(way, start, views, options.seed)
        answers = {
            name: network.predict(to_input(each.images), batch_size=512, verbose=0) for name, each in sets.items()
        }
        known = {name: each.labels != NOT_A_DIGIT for name, each in sets.items()}
        scores = {name: list_scores(way, *answers[name]) for name in sets}
        for score in next(iter(scores.values())):
            cells = (
                f"{measure_area(scores[name][score], known[name]):16.3f}"
                f"{measure_passing(scores[name][score], known[name]):8.1%}"
                for name in sets
            )
            print(f"{way.name + ', ' + score:40}" + "".join(cells), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
