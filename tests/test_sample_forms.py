"""The sample forms: drawn as their script says, small, and read as they were filled in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.classifier import Classifier
from model.errors import WeightsError
from samples.blanks import FORMS, Picture, draw_application, draw_cheque, load_frames
from samples.capitals import CAPITALS
from samples.draw_forms import SAMPLES
from samples.filling import (
    GIVEN,
    PAYEES,
    PURPOSES,
    SURNAMES,
    choose_application,
    choose_cheque,
    fill_cheque,
    spell,
)
from scanner.constraint import Constraint
from scanner.form import load_form
from scanner.forms import FormReader
from scanner.opening import Opening
from scanner.page import open_pages
from scanner.pipeline import Options
from scanner.reading import Field

LARGEST = 2_000_000
"""Bytes of all sample forms together, at most: everybody who clones the project loads them."""

WRONG = ("cheques/cheque-5.jpg", "account")
"""The field whose check digits its writer got wrong."""


@dataclass(frozen=True)
class Label:
    """What stands on one form."""

    file: str
    fields: dict[str, str]


def load_labels() -> list[Label]:
    records = map(json.loads, (FORMS / "fields.jsonl").read_text("utf-8").splitlines())
    return [Label(record["file"], record["fields"]) for record in records]


LABELS = load_labels()


@pytest.fixture(scope="module")
def readers() -> dict[str, FormReader]:
    """Who reads each form."""
    try:
        classifier = Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    forms = {name: load_form(str(FORMS / f"{name}.toml")) for name in ("cheque", "application")}
    return {name: FormReader([form], classifier, Options()) for name, form in forms.items()}


def measure_apart(one: Picture, other: Picture) -> float:
    """As grey: JPEG keeps colour at half the size, and libraries round differently."""
    greys = [cv2.cvtColor(each, cv2.COLOR_BGR2GRAY) if each.ndim == 3 else each for each in (one, other)]
    return float(cv2.absdiff(*greys).mean())


def test_every_blank_is_the_one_that_its_script_draws() -> None:
    drawn = {"cheque": draw_cheque()} | {f"application-{k}": page for k, page in enumerate(draw_application(), 1)}
    for name, picture in drawn.items():
        kept = cv2.imread(str(FORMS / f"{name}.png"))
        assert kept is not None
        assert measure_apart(np.asarray(kept, np.uint8), picture) < 0.1  # letters may be smoothed differently elsewhere


@pytest.mark.parametrize("name", ["cheque", "application"])
def test_the_fields_of_a_blank_do_not_overlap_and_lie_on_their_page(name: str) -> None:
    form = load_form(str(FORMS / f"{name}.toml"))
    for page in form.pages:
        boxes = [field.box for _, field in page.fields]
        assert all(box.x > 0 and box.right < page.width and box.bottom < page.height for box in boxes)
        for one, other in combinations(boxes, 2):
            apart = one.right < other.x or other.right < one.x or one.bottom < other.y or other.bottom < one.y
            assert apart, (one, other)


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.file)
def test_each_form_is_the_one_that_its_script_draws(label: Label) -> None:
    pages, texts = SAMPLES[label.file].draw()
    assert texts == label.fields
    # a PDF's pages are its pictures, drawn at its resolution
    kept = list(open_pages(FORMS / label.file, Opening(resolution=165)))
    assert len(kept) == len(pages)
    for page, drawn in zip(kept, pages, strict=True):
        height, width = page.image.shape[:2]
        assert abs(width - drawn.shape[1]) <= 2
        same = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
        assert measure_apart(page.image, np.asarray(same, np.uint8)) < 4


def test_every_form_is_labelled_and_all_are_small() -> None:
    assert [label.file for label in LABELS] == list(SAMPLES)
    files = {path.relative_to(FORMS).as_posix() for path in FORMS.rglob("*") if path.is_file()}
    blanks = {"cheque.png", "application-1.png", "application-2.png"}
    assert files == {*SAMPLES, *blanks, "cheque.toml", "application.toml", "fields.jsonl"}
    assert sum((FORMS / file).stat().st_size for file in files) < LARGEST


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.file)
def test_each_form_is_read_as_it_was_filled_in(label: Label, readers: Mapping[str, FormReader]) -> None:
    reader = readers["cheque" if label.file.startswith("cheque") else "application"]
    fields: dict[str, Field] = {}
    for number, page in enumerate(open_pages(FORMS / label.file), 1):
        reading = reader.read(page)
        assert reading.template_page == number
        fields |= {field.name: field for field in reading.fields}
    assert {name: field.text for name, field in fields.items()} == {
        name: text.replace(".", "") for name, text in label.fields.items()
    }
    assert [name for name, field in fields.items() if not field.valid] == [
        name for file, name in [WRONG] if file == label.file
    ]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_chosen_obeys_the_template(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for name, texts in (("cheque", choose_cheque(rng)), ("application", choose_application(rng))):
        template = load_form(str(FORMS / f"{name}.toml")).template
        for field, text in texts.items():
            spec = template.fields[field]
            assert Constraint(spec).explain(text.replace(".", "")) == "", (field, text)
            assert text or not spec.required
    assert int(texts["total"]) == int(texts["fee"]) + int(texts["storage"] or 0)


def test_digits_are_written_into_their_frames_alone() -> None:
    frames, rng = load_frames("cheque"), np.random.default_rng(3)
    texts = choose_cheque(rng) | {"number": "", "date": ""}
    filled = fill_cheque(texts, rng)
    changed = (filled.pages[0] != draw_cheque()).any(axis=2)
    for name in ("amount", "routing", "account"):
        frame = frames[name]
        assert changed[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width].any()
    for name in ("number", "date"):
        frame = frames[name]
        assert not changed[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width].any()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "NOUGHT"),
        (13, "THIRTEEN"),
        (40, "FORTY"),
        (99, "NINETY NINE"),
        (300, "THREE HUNDRED"),
        (208, "TWO HUNDRED EIGHT"),
        (21_556, "TWENTY ONE THOUSAND FIVE HUNDRED FIFTY SIX"),
    ],
)
def test_amounts_are_spelled(number: int, words: str) -> None:
    assert spell(number) == words


def test_every_sign_of_a_word_can_be_written() -> None:
    words = [*PAYEES, *PURPOSES, *SURNAMES, *GIVEN, "FAIRWATER", *map(spell, range(0, 100_000, 137))]
    assert {sign for word in words for sign in word} - {" "} <= set(CAPITALS)


def test_the_folder_of_forms_stands_in_samples() -> None:
    assert Path(__file__).parents[1] / "samples" / "forms" == FORMS
