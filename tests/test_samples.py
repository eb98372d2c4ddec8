"""The samples: drawn as their script says, and read as they are labelled."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.classifier import Classifier
from model.errors import WeightsError
from samples.draw import SAMPLES
from scanner.batch import find_files
from scanner.page import Box, open_pages
from scanner.pipeline import read

FOLDER = Path(__file__).parents[1] / "samples"

LARGEST = 150_000
"""Bytes of a sample, at most: everybody who clones the project loads them."""


@dataclass(frozen=True)
class Label:
    """What stands on one sample."""

    file: str
    strings: list[str]
    boxes: list[Box]


def load_labels() -> list[Label]:
    records = map(json.loads, (FOLDER / "labels.jsonl").read_text("utf-8").splitlines())
    return [Label(r["file"], r["strings"], [Box(*box) for box in r["boxes"]]) for r in records]


LABELS = load_labels()


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The trained network."""
    try:
        return Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")


def test_what_is_walked_is_what_is_labelled() -> None:
    files = [Path(file) for file in find_files([str(FOLDER)]) if isinstance(file, str)]
    names = [file.name for file in files if file.parent == FOLDER]  # the forms have a test of their own
    assert names == sorted(label.file for label in LABELS)
    assert set(names) == set(SAMPLES)


def test_the_samples_show_digits_and_a_page_without_any() -> None:
    assert {sign for label in LABELS for string in label.strings for sign in string} == set("0123456789")
    assert [label.file for label in LABELS if not label.strings] == ["blank.jpg"]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.file)
def test_each_sample_is_the_one_that_its_script_draws(label: Label) -> None:
    draw, seed = SAMPLES[label.file]
    drawn = draw(np.random.default_rng(seed))
    (page,) = open_pages(FOLDER / label.file)
    # as grey: JPEG keeps colour at half the size, and libraries round differently
    apart = cv2.absdiff(cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY), cv2.cvtColor(drawn.image, cv2.COLOR_BGR2GRAY))
    assert apart.mean() < 4
    assert list(drawn.strings) == label.strings
    assert [Box(*box) for box in drawn.boxes] == label.boxes


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.file)
def test_each_sample_is_small(label: Label) -> None:
    assert (FOLDER / label.file).stat().st_size < LARGEST


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.file)
def test_each_sample_is_read_as_labelled(label: Label, classifier: Classifier) -> None:
    (page,) = open_pages(FOLDER / label.file)
    lines = read(page, classifier).lines
    assert [line.text for line in lines] == label.strings
    for line, box in zip(lines, label.boxes, strict=True):
        assert box.x < line.box.centre_x < box.right
        assert box.y < line.box.centre_y < box.bottom
