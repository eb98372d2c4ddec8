"""The report as JSON holds it: every raw figure, and what it was made with."""

from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from bench.compare.chance import compare_pairs, t_interval
from bench.compare.costs import QUICK_ROUNDS, ROUNDS, add_ratios, measure_costs
from bench.compare.fits import Fit, read_json, write_json
from bench.compare.material import Material, Plan
from bench.compare.measuring import list_measures
from bench.compare.tables import SHIPPED
from model import __version__
from model.export import describe_machine, list_versions

REPORT = "report.json"


def make_report(fits: dict[str, list[Fit]], material: Material, plan: Plan) -> dict[str, Any]:
    """Gather what is on the disk of all contestants, measure their costs side by side, and compare them."""
    first = [seeds[0].contestant for seeds in fits.values()]
    costs = measure_costs(first, material.test.images, QUICK_ROUNDS if plan.quick else ROUNDS)
    add_ratios(costs, SHIPPED)
    contestants = [describe(seeds, costs[name], material) for name, seeds in fits.items()]
    labels = material.test.labels
    right = {
        each["name"]: np.array(list(map(int, each["test"]["answers"]))) == labels
        for each in contestants
        if "test" in each
    }
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "digitlens": __version__,
        "quick": plan.quick,
        "machine": describe_machine(),
        "versions": list_versions() | {name: metadata.version(name) for name in ("scikit-learn", "scipy")},
        "data": [
            {"name": name, "file": glyphs.name, "sha256": glyphs.sha256, "digits": len(glyphs.labels)}
            for name, glyphs in {"train": material.digits, "test": material.test, **material.others}.items()
        ],
        "photos": material.photos.name if material.photos else None,
        "corrupted": len(material.spoilt.glyphs.labels),
        "contestants": contestants,
        "pairs": [
            asdict(pair) | {"is_larger_than_chance": pair.is_larger_than_chance} for pair in compare_pairs(right)
        ],
    }


def describe(fits: list[Fit], cost: dict[str, Any], material: Material) -> dict[str, Any]:
    """Return all that is known of one contestant; what has not been measured yet is not there."""
    first = fits[0].contestant
    known: list[dict[str, Any]] = []
    for fit in fits:
        kept = {path.stem.rpartition("-")[0]: path for path, _ in list_measures(fit, material)}
        known.append({name: read_json(path) for name, path in kept.items() if path.is_file()})
    facts: dict[str, Any] = {
        "name": first.name,
        "title": first.title,
        "source": first.source,
        "recipe": repr(first.recipe),
        "trained_on": first.trained_on,
        "parameters": first.parameters,
        "multiply_adds": first.multiply_adds,
        "size": first.size,
        "cost": cost,
        "seeds": [
            {
                "seed": fit.seed,
                "seconds": fit.seconds,
                "processor_seconds": fit.processor_seconds,
                "made": fit.made,
                "history": asdict(fit.history),
                "accuracy": figures.get("glyphs test", {}).get("accuracy"),
            }
            for fit, figures in zip(fits, known, strict=True)
        ],
        "data": {
            name.removeprefix("glyphs "): figures
            for name, figures in known[0].items()
            if name.startswith("glyphs ") and name != "glyphs test"
        },
        "photos": {
            name.removeprefix("photos "): figures for name, figures in known[0].items() if name.startswith("photos ")
        },
    }
    if "glyphs test" in known[0]:
        values = [seed["accuracy"] for seed in facts["seeds"] if seed["accuracy"] is not None]
        over_seeds = t_interval(values)
        facts["test"] = known[0]["glyphs test"]
        facts["over_seeds"] = {"values": values, "mean": fmean(values)} | (asdict(over_seeds) if over_seeds else {})
    if "corrupted" in known[0]:
        facts["corrupted"] = known[0]["corrupted"]
    return facts


def write_report(folder: Path, report: dict[str, Any]) -> None:
    """Write report.json. Raises OutputError."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / REPORT, report)
