"""Holes in a piece of ink: no digit has more than two, and a coin, a stamp or a texture has many."""

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

MOST_HOLES = 4
"""A digit has at most this many holes: 8 has two, a loop in a 2 and crossing strokes make one or two more."""

LEAST_HOLE = 0.001
"""A hole covers at least this share of the height squared; smaller ones are the paper's grain in a dry stroke."""

DENSE = 0.35
"""Ink that fills less than this share of its box is made of strokes, and its holes are not counted."""


def is_riddled(ink: Mask) -> bool:
    """Tell whether a piece has more holes than any digit. ink: (H, W) bool."""
    return bool(ink.mean() > DENSE) and count_holes(ink) > MOST_HOLES


def count_holes(ink: Mask) -> int:
    """Return how many patches of paper are closed in by ink, without the tiny ones. ink: (H, W) bool."""
    paper = cv2.copyMakeBorder((~ink).view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    large = stats[:, cv2.CC_STAT_AREA] >= LEAST_HOLE * ink.shape[0] ** 2
    large[[0, labels[0, 0]]] = False  # the ink, and the paper around it
    return int(np.count_nonzero(large))
