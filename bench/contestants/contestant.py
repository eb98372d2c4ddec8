"""What every classifier in the comparison can do, and what its training leaves behind."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data import NOT_A_DIGIT, Glyphs
from model.errors import DataError
from model.glyph import SIDE

DIGITS = NOT_A_DIGIT
"""Classes of a contestant: the digits 0..9. None of the reports has a class for what is no digit."""

MNIST_ALONE = "MNIST"
"""What a contestant learns from, unless it says otherwise: the training part, less what the validation holds."""


@dataclass(frozen=True)
class History:
    """A training, epoch by epoch; empty where there are no epochs."""

    loss: tuple[float, ...] = ()
    """Mean cross-entropy of the training digits over the epoch, in nats."""
    accuracy: tuple[float, ...] = ()
    """Share of the training digits that were right during the epoch, 0..1."""
    valid_loss: tuple[float, ...] = ()
    """Of the validation digits, after the epoch."""
    valid_accuracy: tuple[float, ...] = ()


@dataclass(frozen=True)
class Course:
    """How a training is run and watched, beside the recipe."""

    epochs: int | None = None
    """In place of the recipe's; None takes the recipe's."""
    callbacks: Sequence[Any] = ()
    """Of Keras; those without epochs call none."""
    verbose: int = 0
    """1 shows Keras' progress bar, 2 a line an epoch, 0 nothing."""


class Contestant(ABC):
    """A classifier of single glyphs. Making one costs nothing; `fit` or `load` comes before all else."""

    name: str
    """One word, for the command line and for files."""
    title: str
    """What it is, in a few words."""
    source: str
    """Which report or book its recipe is from, and what that states."""
    recipe: Any
    """A frozen dataclass: all that decides the result beside data and seed. Its `repr` is part of the cache's key."""
    trained_on: str = MNIST_ALONE
    """Contestants that learnt from other data cannot be compared with the others by accuracy alone."""
    has_chance: bool = True
    """Whether the seed decides more than which digits are held out for validation."""

    @abstractmethod
    def fit(self, train: Glyphs, valid: Glyphs, seed: int, course: Course = Course()) -> History:
        """Learn from (N, 28, 28) glyphs with labels 0..9. valid: to watch and to calibrate by. Raises DataError."""

    @abstractmethod
    def predict_proba(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28) uint8, white ink on black -> (N, 10) probabilities of the digits. Raises ValueError."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Bytes of what has to be kept to run it."""

    @property
    @abstractmethod
    def parameters(self) -> int | None:
        """Numbers that were learnt; None where that says nothing."""

    @property
    @abstractmethod
    def multiply_adds(self) -> int | None:
        """Multiply-adds of one glyph; None where that says nothing, as of trees."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Leave in the folder what `load` needs. Raises OSError."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """Be as the one that was saved in the folder. Raises WeightsError."""


def check_learnable(glyphs: Glyphs) -> None:
    """Raise DataError unless these are (N, 28, 28) glyphs of all ten digits and nothing else."""
    name = glyphs.name or "the data"
    if glyphs.images.ndim != 3 or glyphs.images.shape[1:] != (SIDE, SIDE) or glyphs.images.dtype != np.uint8:
        raise DataError(
            f"{name}: glyphs are {glyphs.images.dtype} {glyphs.images.shape}, expected uint8 (N, {SIDE}, {SIDE}). "
            "Bring them to that form: model.data.load_labelled does."
        )
    foreign = set(np.unique(glyphs.labels).tolist()) - set(range(DIGITS))
    if foreign:
        raise DataError(
            f"{name}: labels {sorted(foreign)} are no digits, expected 0 to 9. Leave those glyphs out: these "
            "classifiers know no other class."
        )
    missing = sorted(set(range(DIGITS)) - set(glyphs.labels.tolist()))
    if missing:
        raise DataError(
            f"{name}: no glyph of {', '.join(map(str, missing))}. A classifier needs some of every digit: add them, or "
            "take more glyphs."
        )


def check_glyphs(glyphs: NDArray[np.uint8]) -> None:
    """Raise ValueError unless these are (N, 28, 28) uint8."""
    if glyphs.ndim != 3 or glyphs.shape[1:] != (SIDE, SIDE) or glyphs.dtype != np.uint8:
        raise ValueError(f"expected uint8 glyphs of shape (N, {SIDE}, {SIDE}), got {glyphs.dtype} {glyphs.shape}")
