"""The network in the package among the others: not fitted here, only loaded."""

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.contestants.contestant import DIGITS, Contestant, Course, History, check_glyphs
from model.classifier import WEIGHTS, Classifier
from model.data import Glyphs


@dataclass(frozen=True)
class Recipe:
    """Which weights they are."""

    weights_sha256: str


class ShippedContestant(Contestant):
    """It learnt from far more than MNIST, and knows a class for what is no digit: that class is left out here."""

    name = "shipped"
    title = "the network in the package"
    source = "docs/training.md"
    trained_on = "MNIST, Semeion, views cut from synthetic pages, drawn digits, what is no digit"
    has_chance = False

    def __init__(self) -> None:
        content = (resources.files("model") / "weights" / WEIGHTS).read_bytes()
        self.recipe, self.size_ = Recipe(hashlib.sha256(content).hexdigest()), len(content)
        self._classifier: Classifier | None = None

    @property
    def classifier(self) -> Classifier:
        """The reader's own classifier, opened when it is first asked for. Raises WeightsError."""
        self._classifier = self._classifier or Classifier()
        return self._classifier

    def fit(self, train: Glyphs, valid: Glyphs, seed: int, course: Course = Course()) -> History:
        """Nothing is learnt."""
        return History()

    def predict_proba(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28) uint8 -> (N, 10): the digits' shares of what it gives them together."""
        check_glyphs(glyphs)
        digits = self.classifier.score(glyphs)[:, :DIGITS].astype(np.float64) + LEAST
        return np.asarray(digits / digits.sum(axis=1, keepdims=True), np.float32)

    @property
    def size(self) -> int:
        """Bytes of the .tflite, whose weights are int8."""
        return self.size_

    @property
    def parameters(self) -> int:
        """As the card tells."""
        return self.classifier.card.parameters

    @property
    def multiply_adds(self) -> int:
        """As the card tells."""
        return self.classifier.card.multiply_adds

    def save(self, folder: Path) -> None:
        """Nothing: it lies in the package."""

    def load(self, folder: Path) -> None:
        """Nothing: it lies in the package."""


LEAST = 1e-12
"""Added to each probability, so that a glyph that is surely no digit still has a likeliest one."""
