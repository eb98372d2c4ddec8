"""Strings whose place is known: what `--region` reads of labelled images, against reading the whole image.

    python -m benchmarks.regions FOLDER...

A region is laid where each label's box is, as somebody lays it by hand over one form; an image that is one string is
one region. A string counts when it is exactly right. The last column is told how many digits stand there, as templates
are.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.datasets import Sample, load_samples, read_sample
from bench.metrics import EVERYWHERE, Truth, judge
from model.classifier import Classifier, GlyphClassifier
from scanner.errors import ScanError
from scanner.knowledge import Knowledge, Region
from scanner.page import Page
from scanner.pipeline import Options
from scanner.regions import RegionReader

HEAD = f"{'':10}{'strings':>9}{'whole image':>13}{'regions':>9}{'and lengths':>13}"


def measure(samples: Sequence[Sample], classifier: GlyphClassifier) -> tuple[int, int, int, int]:
    """Return how many strings there are, and of these how many are right without, with regions, and with lengths."""
    counts = [0, 0, 0, 0]
    for sample in samples:
        lines, page = read_sample(sample, classifier)
        if page is None or not sample.truth.strings:
            continue
        judged, _ = judge(sample.truth, lines)
        counts[0] += len(sample.truth.strings)
        counts[1] += sum(each.right for each in judged)
        for k, is_told in ((2, False), (3, True)):
            counts[k] += sum(
                _read(page, sample.truth, i, is_told, classifier) for i in range(len(sample.truth.strings))
            )
    return counts[0], counts[1], counts[2], counts[3]


def _read(page: Page, truth: Truth, number: int, is_told: bool, classifier: GlyphClassifier) -> bool:
    """Tell whether a string is read right in its region. is_told: how many digits it has."""
    height, width = page.image.shape[:2]
    box, wanted = truth.boxes[number], truth.strings[number]
    place = (0, 0, width, height) if box is EVERYWHERE else (box.x, box.y, box.width, box.height)
    knowledge = Knowledge(regions=(Region("string", *place),))
    if is_told:
        knowledge = replace(knowledge, length=(len(wanted), len(wanted)))
    try:
        (field,) = RegionReader(knowledge, classifier, Options()).read(page).fields
    except ScanError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return False
    return field.text == wanted


def describe(name: str, strings: int, *right: int) -> str:
    """Return one row of the table."""
    whole, regions, lengths = (count / max(strings, 1) for count in right)
    return f"{name:10}{strings:9}{whole:13.1%}{regions:9.1%}{lengths:13.1%}"


def main() -> None:
    """Read, count, print."""
    parser = argparse.ArgumentParser(description="What it is worth to say where strings stand.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="images with labels.jsonl")
    options = parser.parse_args()
    classifier = Classifier()
    print(HEAD)
    for folder in options.folders:
        print(describe(folder.name, *measure(load_samples(folder), classifier)), flush=True)


if __name__ == "__main__":
    main()
