"""The network that reads a row as a whole: loads its .tflite once, says of every place what has its middle there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.card import Card
from model.data import NOT_A_DIGIT
from model.litert import Runner, find_weights, open_interpreter, read_weights
from model.strip import CHANNELS, FRAME, HEIGHT

WEIGHTS = "rows.tflite"
CARD = "rows-card.json"

CLASSES = NOT_A_DIGIT + 1
"""The digits 0..9, then "no digit's middle"."""

WIDTH = 512
"""Pixels that the network sees in one call: rows are laid end to end, with paper between."""

APART = 56
"""Pixels of paper between two rows, and at both ends of a call: a frame sees no further."""

Frames = NDArray[np.float32]
"""(F, 11) log-probabilities: which digit, 0..9, has its middle in a frame of a strip; last, none has."""


class RowNetwork:
    """The network behind LiteRT. Belongs to one thread."""

    def __init__(self, content: bytes, threads: int = 1) -> None:
        """content: the file's bytes. Raises WeightsError when they are no network for rows."""
        takes, gives = (HEIGHT, WIDTH, CHANNELS), (WIDTH // FRAME, CLASSES)
        self._runner = Runner(open_interpreter(content, WEIGHTS, takes, gives, threads))

    def run(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """Return the logits of each strip: (HEIGHT, W, 3) uint8 -> (F, 11), F is W / FRAME, rounded up."""
        windows, places = lay_end_to_end(strips)
        # one by one: what lies between the layers of several leaves the cache
        return put_together([self._runner.run(window[None])[0] for window in windows], places)


Places = list[tuple[int, int]]
"""Each strip's first frame, and the one behind its last, among those of all windows without their ends."""


def lay_end_to_end(strips: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.float32], Places]:
    """Lay strips end to end, APART from each other, and cut that into windows that overlap by two times APART.

    Returns (N, HEIGHT, WIDTH, 3) in 0..1, and where each strip lies.
    """
    places: Places = []
    frames = 0
    for strip in strips:
        places.append((frames, frames - (-strip.shape[1] // FRAME)))
        frames = places[-1][1] + APART // FRAME
    step = WIDTH - 2 * APART
    count = -(-frames * FRAME // step)
    long = np.zeros((HEIGHT, count * step + 2 * APART, CHANNELS), np.float32)
    for strip, (first, _) in zip(strips, places, strict=True):
        begin = APART + first * FRAME
        np.divide(strip, np.float32(255), out=long[:, begin : begin + strip.shape[1]])
    windows = [long[:, at * step : at * step + WIDTH] for at in range(count)]
    return np.stack(windows) if windows else np.zeros((0, HEIGHT, WIDTH, CHANNELS), np.float32), places


def put_together(answers: Sequence[NDArray[np.float32]], places: Places) -> list[NDArray[np.float32]]:
    """Return each strip's part of what was said of the windows, (WIDTH / FRAME, 11) each, without their ends.

    The ends of a window are seen better by the next one.
    """
    if not places:
        return []
    logits = np.concatenate([answer[APART // FRAME : (WIDTH - APART) // FRAME] for answer in answers])
    return [logits[first:last] for first, last in places]


@dataclass(frozen=True)
class RowReader:
    """The trained row network, calibrated. One object belongs to one thread."""

    network: RowNetwork
    card: Card

    @classmethod
    def load(cls, folder: Path | None = None, threads: int = 1) -> "RowReader":
        """folder: holds rows.tflite and rows-card.json; without them, or None, the package's. Raises WeightsError."""
        content, card = _read_weights(folder)
        return cls(RowNetwork(content, threads), card)

    def score(self, strips: Sequence[NDArray[np.uint8]]) -> list[Frames]:
        """(HEIGHT, W, 3) uint8 each -> log-probabilities (F, 11) each, calibrated (Guo et al., 2017)."""
        temperature = np.float32(self.card.temperature)
        return [to_logarithms(logits / temperature) for logits in self.network.run(strips)]


def to_logarithms(logits: NDArray[np.float32]) -> Frames:
    """(F, 11) logits -> log-probabilities."""
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True), np.float32)


def read_row_card(folder: Path | None = None) -> Card:
    """Return what is known of the row network in a folder; without one, or None, of the package's.

    Raises WeightsError.
    """
    return _read_weights(folder)[1]


def _read_weights(folder: Path | None) -> tuple[bytes, Card]:
    # a folder that only holds a network for glyphs goes with the package's for rows
    own = folder if folder is not None and (folder / WEIGHTS).exists() else None
    return read_weights(find_weights(own), WEIGHTS, CARD, "digits-model train-rows")
