"""What is doubtful is shown again in other poses, and the mean of all answers counts."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classifier import Guess, StubClassifier, to_guesses
from scanner.poses import LEANING, SURELY_DIGIT, SURELY_NONE, TURNED, SecondLook, average

NONE = 10
POSES = (*LEANING, *TURNED)


def draw_views(count: int) -> NDArray[np.uint8]:
    """Views of an upright bar, each of another brightness."""
    views = np.zeros((count, 28, 28, 2), np.uint8)
    views[:, 6:22, 12:16] = 100 + 20 * np.arange(count, dtype=np.uint8)[:, None, None, None]
    return views


def to_scores(label: int, share: float) -> NDArray[np.float32]:
    scores = np.full((1, 11), (1 - share) / 10, np.float32)
    scores[0, label] = share
    return scores


class Scripted:
    """Says one thing of views as they stand, first, and another of all that is shown later."""

    def __init__(self, first: list[tuple[int, float]], later: tuple[int, float]) -> None:
        self.first, self.later, self.sizes = first, later, list[int]()

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        self.sizes.append(len(glyphs))
        said = self.first if len(self.sizes) == 1 else [self.later] * len(glyphs)
        return [to_guesses(to_scores(*each))[0] for each in said]


@pytest.mark.parametrize("sure", [(1, SURELY_DIGIT + 0.001), (NONE, SURELY_NONE + 0.001)])
def test_what_is_sure_is_looked_at_once(sure: tuple[int, float]) -> None:
    classifier = Scripted([sure] * 3, (7, 0.9))
    guesses = SecondLook(classifier).classify(draw_views(3))
    assert classifier.sizes == [3]
    assert [guess.scores for guess in guesses] == [to_guesses(to_scores(*sure))[0].scores] * 3


def test_what_is_doubtful_is_looked_at_in_every_pose_and_keeps_its_place() -> None:
    classifier = Scripted([(1, 0.999), (4, 0.6), (NONE, 0.999), (5, 0.5)], (7, 0.9))
    guesses = SecondLook(classifier).classify(draw_views(4))
    assert classifier.sizes == [4, 2 * len(LEANING)]
    assert [guess.label for guess in guesses] == [1, 7, None, 7]


def test_the_mean_is_that_of_the_logarithms() -> None:
    first, later = to_scores(4, 0.6), to_scores(7, 0.9)
    (guess,) = average(draw_views(1), first, Scripted([(7, 0.9)] * len(POSES), (7, 0.9)), POSES)
    mean = (first[0] * later[0].astype(np.float64) ** len(POSES)) ** (1 / (1 + len(POSES)))
    assert guess.scores == pytest.approx(mean / mean.sum(), abs=1e-5)


def test_poses_lean_and_turn_about_the_middle() -> None:
    classifier = StubClassifier([1])
    average(draw_views(1), to_scores(1, 0.9), classifier, POSES)
    shown = [view[..., 0].astype(float) for view in classifier.seen]
    assert len({view.tobytes() for view in shown}) == len(POSES)
    y, x = np.mgrid[:28, :28]
    for view in shown:
        assert (x * view).sum() / view.sum() == pytest.approx(13.5, abs=0.3)
        assert (y * view).sum() / view.sum() == pytest.approx(13.5, abs=0.3)


def test_nothing_is_no_question() -> None:
    classifier = Scripted([], (7, 0.9))
    assert SecondLook(classifier).classify(np.zeros((0, 28, 28, 2), np.uint8)) == []
