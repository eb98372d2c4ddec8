"""The training glyphs that a glyph is most like, as the network sees both."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier import BATCH, WEIGHTS
from model.context import look_alone
from model.data import Glyphs
from model.errors import WeightsError
from model.litert import Runner, find_weights
from model.native import silenced_stderr

SHORTLIST = 2000
"""So many of the likest by their pixels are compared by the network's features; 60,000 would take ten seconds."""


@dataclass(frozen=True)
class Neighbour:
    """A training glyph."""

    image: NDArray[np.uint8]
    """(28, 28) uint8."""
    label: int
    """0..9, or NOT_A_DIGIT."""
    likeness: float
    """Cosine of the angle between what the network makes of both before its last layer, at most 1."""


class Features:
    """What the network in a .tflite knows of a glyph before its last layer. Belongs to one thread."""

    def __init__(self, folder: Path | None = None) -> None:
        """folder: holds digits.tflite; None takes the weights of the package. Raises WeightsError."""
        from ai_edge_litert.interpreter import Interpreter

        content = (find_weights(folder) / WEIGHTS).read_bytes()
        with silenced_stderr(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # LiteRT warns that to keep what lies between the layers takes memory
            interpreter = Interpreter(model_content=content, experimental_preserve_all_tensors=True)
            interpreter.allocate_tensors()
        dense = [step for step in interpreter._get_ops_details() if step["op_name"] == "FULLY_CONNECTED"]
        if not dense:
            raise WeightsError(f"{WEIGHTS} does not end in a dense layer. Take weights that digits-model made.")
        self._runner = Runner(interpreter, int(dense[-1]["inputs"][0]))

    def compute(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 28, 28, 2) uint8 views -> (N, F) features, each of length 1."""
        rows = np.concatenate([self._run(views[i : i + BATCH]) for i in range(0, len(views), BATCH)])
        return _to_length_one(rows)

    def _run(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        values = views.astype(np.float32) / np.float32(255)
        return self._runner.run(values).reshape(len(views), -1)


class Neighbours:
    """Finds the likest of many labelled glyphs."""

    def __init__(self, glyphs: Glyphs, features: Features) -> None:
        self._images = glyphs.images[..., 0] if glyphs.are_views else glyphs.images
        self._labels, self._features = glyphs.labels, features
        self._pixels = _to_length_one(self._images.reshape(len(self._images), -1).astype(np.float32))

    def find(self, glyph: NDArray[np.uint8], count: int) -> list[Neighbour]:
        """Return the likest, likest first. glyph: (28, 28) uint8; it and the others are seen alone, all alike."""
        own = _to_length_one(glyph.reshape(1, -1).astype(np.float32))[0]
        near = np.argsort(-(self._pixels @ own), kind="stable")[:SHORTLIST]
        rows = self._features.compute(look_alone(np.concatenate([glyph[None], self._images[near]])))
        likeness = rows[1:] @ rows[0]
        best = np.argsort(-likeness, kind="stable")[:count]
        return [Neighbour(self._images[near[i]], int(self._labels[near[i]]), float(likeness[i])) for i in best]


def _to_length_one(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
