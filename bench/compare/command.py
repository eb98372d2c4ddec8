"""The comparison from words to report: who takes part, what is done, what is kept."""

from pathlib import Path
from typing import Any

from bench.compare.fits import Fit, fit_or_load, list_fits, remember
from bench.compare.material import Material, Plan, load_material
from bench.compare.measuring import list_measures
from bench.compare.page import write_page
from bench.compare.report import make_report, write_report
from bench.contestants.contestant import Contestant
from bench.contestants.registry import make_contestants
from model.command import say

NAME = "digits-bench compare"


def compare(plan: Plan) -> dict[str, Any]:
    """Train and measure what is missing, write report.json and index.html into plan.out, and return the report.

    Raises ModelError, OSError.
    """
    chosen = make_contestants(plan.only)
    material = load_material(plan)
    for seed in range(1, plan.seeds + 1):
        for contestant in chosen:
            if seed == 1 or contestant.has_chance:
                work_on(contestant, seed, material, plan.work)
    report = make_report(gather(material, plan.work), material, plan)
    write_report(plan.out, report)
    write_page(plan.out, report)
    return report


def work_on(contestant: Contestant, seed: int, material: Material, work: Path) -> None:
    """Train one contestant with one seed, and measure it, as far as that was not done before."""
    say(NAME, f"{contestant.name}, seed {seed}: {contestant.title}")
    fit = fit_or_load(contestant, material.digits, seed, material.course, work)
    say(NAME, f"{contestant.name}, seed {seed}: trained in {fit.seconds:.0f} s")
    for path, measure in list_measures(fit, material):
        figures = remember(path, measure)
        said = figures.get("accuracy", figures.get("exact", figures.get("mean")))
        say(NAME, f"{contestant.name}, seed {seed}: {path.stem.rpartition('-')[0]} {said:.4f}")


def gather(material: Material, work: Path) -> dict[str, list[Fit]]:
    """Return every contestant that has been trained on these data, with its seeds, in the registry's order."""
    found: dict[str, list[Fit]] = {}
    for contestant in make_contestants():
        fits = list_fits(contestant, material.digits, material.course, work)
        if fits:
            found[contestant.name] = fits
    return found
