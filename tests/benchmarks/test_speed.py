"""The stages that are timed are those that reading goes through."""

import cv2
import pytest

import scanner.pipeline as pipeline
from benchmarks.speed import SAMPLE, STAGES, report_stages, timed_stages
from model.classifier import Classifier
from scanner.page import Page
from scanner.pipeline import ONCE

RARE = {"find_turn"}
"""Stages that a page which stands upright does not go through."""


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(cv2.imread(str(SAMPLE)), "note.jpg")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def test_every_stage_is_timed_and_let_go_after(page: Page, classifier: Classifier) -> None:
    bare = {name: getattr(pipeline, name) for name in STAGES if name != "classify"}
    with timed_stages(classifier) as costs:
        pipeline.read(page, classifier)
    assert {name for name, cost in costs.items() if cost == 0} <= RARE
    assert {name: getattr(pipeline, name) for name in bare} == bare


def test_the_report_names_each_stage(page: Page, classifier: Classifier, capsys: pytest.CaptureFixture[str]) -> None:
    report_stages("a note", page.image, classifier, 1, ONCE)
    printed = capsys.readouterr().out
    assert "a note; " in printed
    assert all(f"  {name} " in printed for name in (*STAGES, "all"))
