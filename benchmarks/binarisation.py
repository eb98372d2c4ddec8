"""Which binarisation reads best: the whole scanner over labelled images, once with each.

    python -m benchmarks.binarisation FOLDER [FOLDER ...] [--weights FOLDER]

Each folder holds labels.jsonl, one JSON object per image: `file`; `strings`, its digit strings; `boxes`, a box
[x, y, w, h] in pixels for each, or null for one string that is the whole image; `repo`, where it came from (optional);
`partial_labels`, true where more digits stand there than are labelled (optional). samples/ is such a folder.

exact: share of strings whose digits, from left to right in their box, are right. by source: the same, with every
source counted alike. false: digits that stand in no box, per image.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from model.classifier import Classifier
from scanner.ink import Binarisation
from scanner.page import Box, Page, open_pages
from scanner.pipeline import Options, read
from scanner.reading import REFUSED, Digit, Reading

REACH = 0.15
"""A digit whose centre is this share of a box's shorter side outside still belongs to it."""


@dataclass(frozen=True)
class Label:
    """One image and what stands on it."""

    pages: tuple[Page, ...]
    strings: tuple[str, ...]
    boxes: tuple[Box, ...]
    source: str
    partial: bool


@dataclass
class Score:
    """What was counted so far."""

    right: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """Source -> one entry for each string."""
    false: list[int] = field(default_factory=list)
    """Digits outside all boxes, for each image whose labels are whole."""


def load_labels(folder: Path) -> Iterable[Label]:
    """Yield the labelled images of a folder, one after the other: all of them at once may not fit."""
    for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        pages = tuple(open_pages(folder / record["file"]))
        yield Label(
            pages,
            tuple(record["strings"]),
            tuple(_to_boxes(record, pages[0])),
            record.get("repo", record["file"]),
            bool(record.get("partial_labels")),
        )


def _to_boxes(record: dict[str, Any], page: Page) -> list[Box]:
    if record.get("boxes") is not None:
        return [Box(*box) for box in record["boxes"]]
    if len(record["strings"]) > 1:
        raise ValueError(f"{record['file']}: several strings without boxes; expected a box for each.")
    height, width = page.image.shape[:2]
    return [Box(0, 0, width, height) for _ in record["strings"]]


def judge(label: Label, readings: Iterable[Reading], score: Score) -> None:
    """Compare readings with what stands there, and count."""
    held: list[list[Digit]] = [[] for _ in label.boxes]
    strays = 0
    for digit in (digit for reading in readings for line in reading.lines for digit in line.digits):
        near = [i for i, box in enumerate(label.boxes) if _distance(digit.box, box, REACH) <= 1]
        if near:
            held[min(near, key=lambda i: _distance(digit.box, label.boxes[i]))].append(digit)
        else:
            strays += digit.text != REFUSED
    for wanted, digits in zip(label.strings, held, strict=True):
        if REFUSED not in wanted:  # people cannot read it either
            got = "".join(digit.text for digit in sorted(digits, key=lambda digit: digit.box.centre_x))
            score.right[label.source].append(got == wanted)
    if not label.partial:
        score.false.append(strays)


def _distance(digit: Box, box: Box, reach: float = 0.0) -> float:
    """Return 0 for a digit at the box's centre, 1 on the border of the box, grown by `reach` of its shorter side."""
    more = reach * min(box.width, box.height)
    across = abs(digit.centre_x - box.centre_x) / (box.width / 2 + more)
    down = abs(digit.centre_y - box.centre_y) / (box.height / 2 + more)
    return max(across, down)


def main() -> None:
    """Read and print one line for each binarisation and folder."""
    parser = argparse.ArgumentParser(description="Which binarisation reads best.")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="holds labels.jsonl and its images")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    arguments = parser.parse_args()
    classifier = Classifier(arguments.weights)
    print(
        f"{'folder':12}{'method':10}{'strings':>8}{'exact':>8}{'by source':>11}{'false':>8}{'cost':>8}  (cost: of Otsu)"
    )
    for folder in arguments.folders:
        report(folder, classifier)


def report(folder: Path, classifier: Classifier) -> None:
    """Read a folder with each binarisation and print one line for each."""
    scores = {method: Score() for method in Binarisation}
    costs = dict.fromkeys(Binarisation, 0.0)
    for label in load_labels(folder):
        for method in Binarisation:
            began = time.perf_counter()
            readings = [read(page, classifier, Options(binarisation=method)) for page in label.pages]
            costs[method] += time.perf_counter() - began
            judge(label, readings, scores[method])
    for method, score in scores.items():
        shares = [fmean(right) for right in score.right.values()]
        every = [entry for right in score.right.values() for entry in right]
        exact, by_source = (f"{fmean(shares):.4f}" if shares else "-" for shares in (every, shares))
        false = f"{fmean(score.false):.3f}" if score.false else "-"
        cost = costs[method] / costs[Binarisation.OTSU]
        print(
            f"{folder.name:12}{method.value:10}{len(every):8}{exact:>8}{by_source:>11}{false:>8}{cost:8.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
