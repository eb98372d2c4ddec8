"""The fit of how sure fields are: what it learns from."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from bench.datasets import load_samples
from benchmarks.calibration import Answers
from benchmarks.field_calibration import BREAKS, collect_forms, collect_regions, describe
from benchmarks.forms import draw_documents, load_forms
from model.classifier import Classifier, StubClassifier
from scanner.field_evidence import FieldCalibration, FieldEvidence


def test_every_field_that_is_read_is_an_answer() -> None:
    (cheque,) = draw_documents([0], 5, None)
    answers = collect_forms([cheque], load_forms(), StubClassifier([None]))
    assert answers.evidence.shape == (len(cheque.texts), 1 + len(astuple(FieldEvidence(0, 0, 0, 0, 0))))
    assert not answers.right.any(), "nobody reads a digit"
    assert (answers.evidence[:, BREAKS] == 1).all(), "all fields of a cheque are required"


def test_every_labelled_string_is_a_region() -> None:
    samples = load_samples(Path("samples"))[:2]
    strings = [text for sample in samples for text in sample.truth.strings]
    nobody = collect_regions(samples, StubClassifier([None]))
    assert len(nobody.right) == len(strings) > 0
    assert not nobody.right.any()


def test_a_region_is_right_when_its_string_is_read() -> None:
    (note, *_) = load_samples(Path("samples"))
    assert collect_regions([note], Classifier()).right.all()


def test_a_row_counts_what_would_be_accepted() -> None:
    weights = np.array(astuple(FieldCalibration(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)))
    known = [(6.0, 0.0, True), (6.0, 0.0, False), (6.0, 1.0, True), (2.0, 0.0, True)]
    evidence = np.array([[1.0, odds, breaks, 0.0, 0.0, 0.0, 0.0] for odds, breaks, _ in known])
    row = describe("new", Answers(evidence, np.array([right for *_, right in known])), weights)
    assert row.split()[-4:] == ["2", "50.0%", "1", "0.0"]
    assert float(row.split()[2]) == pytest.approx(0.33, abs=0.1)
