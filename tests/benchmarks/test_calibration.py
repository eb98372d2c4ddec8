"""The fit of scanner/calibration.py: it finds the weights that made the answers, and judges what was read."""

from dataclasses import fields

import numpy as np
import pytest
from drawing import draw_page

from bench.datasets import Sample
from bench.metrics import Truth
from benchmarks.calibration import Answers, collect, fit, measure_error
from model.classifier import StubClassifier
from scanner.evidence import Evidence
from scanner.page import Box, Page
from scanner.pipeline import Options


def draw_answers(weights: list[float], count: int, seed: int = 1) -> Answers:
    """Return answers that are right as often as the weights say."""
    rng = np.random.default_rng(seed)
    evidence = np.column_stack([np.ones(count), rng.normal(0, 1.5, (count, len(weights) - 1))])
    share = 1 / (1 + np.exp(-(evidence @ weights)))
    return Answers(evidence, rng.random(count) < share)


def test_the_fit_finds_the_weights_that_made_the_answers() -> None:
    truth = [0.5, 1.0, -1.5]
    assert fit([draw_answers(truth, 20_000)]) == pytest.approx(truth, abs=0.1)


def test_every_set_weighs_alike() -> None:
    many = Answers(np.ones((3000, 1)), np.ones(3000, bool))
    few = Answers(np.ones((30, 1)), np.zeros(30, bool))
    assert fit([many, few])[0] == pytest.approx(0.0, abs=0.01)


def test_the_error_is_small_under_the_truth_and_large_under_another() -> None:
    truth = [0.5, 1.0, -1.5]
    answers = draw_answers(truth, 20_000)
    assert measure_error(answers, np.array(truth)) < 0.02
    assert measure_error(answers, np.array([2.5, 1.0, -1.5])) > 0.1


def test_lines_and_digits_are_judged_with_their_evidence() -> None:
    page = Page(draw_page(["77"], np.random.default_rng(1)), "page")
    place = Box(0, 0, page.image.shape[1], page.image.shape[0])
    for want, right in (("77", [True, True]), ("17", [False, True])):
        sample = Sample(Truth("page", (want,), (place,), "here"), lambda: [page])
        lines, digits = collect([sample], StubClassifier([7]))
        assert lines.right.tolist() == [all(right)]
        assert digits.right.tolist() == right
        assert lines.evidence.shape == (1, 1 + len(fields(Evidence)))
        assert lines.evidence[0, 3] == pytest.approx(np.log(2))
        assert (lines.evidence[:, 0] == 1).all()
        assert (digits.evidence[:, 0] == 1).all()


def test_a_lone_digit_counts_as_a_line_and_not_as_a_digit() -> None:
    """Its confidence is its line's, and tells nothing of the network's own."""
    page = Page(draw_page(["77", "7"], np.random.default_rng(1)), "page")
    half = page.image.shape[0] // 2
    places = (Box(0, 0, page.image.shape[1], half), Box(0, half, page.image.shape[1], half))
    sample = Sample(Truth("page", ("77", "1"), places, "here"), lambda: [page])
    refusing_all = Options(again=False, larger=False, reject_below=1.0)
    lines, digits = collect([sample], StubClassifier([7]), refusing_all)
    assert lines.right.tolist() == [False], "a refused lone digit is a line in doubt; a string with a ? is no answer"
    assert digits.right.tolist() == [True, True]
    lines, digits = collect([sample], StubClassifier([7]), Options(again=False, larger=False))
    assert lines.right.tolist() == [True, False]
    assert digits.right.tolist() == [True, True]
