"""Candidates with the rules that were taken out put back: a digit's foot or bar may lie in a rule.

Erasing rules costs about as many digits as it wins. So both versions of a piece are offered, with and without the
line, and the lattice chooses.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.lattice import Candidate, Lattice
from scanner.page import Box

Mask = NDArray[np.bool_]

MARGIN = 0.14
"""How far above and below a candidate erased ink may be its own, in row heights: a foot, a bar, a rule's thickness."""

LEAST_GAIN = 0.03
"""What comes back is at least this share of the candidate's ink; less changes nothing."""

MOST_GAIN = 0.6
"""What comes back is at most this share of the candidate's ink: more is the rule, and the candidate a rest of it."""


def restore(lattice: Lattice, erased: Mask) -> Lattice:
    """Return the lattice with a second version of each candidate that erased ink touches.

    erased: (H, W) bool, in the pixels of the lattice's page.
    """
    versions = [_put_back(candidate, erased, lattice.height) for candidate in lattice.candidates]
    restored = [version for version in versions if version is not None]
    return replace(lattice, candidates=lattice.candidates + tuple(restored)) if restored else lattice


def _put_back(candidate: Candidate, erased: Mask, row_height: float) -> Candidate | None:
    """Return the candidate with the erased ink that joins it, from its own columns; None where there is none."""
    box, margin = candidate.box, max(2, round(MARGIN * row_height))
    top, bottom = max(0, box.y - margin), min(erased.shape[0], box.bottom + margin)
    back = erased[top:bottom, box.x : box.right]
    if not back.any():
        return None
    own = np.zeros(back.shape, np.bool_)
    own[box.y - top : box.bottom - top] = candidate.ink
    before, most = np.count_nonzero(own), np.count_nonzero(own | back)
    if most / before - 1 < LEAST_GAIN:
        return None
    ink = _keep_joined(own | back, own)
    if not LEAST_GAIN <= np.count_nonzero(ink) / before - 1 <= MOST_GAIN:
        return None
    x, y, width, height = cv2.boundingRect(ink.view(np.uint8))
    return replace(
        candidate, box=Box(box.x + x, top + y, width, height), ink=ink[y : y + height, x : x + width], restored=True
    )


def _keep_joined(ink: Mask, own: Mask) -> Mask:
    """Return the pieces of ink that hold some of the candidate's own."""
    count, labels = cv2.connectedComponents(ink.view(np.uint8), connectivity=8)
    keep = np.zeros(count, np.bool_)
    keep[labels[own]] = True
    keep[0] = False
    return np.asarray(keep[labels], np.bool_)
