"""What a glyph costs: all contestants in one process, in turns."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.contestants.contestant import Contestant

ROUNDS, QUICK_ROUNDS = 5, 1
"""Turns of each contestant, and those of a quick run, whose figures mean nothing."""

BATCH = 100
"""Glyphs in a batch."""

TURN = 0.05
"""Seconds in which a turn repeats its call; the fastest of all counts, which other work disturbs least."""


def measure_costs(
    contestants: Sequence[Contestant], glyphs: NDArray[np.uint8], rounds: int = ROUNDS
) -> dict[str, dict[str, Any]]:
    """Return milliseconds per call, for one glyph and for a batch, by contestant.

    glyphs: (N, 28, 28) uint8, at least BATCH. rounds: turns of each. Each runs on one thread, where it can
    be told.
    """
    best: dict[str, dict[str, float]] = {each.name: {} for each in contestants}
    for _ in range(rounds):
        for each in contestants:
            for key, lot in (("one_ms", glyphs[:1]), ("batch_ms", glyphs[:BATCH])):
                took = 1000 * time_call(each, lot)
                best[each.name][key] = min(took, best[each.name].get(key, took))
    return best


def time_call(contestant: Contestant, glyphs: NDArray[np.uint8]) -> float:
    """Return the seconds of the fastest call in a turn, which holds one call at least."""
    contestant.predict_proba(glyphs)  # the interpreter allocates for the size of a batch
    fastest, end = float("inf"), time.perf_counter() + TURN
    while True:
        start = time.perf_counter()
        contestant.predict_proba(glyphs)
        done = time.perf_counter()
        fastest = min(fastest, done - start)
        if done > end:
            return fastest


def add_ratios(costs: Mapping[str, dict[str, Any]], reference: str) -> None:
    """Put beside each time how many times that of the reference it is."""
    if reference not in costs:
        return
    known = dict(costs[reference])
    for each in costs.values():
        each["one_ratio"] = each["one_ms"] / known["one_ms"]
        each["batch_ratio"] = each["batch_ms"] / known["batch_ms"]
