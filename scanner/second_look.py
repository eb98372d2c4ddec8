"""A second look at the digits of fields: each is shown again leaning and turned a little, and the mean counts.

A digit that is read otherwise as soon as it stands a little askew is often misread, however sure the network is of it.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.classifier import GlyphClassifier, Guess, to_guesses
from model.glyph import SIDE
from scanner.ink import Ink
from scanner.pipeline import look_at_candidates
from scanner.ways import LEAST
from scanner.written import Written

POSES = ((0.12, 0.0), (-0.12, 0.0), (0.0, 6.0), (0.0, -6.0))
"""How a digit is shown again: leaning by this share of its height, and turned by so many degrees. More change more than
another hand would; of digits held out of training, these left the surest errors least sure."""

LIKELY = 6
"""The digits of so many readings of a field are looked at again."""


def look_again(fields: Sequence[Written], ink: Ink, classifier: GlyphClassifier) -> list[tuple[list[Guess], ...]]:
    """Return the guesses of each field's candidates, those of its likely digits the mean over several poses.

    All poses of all fields are one batch.
    """
    guesses = [tuple(list(each) for each in field.guesses) for field in fields]
    places: list[tuple[list[Guess], int]] = []
    views: list[NDArray[np.uint8]] = []
    for field, known in zip(fields, guesses, strict=True):
        likely = _list_likely(field)
        for lattice, answers in zip(field.lattices, known, strict=True):
            if lattice is None:
                continue
            chosen = [i for i, candidate in enumerate(lattice.candidates) if id(candidate) in likely]
            places += [(answers, i) for i in chosen]
            views += look_at_candidates(replace(lattice, candidates=tuple(lattice.candidates[i] for i in chosen)), ink)
    if not views:
        return guesses
    posed = np.stack([_pose(view, lean, angle) for lean, angle in POSES for view in views])
    scores = [guess.scores for guess in classifier.classify(posed)]
    logs = np.log(np.maximum(np.array([answers[i].scores for answers, i in places] + scores), LEAST))
    mean = np.exp(logs.reshape(len(POSES) + 1, len(views), -1).mean(axis=0))
    seen = to_guesses(np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32))
    for (answers, i), guess in zip(places, seen, strict=True):
        answers[i] = guess
    return guesses


def _list_likely(field: Written) -> set[int]:
    """Return the identities of the candidates that are digits in one of the field's likely readings."""
    readings = sorted(field.choice.others, key=lambda each: -each.share)[:LIKELY]
    return {id(step.way.candidate) for each in readings for step in each.steps if step.label is not None}


def _pose(view: NDArray[np.uint8], lean: float, angle: float) -> NDArray[np.uint8]:
    """Return a view leaning and turned about its middle. (28, 28, 2) uint8; angle: in degrees."""
    turn = np.deg2rad(angle)
    move = np.array([[np.cos(turn), lean - np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.full(2, (SIDE - 1) / 2)
    shift = middle - move @ middle
    return np.asarray(cv2.warpAffine(view, np.column_stack([move, shift]), (SIDE, SIDE)), np.uint8)
