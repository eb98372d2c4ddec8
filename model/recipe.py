"""The recipe of the digits' network: all that decides its weights, besides the data. Known without Keras."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from model.errors import DataError

COMPACT = "compact"
"""The name of the network in the package, among model.network.ARCHITECTURES; the only one with sizes to choose."""


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
    negatives: float = 0.1
    """Glyphs that are no digit, as a share of the digits."""
    drawn: float = 0.08
    """Digits drawn from strokes, as a share of the digits."""
    extra_repeats: int = 2
    """How often an epoch shows each glyph of the extra data; views that were cut from pages are shown once."""
    start: str = ""
    """SHA-256 of the digits.keras that training goes on from; empty for a new network."""
    lonely: float = 0.2
    """Share of the digits cut from pages that are shown without their surroundings."""
    teacher: str = ""
    """SHA-256 of the digits.tflite whose opinion of the views is learnt too; empty for none."""
    taught: float = 0.7
    """Share of a view's target that is the teacher's opinion; the rest is its label."""
    patience: int = 0
    """After so many epochs that are no better on the held-out digits training stops, and the best epoch's weights are
    kept; 0: never, and the last epoch's are kept."""
    network: str = COMPACT
    """One of model.network.ARCHITECTURES."""
    width: float = 1.0
    """Of the compact network: filters, as a multiple of the usual ones."""
    depth: int = 7
    """Of the compact network: convolutions."""
    kernel: int = 3
    """Of the compact network: side of its convolutions, in pixels."""
    dropout: float = 0.3
    """Of the compact network: before its dense layer."""


LIMITS: Mapping[str, tuple[float, float]] = {
    "epochs": (1, 10_000),
    "batch": (1, 65_536),
    "seed": (0, 2**32 - 1),
    "rate": (1e-9, 1),
    "weight_decay": (0, 1),
    "label_smoothing": (0, 0.99),
    "negatives": (0, 10),
    "drawn": (0, 10),
    "extra_repeats": (1, 1000),
    "lonely": (0, 1),
    "taught": (0, 1),
    "patience": (0, 10_000),
    "width": (0.05, 8),
    "depth": (3, 7),
    "kernel": (1, 9),
    "dropout": (0, 0.95),
}
"""From what to what, both included, each number of a recipe makes sense."""

SHAPE = ("network", "width", "depth", "kernel", "dropout")
"""Fields that tell how the network is built."""

OF_A_RUN = frozenset({"start", "teacher"})
"""Fields that name files of one run, and never stand in a file of one's own."""


def read_recipe(path: Path) -> Recipe:
    """Return the recipe that a JSON file tells, as `write_recipe` and `digits-bench tune` leave it.

    What it leaves out is as usual. Raises DataError.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: no such file. Give a recipe, as digits-bench tune writes it.") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: is no recipe in JSON ({error}). Make it again: digits-bench tune.") from error
    kinds = {field.name: field.type for field in fields(Recipe) if field.name not in OF_A_RUN}
    if not isinstance(values, dict) or not values.keys() <= kinds.keys():
        odd = sorted(values.keys() - kinds.keys()) if isinstance(values, dict) else [type(values).__name__]
        raise DataError(f"{path}: {', '.join(odd)} is no part of a recipe. It may hold {', '.join(kinds)}.")
    for name, value in values.items():
        _check(path, name, value, kinds[name])
    return Recipe(**values)


def write_recipe(path: Path, recipe: Recipe) -> None:
    """Write a recipe as JSON, without what belongs to one run alone."""
    values = {name: value for name, value in asdict(recipe).items() if name not in OF_A_RUN}
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def _check(path: Path, name: str, value: Any, kind: Any) -> None:
    """Raise DataError where a value is of another kind than its field, or out of its range."""
    accepted = {int: (int,), float: (int, float), str: (str,)}[kind]
    if not isinstance(value, accepted) or isinstance(value, bool):
        raise DataError(
            f"{path}: {name} is {value!r}, expected {'a word' if kind is str else f'a number ({kind.__name__})'}."
        )
    if isinstance(value, str):
        return
    least, most = LIMITS[name]
    if not least <= value <= most:
        raise DataError(f"{path}: {name} is {value}, expected {least:g} to {most:g}.")
