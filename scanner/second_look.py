"""A second look at the digits of fields: sure or not, each is shown again in other poses, and the mean counts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.classifier import GlyphClassifier, Guess
from scanner.ink import Ink
from scanner.poses import LEANING, TURNED, average
from scanner.views import look_at_candidates
from scanner.written import Written

POSES = (*LEANING, *TURNED)
"""In which they are shown."""

LIKELY = 6
"""The digits of so many readings of a field are looked at again."""


def look_again(fields: Sequence[Written], ink: Ink, classifier: GlyphClassifier) -> list[tuple[list[Guess], ...]]:
    """Return the guesses of each field's candidates, those of its likely digits the mean over several poses.

    All poses of all fields are one batch.
    """
    guesses = [tuple(list(each) for each in field.look.guesses) for field in fields]
    places: list[tuple[list[Guess], int]] = []
    views: list[NDArray[np.uint8]] = []
    for field, known in zip(fields, guesses, strict=True):
        likely = _list_likely(field)
        for lattice, answers in zip(field.look.lattices, known, strict=True):
            if lattice is None:
                continue
            chosen = [i for i, candidate in enumerate(lattice.candidates) if id(candidate) in likely]
            places += [(answers, i) for i in chosen]
            views += look_at_candidates(replace(lattice, candidates=tuple(lattice.candidates[i] for i in chosen)), ink)
    if not views:
        return guesses
    scores = np.array([answers[i].scores for answers, i in places], np.float32)
    for (answers, i), guess in zip(places, average(np.stack(views), scores, classifier, POSES), strict=True):
        answers[i] = guess
    return guesses


def _list_likely(field: Written) -> set[int]:
    """Return the identities of the candidates that are digits in one of the field's likely readings."""
    readings = sorted(field.choice.others, key=lambda each: -each.share)[:LIKELY]
    return {id(step.way.candidate) for each in readings for step in each.steps if step.label is not None}
