"""The same glyph in several poses: what the network says of them all is surer than what it says of one.

A digit that is read otherwise as soon as it stands a little askew is often misread, however sure the network is of it
(averaging over changed copies: Krizhevsky et al., 2012).
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import CLASSES, GlyphClassifier, Guess, to_guesses
from model.data import NOT_A_DIGIT
from model.glyph import SIDE
from scanner.ways import LEAST

Poses = Sequence[tuple[float, float]]
"""How a digit is shown again: leaning by this share of its height, and turned by so many degrees."""

LEANING: Poses = ((0.12, 0.0), (-0.12, 0.0))
"""More change more than another hand would; of digits held out of training, these left the surest errors least sure."""

TURNED: Poses = ((0.0, 6.0), (0.0, -6.0))
"""The same of turns. On the development photos they add nothing to the leaning poses, and cost as much; fields, whose
confidence they were fitted with, are shown in both."""

SURELY_NONE, SURELY_DIGIT = 0.9, 0.99
"""What is no digit, or some digit, with at least these probabilities is not looked at again. To look at what is none
with 0.9 to 0.98 doubled the looks and changed no figure."""


class SecondLook:
    """A classifier that looks again at what it is not sure of: a GlyphClassifier around another."""

    def __init__(self, classifier: GlyphClassifier) -> None:
        self._classifier = classifier

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        """(N, 28, 28, 2) views or (N, 28, 28) glyphs, uint8 -> N guesses; those of doubtful ones over all poses."""
        guesses = self._classifier.classify(glyphs)
        scores = np.array([guess.scores for guess in guesses], np.float32).reshape(len(guesses), CLASSES)
        is_doubtful = (scores[:, NOT_A_DIGIT] < SURELY_NONE) & (scores[:, :NOT_A_DIGIT].max(axis=1) < SURELY_DIGIT)
        doubtful = np.flatnonzero(is_doubtful)
        if not len(doubtful):
            return guesses
        again = average(glyphs[doubtful], scores[doubtful], self._classifier, LEANING)
        for place, guess in zip(doubtful.tolist(), again, strict=True):
            guesses[place] = guess
        return guesses


def average(
    views: NDArray[np.uint8], scores: NDArray[np.float32], classifier: GlyphClassifier, poses: Poses
) -> list[Guess]:
    """Return what the network says of each view on the mean over all poses: the geometric mean of probabilities.

    views: (N, 28, 28, 2) or (N, 28, 28) uint8, N at least 1. scores: (N, 11) what it said of them as they stand. All
    poses are one batch.
    """
    moves = [_find_move(lean, angle) for lean, angle in poses]
    posed = np.stack(
        [np.asarray(cv2.warpAffine(view, move, (SIDE, SIDE)), np.uint8) for move in moves for view in views]
    )
    every = np.concatenate([scores, np.array([guess.scores for guess in classifier.classify(posed)], np.float32)])
    logs = np.log(np.maximum(every, LEAST)).reshape(len(poses) + 1, len(views), CLASSES)
    mean = np.exp(logs.mean(axis=0))
    return to_guesses(np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32))


def _find_move(lean: float, angle: float) -> NDArray[np.float64]:
    """Return the (2, 3) matrix that makes a glyph lean and turn about its middle. angle: in degrees."""
    turn = np.deg2rad(angle)
    move = np.array([[np.cos(turn), lean - np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.full(2, (SIDE - 1) / 2)
    return np.column_stack([move, middle - move @ middle])
