"""Filled forms are read by name with the trained network; what is no form of a template is refused."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import APPLICATION, CHEQUE, save
from drawnforms import fill_in
from numpy.typing import NDArray

from benchmarks.photos import photograph
from model.classifier import Classifier, StubClassifier
from model.errors import WeightsError
from scanner.errors import UnlikeTemplateError
from scanner.form import Form, load_form
from scanner.forms import FormReader
from scanner.page import Page
from scanner.pipeline import Options
from scanner.problems import to_problems
from scanner.reading import Field, Reading, from_json, to_json


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The trained network."""
    try:
        return Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[Form]:
    folder = tmp_path_factory.mktemp("forms")
    return [load_form(str(blank.save(folder))) for blank in (CHEQUE, APPLICATION)]


def name(reading: Reading) -> dict[str, Field]:
    return {field.name: field for field in reading.fields}


@pytest.mark.parametrize(("blank", "way"), [(CHEQUE, "phone"), (APPLICATION, "tilt")], ids=("cheque", "application"))
def test_a_form_is_read_by_the_template_that_fits(
    forms: list[Form], classifier: Classifier, blank: object, way: str
) -> None:
    assert blank in (CHEQUE, APPLICATION)
    form = CHEQUE if blank is CHEQUE else APPLICATION
    rng = np.random.default_rng(4)
    texts = form.fill(rng)
    picture = photograph(fill_in(form, texts, rng), way, rng)
    reading = FormReader(forms, classifier, Options()).read(Page(picture, "a.png", 3))
    assert (reading.template, reading.template_page, reading.page) == (form.name, 1, 3)
    found = name(reading)
    assert {key: field.text for key, field in found.items()} == {k: t.replace(".", "") for k, t in texts.items()}
    assert all(field.valid and not field.reason for field in found.values())
    assert reading.problems == ()
    for field in found.values():
        assert (field.line is None) == (not field.text)
        if field.line is not None:
            line = reading.lines[field.line]
            assert line.text == field.text
            assert field.box.x - 20 < line.box.centre_x < field.box.right + 20
            assert field.box.y - 20 < line.box.centre_y < field.box.bottom + 20
    assert from_json(to_json(reading)).fields == tuple(
        replace(field, confidence=round(field.confidence, 4)) for field in reading.fields
    )


def test_empty_fields_are_empty_and_required_ones_are_told(forms: list[Form], rng: np.random.Generator) -> None:
    picture = photograph(APPLICATION.picture, "shadow", rng)
    stub = StubClassifier([5])
    reading = FormReader(forms, stub, Options()).read(Page(picture, "a.png"))
    assert all(field.text == field.value == "" for field in reading.fields)
    assert reading.lines == ()
    assert not stub.seen, "nothing was given to the classifier: frames are no digits"
    wrong = {field.name: field.reason for field in reading.fields if not field.valid}
    assert wrong == dict.fromkeys(("birth", "customer", "postcode", "rent", "total"), "it is empty, and it is required")
    assert reading.problems == to_problems(reading.fields)
    assert reading.problems[0] == "birth: it is empty, and it is required."


def test_check_boxes_are_ignored(forms: list[Form]) -> None:
    reading = FormReader(forms, StubClassifier([5]), Options()).read(Page(APPLICATION.picture, "a.png"))
    assert {"alone", "shared"}.isdisjoint(name(reading))


@pytest.mark.parametrize("kind", ["other form", "paper", "dot"])
def test_what_is_no_form_is_refused_with_the_reason(forms: list[Form], kind: str) -> None:
    pictures: dict[str, NDArray[np.uint8]] = {
        "other form": CHEQUE.picture,
        "paper": np.full((500, 400, 3), 230, np.uint8),
        "dot": np.zeros((1, 1), np.uint8),
    }
    with pytest.raises(UnlikeTemplateError, match=r"a\.png: page 2 is no form of .*application\.toml: the print of"):
        FormReader(forms[1:], StubClassifier([5]), Options()).read(Page(pictures[kind], "a.png", 2))


def test_a_field_that_is_cut_off_is_told(forms: list[Form]) -> None:
    picture = CHEQUE.picture[:, :1000]
    found = name(FormReader(forms, StubClassifier([5]), Options()).read(Page(picture, "a.png")))
    assert {key for key, field in found.items() if field.reason == "the picture cuts it off"} == {
        "date",
        "amount",
        "routing",
    }


TWO_PAGES = """
[[page]]
blank = "cheque.png"

[[page]]
blank = "application.png"

[fields.number]
box = [120, 60, 210, 46]
boxes = 6

[fields.postcode]
page = 2
box = [420, 660, 240, 52]
boxes = 5
"""


def test_each_page_of_a_form_is_known(tmp_path: Path) -> None:
    for blank in (CHEQUE, APPLICATION):
        blank.save(tmp_path)
    reader = FormReader([load_form(save(TWO_PAGES, tmp_path))], StubClassifier([5]), Options())
    for number, blank, field in ((1, CHEQUE, "number"), (2, APPLICATION, "postcode")):
        reading = reader.read(Page(blank.picture, "a.png"))
        assert (reading.template_page, list(name(reading))) == (number, [field])


GAPS = """
[page]
width = 500
height = 120
anchors = "none"

[fields.code]
box = [40, 30, 400, 60]
boxes = 5
"""


def test_an_empty_box_between_digits_is_told(tmp_path: Path) -> None:
    picture = np.full((120, 500), 245, np.uint8)
    for x in (60, 220, 300):
        cv2.rectangle(picture, (x, 40), (x + 18, 80), 40, cv2.FILLED)
    reader = FormReader([load_form(save(GAPS, tmp_path))], StubClassifier([5]), Options())
    (field,) = reader.read(Page(picture, "a.png")).fields
    assert (field.text, field.valid, field.reason) == ("555", False, "box 2 of its digits is empty")
