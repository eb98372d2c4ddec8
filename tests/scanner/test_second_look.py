"""A second look: likely digits are shown again in several poses, and the mean of all answers counts."""

import numpy as np
import pytest
from drawing import whiten
from numpy.typing import NDArray

from model.classifier import Guess, StubClassifier, to_guesses
from scanner.cells import Place, build_lattices, find_field_blobs
from scanner.constraint import Constraint
from scanner.ink import Ink
from scanner.pieces import find_pieces
from scanner.placement import Placement
from scanner.second_look import POSES, look_again
from scanner.template import FieldSpec
from scanner.written import Written, decide


def make_guess(label: int, share: float) -> Guess:
    scores = np.full((1, 11), (1 - share) / 10, np.float32)
    scores[0, label] = share
    return to_guesses(scores)[0]


def write(digits: int) -> tuple[Written, Ink]:
    """Return a field with so many bars in it, each read as a 1 with a probability of 0.9."""
    mask = np.zeros((120, 400), bool)
    for i in range(digits):
        mask[50:90, 60 + 40 * i : 68 + 40 * i] = True
    ink = Ink(find_pieces(mask), np.zeros_like(mask), Placement.of_scale(1.0), np.zeros_like(mask), whiten(mask))
    spec = FieldSpec.model_validate({"box": [40, 30, 340, 70]})
    place = Place(spec.box, 0)
    (blobs,) = find_field_blobs(ink, [place])
    lattices = build_lattices(blobs, place, ink)
    guesses = [[make_guess(1, 0.9) for _ in lattice.candidates] if lattice else [] for lattice in lattices]
    return decide(lattices, guesses, Constraint(spec)), ink


def test_the_mean_of_all_poses_counts() -> None:
    field, ink = write(1)
    ((guess,),) = look_again([field], ink, StubClassifier([7], confidence=0.99))[0]
    assert guess.label == 7, "four poses outvote one"
    ((same,),) = look_again([field], ink, StubClassifier([1], confidence=0.9))[0]
    assert same.scores == pytest.approx(field.look.guesses[0][0].scores, abs=1e-6)


def test_each_pose_of_each_likely_digit_is_looked_at_once_and_differs() -> None:
    field, ink = write(3)
    classifier = StubClassifier([1])
    look_again([field, field], ink, classifier)
    likely = {id(step.way.candidate) for each in field.choice.others for step in each.steps if step.label is not None}
    assert len(classifier.seen) == 2 * len(POSES) * len(likely)
    first: list[NDArray[np.uint8]] = classifier.seen[:: 2 * len(likely)]
    assert len({view.tobytes() for view in first}) == len(POSES)


def test_what_is_unlikely_and_what_is_empty_stays() -> None:
    empty, ink = write(0)
    assert look_again([empty], ink, StubClassifier([7])) == [([],)]
    field, ink = write(2)
    again = look_again([field], ink, StubClassifier([7]))[0][0]
    likely = {id(step.way.candidate) for each in field.choice.others for step in each.steps if step.label is not None}
    lattice = field.look.lattices[0]
    assert lattice is not None
    for candidate, before, after in zip(lattice.candidates, field.look.guesses[0], again, strict=True):
        assert (before == after) == (id(candidate) not in likely)
