"""What speaks for and against a line's being whole and right: how sure its digits are, and what was left out of it.

The surest errors of a reader of digits are strings of which a digit was taken for something else, or never seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from scanner.decode import Decoded
from scanner.lattice import Candidate
from scanner.page import Box

LEAST = 1e-6
"""Probabilities are held this far from 0 and 1, so that their log-odds stay finite."""

TALL = 0.6
"""A piece that is left out may be a digit when it is at least this high, in heights of the line's digits."""

BESIDE = 1.5
"""Pieces at most this far from the line's ends, in heights of its digits, may belong to it."""

MOST = 2.0
"""More left-out pieces than this say no more."""

MOST_PARTED = 3.0
"""More parted digits than this say no more."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one line."""

    odds: float
    """Log-odds, in nats, of all its digits being right and of none having been missed, as the lattice sees it."""
    left_out: float
    """Pieces as high as its digits that its row leaves out, 0..MOST,"""
    beside: float
    """and pieces beside it of rows that are no digits, 0..MOST."""
    parted: float
    """Digits that were cut from a neighbour, 0..MOST_PARTED; one side makes a half."""
    length: float
    """The logarithm of how many digits it has."""
    uncut: float
    """Log-odds, in nats, of its row holding these digits and no others, says the reader of whole rows, who has seen
    each digit between its neighbours, and the row's ends too; 0 where nobody asked it."""


def find_evidence(decoded: Sequence[Decoded], kept: Sequence[Decoded]) -> list[Evidence]:
    """Say what is known of each line of a page. decoded: all its rows; kept: those of digits, as the result."""
    known = set(map(id, kept))
    dropped = [piece.box for row in decoded if id(row) not in known for piece in _list_tall(row)]
    return [_weigh(row, dropped) for row in kept]


def to_log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), in nats, for a probability 0..1."""
    held = min(max(probability, LEAST), 1 - LEAST)
    return math.log(held / (1 - held))


def _weigh(row: Decoded, dropped: Sequence[Box]) -> Evidence:
    digits = [found.candidate for found in row.found]
    line = reduce(Box.joined, [digit.box for digit in digits])
    height = sorted(digit.box.height for digit in digits)[len(digits) // 2]
    reach = BESIDE * height
    left_out = sum(piece.box.height > TALL * height for piece in row.left_out)
    beside = sum(box.height > TALL * height and _is_beside(box, line, reach) for box in dropped)
    return Evidence(
        to_log_odds(row.whole * math.prod(found.confidence for found in row.found)),
        min(left_out, MOST),
        min(beside, MOST),
        min(sum(digit.cuts for digit in digits) / 2, MOST_PARTED),
        math.log(len(digits)),
        0.0 if row.uncut is None else to_log_odds(math.exp(min(row.uncut, 0.0))),
    )


def _list_tall(row: Decoded) -> list[Candidate]:
    return [*(found.candidate for found in row.found), *row.left_out]


def _is_beside(box: Box, line: Box, reach: float) -> bool:
    """Tell whether a box stands at the height of a line, and at most `reach` pixels from it."""
    apart = max(line.x - box.right, box.x - line.right)
    return line.y <= box.centre_y <= line.bottom and apart <= reach
