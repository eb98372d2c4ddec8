"""How sure a field is: a plane over what is known of it."""

from dataclasses import replace

import pytest

from scanner.calibration import to_probability
from scanner.field_evidence import FIELD, FieldCalibration, FieldEvidence

SURE = FieldEvidence(odds=6.0, breaks=0.0, checked=0.0, left_out=0.0, length=2.0)


def test_a_field_is_weighed_by_all_its_evidence() -> None:
    plane = FieldCalibration(offset=1.0, odds=0.5, breaks=-2.0, checked=3.0, left_out=-0.5, length=0.25, uncut=0.2)
    evidence = FieldEvidence(odds=2.0, breaks=1.0, checked=1.0, left_out=2.0, length=4.0, uncut=5.0)
    assert plane.apply(evidence) == pytest.approx(to_probability(1.0 + 1.0 - 2.0 + 3.0 - 1.0 + 1.0 + 1.0))


def test_the_shipped_calibration_doubts_what_is_doubtful() -> None:
    doubtful = [
        replace(SURE, odds=2.0),
        replace(SURE, breaks=1.0),
        replace(SURE, left_out=1.0),
        replace(SURE, uncut=-3.0),
    ]
    assert all(FIELD.apply(each) < FIELD.apply(SURE) for each in doubtful)
    assert FIELD.apply(replace(SURE, checked=1.0)) > FIELD.apply(SURE)


def test_a_field_that_breaks_a_rule_is_never_sure() -> None:
    assert FIELD.apply(replace(SURE, odds=13.8, breaks=1.0)) < FIELD.apply(replace(SURE, odds=13.8))
