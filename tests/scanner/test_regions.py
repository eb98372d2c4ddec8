"""Regions are read where they are, and lengths and patterns rule strings out."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing import draw_page

from model.classifier import Classifier, StubClassifier, to_guesses
from model.errors import WeightsError
from scanner import regions
from scanner.decode import Decoded
from scanner.errors import RegionError
from scanner.evidence import Evidence, find_evidence
from scanner.knowledge import Knowledge, Region, name_regions
from scanner.page import Page, open_pages
from scanner.pipeline import ONCE, Options, read
from scanner.reading import Reading
from scanner.regions import LineReader, RegionReader

THICK = 50
"""Mean of a glyph, 0..255, whose pen is broad."""

PAGE = Page(draw_page(["123", "4567"], np.random.default_rng(1)), "a.png")

(NOTE,) = open_pages(Path(__file__).parents[2] / "samples" / "note.jpg")
"""It shows 20731, 4816 and 95024."""


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The trained network."""
    try:
        return Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")


def read_regions(*regions: Region, **rules: object) -> Reading:
    knowledge = Knowledge(regions=regions, **rules)  # type: ignore[arg-type]
    return RegionReader(knowledge, StubClassifier([5]), Options()).read(PAGE)


def test_a_region_holds_one_string_and_nothing_else(classifier: Classifier) -> None:
    regions = (Region("upper", 180, 80, 460, 160), Region("middle", 250, 260, 420, 160))
    reading = RegionReader(Knowledge(regions=regions), classifier, Options()).read(NOTE)
    assert [(field.name, field.text) for field in reading.fields] == [("upper", "20731"), ("middle", "4816")]
    assert [line.text for line in reading.lines] == ["20731", "4816"]
    for line, truth in zip(reading.lines, read(NOTE, classifier).lines[:2], strict=True):
        assert abs(line.box.x - truth.box.x) < 5
        assert abs(line.box.bottom - truth.box.bottom) < 5


def test_an_empty_region_is_empty() -> None:
    (field,) = read_regions(Region("margin", 0, 0, 25, 25)).fields
    assert (field.text, field.valid, field.line) == ("", True, None)


def test_a_region_that_does_not_have_its_length_is_told(classifier: Classifier) -> None:
    knowledge = Knowledge(regions=(Region("middle", 250, 260, 420, 160),), length=(6, 6))
    reading = RegionReader(knowledge, classifier, Options()).read(NOTE)
    assert [(field.text, field.reason) for field in reading.fields] == [("4816", "4 digits, expected 6")]
    assert reading.problems == ("middle: 4 digits, expected 6.",)


def test_a_region_beyond_the_page_is_refused() -> None:
    with pytest.raises(RegionError, match=r"a\.png: far at \[9000, 0, 5, 5\] lies outside of page 1"):
        read_regions(Region("far", 9000, 0, 5, 5))


@pytest.mark.parametrize(
    ("rules", "texts"), [({"length": (4, 4)}, ["4816"]), ({"pattern": "[29].*"}, ["20731", "95024"])]
)
def test_strings_that_do_not_fit_are_left_out(
    classifier: Classifier, rules: dict[str, object], texts: list[str]
) -> None:
    knowledge = Knowledge(**rules)  # type: ignore[arg-type]
    reading = LineReader(knowledge, classifier, Options()).read(NOTE)
    assert [line.text for line in reading.lines] == texts
    assert reading.fields == ()


def test_lines_with_a_rule_that_all_obey_are_read_as_without(classifier: Classifier) -> None:
    bound = LineReader(Knowledge(length=(4, 5)), classifier, Options()).read(NOTE)
    free = read(NOTE, classifier)
    assert [line.text for line in bound.lines] == [line.text for line in free.lines]
    for line, other in zip(bound.lines, free.lines, strict=True):
        assert all(abs(a - b) <= 2 for a, b in zip(line.box.as_list(), other.box.as_list(), strict=True))


def test_a_pattern_reads_a_doubtful_digit_otherwise() -> None:
    scores = np.full(11, 0.001, np.float32)
    scores[[5, 6]] = 0.55, 0.44

    class Doubtful(StubClassifier):
        def classify(self, glyphs: np.ndarray) -> list:  # type: ignore[type-arg]
            return to_guesses(np.tile(scores, (len(glyphs), 1)))

    picture = np.full((100, 120), 240, np.uint8)
    cv2.rectangle(picture, (45, 25), (75, 75), 30, 7)
    knowledge = Knowledge(regions=(Region("one", 20, 10, 80, 80),))
    free = RegionReader(knowledge, Doubtful([5]), Options()).read(Page(picture, "a.png")).fields[0]
    bound = (
        RegionReader(Knowledge(regions=knowledge.regions, pattern="[^5]"), Doubtful([5]), Options())
        .read(Page(picture, "a.png"))
        .fields[0]
    )
    assert (free.text, bound.text, bound.valid) == ("5", "6", True)
    assert bound.confidence < 0.91, "the classifier would have read otherwise"


def test_the_confidence_of_a_string_that_a_rule_changed_is_of_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third piece that is hardly a digit is taken for one by a length of three."""

    class Fading(StubClassifier):
        def classify(self, glyphs: np.ndarray) -> list:  # type: ignore[type-arg]
            shares = np.full((len(glyphs), 11), 0.001, np.float32)
            shares[:, 4] = np.where(glyphs[..., 0].mean(axis=(1, 2)) > THICK, 0.99, 0.04)
            shares[:, 10] = 0.99 - shares[:, 4]
            return to_guesses(shares)

    judged = []

    def spy(row: Decoded) -> Evidence:
        judged.append("".join(map(str, row.labels)))
        return find_evidence(row)

    monkeypatch.setattr(regions, "find_evidence", spy)
    picture = np.full((120, 260), 240, np.uint8)
    for x, pen in ((40, 9), (110, 9), (180, 5)):
        cv2.rectangle(picture, (x, 30), (x + 36, 86), 30, pen)
    page = Page(picture, "a.png")
    assert [line.text for line in read(page, Fading([4]), ONCE).lines] == ["44"]
    assert [line.text for line in LineReader(Knowledge(length=(3, 3)), Fading([4]), Options()).read(page).lines] == [
        "444"
    ]
    assert judged == ["444"]


def test_regions_without_names_have_numbers() -> None:
    named = name_regions([("", 1, 2, 3, 4), ("sum", 1, 2, 3, 4), ("sum", 5, 6, 7, 8)])
    assert [region.name for region in named] == ["region1", "sum", "sum3"]
    assert named[2] == Region("sum3", 5, 6, 7, 8)
    assert Knowledge().identify() == ""
    assert Knowledge(regions=named).identify() != Knowledge(regions=named[:1]).identify()
