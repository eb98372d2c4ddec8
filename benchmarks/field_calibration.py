"""Fits scanner/field_evidence.py: how often is a field with such evidence right?

    python -m benchmarks.field_calibration --data mnist.npz [--count 320] [--seed 101]

The forms are those of benchmarks/forms.py, filled in by other hands: half drawn from strokes, half with those of
MNIST's training digits that no training run has seen. Prints the regression, the calibration error with the one in use
and with the new one, and what --accept 0.99 would take.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.datasets import hold_out
from benchmarks.calibration import Answers, fit, measure_error
from benchmarks.forms import Document, draw_documents, load_forms
from model.classifier import Classifier, GlyphClassifier
from model.data import load_mnist
from scanner.clean import to_grey
from scanner.errors import UnlikeTemplateError
from scanner.field_evidence import FIELD, FieldCalibration
from scanner.fields import find_written
from scanner.form import Form
from scanner.forms import FormReader
from scanner.page import Page
from scanner.pipeline import Options, list_takings
from scanner.written import Written

ACCEPT = 0.99
"""Fields at least so sure are counted as accepted."""


def collect(documents: Iterable[Document], forms: Mapping[str, Form], classifier: GlyphClassifier) -> Answers:
    """Read documents: returns what is known of their fields, and which are right.

    Fields whose rules overruled another reading are left out: they are lowered by a share of their own.
    """
    readers = {name: FormReader([form], classifier, Options()) for name, form in forms.items()}
    answers: list[tuple[list[float], bool]] = []
    for document in documents:
        for page in document.pages:
            written = _read(readers[document.form], page, classifier)
            answers += [
                ([1.0, *astuple(each.evidence)], _spell(each) == document.texts[name].replace(".", ""))
                for name, each in written.items()
                if not each.choice.is_overruled
            ]
    evidence, right = zip(*answers, strict=True)
    return Answers(np.array(evidence, np.float64), np.array(right, np.bool_))


def _read(reader: FormReader, page: Page, classifier: GlyphClassifier) -> Mapping[str, Written]:
    try:
        form, spec, upright = reader.lay(page, to_grey(page.image))
    except UnlikeTemplateError:
        return {}
    return find_written(upright, spec.fields, form.template.sums, classifier, list_takings(Options()))[0]


def _spell(written: Written) -> str:
    return "".join(str(found.label) for found in written.row.found)


def describe(name: str, answers: Answers, weights: NDArray[np.float64]) -> str:
    """Return one row of the table."""
    sure = 1 / (1 + np.exp(-(answers.evidence @ weights)))
    accepted = (sure >= ACCEPT) & (answers.evidence[:, BREAKS] == 0)
    wrong, expected = np.count_nonzero(accepted & ~answers.right), float((1 - sure[accepted]).sum())
    return (
        f"{name:8}{len(sure):8}{measure_error(answers, weights):9.4f}{np.count_nonzero(accepted):10}"
        f"{accepted.mean():8.1%}{wrong:7}{expected:10.1f}"
    )


HEAD = "          fields    error  accepted   share  wrong  expected"

BREAKS = 2
"""Column of the evidence that says whether a rule is broken: such fields are never accepted."""


def main() -> None:
    """Draw, read, fit, print."""
    parser = argparse.ArgumentParser(description="Fit how confident the reader of fields may be.")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--count", type=int, default=320, help="documents to draw (320)")
    parser.add_argument("--seed", type=int, default=101, help="where chance starts (101)")
    options = parser.parse_args()
    documents = draw_documents(range(options.count), options.seed, hold_out(load_mnist(options.data)))
    answers = collect(documents, load_forms(), Classifier())
    weights = fit([answers])
    print(f"FIELD = {FieldCalibration(*weights.round(3).tolist())}")
    print("\n".join([HEAD, describe("in use", answers, np.array(astuple(FIELD))), describe("new", answers, weights)]))


if __name__ == "__main__":
    main()
