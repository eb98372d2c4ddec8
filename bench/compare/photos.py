"""A contestant behind the real pipeline: what it makes of whole images, where no one has cropped its digits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.contestants.contestant import DIGITS, Contestant
from bench.contestants.shipped import ShippedContestant
from bench.datasets import load_samples, measure
from bench.figures import to_figures
from model.classifier import CLASSES, Classifier, GlyphClassifier, Guess, to_guesses
from model.data import hash_file

LABELS = "labels.jsonl"

ALONE = "glyphs"
"""How every contestant reads: the glyph alone, no class for what is no digit, no second network."""

NO_ROWS, WHOLE = "no row network", "whole"
"""How the shipped network reads besides: with what stands around a glyph and the class of no digit; and with the
network for rows as well, as `digits-scan` does."""


class GlyphReader:
    """What the pipeline asks, by a contestant: it sees the glyph alone, and every glyph is a digit to it."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant = contestant

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        """(N, 28, 28, 2) views or (N, 28, 28) glyphs -> N guesses; "not a digit" has probability 0."""
        alone = np.ascontiguousarray(glyphs[..., 0] if glyphs.ndim == 4 else glyphs)
        scores = np.zeros((len(glyphs), CLASSES), np.float32)
        scores[:, :DIGITS] = self.contestant.predict_proba(alone)
        return to_guesses(scores)


class WithoutRows:
    """The shipped network, without the one that reads rows as a whole."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        """(N, 28, 28, 2) views or (N, 28, 28) glyphs -> N guesses."""
        return self.classifier.classify(glyphs)


def list_readers(contestant: Contestant) -> Mapping[str, GlyphClassifier]:
    """Return the ways in which a contestant reads pages, by name."""
    readers: dict[str, GlyphClassifier] = {ALONE: GlyphReader(contestant)}
    if isinstance(contestant, ShippedContestant):
        readers |= {NO_ROWS: WithoutRows(contestant.classifier), WHOLE: contestant.classifier}
    return readers


def measure_photos(folder: Path, reader: GlyphClassifier, most: int | None = None) -> dict[str, Any]:
    """Return the figures of docs/accuracy.md for a folder of labelled images, as JSON holds them.

    most: only the first so many images. Raises DataError.
    """
    return to_figures(measure(folder.name, load_samples(folder)[:most], reader))


def hash_labels(folder: Path) -> str:
    """Return the checksum of a folder's labels. Raises DataError."""
    load_samples(folder)  # says what is wrong with them
    return hash_file(folder / LABELS)
