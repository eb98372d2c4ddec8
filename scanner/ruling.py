"""A page's rules and its digits' height: each is needed to find the other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scanner.heights import estimate_digit_height
from scanner.pieces import Pieces, find_pieces
from scanner.rules import erase_rules, find_rules
from scanner.runs import turn_mask

Mask = NDArray[np.bool_]


def take_out_rules(ink: Pieces, drop_faint: Callable[[Pieces], Pieces]) -> tuple[Mask, Pieces, Mask]:
    """Take out rules as `erase_rules` does, whatever hangs on them.

    How long a rule is depends on the height of the digits, but digits that hang on a table have no height of their own
    until it is gone: so they are measured before and again after, and the rules taken out anew where that differs.
    drop_faint: leaves out pieces that are too faint for digits.
    Returns the ink without rules, (H, W) bool; its pieces without what is faint; and the upright rules that part
    strings, (H, W) bool.
    """
    dark = drop_faint(ink)
    before = _guess_digit_height(dark, ink.mask)
    cleaned, parting = erase_rules(ink.mask, before, ink)
    clear = dark if cleaned is ink.mask else drop_faint(find_pieces(cleaned))
    after = estimate_digit_height(clear)
    if after and not 1 / SAME_HEIGHT < after / before < SAME_HEIGHT:
        cleaned, parting = erase_rules(ink.mask, after, ink)
        clear = drop_faint(find_pieces(cleaned))
    return cleaned, clear, parting


def _guess_digit_height(pieces: Pieces, lines: Mask) -> float:
    """Return the digits' height in pixels, also where they hang on rules and have none of their own; 0 without ink.

    pieces: what may be digits. lines: (H, W) bool, all ink, faint rules too.
    """
    height = estimate_digit_height(pieces)
    page_height, page_width = int(lines.shape[0]), int(lines.shape[1])
    side = min(page_height, page_width)
    if page_height < STRIP * page_width and height < LOW * page_height:
        low = pieces.height < LOW * page_height
        if pieces.area[1:][low[1:]].sum() < LOW_SHARE * pieces.area[1:].sum():
            return STRIP_DIGIT * page_height
    if height > TOO_HIGH * side and _is_ruled(lines, side / RULED_DIGITS):
        return side / RULED_DIGITS
    return height


STRIP = 0.6
"""A picture lower than this share of its width may show one string,"""

LOW = 0.25
"""whose digits are no lower than this share of the picture,"""

LOW_SHARE = 0.25
"""when what is lower is less than this share of the ink;"""

STRIP_DIGIT = 0.75
"""they are taken to be this share of the picture high until they are measured."""

TOO_HIGH = 0.3
"""Digits higher than this share of a page's shorter side may be a table with all that hangs on it."""

RULED_DIGITS = 8.0
"""A ruled page is taken to be so many digits high, or wide, until they are measured."""

RULED_LINES = 4
"""A table has at least so many level lines above one another; no digit has."""

SAME_HEIGHT = 1.25
"""Digit heights that differ by less than this factor find the same rules."""


def _is_ruled(ink: Mask, digit_height: float) -> bool:
    """Tell whether level lines stand above one another, as in a table, or hairlines side by side."""
    level = find_pieces(find_rules(ink, digit_height))
    if _count_places(level.top[1:], digit_height) >= RULED_LINES:
        return True
    upright = find_pieces(find_rules(turn_mask(ink), digit_height))
    thickness = upright.area / np.maximum(upright.width, 1)
    hairlines = upright.width[1:] >= HAIRLINE * thickness[1:]
    return _count_places(upright.top[1:][hairlines], digit_height) >= RULED_LINES


def _count_places(tops: NDArray[np.int32], digit_height: float) -> int:
    """Return how many of some lines stand apart from each other. tops: (N,), in pixels."""
    if not len(tops):
        return 0
    apart = np.diff(np.sort(tops).astype(np.float64))
    return 1 + int(np.count_nonzero(apart > digit_height / 4))


HAIRLINE = 60.0
"""Upright lines of ruled paper on its side are this many times longer than thick, at least; 1s side by side are 10 to
30 times."""
