"""What a glyph costs: the fastest call counts, beside the reference."""

from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.compare import costs
from bench.contestants.contestant import Contestant


class Slow:
    """Takes a second for each glyph, and another one for every third call, on a clock of its own."""

    name = "slow"

    def __init__(self) -> None:
        self.now, self.calls = 0.0, 0

    def predict_proba(self, glyphs: NDArray[np.uint8]) -> None:
        self.calls += 1
        self.now += len(glyphs) + (self.calls % 3 == 0)


def test_the_fastest_call_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(costs.time, "perf_counter", lambda: slow.now)
    monkeypatch.setattr(costs, "TURN", 5)
    measured = costs.measure_costs([cast(Contestant, slow)], np.zeros((120, 28, 28), np.uint8))
    assert measured == {"slow": {"one_ms": 1000.0, "batch_ms": 100_000.0}}


def test_ratios_are_those_to_the_reference() -> None:
    measured = {"tree": {"one_ms": 1.0, "batch_ms": 9.0}, "shipped": {"one_ms": 2.0, "batch_ms": 3.0}}
    costs.add_ratios(measured, "shipped")
    assert measured["tree"] == {"one_ms": 1.0, "batch_ms": 9.0, "one_ratio": 0.5, "batch_ratio": 3.0}
    costs.add_ratios(measured, "svm")
    assert measured["shipped"]["one_ratio"] == 1.0
