"""The course of a line of pixels: where it runs, and how it strays."""

import numpy as np
from numpy.typing import NDArray


def count_places(places: NDArray[np.intp]) -> int:
    """Return how many different columns, or rows, there are."""
    return int(np.count_nonzero(np.bincount(places)))


def fit_course(
    x: NDArray[np.intp], y: NDArray[np.intp] | NDArray[np.float64], chosen: NDArray[np.bool_], degree: int
) -> NDArray[np.float64]:
    """Return the height at every x of the course through the chosen points (least squares).

    Solved by the normal equations, with x brought to -1..1 so that they are well conditioned: a page has forty rules
    of thousands of points each, whose singular values would take ten times as long.
    """
    left, right = int(x.min()), int(x.max())
    powers = np.vander((2 * x - left - right) / max(right - left, 1), degree + 1)
    known = powers[chosen]
    bend = np.linalg.lstsq(known.T @ known, known.T @ y[chosen])[0]
    return np.asarray(powers @ bend, np.float64)


def measure_unrest(x: NDArray[np.intp], y: NDArray[np.intp]) -> float:
    """Return how far a level line's middle strays from a bent course, as a standard deviation in pixels."""
    counts = np.bincount(x)
    columns = np.flatnonzero(counts)
    middle = np.bincount(x, weights=y)[columns] / counts[columns]
    return float(np.std(middle - fit_course(columns, middle, np.ones(len(columns), np.bool_), 2)))
