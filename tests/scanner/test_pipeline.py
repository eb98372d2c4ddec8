"""From a page to its reading, with a classifier that says what it is told; then with the trained network."""

import weakref
from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawing import INK, PAPER, draw_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import Classifier, Guess, StubClassifier
from model.errors import WeightsError
from scanner import lattice, pipeline
from scanner.ink import FINEST, Binarisation, Ink, Mask, Taking
from scanner.page import Box, Page
from scanner.pieces import Pieces, find_pieces
from scanner.pipeline import AGAIN, ONCE, Options, list_takings, read
from scanner.placement import Placement
from scanner.poses import LEANING
from scanner.size import MOST_FINER, SMALL

Picture = NDArray[np.uint8]

PLAIN = ONCE
"""Looks once: stubs that are told what to say, in turn, are not asked again."""


class Counting(StubClassifier):
    """A stub that counts how often it is asked."""

    def __init__(self, answers: list[int | None], confidence: float = 0.99) -> None:
        super().__init__(answers, confidence)
        self.sizes: list[int] = []

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        self.sizes.append(len(glyphs))
        return super().classify(glyphs)


def draw_hooks(rows: int, columns: int, unit: int) -> tuple[Picture, list[list[Box]]]:
    """Draw strings of simple strokes, too far apart to be joined to one digit: each is asked for once.

    unit: a digit is 4 units high, in pixels. Returns the page and the box of each stroke.
    """
    page = np.full((rows * 10 * unit + 4 * unit, (columns * 4 + 8) * unit), PAPER, np.uint8)
    boxes = [
        [Box((4 + 4 * c) * unit, (4 + 10 * r) * unit, 2 * unit, 4 * unit) for c in range(columns)] for r in range(rows)
    ]
    for box in (box for row in boxes for box in row):
        page[box.y : box.y + unit // 2, box.x : box.right] = INK
        page[box.y : box.bottom, box.right - unit // 2 : box.right] = INK
    return page, boxes


def read_hooks(answers: list[int | None], confidence: float = 0.99, options: Options = PLAIN) -> list[str]:
    page, _ = draw_hooks(1, len(answers), 16)
    looks = answers * (1 + len(LEANING))  # the second look at doubtful ones
    return [line.text for line in read(Page(page, "x"), StubClassifier(looks, confidence), options).lines]


def distance(box: Box, other: Box) -> int:
    """Return how far the sides of two boxes are apart at most, in pixels."""
    pairs = zip((box.x, box.y, box.right, box.bottom), (other.x, other.y, other.right, other.bottom), strict=True)
    return max(abs(one - two) for one, two in pairs)


@pytest.mark.parametrize("unit", [3, 6, 16, 40, 120])
def test_boxes_are_in_pixels_of_the_stored_image(unit: int) -> None:
    """Small images are enlarged inside, large ones brought down."""
    page, boxes = draw_hooks(2, 3, unit)
    reading = read(Page(page, "x"), StubClassifier([7]))
    assert (reading.height, reading.width) == page.shape
    assert [line.text for line in reading.lines] == ["777", "777"]
    slack = 2 + max(page.shape) / 1000
    for line, row in zip(reading.lines, boxes, strict=True):
        assert all(distance(digit.box, box) <= slack for digit, box in zip(line.digits, row, strict=True))
        assert distance(line.box, row[0].joined(row[-1])) <= slack


def test_of_more_pieces_than_a_page_has_the_highest_rows_are_read_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Grain and specks by the ten thousand would take minutes."""
    high, low = draw_hooks(1, 3, 16)[0], draw_hooks(1, 3, 8)[0]
    beside = np.pad(low, ((0, 0), (0, high.shape[1] - low.shape[1])), constant_values=PAPER)
    page = Page(np.vstack([beside, high, beside]), "x")
    whole = read(page, StubClassifier([7]))
    assert ([line.text for line in whole.lines], whole.problems) == (["777"] * 3, ())
    monkeypatch.setattr(lattice, "MOST_CANDIDATES", 3)
    assert read(page, StubClassifier([7])) == whole, "there is room for all on so large a page"
    monkeypatch.setattr(lattice, "LEAST_ROOM", 10**9)
    crowded = read(page, StubClassifier([7]))
    assert crowded.lines == whole.lines[1:2]
    assert "more pieces of ink" in " ".join(crowded.problems)


def test_digits_come_in_reading_order() -> None:
    page, _ = draw_hooks(3, 4, 16)
    reading = read(Page(page, "x"), StubClassifier([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]), PLAIN)
    assert [line.text for line in reading.lines] == ["3141", "5926", "5358"]


def test_a_page_is_classified_in_one_batch() -> None:
    page, _ = draw_hooks(5, 6, 16)
    classifier = Counting([7])
    read(Page(page, "x"), classifier, PLAIN)
    assert classifier.sizes == [30]


def test_a_third_look_is_asked_where_two_differ() -> None:
    page, _ = draw_hooks(5, 6, 16)
    for second, looks in ((7, 2), (4, 3)):
        classifier = Counting([*[7] * 30, *[second] * 30, 7], 0.995)
        assert [line.text for line in read(Page(page, "x"), classifier).lines] == ["777777"] * 5
        assert classifier.sizes == [30] * looks


WALL = (4 + 4 + 3) * 16
"""The column between the second and the third of some hooks, in pixels of the page and of the working picture."""

CLEAN = pipeline.clean

DIFFER = [*[7] * 4, *[4] * 4, 7]
"""What a stub says of four hooks in the first, the second and the third look."""


@pytest.fixture
def takings(monkeypatch: pytest.MonkeyPatch) -> list[Taking]:
    """How ink is taken, look by look; the first one finds a rule at WALL, the others miss it."""
    seen: list[Taking] = []

    def clean(even: Picture, placement: Placement, taking: Taking) -> tuple[Ink, Mask]:
        ink, written = CLEAN(even, placement, taking)
        rules = np.zeros_like(ink.rules)
        rules[:, round(WALL * placement.scale)] = not seen
        seen.append(taking)
        return replace(ink, rules=rules), written

    monkeypatch.setattr(pipeline, "clean", clean)
    return seen


def test_each_look_takes_ink_otherwise(takings: list[Taking]) -> None:
    page, _ = draw_hooks(1, 4, 16)
    assert [line.text for line in read(Page(page, "x"), StubClassifier(DIFFER, 0.995)).lines] == ["77", "77"]
    assert [taking.method for taking in takings] == [Binarisation.SAUVOLA, Binarisation.OTSU, Binarisation.SAUVOLA]
    plain, _, strict = takings
    assert (plain.weak, plain.strong, plain.faint) < (strict.weak, strict.strong, strict.faint)
    assert plain.blur == 0 < strict.blur


def test_rules_of_the_first_look_part_strings_in_all(takings: list[Taking]) -> None:
    page, _ = draw_hooks(1, 4, 16)
    others = StubClassifier([*[7] * 4, 4], 0.995)
    assert [line.text for line in read(Page(page, "x"), others).lines] == ["44", "44"]
    assert len(takings) == 3


def test_a_further_look_is_forgotten_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    alive: list[int] = []
    taken: list[weakref.ref[Pieces]] = []

    def clean(even: Picture, placement: Placement, taking: Taking) -> tuple[Ink, Mask]:
        alive.append(sum(each() is not None for each in taken))
        ink, written = CLEAN(even, placement, taking)
        taken.append(weakref.ref(ink.pieces))
        return ink, written

    monkeypatch.setattr(pipeline, "clean", clean)
    page, _ = draw_hooks(1, 4, 16)
    read(Page(page, "x"), StubClassifier(DIFFER, 0.995))
    assert alive == [0, 1, 1], "but the first is needed throughout"


@pytest.mark.parametrize("unit", [4, 16])
def test_small_digits_are_smoothed_less(takings: list[Taking], unit: int) -> None:
    page = np.pad(draw_hooks(1, 4, unit)[0], ((0, 1000), (0, 1000)), constant_values=PAPER)
    read(Page(page, "x"), StubClassifier(DIFFER, 0.995))
    height = 4 * unit * (MOST_FINER if 4 * unit < SMALL else 1)
    assert takings[-1].blur == pytest.approx(min(AGAIN[-1].blur, FINEST * height), rel=0.2)


def test_a_look_that_sees_other_digits_is_outvoted_by_two() -> None:
    page, _ = draw_hooks(1, 4, 16)
    classifier = Counting([*[1] * 4, *[7] * 4, 7], 0.995)
    assert [line.text for line in read(Page(page, "x"), classifier).lines] == ["7777"]
    assert [line.text for line in read(Page(page, "x"), Counting([*[1] * 4, 7], 0.995), ONCE).lines] == ["1111"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (40, 30), (300, 400, 3), (2500, 2000)])
def test_an_empty_page_has_no_lines(shape: tuple[int, ...]) -> None:
    classifier = Counting([7])
    assert read(Page(np.full(shape, PAPER, np.uint8), "x"), classifier).lines == ()
    assert sum(classifier.sizes) == 0


@given(st.integers(1, 60), st.integers(1, 60), st.booleans(), st.integers(0, 10_000))
@settings(max_examples=40)
def test_any_small_picture_can_be_read(height: int, width: int, colour: bool, seed: int) -> None:
    shape = (height, width, 3) if colour else (height, width)
    noise = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    reading = read(Page(noise, "x"), StubClassifier([7]))
    for digit in (digit for line in reading.lines for digit in line.digits):
        assert 0 <= digit.box.x < digit.box.right <= width + 1
        assert 0 <= digit.box.y < digit.box.bottom <= height + 1


def test_what_is_unsure_is_refused_and_never_quietly_a_digit() -> None:
    options = replace(PLAIN, reject_below=0.8)
    assert read_hooks([4, 0, 7], 0.6, options) == ["???"]
    assert read_hooks([4, 0, 7], 0.95, options) == ["407"]


def test_a_refused_digit_keeps_its_confidence_and_place() -> None:
    page, boxes = draw_hooks(1, 3, 16)
    (sure,) = read(Page(page, "x"), StubClassifier([7], 0.75), Options(reject_below=0.0)).lines
    (line,) = read(Page(page, "x"), StubClassifier([7], 0.75), Options(reject_below=1.0)).lines
    assert (sure.text, line.text) == ("777", "???")
    for digit, same, box in zip(line.digits, sure.digits, boxes[0], strict=True):
        assert digit.confidence == same.confidence
        assert distance(digit.box, box) <= 3


def test_what_is_no_digit_prints_nothing() -> None:
    assert read_hooks([4, 0, None, 7]) == ["407"]
    assert read_hooks([None, None, None]) == []


@given(st.floats(0.75, 0.98), st.integers(1, 5))
@settings(max_examples=8)
def test_a_line_is_surer_when_its_digits_are(confidence: float, count: int) -> None:
    page, _ = draw_hooks(1, count, 12)

    def read_line(picture: NDArray[np.uint8], sure: float) -> float:
        (line,) = read(Page(picture, "x"), StubClassifier([7], sure)).lines
        return line.confidence

    assert 0 < read_line(page, confidence) < read_line(page, confidence + 0.015) < 1


@pytest.mark.parametrize("confidence", [0.6, 0.9, 0.97, 0.999])
def test_no_line_is_surer_than_its_weakest_digit(confidence: float) -> None:
    page, _ = draw_hooks(1, 4, 16)
    (line,) = read(Page(page, "x"), StubClassifier([4, 0, 7, 7] * 9, confidence)).lines
    assert line.confidence <= min(digit.confidence for digit in line.digits)


class Doubting:
    """A classifier that holds everything for a 4, and for a 9 or a 7 if not."""

    def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
        return [Guess(4, 0.8, (0, 0, 0, 0, 0.8, 0.0002, 0, 0.05, 0, 0.14, 0.0098))] * len(glyphs)


def test_a_refused_digit_names_its_likeliest_reading_first() -> None:
    page, _ = draw_hooks(1, 3, 16)
    (line,) = read(Page(page, "x"), Doubting(), Options(reject_below=0.9)).lines
    assert [(digit.text, digit.alternatives[0]) for digit in line.digits] == [
        ("?", ("4", pytest.approx(0.8, abs=1e-4)))
    ] * 3


def test_alternatives_are_other_digits_likeliest_first() -> None:
    page, _ = draw_hooks(1, 3, 16)
    (line,) = read(Page(page, "x"), Doubting()).lines
    likely = (("9", pytest.approx(0.14, abs=1e-4)), ("7", pytest.approx(0.05, abs=1e-4)))
    assert [digit.alternatives for digit in line.digits] == [likely] * 3


def test_a_reading_says_where_it_comes_from() -> None:
    page, _ = draw_hooks(1, 3, 16)
    reading = read(Page(page, "a/b.tif", 3), StubClassifier([7]))
    assert (reading.source, reading.page) == ("a/b.tif", 3)


@pytest.mark.parametrize("method", Binarisation)
def test_each_way_to_binarise_reads_a_plain_page(method: Binarisation) -> None:
    assert read_hooks([4, 0, 7], options=replace(PLAIN, binarisation=method)) == ["407"]


def test_the_chosen_way_to_binarise_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def blank(grey: Picture, taking: Taking) -> Pieces:
        taken.append(taking.method)
        return find_pieces(np.zeros(grey.shape, bool))

    monkeypatch.setattr(pipeline, "take_ink", blank)
    assert read_hooks([7], options=replace(PLAIN, binarisation=Binarisation.OTSU)) == []
    assert set(taken) == {Binarisation.OTSU}, "also where a page without digits is tried on its side"


def test_colour_and_polarity_change_nothing() -> None:
    page, _ = draw_hooks(2, 4, 16)
    pages = [page, 255 - page, cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), cv2.cvtColor(255 - page, cv2.COLOR_GRAY2BGR)]
    answers = [3, 1, 4, 1, 5, 9, 2, 6]
    readings = [read(Page(one, "x"), StubClassifier(answers), PLAIN) for one in pages]
    assert [[line.text for line in reading.lines] for reading in readings] == [["3141", "5926"]] * 4


def test_the_page_is_not_changed() -> None:
    page, _ = draw_hooks(2, 4, 16)
    before = page.copy()
    read(Page(page, "x"), StubClassifier([7]))
    assert np.array_equal(page, before)


@pytest.fixture(scope="module")
def network() -> Classifier:
    """The network of the package."""
    try:
        return Classifier()
    except WeightsError as error:
        pytest.skip(f"the trained weights are not in the package: {error}")


ROWS = ["0123456789", "30618", "90638"]


def texts(page: Picture, network: Classifier) -> list[str]:
    return [line.text for line in read(Page(page, "x"), network).lines]


@pytest.mark.parametrize("seed", range(3))
def test_the_network_reads_a_drawn_page_in_either_polarity(network: Classifier, seed: int) -> None:
    page = draw_page(ROWS, np.random.default_rng(seed))
    assert texts(page, network) == texts(255 - page, network) == ROWS


@pytest.mark.parametrize("height", [40, 300])
def test_the_network_reads_a_crop(network: Classifier, height: int) -> None:
    crop = draw_page(["40725"], np.random.default_rng(1), height - 12, margin=6)
    assert crop.shape[0] == height
    assert texts(crop, network) == ["40725"]


def test_the_network_reads_a_photo_of_12_megapixels(network: Classifier) -> None:
    page = draw_page(ROWS, np.random.default_rng(2), 240, margin=400)
    photo = cv2.resize(page, (4000, 3000), interpolation=cv2.INTER_LINEAR)
    assert texts(photo, network) == ROWS


@pytest.mark.parametrize("shape", [(60, 80), (720, 1280, 3)])
def test_the_network_reads_nothing_on_noise(network: Classifier, shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(4).normal(190, 8, shape)
    assert texts(np.clip(noise, 0, 255).astype(np.uint8), network) == []


def test_a_person_who_wants_one_look_gets_one() -> None:
    assert list_takings(ONCE) == []
    usual = list_takings(Options())
    assert len(usual) == 2
    assert Taking() not in usual
    assert len(list_takings(Options(binarisation=Binarisation.OTSU))) == 1, "that was the first look"
