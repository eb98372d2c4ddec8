"""The classifier that reads: loads the .tflite once, classifies glyphs in batches. No TensorFlow here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from model.card import Card
from model.context import CHANNELS, look_alone
from model.data import NOT_A_DIGIT
from model.glyph import SIDE
from model.litert import Runner, find_weights, open_interpreter, read_weights
from model.rows import RowReader

WEIGHTS = "digits.tflite"
CARD = "card.json"

CLASSES = NOT_A_DIGIT + 1
"""The digits 0..9, then "not a digit"."""

BATCH = 32
"""Glyphs in one call of the interpreter, at most: what lies between the layers of larger ones leaves the cache."""


@dataclass(frozen=True)
class Guess:
    """What one glyph may be."""

    label: int | None
    """0..9; None when it is no digit."""
    confidence: float
    """0..1, calibrated: the probability of the label, or of being no digit."""
    scores: tuple[float, ...]
    """Eleven probabilities: the digits 0..9, then "not a digit"; their sum is 1."""


class GlyphClassifier(Protocol):
    """What the pipeline asks of a classifier."""

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        """(N, 28, 28, 2) uint8 views, or (N, 28, 28) glyphs that stand alone, white ink on black -> N guesses."""
        ...


class LiteRTNetwork:
    """A .tflite file, ready to run, whatever number types its input and output have. Belongs to one thread."""

    def __init__(self, content: bytes, threads: int = 1) -> None:
        """content: the file's bytes. Raises WeightsError when they are no network for glyphs."""
        self._runner = Runner(open_interpreter(content, WEIGHTS, (SIDE, SIDE, CHANNELS), (CLASSES,), threads))

    def run(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28, 2) uint8 views or (N, 28, 28) glyphs -> (N, 11) logits. Raises ValueError for another shape."""
        shape = glyphs.shape[1:]
        if glyphs.dtype != np.uint8 or shape not in ((SIDE, SIDE), (SIDE, SIDE, CHANNELS)):
            raise ValueError(
                f"expected uint8 glyphs of shape (N, {SIDE}, {SIDE}) or views (N, {SIDE}, {SIDE}, {CHANNELS}), "
                f"got {glyphs.dtype} {glyphs.shape}"
            )
        views = look_alone(glyphs) if len(shape) == 2 else glyphs
        parts = [self._run_batch(views[i : i + BATCH]) for i in range(0, len(views), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, CLASSES), np.float32)

    def _run_batch(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        values = views.astype(np.float32) / np.float32(255)
        return _dequantise(self._runner.run(_quantise(values, self._runner.input)), self._runner.output)


BLANK = np.eye(CLASSES, dtype=np.float32)[NOT_A_DIGIT]
"""What a glyph without ink is: surely no digit."""


class Classifier:
    """The trained network behind LiteRT. One object belongs to one thread."""

    def __init__(self, folder: Path | None = None, threads: int = 1) -> None:
        """folder: holds digits.tflite and card.json; None takes the weights of the package. Raises WeightsError."""
        content, self.card = _read_weights(folder)
        self._network = LiteRTNetwork(content, threads)
        self.rows = RowReader.load(folder, threads)

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        """(N, 28, 28, 2) uint8 views or (N, 28, 28) glyphs -> N guesses. Raises ValueError for another shape."""
        return to_guesses(self.score(glyphs))

    def score(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28, 2) views or (N, 28, 28) glyphs, uint8 -> (N, 11) probabilities, calibrated (Guo et al., 2017)."""
        scores = softmax(self._network.run(glyphs) / np.float32(self.card.temperature))
        inked = (glyphs[..., 0] if glyphs.ndim == 4 else glyphs).any(axis=(1, 2))
        scores[~inked] = BLANK  # the network never saw one
        return scores

    def score_rows(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """(HEIGHT, W, 3) uint8 strips -> log-probabilities (F, 11) of each (model/rows.py)."""
        return self.rows.score(strips)


class StubClassifier:
    """A classifier for tests: says what it is told, in turn, and the last answer for all that follow."""

    def __init__(self, answers: Sequence[int | None], confidence: float = 0.99) -> None:
        self.answers = list(answers)
        self.confidence = confidence
        self.seen: list[NDArray[np.uint8]] = []

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        """Return the next answers."""
        self.seen.extend(glyphs)
        rows = np.full((len(glyphs), CLASSES), (1 - self.confidence) / NOT_A_DIGIT, np.float32)
        for row in rows:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            row[NOT_A_DIGIT if answer is None else answer] = self.confidence
        return to_guesses(rows)


NO_DIGIT_ABOVE = 0.85
"""A glyph is no digit when that is at least this probable (0..1).

The likelier of the two would refuse sloppy digits too readily: most held-out MNIST digits that it would refuse are
read right otherwise.
"""


def decide(scores: NDArray[np.float32], reject_below: float = 0.0) -> NDArray[np.int64]:
    """(N, 11) probabilities -> (N,) labels: 0..9, or NOT_A_DIGIT for no digit and for digits less sure than given."""
    digits = scores[:, :NOT_A_DIGIT]
    refused = (scores[:, NOT_A_DIGIT] >= NO_DIGIT_ABOVE) | (digits.max(axis=1) < reject_below)
    return np.where(refused, NOT_A_DIGIT, digits.argmax(axis=1))


def to_guesses(scores: NDArray[np.float32]) -> list[Guess]:
    """(N, 11) probabilities -> N guesses."""
    return [
        Guess(None if label == NOT_A_DIGIT else label, row[label], tuple(row))
        for label, row in zip(decide(scores).tolist(), scores.tolist(), strict=True)
    ]


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, C) logits -> (N, C) probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _quantise(values: NDArray[np.float32], tensor: dict[str, Any]) -> NDArray[Any]:
    """Bring float values to the number type of a tensor; an unquantised one has scale 0."""
    scale, zero = tensor["quantization"]
    if scale == 0:
        return values.astype(tensor["dtype"], copy=False)
    limits = np.iinfo(tensor["dtype"])
    whole = np.clip(np.round(values / scale) + zero, limits.min, limits.max)
    return np.asarray(whole, tensor["dtype"])


def _dequantise(values: NDArray[Any], tensor: dict[str, Any]) -> NDArray[np.float32]:
    scale, zero = tensor["quantization"]
    return np.asarray((values.astype(np.float32) - np.float32(zero)) * np.float32(scale or 1), np.float32)


def read_card(folder: Path | None = None) -> Card:
    """Return what is known of the weights in a folder; None takes those of the package. Raises WeightsError."""
    return _read_weights(folder)[1]


def _read_weights(folder: Path | None) -> tuple[bytes, Card]:
    return read_weights(find_weights(folder), WEIGHTS, CARD, "digits-model train")
