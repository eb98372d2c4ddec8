"""What chance alone would give: intervals of shares and of means, and which differences are larger."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE = 0.95
"""Level of all intervals; 1 - SURE is that of all tests."""


@dataclass(frozen=True)
class Interval:
    """Where a figure lies, with probability SURE."""

    low: float
    high: float


def wilson(right: int, count: int) -> Interval:
    """Return the interval of a share of `right` in `count` tries (Wilson, 1927). count: at least 1."""
    from scipy.stats import norm  # type: ignore[import-untyped]

    z = float(norm.ppf((1 + SURE) / 2))
    share, more = right / count, z * z / count
    centre = (share + more / 2) / (1 + more)
    reach = z / (1 + more) * math.sqrt(share * (1 - share) / count + more / (4 * count))
    return Interval(max(0.0, centre - reach), min(1.0, centre + reach))


def t_interval(values: Sequence[float]) -> Interval | None:
    """Return the interval of the mean over seeds (Student, 1908); None for fewer than two values."""
    from scipy.stats import t

    if len(values) < 2:
        return None
    reach = float(t.ppf((1 + SURE) / 2, len(values) - 1)) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    mean = float(np.mean(values))
    return Interval(mean - reach, mean + reach)


def mcnemar(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return how probable so uneven a share of the disagreements is, were both equally good (McNemar, 1947; exact).

    one, other: (N,) which of the same glyphs each has right.
    """
    from scipy.stats import binomtest

    only_one, only_other = int((one & ~other).sum()), int((other & ~one).sum())
    if only_one + only_other == 0:
        return 1.0
    return float(binomtest(only_one, only_one + only_other, 0.5).pvalue)


def holm(probabilities: Sequence[float]) -> list[float]:
    """Return the probabilities corrected for how many there are (Holm, 1979), in their order."""
    order = np.argsort(probabilities, kind="stable")
    corrected = [0.0] * len(probabilities)
    largest = 0.0
    for place, index in enumerate(order.tolist()):
        largest = max(largest, min(1.0, (len(probabilities) - place) * probabilities[index]))
        corrected[index] = largest
    return corrected


@dataclass(frozen=True)
class Pair:
    """Two contestants on the same glyphs."""

    one: str
    other: str
    only_one: int
    """Glyphs that only `one` has right."""
    only_other: int
    probability: float
    """Of so uneven a share by chance, corrected for the number of pairs."""

    @property
    def is_larger_than_chance(self) -> bool:
        """Whether the difference would be this large by chance in fewer than one case in twenty."""
        return self.probability < 1 - SURE


def compare_pairs(right: dict[str, NDArray[np.bool_]]) -> list[Pair]:
    """Compare all with all. right: by name, (N,) which of the same glyphs each has right."""
    names = list(right)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    probabilities = holm([mcnemar(right[a], right[b]) for a, b in pairs])
    return [
        Pair(a, b, int((right[a] & ~right[b]).sum()), int((right[b] & ~right[a]).sum()), probability)
        for (a, b), probability in zip(pairs, probabilities, strict=True)
    ]
