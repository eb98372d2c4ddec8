"""From what the lattice says to how often it is right (Platt, 1999).

The network and the lattice were fitted on drawn pages and count pieces as if they were independent. Two straight lines
over the log-odds, fitted by benchmarks/calibration.py on drawn pages and the development photos, take that back.
"""

import math
from dataclasses import dataclass

LEAST = 1e-6
"""Probabilities are held this far from 0 and 1, so that their log-odds stay finite."""


@dataclass(frozen=True)
class Calibration:
    """A straight line over the log-odds."""

    slope: float
    offset: float

    def apply(self, probability: float) -> float:
        """Return how probable it is (0..1), for what the lattice says (0..1)."""
        return 1 / (1 + math.exp(-(self.slope * to_log_odds(probability) + self.offset)))


def to_log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), in nats, for a probability 0..1."""
    held = min(max(probability, LEAST), 1 - LEAST)
    return math.log(held / (1 - held))


DIGIT = Calibration(0.842, 0.692)
"""For one digit."""

LINE = Calibration(0.611, 0.236)
"""For a line: for the product of its digits' probabilities and of no digit having been missed."""
