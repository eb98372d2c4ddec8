"""A report of `digits-bench compare` with two contestants, measured on answers that are made up."""

from dataclasses import asdict
from typing import Any

import numpy as np

from bench.compare.chance import compare_pairs
from bench.compare.corruptions import KINDS
from bench.compare.measures import measure_glyphs

LABELS = np.arange(200, dtype=np.int64) % 10


def answer(wrong: int) -> np.ndarray:
    """Return scores for LABELS, of which the first `wrong` go to the next digit; 0.9 sure each."""
    given = np.where(np.arange(200) < wrong, (LABELS + 1) % 10, LABELS)
    return np.where(np.eye(10)[given] > 0, 0.9, 0.1 / 9).astype(np.float32)


def describe(name: str, wrong: int, photos: dict[str, Any], trained_on: str = "MNIST") -> dict[str, Any]:
    """Return a contestant as the report has it."""
    test = measure_glyphs(answer(wrong), LABELS)
    values = (0.5, 0.6)
    epochs = dict.fromkeys(("loss", "accuracy", "valid_loss", "valid_accuracy"), values)
    seed = {"seed": 1, "seconds": 7.0, "processor_seconds": 5.0, "history": epochs, "accuracy": test["accuracy"]}
    return {
        "name": name,
        "title": f"a {name}",
        "source": "a report",
        "recipe": "Recipe()",
        "trained_on": trained_on,
        "parameters": 1234,
        "multiply_adds": None,
        "size": 5000,
        "cost": {"one_ms": 0.5, "batch_ms": 5.0, "one_ratio": 2.0, "batch_ratio": 1.5},
        "seeds": [seed],
        "over_seeds": {"values": [test["accuracy"]], "mean": test["accuracy"]},
        "test": test,
        "data": {"usps": test},
        "corrupted": {"digits": 200, "mean": 0.5, "kinds": {kind: [0.9, 0.7, 0.5, 0.3, 0.1] for kind in KINDS}},
        "photos": photos,
    }


def make_report() -> dict[str, Any]:
    """Return a whole report: a tree that is worse than the shipped network by more than chance."""
    confusion = np.diag([9] * 10 + [0, 0])
    confusion[7, 1], confusion[3, 10], confusion[4, 11], confusion[11, 1] = 2, 3, 4, 5
    counts = {"lines": 0.5, "confusion": confusion.tolist()}
    read = {"exact": 0.25, "by_source": 0.3, "digits": -0.5, "false": 12.0, **counts}
    whole = {"exact": 0.9, "by_source": 0.93, "digits": 0.95, "false": 0.3, **counts}
    right = {name: np.arange(200) >= wrong for name, wrong in (("tree", 40), ("shipped", 2))}
    pairs = [asdict(each) | {"is_larger_than_chance": each.is_larger_than_chance} for each in compare_pairs(right)]
    return {
        "made": "2026-11-22T04:00:00+00:00",
        "digitlens": "0.1",
        "quick": False,
        "machine": "a processor, 2 cores",
        "versions": {"python": "3.11"},
        "data": [
            {"name": name, "file": f"{name}.npz", "sha256": "0" * 64, "digits": 200}
            for name in ("train", "test", "usps")
        ],
        "photos": "photos",
        "corrupted": 200,
        "contestants": [
            describe("tree", 40, {"glyphs": read}),
            describe("shipped", 2, {"glyphs": read, "whole": whole}, "more"),
        ],
        "pairs": pairs,
    }
