"""Confidence: a straight line over the log-odds for a digit, a plane over the evidence for a line."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.calibration import AGREED, DIGIT, LINE, Calibration, LineCalibration, to_probability
from scanner.evidence import Evidence, to_log_odds

SURE = Evidence(odds=3.0, parted=0.0, length=1.0, uncut=4.0, left_out=0.0, strange=-8.0)


@given(st.floats(1e-5, 1 - 1e-5))
def test_log_odds_and_back(probability: float) -> None:
    assert to_probability(to_log_odds(probability)) == pytest.approx(probability)


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_nothing_is_certain(certain: float) -> None:
    assert 0 < DIGIT.apply(certain) < 1


def test_a_calibration_is_a_line_over_the_log_odds() -> None:
    assert Calibration(1.0, 0.0).apply(0.8) == pytest.approx(0.8)
    assert Calibration(2.0, 1.0).apply(0.5) == pytest.approx(to_probability(1.0))


def test_a_line_is_weighed_by_all_its_evidence() -> None:
    plane = LineCalibration(offset=1.0, odds=0.5, parted=-0.5, length=0.25, uncut=0.5, left_out=-1.0, strange=0.5)
    evidence = Evidence(odds=2.0, parted=3.0, length=4.0, uncut=-2.0, left_out=1.0, strange=-4.0)
    assert plane.apply(evidence) == pytest.approx(to_probability(1.0 + 1.0 - 1.5 + 1.0 - 1.0 - 1.0 - 2.0))


def test_the_plane_weighs_the_evidence_in_its_order() -> None:
    assert [each.name for each in fields(LineCalibration)] == ["offset", *(each.name for each in fields(Evidence))]


@pytest.mark.parametrize("plane", [LINE, AGREED], ids=["looked at once", "looked at again"])
@pytest.mark.parametrize(
    "worse", [{"odds": 1.0}, {"parted": 1.0}, {"uncut": -4.0}, {"left_out": 2.0}, {"strange": -1.0}]
)
def test_whatever_speaks_against_a_line_makes_the_shipped_calibration_doubt(
    plane: LineCalibration, worse: dict[str, float]
) -> None:
    assert plane.apply(replace(SURE, **worse)) < plane.apply(SURE)
