"""A typed string finds its digits among a row's candidates."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from drawing import draw_page

from model.classifier import CLASSES, Classifier, Guess
from model.data import NOT_A_DIGIT
from scanner import labelled
from scanner.decode import Decoded
from scanner.labelled import align, label_page
from scanner.lattice import Candidate, Lattice
from scanner.page import Box, Page
from scanner.pipeline import Options, read
from scanner.reading import Digit, Field, Line, Reading
from scanner.review import Doubt
from scanner.segment import Blob
from scanner.stages import Observer


def make_candidate(first: int, last: int) -> Candidate:
    box = Box(10 * first, 0, 10 * (last - first), 20)
    return Candidate(first, last, box, np.ones((20, box.width), np.bool_), 0)


def make_guess(label: int, sure: float = 0.9) -> Guess:
    scores = [(1 - sure) / (CLASSES - 1)] * CLASSES
    scores[label] = sure
    return Guess(None if label == NOT_A_DIGIT else label, sure, tuple(scores))


def make_lattice(*spans: tuple[int, int]) -> Lattice:
    atoms = tuple(Blob(Box(10 * i, 0, 10, 20), np.ones((20, 10), np.bool_)) for i in range(max(b for _, b in spans)))
    return Lattice(atoms, tuple(make_candidate(*span) for span in spans), 20)


SPANS = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 3))


@pytest.mark.parametrize(
    ("text", "labels", "spans"),
    [
        ("12", (7, 1, 7, 7, 2), ((0, 2), (2, 3))),
        ("12", (1, 7, 7, 2, 7), ((0, 1), (1, 3))),
        ("777", (7, 1, 7, 7, 7), ((0, 1), (1, 2), (2, 3))),
        ("35", (3, 8, NOT_A_DIGIT, 8, 5), ((0, 1), (2, 3))),
        ("9", (NOT_A_DIGIT, NOT_A_DIGIT, 9, 4, NOT_A_DIGIT), ((1, 2),)),
    ],
)
def test_digits_are_found_where_they_are_likeliest(
    text: str, labels: tuple[int, ...], spans: tuple[tuple[int, int], ...]
) -> None:
    chosen = align(make_lattice(*SPANS), [make_guess(label) for label in labels], text)
    assert tuple((each.first, each.last) for each in chosen) == spans


def test_a_digit_that_the_network_does_not_know_is_found_by_its_neighbours() -> None:
    guesses = [make_guess(label) for label in (1, 8, 7, 8, 3)]
    chosen = align(make_lattice(*SPANS), guesses, "143")
    assert [(each.first, each.last) for each in chosen] == [(0, 1), (1, 2), (2, 3)]


def test_what_is_left_out_is_what_looks_least_like_a_digit() -> None:
    stroke, digit = [0.001] * CLASSES, [0.0] * CLASSES
    stroke[3], stroke[NOT_A_DIGIT] = 0.6, 0.39
    digit[3], digit[8] = 0.55, 0.45
    guesses = [Guess(3, max(scores), tuple(scores)) for scores in (stroke, digit)]
    (chosen,) = align(make_lattice((0, 1), (1, 2)), guesses, "3")
    assert chosen.first == 1


def test_more_digits_than_pieces_are_found_nowhere() -> None:
    assert align(make_lattice((0, 1)), [make_guess(1)], "11") == []


def test_a_text_may_stand_in_a_part_of_its_row() -> None:
    guesses = [make_guess(label) for label in (1, 8, 1, 8, 1)]
    for first, last in ((0, 2), (1, 3), (1, 2)):
        chosen = align(make_lattice(*SPANS), guesses, "1" * (last - first), first, last)
        assert [(each.first, each.last) for each in chosen] == [(k, k + 1) for k in range(first, last)]
    assert align(make_lattice(*SPANS), guesses, "11", 1, 2) == []


def test_fields_that_share_a_row_give_their_own_digits(rng: np.random.Generator) -> None:
    page, classifier = Page(draw_page(["305264"], rng), "a.png"), Classifier()
    reading = read(page, classifier)
    (line,) = reading.lines
    assert line.text == "305264"
    parts = (line.digits[:4], line.digits[4:])
    doubts = []
    for number, digits in enumerate(parts):
        box = reduce(Box.joined, (digit.box for digit in digits))
        own = Line(digits, 0.9, box, read="".join(digit.text for digit in digits))
        field = Field(f"f{number}", own.text, own.text, 0.9, Box(box.x - 3, box.y - 9, box.width + 6, box.height + 18))
        doubts.append(Doubt("a.png", "", 1, number, (reading.width, reading.height), own, field))
    nothing = replace(doubts[1], line=replace(doubts[1].line, digits=()))
    first, second, third = label_page(page, [*doubts, nothing], classifier)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first[1], second[1], third[1]) == ([3, 0, 5, 2], [6, 4], [NOT_A_DIGIT] * 2)
    for found in (first, second):
        assert [guess.label for guess in classifier.classify(found[0])] == found[1]


def test_a_page_gives_its_typed_digits_as_the_network_sees_them(rng: np.random.Generator) -> None:
    page, classifier = Page(draw_page(["3052", "648"], rng), "a.png"), Classifier()
    reading = read(page, classifier)
    assert [line.text for line in reading.lines] == ["3052", "648"]
    size = (reading.width, reading.height)
    doubts = [Doubt("a.png", "", 1, n, size, line) for n, line in enumerate(reading.lines)]
    nothing = replace(reading.lines[1], digits=())
    away = replace(reading.lines[0], box=Box(0, 0, 5, 5), digits=(Digit("1", 1, Box(0, 0, 5, 5)),))
    others = [Doubt("a.png", "", 1, 9, size, line) for line in (nothing, away)]
    first, second, third, fourth = label_page(page, [*doubts, *others], classifier)
    for found, text in ((first, "3052"), (second, "648")):
        assert found is not None
        assert found[1] == [int(sign) for sign in text]
        assert [guess.label for guess in classifier.classify(found[0])] == found[1]
    assert third is not None
    assert third[1] == [NOT_A_DIGIT] * 3
    assert fourth is None


def test_a_string_with_a_digit_that_is_no_candidate_is_not_found(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, classifier = Page(draw_page(["3052"], rng), "a.png"), Classifier()
    reading = read(page, classifier)
    doubt = Doubt("a.png", "", 1, 0, (reading.width, reading.height), reading.lines[0], None)
    assert label_page(page, [doubt], classifier) != [None]

    def put_in(rows: Sequence[Decoded], *_: object) -> list[Decoded]:
        return [replace(row, found=(*row.found[:-1], replace(row.found[-1], is_beyond=True))) for row in rows]

    monkeypatch.setattr("scanner.pipeline.add_overlooked", put_in)
    assert label_page(page, [doubt], classifier) == [None]


def test_strings_are_found_at_the_size_at_which_they_are_read(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[Options] = []

    def spy(page: Page, classifier: Classifier, options: Options, observer: Observer) -> Reading:
        chosen.append(options)
        return read(page, classifier, options, observer)

    monkeypatch.setattr(labelled, "read", spy)
    label_page(Page(draw_page(["3052"], rng), "a.png"), [], Classifier())
    assert [options.larger for options in chosen] == [Options().larger]
