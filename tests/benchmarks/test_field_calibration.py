"""The fit of how sure fields are: what it learns from."""

from dataclasses import astuple

import numpy as np
import pytest

from benchmarks.calibration import Answers
from benchmarks.field_calibration import BREAKS, collect, describe
from benchmarks.forms import draw_documents, load_forms
from model.classifier import StubClassifier
from scanner.field_evidence import FieldCalibration, FieldEvidence


def test_every_field_that_is_read_is_an_answer() -> None:
    (cheque,) = draw_documents([0], 5, None)
    answers = collect([cheque], load_forms(), StubClassifier([None]))
    assert answers.evidence.shape == (len(cheque.texts), 1 + len(astuple(FieldEvidence(0, 0, 0, 0, 0))))
    assert not answers.right.any(), "nobody reads a digit"
    assert (answers.evidence[:, BREAKS] == 1).all(), "all fields of a cheque are required"


def test_a_row_counts_what_would_be_accepted() -> None:
    weights = np.array(astuple(FieldCalibration(0.0, 1.0, 0.0, 0.0, 0.0, 0.0)))
    known = [(6.0, 0.0, True), (6.0, 0.0, False), (6.0, 1.0, True), (2.0, 0.0, True)]
    evidence = np.array([[1.0, odds, breaks, 0.0, 0.0, 0.0] for odds, breaks, _ in known])
    row = describe("new", Answers(evidence, np.array([right for *_, right in known])), weights)
    assert row.split()[-4:] == ["2", "50.0%", "1", "0.0"]
    assert float(row.split()[2]) == pytest.approx(0.33, abs=0.1)
