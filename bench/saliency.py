"""Which strokes decide: each part of a glyph is painted over in turn, and what the network then says is compared.

Occlusion (Zeiler and Fergus, 2014) asks the network itself, the .tflite that reads, and needs nothing else.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.context import CHANNELS, ZOOM
from model.glyph import SIDE
from scanner.evidence import to_log_odds

PATCH = 5
"""Side of what is painted over, in glyph pixels: about two strokes wide."""

Scorer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""(N, 28, 28, 2) uint8 views -> (N, 11) probabilities."""


def find_saliency(view: NDArray[np.uint8], label: int, score: Scorer) -> NDArray[np.float32]:
    """Return how much each pixel's ink speaks for a label: (28, 28), in nats of its log-odds.

    view: (28, 28, 2) uint8. label: 0..10. Positive: without this ink the label would be less probable; negative: more
    probable; 0 where there is no ink. A pixel has the mean of all patches that cover it.
    """
    places = [
        (top, left)
        for top in range(1 - PATCH, SIDE)
        for left in range(1 - PATCH, SIDE)
        if _cut(view[..., 0], top, left).any()
    ]
    effect, covered = np.zeros((SIDE, SIDE), np.float32), np.zeros((SIDE, SIDE), np.float32)
    if not places:
        return effect
    scores = score(np.stack([view, *(cover(view, top, left) for top, left in places)]))[:, label].tolist()
    whole = to_log_odds(scores[0])
    for (top, left), without in zip(places, scores[1:], strict=True):
        _cut(effect, top, left)[...] += whole - to_log_odds(without)
        _cut(covered, top, left)[...] += 1
    return np.where(view[..., 0] > 0, effect / np.maximum(covered, 1), np.float32(0))


def cover(view: NDArray[np.uint8], top: int, left: int) -> NDArray[np.uint8]:
    """Return a view with a patch of paper over the glyph and over the same place of its surroundings."""
    covered = view.copy()
    _cut(covered[..., 0], top, left)[...] = 0
    if view.shape[-1] == CHANNELS:
        y0, y1, x0, x1 = (SIDE / 2 + (edge - SIDE / 2) / ZOOM for edge in (top, top + PATCH, left, left + PATCH))
        covered[max(0, round(y0)) : max(0, round(y1)), max(0, round(x0)) : max(0, round(x1)), 1] = 0
    return covered


def _cut(picture: Any, top: int, left: int) -> Any:
    """Return the part of a picture under a patch, which may reach over its edges."""
    return picture[max(0, top) : top + PATCH, max(0, left) : left + PATCH]
