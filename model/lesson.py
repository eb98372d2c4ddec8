"""What a network learns from a teacher: its opinions, but for the digits that it misreads."""

import numpy as np
from numpy.typing import NDArray

from model.classifier import CLASSES, Classifier
from model.data import NOT_A_DIGIT, Glyphs


def hear(teacher: Classifier, views: Glyphs) -> NDArray[np.float32]:
    """Return what a teacher says of views, (N, 11) probabilities; their label alone of digits that it misreads.

    Such digits are of hands that it has not met, which are what is to be learnt. Of what is no digit, such as half of
    one, its opinion counts in any case: it says what that looks like.
    """
    opinions, labels = teacher.score(views.images), views.labels
    misread = (labels != NOT_A_DIGIT) & (opinions.argmax(axis=1) != labels)
    return np.where(misread[:, None], np.eye(CLASSES, dtype=np.float32)[labels], opinions).astype(np.float32)
