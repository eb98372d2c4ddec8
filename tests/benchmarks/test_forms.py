"""The benchmark of forms: its documents, and how their readings are judged."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.forms import (
    HEAD,
    SAMPLES,
    Document,
    Outcome,
    draw_documents,
    judge_document,
    list_rows,
    take_mnist_writer,
)
from model.data import Glyphs
from scanner.page import Box, Page
from scanner.reading import Field, Reading

BARS = Glyphs(
    np.tile(np.pad(np.full((20, 4), 255, np.uint8), ((4, 4), (12, 12))), (10, 1, 1)), np.arange(10), "", "bars"
)
"""Each digit is an upright bar."""

PAGE = Page(np.full((9, 9), 255, np.uint8), "cheque 0")
DOCUMENT = Document("cheque 0", "cheque", "scan", "drawn", {"number": "0123", "amount": "4.50", "note": ""}, (PAGE,))


def make_reading(**changes: str) -> Reading:
    """Return a reading in which all is right but for these texts; an X at the end makes a field not valid."""
    texts = {"number": "0123", "amount": "450", "note": ""} | changes
    fields = tuple(
        Field(name, text.rstrip("X"), text, 0.999, Box(0, 0, 9, 9), not text.endswith("X"), "")
        for name, text in texts.items()
    )
    return Reading("cheque 0", 1, 9, 9, (), (), fields, "cheque", 1)


def judge(reading: Reading) -> Outcome:
    return judge_document(DOCUMENT, [reading], 0.99, 0.1)


def test_a_document_is_right_where_every_field_is() -> None:
    outcome = judge(make_reading())
    assert outcome.is_right
    assert (outcome.fields, outcome.wrong_texts, outcome.accepted, outcome.accepted_wrong) == (3, 0, 3, 0)


def test_a_wrong_field_that_was_accepted_is_counted() -> None:
    outcome = judge(make_reading(number="0128", note="1"))
    assert not outcome.is_right
    assert (outcome.wrong_texts, outcome.accepted, outcome.accepted_wrong) == (2, 3, 2)


def test_a_field_that_is_not_valid_is_not_accepted_and_spoils_the_document() -> None:
    outcome = judge(make_reading(number="0123X"))
    assert not outcome.is_right
    assert (outcome.wrong_texts, outcome.accepted, outcome.accepted_wrong) == (0, 2, 0)


def test_an_unsure_field_is_not_accepted() -> None:
    reading = make_reading(number="0128")
    unsure = replace(reading, fields=(replace(reading.fields[0], confidence=0.9), *reading.fields[1:]))
    outcome = judge(unsure)
    assert (outcome.wrong_texts, outcome.accepted, outcome.accepted_wrong) == (1, 2, 0)


def test_a_page_of_another_form_is_not_right() -> None:
    assert not judge(replace(make_reading(), template="application")).is_right
    assert not judge(replace(make_reading(), template_page=2)).is_right
    assert not judge(replace(make_reading(), fields=make_reading().fields[:2])).is_right


def test_documents_are_the_same_each_time() -> None:
    (one,), (same,) = (list(draw_documents([0], 7, None)) for _ in range(2))
    assert one.texts == same.texts
    assert (one.pages[0].image == same.pages[0].image).all()
    (other,) = draw_documents([0], 8, None)
    assert other.texts != one.texts


def test_documents_take_turns() -> None:
    cheque, application = draw_documents([0, 1], 7, None)
    assert (cheque.form, len(cheque.pages)) == ("cheque", 1)
    assert (application.form, len(application.pages)) == ("application", 2)
    (written,) = draw_documents([2], 7, BARS)
    assert (cheque.source, written.source) == ("drawn", "MNIST")


@pytest.mark.parametrize("digit", "0123456789")
def test_a_hand_writes_with_the_digits_that_it_is_given(digit: str) -> None:
    ink = take_mnist_writer(np.random.default_rng(1), BARS)(digit, np.random.default_rng(2))
    assert ink.shape[0] > 2 * ink.shape[1]


def test_the_table_has_a_row_for_each_form_way_and_source() -> None:
    outcomes = [judge(make_reading()), replace(judge(make_reading(number="9")), form="application", source="MNIST")]
    rows = list_rows(outcomes)
    assert rows[0] == HEAD
    assert [row.split()[0] for row in rows[1:]] == [*SAMPLES, "scan", "drawn", "MNIST", "all"]
    assert rows[1].split()[1:3] == ["1", "100.0%"]
    assert rows[-1].split()[1:3] == ["2", "50.0%"]
