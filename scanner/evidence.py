"""What speaks for and against a line's being whole and right.

The surest errors of a reader of digits are strings of which a digit was taken for something else, or never seen. Who
reads the row as a whole sees that best.
"""

import math
from dataclasses import astuple, dataclass, replace

from model.data import NOT_A_DIGIT
from scanner.decode import Decoded

LEAST = 1e-6
"""Probabilities are held this far from 0 and 1, so that their log-odds stay finite."""

MOST_PARTED = 3.0
"""More parted digits than this say no more."""


MOST_LEFT_OUT = 3.0
"""More pieces left out than this say no more."""

LEAST_STRANGE = -8.0
"""A glyph that is surely a digit is not surer than this, in nats, of not being none."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one line; where several looks read the same, parted alike, the mean of what each knows."""

    odds: float
    """Log-odds, in nats, of all its digits being right and of none having been missed, as the lattice sees it."""
    parted: float
    """Digits that were cut from a neighbour, 0..MOST_PARTED; one side makes a half."""
    length: float
    """The logarithm of how many digits it has."""
    uncut: float
    """Log-odds, in nats, of its row holding these digits and no others, says the reader of whole rows, who has seen
    each digit between its neighbours, and the row's ends too; 0 where nobody asked it."""
    left_out: float
    """Pieces as high as digits that are none, slashes among them, 0..MOST_LEFT_OUT: now and then one is a digit."""
    strange: float
    """How probable the reader of glyphs finds it that the strangest of the digits is none, in nats,
    LEAST_STRANGE..0."""
    agreed: float = 0.0
    """Share of the other looks that read the same (0..1); 0 where it was looked at once, and that is another plane."""


def find_evidence(row: Decoded) -> Evidence:
    """Say what is known of a row of at least one digit."""
    own = _find_own_evidence(row)
    if not row.alike:  # looks are rated often, while they are compared
        return own
    known = [astuple(own), *(astuple(_find_own_evidence(each)) for each in row.alike)]
    means = (sum(values) / len(known) for values in zip(*known, strict=True))
    return replace(Evidence(*means), agreed=own.agreed)


def _find_own_evidence(row: Decoded) -> Evidence:
    digits = [found.candidate for found in row.found]
    none = max(found.guess.scores[NOT_A_DIGIT] for found in row.found)
    return Evidence(
        to_log_odds(row.whole * math.prod(found.confidence for found in row.found)),
        min(sum(digit.cuts for digit in digits) / 2, MOST_PARTED),
        math.log(len(digits)),
        weigh_opinion(row.uncut),
        min(float(len(row.left_out)), MOST_LEFT_OUT),
        max(math.log(max(none, LEAST)), LEAST_STRANGE),
        row.agreed or 0.0,
    )


def weigh_opinion(uncut: float | None) -> float:
    """Return the log-odds, in nats, of what the reader of rows says of a string, in nats; 0 where nobody asked it."""
    return 0.0 if uncut is None else to_log_odds(math.exp(min(uncut, 0.0)))


def to_log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), in nats, for a probability 0..1."""
    held = min(max(probability, LEAST), 1 - LEAST)
    return math.log(held / (1 - held))
