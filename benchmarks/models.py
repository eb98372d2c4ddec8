"""The page on models: its tables, pictures and figures, from a report of `digits-bench compare`.

    python -m benchmarks.models report/report.json [--out docs]

What is said between the tables is written by hand, and does not change.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.compare.charts import draw_corruptions, draw_gap, draw_pairs
from bench.compare.fits import read_json
from bench.compare.tables import list_costs, list_elsewhere, list_missing, list_photos, list_test, list_ties
from bench.contestants.registry import make_contestants
from benchmarks.marks import fill_marks
from model.command import run_command
from scanner.whole import SHARED, write_whole

NAME = "benchmarks.models"

PAGE, FIGURES, IMAGES = "models.md", "models-figures.json", "images"
"""What is written into the folder."""


def write_docs(report: dict[str, Any], folder: Path) -> None:
    """Fill the page, draw its pictures and keep its figures. Raises DataError, OSError."""
    words = {
        "origin": tell_origin(report),
        "test": list_test(report).to_markdown(),
        "ties": tell_ties(report),
        "photos": list_photos(report).to_markdown(),
        "elsewhere": list_elsewhere(report).to_markdown(),
        "costs": list_costs(report).to_markdown(),
    }
    fill_marks(folder / PAGE, {name: f"\n{text.rstrip()}\n" for name, text in words.items()})
    pictures = {"gap": draw_gap(report), "corruptions": draw_corruptions(report), "pairs": draw_pairs(report)}
    for name, png in pictures.items():
        if png is not None:
            write_whole(folder / IMAGES / f"models-{name}.png", png, SHARED)
    write_whole(folder / FIGURES, (json.dumps(drop_answers(report)) + "\n").encode(), SHARED)


def tell_origin(report: dict[str, Any]) -> str:
    """Return when, where and with what the figures were made, and what is missing."""
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    seeds = [f"{each['name']} {len(each['seeds'])}" for each in report["contestants"] if len(each["seeds"]) > 1]
    told = f"Made {report['made'][:10]} on {report['machine']}, with {versions}. "
    told += f"One seed each{', but of ' + ', '.join(seeds) if seeds else ''}."
    missing = list_missing(report, [each.name for each in make_contestants()])
    return told + (f" Missing: {'; '.join(missing)}." if missing else "")


def tell_ties(report: dict[str, Any]) -> str:
    """Return which differences are not larger than chance."""
    ties = list_ties(report)
    count = f"Of {len(report['pairs'])} pairs, {len(report['pairs']) - len(ties)} differ by more than chance."
    return f"{count} Not parted, with the corrected probability: {'; '.join(ties)}." if ties else count


def drop_answers(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report without every single answer, which is most of it."""

    def drop(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: drop(part) for name, part in value.items() if name != "answers"}
        return [drop(part) for part in value] if isinstance(value, list) else value

    return {name: drop(value) for name, value in report.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page; returns an exit code."""
    parser = argparse.ArgumentParser(prog=NAME, description="Fills the page on models from a report.")
    parser.add_argument("report", type=Path, metavar="REPORT", help="report.json of digits-bench compare")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER", help="holds models.md (docs)")
    arguments = parser.parse_args(argv)
    return run_command(NAME, lambda: write_docs(read_json(arguments.report), arguments.out), "stopped.")


if __name__ == "__main__":
    sys.exit(main())
