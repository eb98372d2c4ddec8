"""Classifiers of scikit-learn: one class, which takes how the estimator is made."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.contestants.contestant import DIGITS, Contestant, Course, History, check_glyphs, check_learnable
from model.classifier import softmax
from model.data import Glyphs
from model.errors import MissingPackageError, WeightsError
from model.glyph import SIDE

ESTIMATOR = "estimator.pickle"
"""What a fitted estimator leaves. It is only ever read from the bench's own folder: a pickle can hold any program."""


@dataclass(frozen=True)
class Recipe:
    """How an estimator is fitted, on pixels from 0 to 1."""

    estimator: str
    """Its class in scikit-learn."""
    words: tuple[tuple[str, Any], ...] = ()
    """What it is called with, beside the seed; all else is scikit-learn's default."""


class ShallowContestant(Contestant):
    """An estimator on the 784 pixels. One without probabilities gets them by a softmax with a fitted temperature."""

    def __init__(
        self,
        name: str,
        title: str,
        source: str,
        recipe: Recipe,
        make: Callable[[Mapping[str, Any]], Any],
        count: Callable[[Any], tuple[int | None, int | None]] = lambda estimator: (None, None),
        has_chance: bool = False,
    ) -> None:
        """make: returns the estimator, given its words. count: its parameters and its multiply-adds."""
        self.name, self.title, self.source, self.recipe, self.has_chance = name, title, source, recipe, has_chance
        self._make, self._count = make, count
        self._estimator: Any = None
        self._temperature = 1.0

    def fit(self, train: Glyphs, valid: Glyphs, seed: int, course: Course = Course()) -> History:
        """Fit it; there are no epochs. valid: fits the temperature, where one is needed."""
        check_learnable(train)
        words = dict(self.recipe.words) | ({"random_state": seed} if self.has_chance else {})
        try:
            self._estimator = self._make(words)
        except ImportError as error:
            raise MissingPackageError(
                f"{self.name} needs a package that is not there ({error}). Install it: pip install 'digitlens[train]'."
            ) from error
        self._estimator.fit(to_pixels(train.images), train.labels)
        if not hasattr(self._estimator, "predict_proba"):
            from model.export import fit_temperature

            values = self._estimator.decision_function(to_pixels(valid.images))
            self._temperature = fit_temperature(values, valid.labels)
        return History()

    def predict_proba(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28) uint8 -> (N, 10) probabilities."""
        check_glyphs(glyphs)
        if not len(glyphs):
            return np.zeros((0, DIGITS), np.float32)
        pixels = to_pixels(glyphs)
        if hasattr(self._estimator, "predict_proba"):
            return np.asarray(self._estimator.predict_proba(pixels), np.float32)
        values = self._estimator.decision_function(pixels) / self._temperature
        return softmax(np.asarray(values, np.float32))

    @property
    def size(self) -> int:
        """Bytes of the pickled estimator; that of k-nearest neighbours holds the training digits."""
        return len(pickle.dumps(self._estimator, pickle.HIGHEST_PROTOCOL))

    @property
    def parameters(self) -> int | None:
        """Numbers that were learnt, where they can be counted."""
        return self._count(self._estimator)[0]

    @property
    def multiply_adds(self) -> int | None:
        """Of one glyph, where they can be counted."""
        return self._count(self._estimator)[1]

    def save(self, folder: Path) -> None:
        """Write estimator and temperature."""
        with (folder / ESTIMATOR).open("wb") as file:
            pickle.dump((self._estimator, self._temperature), file, pickle.HIGHEST_PROTOCOL)

    def load(self, folder: Path) -> None:
        """Read them."""
        try:
            with (folder / ESTIMATOR).open("rb") as file:
                self._estimator, self._temperature = pickle.load(file)
        except (OSError, ValueError, EOFError, AttributeError, ImportError, pickle.UnpicklingError) as error:
            raise WeightsError(
                f"{folder}: holds no fitted {self.name} ({error}). Remove it: it is made anew."
            ) from error


def to_pixels(glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 28, 28) uint8 -> (N, 784) float32 in 0..1."""
    return glyphs.reshape(len(glyphs), SIDE * SIDE).astype(np.float32) / np.float32(255)


def make_neighbours(words: Mapping[str, Any]) -> Any:
    """k-nearest neighbours."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(**words)


def make_forest(words: Mapping[str, Any]) -> Any:
    """A random forest."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(**words)


def make_tree(words: Mapping[str, Any]) -> Any:
    """A decision tree."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(**words)


def make_bayes(words: Mapping[str, Any]) -> Any:
    """Gaussian naive Bayes."""
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB(**words)


def make_machine(words: Mapping[str, Any]) -> Any:
    """A support vector machine."""
    from sklearn.svm import SVC

    return SVC(**words)


def count_neighbours(estimator: Any) -> tuple[int | None, int | None]:
    """Every training digit is kept and compared, pixel by pixel."""
    return estimator.n_samples_fit_ * SIDE * SIDE, estimator.n_samples_fit_ * SIDE * SIDE


def count_machine(estimator: Any) -> tuple[int | None, int | None]:
    """Every support vector is kept and compared; each pair of classes weighs its own."""
    vectors = int(estimator.support_vectors_.shape[0])
    learnt = vectors * SIDE * SIDE + estimator.dual_coef_.size + estimator.intercept_.size
    return learnt, vectors * SIDE * SIDE + estimator.dual_coef_.size


def count_bayes(estimator: Any) -> tuple[int | None, int | None]:
    """A mean and a variance for each pixel and digit; each is one difference, squared and weighed."""
    numbers = int(estimator.theta_.size)
    return 2 * numbers, 2 * numbers


def count_trees(estimator: Any) -> tuple[int | None, int | None]:
    """Each inner node has a pixel and a bound; nothing is multiplied."""
    trees = getattr(estimator, "estimators_", [estimator])
    return sum(2 * int((tree.tree_.children_left >= 0).sum()) for tree in trees), None
