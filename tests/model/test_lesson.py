"""What a teacher says: heard, but not of digits that it misreads."""

import numpy as np
from numpy.typing import NDArray

from model.classifier import CLASSES, Classifier
from model.data import NOT_A_DIGIT, Glyphs
from model.lesson import hear


class Teacher(Classifier):
    """Says of every view what it was told."""

    def __init__(self, *opinions: NDArray[np.float32]) -> None:
        self.opinions = np.stack(opinions)

    def score(self, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.opinions[: len(glyphs)]


def believe(label: int, share: float = 0.7) -> NDArray[np.float32]:
    opinion = np.full(CLASSES, (1 - share) / (CLASSES - 1), np.float32)
    opinion[label] = share
    return opinion


def test_a_digit_that_the_teacher_misreads_keeps_its_label_alone() -> None:
    said = [believe(5), believe(4), believe(3), believe(NOT_A_DIGIT), believe(NOT_A_DIGIT)]
    views = Glyphs(np.zeros((5, 28, 28, 2), np.uint8), np.array([5, 5, NOT_A_DIGIT, 5, NOT_A_DIGIT]), "x")
    heard = hear(Teacher(*said), views)
    label = np.eye(CLASSES, dtype=np.float32)
    assert np.allclose(heard, [said[0], label[5], said[2], label[5], said[4]])
