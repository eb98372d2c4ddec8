"""Pages that stand on their head or lie on their side: their digits tell, read upright and turned.

A page is turned only where its digits are read far better that way: 0 and 8 look alike on their heads, a 6 becomes a 9,
and a 5 or a 2 nearly itself, so that a wrong turn would read well, and cost dearly. A 1 tells nothing at all: it lies
down as a dash, and any dash or rest of a rule rises as a 1.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.classifier import GlyphClassifier, Guess
from model.context import CHANNELS, look_at, take_surroundings
from model.data import NOT_A_DIGIT
from model.glyph import SIDE
from scanner.heights import estimate_digit_height
from scanner.ink import Ink
from scanner.lattice import Lattice
from scanner.page import Box
from scanner.segment import BODY, Blob, find_blobs
from scanner.slopes import find_slopes, shrink

SURE = 0.9
"""A page whose pieces are digits with this mean probability stands upright: nothing more is asked."""

LEGIBLE = 0.6
"""Turned the right way, the pieces of a page are digits with at least this mean probability."""

ILLEGIBLE = 0.5
"""A page that lies on its side is read with at most this mean probability, upright or on its head."""

BETTER = 0.1
"""The right turn says more than any other by this share of what it says itself,"""

DOUBTED = 0.4
"""a share that grows by this times how doubtful its digits still are,"""

MUCH_BETTER = 4.0
"""and by this, in nats: 55 to 1."""

LEAST = 0.05
"""Probabilities count as far as they exceed this: one piece that is no digit at all decides nothing."""

TURNS = (0, 2, 1, 3)
"""Quarters against the clock, in the order in which they are tried."""

MOST_PIECES = 64
"""So many pieces of a page are looked at, spread over it."""

FEWEST_PIECES = 8
"""A page with fewer is never turned: a single string, a few digits before a camera."""

LARGEST = 2.5
"""Pieces larger than this, in digit heights, are no digit."""

LONGEST = 2.0
"""Pieces this many times as long as wide are no evidence: 1s, dashes, rests of rules."""

ROWS = 1.3
"""A page on its side has rows that stand upright: their profile is this many times sharper than others,"""

UPRIGHT_ROWS = 0.7
"""and this many times as sharp as that of its level lines: in a table both are sharp."""


def is_doubtful(lattices: list[Lattice], guesses: list[list[Guess]]) -> bool:
    """Tell whether a page reads so badly that it may stand on its head. guesses: one for each candidate."""
    shares = [
        max(guess.scores[:NOT_A_DIGIT])
        for lattice, here in zip(lattices, guesses, strict=True)
        for candidate, guess in zip(lattice.candidates, here, strict=True)
        if not candidate.cuts and not candidate.restored and candidate.last == candidate.first + 1
        if candidate.box.height >= BODY * lattice.height and not _is_stick(candidate.box)
    ]
    return not shares or float(np.mean(shares)) < SURE


def may_lie_on_side(grey: NDArray[np.uint8]) -> bool:
    """Tell whether rows may run upright, by the page's projection profiles. grey: (H, W) uint8."""
    level, upright = find_slopes(shrink(grey))
    return upright.evidence >= max(ROWS, UPRIGHT_ROWS * level.evidence)


def find_turn(ink: Ink, lay_on_side: Callable[[], Ink | None], classifier: GlyphClassifier) -> int:
    """Return how many quarters, against the clock, bring a page upright: 0 where it may be upright already.

    ink: of the page as it is. lay_on_side: makes that of the page turned by one quarter, or None where rows cannot run
    upright; asked only where the page can be read neither upright nor on its head.
    """
    evidence = _weigh_both_ways(look_at_pieces(ink), classifier)
    if max(mean for _, mean in evidence) < ILLEGIBLE:
        turned = lay_on_side()
        if turned is not None:
            evidence += _weigh_both_ways(look_at_pieces(turned), classifier)
    said = [total for total, _ in evidence]
    best = int(np.argmax(said))
    mean = evidence[best][1]
    needed = max(MUCH_BETTER, (BETTER + DOUBTED * (1 - mean)) * said[best])
    # a page that surely lies on its side is read wrong as it is: then less decides which side
    margins = [(said[best] - other) * (2 if best >= 2 and way >= 2 else 1) for way, other in enumerate(said)]
    is_better = mean >= LEGIBLE and all(margin >= needed for way, margin in enumerate(margins) if way != best)
    return TURNS[best] if is_better else 0


def _weigh_both_ways(views: NDArray[np.uint8], classifier: GlyphClassifier) -> list[tuple[float, float]]:
    """Return what speaks for a page's being upright, and for its standing on its head.

    views: (N, 28, 28, 2). Each is how far the logarithms of the pieces' probabilities exceed that of LEAST together, in
    nats, and their mean probability.
    """
    if len(views) < FEWEST_PIECES:
        return [(0.0, 0.0), (0.0, 0.0)]
    # a view turned is the view of a turned piece, but for what the centre of mass is rounded by
    both = np.concatenate([views, np.rot90(views, 2, axes=(1, 2))])
    guesses = classifier.classify(np.ascontiguousarray(both))
    shares = np.array([max(guess.scores[:NOT_A_DIGIT]) for guess in guesses]).reshape(2, -1)
    return [(float(np.log(np.maximum(each, LEAST) / LEAST).sum()), float(each.mean())) for each in shares]


def look_at_pieces(ink: Ink) -> NDArray[np.uint8]:
    """Return some of the page's larger pieces in their surroundings: (N, 28, 28, 2) uint8."""
    digit_height = estimate_digit_height(ink.pieces)
    blobs = (
        [blob for blob in find_blobs(ink.pieces, digit_height) if _tells(blob, digit_height)] if digit_height else []
    )
    blobs = blobs[:: len(blobs) // MOST_PIECES + 1]
    if not blobs:
        return np.zeros((0, SIDE, SIDE, CHANNELS), np.uint8)
    around = take_surroundings(ink.mask, (0, 0, ink.mask.shape[1], ink.mask.shape[0]), digit_height)
    return np.stack([look_at(blob.ink, blob.box.x, blob.box.y, around) for blob in blobs])


def _tells(blob: Blob, digit_height: float) -> bool:
    """Tell whether a piece may be a digit that is none when turned."""
    longer = max(blob.box.width, blob.box.height)
    return BODY * digit_height <= longer <= LARGEST * digit_height and not _is_stick(blob.box)


def _is_stick(box: Box) -> bool:
    """Tell whether a piece is so long and slim that it tells nothing: it looks like a 1 any way up."""
    shorter, longer = sorted((box.width, box.height))
    return longer > LONGEST * shorter
