"""Fits scanner/field_evidence.py: how often is a field with such evidence right?

    python -m benchmarks.field_calibration --data mnist.npz [--count 140] [--pages 90] [--seed 101] [FOLDER...]

Three kinds of fields weigh alike: those of the forms of benchmarks/forms.py, filled in by other hands; the strings of
drawn pages, each read as a region; and those of labelled folders. What is drawn is half of strokes, half of those of
MNIST's training digits that no training run has seen. Forms alone would make regions too sure: their combs are easy.
Prints the regression, and for each kind the calibration error with the one in use and with the new one, and what
--accept 0.99 would take.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.datasets import Sample, draw_samples, hold_out, load_samples
from bench.metrics import EVERYWHERE
from benchmarks.calibration import Answers, fit, measure_error
from benchmarks.forms import Document, draw_documents, load_forms
from model.classifier import Classifier, GlyphClassifier
from model.data import load_mnist
from model.errors import DataError
from scanner.clean import to_grey
from scanner.errors import UnlikeTemplateError
from scanner.field_evidence import FIELD, FieldCalibration
from scanner.fields import find_written
from scanner.form import Form
from scanner.forms import FormReader
from scanner.knowledge import Knowledge, Region
from scanner.page import Box, Page
from scanner.pipeline import Options, list_takings
from scanner.regions import RegionReader
from scanner.written import Written

ACCEPT = 0.99
"""Fields at least so sure are counted as accepted."""


def collect_forms(documents: Iterable[Document], forms: Mapping[str, Form], classifier: GlyphClassifier) -> Answers:
    """Read documents: returns what is known of their fields, and which are right."""
    readers = {name: FormReader([form], classifier, Options()) for name, form in forms.items()}
    fields = (
        (each, document.texts[name].replace(".", ""))
        for document in documents
        for page in document.pages
        for name, each in _read(readers[document.form], page, classifier).items()
    )
    return _weigh(fields)


def collect_regions(samples: Iterable[Sample], classifier: GlyphClassifier) -> Answers:
    """Read each string of labelled images as a region: returns what is known of it, and which are right."""
    fields = (
        (_read_region(page, box, classifier), text)
        for sample in samples
        for page in sample.open_pages()
        for text, box in zip(sample.truth.strings, sample.truth.boxes, strict=True)
        if text.isdecimal()
    )
    return _weigh(fields)


def _weigh(fields: Iterable[tuple[Written, str]]) -> Answers:
    """Return the evidence of fields and whether they are right; a field comes with what stands there.

    Fields whose rules overruled another reading are left out: they are lowered by a share of their own.
    """
    answers = [
        ([1.0, *astuple(each.evidence)], _spell(each) == text) for each, text in fields if not each.choice.is_overruled
    ]
    if not answers:
        raise DataError("no string was read: give a folder with labelled strings, or draw more pages")
    evidence, right = zip(*answers, strict=True)
    return Answers(np.array(evidence, np.float64), np.array(right, np.bool_))


def _read_region(page: Page, box: Box, classifier: GlyphClassifier) -> Written:
    height, width = page.image.shape[:2]
    place = (0, 0, width, height) if box is EVERYWHERE else (box.x, box.y, box.width, box.height)
    reader = RegionReader(Knowledge(regions=(Region("string", *place),)), classifier, Options())
    upright = reader.lay(page, to_grey(page.image))
    return find_written(upright, reader.fields, (), classifier, list_takings(Options()))[0]["string"]


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
        f"{name:16}{len(sure):8}{measure_error(answers, weights):9.4f}{np.count_nonzero(accepted):10}"
        f"{accepted.mean():8.1%}{wrong:7}{expected:10.1f}"
    )


HEAD = "                  fields    error  accepted   share  wrong  expected"

BREAKS = 2
"""Column of the evidence that says whether a rule is broken: such fields are never accepted."""


def main() -> None:
    """Draw, read, fit, print."""
    parser = argparse.ArgumentParser(description="Fit how confident the reader of fields may be.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="labelled images")
    parser.add_argument("--data", type=Path, help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--count", type=int, default=140, help="documents to draw (140)")
    parser.add_argument("--pages", type=int, default=90, help="pages to draw, whose strings are regions (90)")
    parser.add_argument("--seed", type=int, default=101, help="where chance starts (101)")
    options = parser.parse_args()
    classifier = Classifier()
    documents = draw_documents(range(options.count), options.seed, hold_out(load_mnist(options.data)))
    kinds = [
        ("forms", collect_forms(documents, load_forms(), classifier)),
        ("drawn", collect_regions(draw_samples(options.data, options.pages, options.seed), classifier)),
        *((folder.name, collect_regions(load_samples(folder), classifier)) for folder in options.folders),
    ]
    weights = fit([answers for _, answers in kinds])
    print(f"FIELD = {FieldCalibration(*weights.round(3).tolist())}")
    print(HEAD)
    for name, answers in kinds:
        print(describe(f"{name}, in use", answers, np.array(astuple(FIELD))))
        print(describe(f"{name}, new", answers, weights))


if __name__ == "__main__":
    main()
