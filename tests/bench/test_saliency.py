"""Painting over: what speaks for a label is found where a network that is known looks."""

import numpy as np
from numpy.typing import NDArray

from bench.saliency import PATCH, cover, find_saliency
from model.context import look_alone
from model.strokes import DIGITS, draw


def see_left(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Be the surer of a 3 the more ink is in the left half, of a 5 the less; whatever stands elsewhere."""
    share = views[..., :14, 0].astype(np.float32).sum(axis=(1, 2)) / (255 * 14 * 28)
    scores = np.full((len(views), 11), 1e-3, np.float32)
    scores[:, 3], scores[:, 5] = share, 1 - share
    return scores


def draw_view() -> NDArray[np.uint8]:
    return look_alone(draw(DIGITS["8"][0], np.random.default_rng(2), side=28)[None])[0]


def test_ink_counts_where_the_network_looks() -> None:
    view = draw_view()
    effect = find_saliency(view, 3, see_left)
    inked = view[..., 0] > 0
    assert (effect[:, : 14 - PATCH][inked[:, : 14 - PATCH]] > 0).all()
    assert (effect[:, 14 + PATCH :] == 0).all()
    assert (effect[~inked] == 0).all()
    against = find_saliency(view, 5, see_left)
    assert (against[:, : 14 - PATCH][inked[:, : 14 - PATCH]] < 0).all()


def test_without_ink_nothing_speaks() -> None:
    assert not find_saliency(np.zeros((28, 28, 2), np.uint8), 3, see_left).any()


def test_a_patch_covers_the_glyph_and_its_copy_in_the_surroundings() -> None:
    view = np.full((28, 28, 2), 200, np.uint8)
    covered = cover(view, 10, 10)
    assert (covered[10 : 10 + PATCH, 10 : 10 + PATCH, 0] == 0).all()
    assert (covered[..., 0] == 0).sum() == PATCH**2
    rows, columns = np.nonzero(covered[..., 1] == 0)
    assert {rows.min(), rows.max(), columns.min(), columns.max()} == {12, 13}  # half the scale, about the same centre
    assert (view == 200).all(), "the view itself stays"
