"""Which binarisation reads best: the whole scanner over labelled images, once with each, in a single look.

    python -m benchmarks.binarisation FOLDER [FOLDER ...] [--weights FOLDER]

Each folder holds images and their labels.jsonl, as benchmarks.accuracy takes them; samples/ is such a folder.
exact: share of strings whose digits are right. by source: the same, with every source counted alike. false: digits
that stand in no box, per image. cost: time, where Otsu's is 1.
"""

import argparse
import time
from pathlib import Path

from bench.datasets import Measured, load_samples, measure
from bench.metrics import average_sources
from model.classifier import Classifier
from scanner.ink import Binarisation
from scanner.pipeline import Options


def format_line(measured: Measured, method: Binarisation, cost: float) -> str:
    """Return one line of the table. cost: of Otsu's."""
    count, by_source = len(measured.judged), average_sources(measured.judged)
    exact = f"{sum(each.right for each in measured.judged) / count:.4f}" if count else "-"
    false = f"{measured.false / measured.complete:.3f}" if measured.complete else "-"
    sources = "-" if by_source is None else f"{by_source:.4f}"
    return f"{measured.name:12}{method.value:10}{count:8}{exact:>8}{sources:>11}{false:>8}{cost:8.2f}"


def report(folder: Path, classifier: Classifier) -> None:
    """Read a folder with each binarisation and print one line for each."""
    samples, first = load_samples(folder), 0.0
    for method in Binarisation:  # Otsu is the first
        began = time.perf_counter()
        measured = measure(folder.name, samples, classifier, Options(binarisation=method, again=False))
        took = time.perf_counter() - began
        first = first or took
        print(format_line(measured, method, took / first), flush=True)


def main() -> None:
    """Read and print one line for each binarisation and folder."""
    parser = argparse.ArgumentParser(description="Which binarisation reads best.")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="holds labels.jsonl and its images")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    arguments = parser.parse_args()
    classifier = Classifier(arguments.weights)
    print(f"{'folder':12}{'method':10}{'strings':>8}{'exact':>8}{'by source':>11}{'false':>8}{'cost':>8}")
    for folder in arguments.folders:
        report(folder, classifier)


if __name__ == "__main__":
    main()
