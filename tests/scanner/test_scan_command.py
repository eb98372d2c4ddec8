"""What the words say reaches whoever reads: each way of reading straightens a page once, or not at all."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import CHEQUE, SMALL, save
from drawing import draw_page

from model.classifier import StubClassifier
from scanner import pipeline, workers
from scanner.__main__ import main
from scanner.errors import ExitCode
from scanner.pipeline import Options
from scanner.workers import Settings


@pytest.fixture
def straightened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> list[object]:
    """What was straightened so far; the working folder has a page and two templates, and what is read is always 5."""
    assert workers.Classifier, "the module has the trained network's class, whichever test comes first"
    monkeypatch.setattr("model.classifier.Classifier", lambda: StubClassifier([5]))
    monkeypatch.chdir(tmp_path)
    assert cv2.imwrite("page.png", draw_page(["123", "45"], rng))
    save(SMALL, tmp_path)
    CHEQUE.save(tmp_path)
    seen: list[object] = []
    real = pipeline.straighten

    def straighten(*words: object) -> object:
        seen.append(words)
        return real(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("scanner.pipeline.straighten", straighten)
    return seen


@pytest.mark.parametrize(
    "words", [[], ["--table"], ["--length", "1-5"], ["--debug", "stages"], ["--annotate", "drawn"]]
)
def test_a_page_is_straightened_unless_that_is_not_wanted(straightened: list[object], words: list[str]) -> None:
    main(["page.png", *words])
    assert straightened
    straightened.clear()
    main(["page.png", "--no-straighten", *words])
    assert not straightened


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("page.png", ["--template", "form.toml"]),
        ("cheque.png", ["--template", "cheque.toml"]),
        ("page.png", ["--region", "10,10,100,60"]),
    ],
)
def test_what_is_laid_upon_a_blank_or_named_by_its_place_is_not_straightened(
    straightened: list[object], page: str, words: list[str]
) -> None:
    assert main([page, *words]) == ExitCode.OK
    assert not straightened


def test_other_options_read_anew() -> None:
    assert Settings(Options(straighten=False)).identify() != Settings().identify()
