"""From what the lattice says to how often it is right (Platt, 1999).

The network and the lattice were fitted on drawn pages and count pieces as if they were independent. Two logistic
regressions, fitted by benchmarks/calibration.py on drawn pages and the development photos, take that back.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from scanner.decode import Decoded
from scanner.evidence import Evidence, find_evidence, to_log_odds


@dataclass(frozen=True)
class Calibration:
    """A straight line over the log-odds."""

    slope: float
    offset: float

    def apply(self, probability: float) -> float:
        """Return how probable it is (0..1), for what the lattice says (0..1)."""
        return to_probability(self.slope * to_log_odds(probability) + self.offset)


@dataclass(frozen=True)
class LineCalibration:
    """A plane over the evidence: what each unit of it adds to the log-odds."""

    offset: float
    odds: float
    parted: float
    length: float
    uncut: float
    left_out: float
    strange: float
    agreed: float = 0.0

    def apply(self, evidence: Evidence) -> float:
        """Return how probable it is (0..1) that the line is right."""
        return weigh_evidence(astuple(self), astuple(evidence))


def weigh_evidence(weights: Sequence[float], evidence: Sequence[float]) -> float:
    """Return the probability (0..1) of a logistic regression. weights: the offset, and one per evidence."""
    return to_probability(sum(a * b for a, b in zip(weights, (1.0, *evidence), strict=True)))


def to_probability(log_odds: float) -> float:
    """Return the probability (0..1) with these log-odds, in nats."""
    return 1 / (1 + math.exp(-log_odds))


DIGIT = Calibration(0.423, 0.709)
"""For one digit."""

LINE = LineCalibration(-0.074, 0.08, -0.153, 0.335, 0.427, -0.589, -0.247)
"""For a line that was looked at once,"""

AGREED = LineCalibration(-1.232, 0.041, -0.316, 0.83, 0.379, -0.485, -0.195, 1.252)
"""and for one that was looked at again."""


def rate(row: Decoded) -> float:
    """Return how probable it is (0..1) that a row of at least one digit is read right."""
    return (LINE if row.agreed is None else AGREED).apply(find_evidence(row))
