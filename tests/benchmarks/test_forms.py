"""The benchmark of forms draws what it says, the same each time, and counts what is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.blanks import WAYS, draw_application, draw_cheque, fill_in
from benchmarks.forms import describe, draw_documents, judge_document
from scanner.checks import is_date, is_luhn, is_mod97, is_routing_number, is_weighted_sum
from scanner.page import Box
from scanner.reading import Field, Reading

BLANKS = [draw_cheque(), draw_application()]


def test_documents_are_the_same_each_time_and_take_turns() -> None:
    first, again = (list(draw_documents(BLANKS[:1], 2, 7)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one[1:3] == other[1:3]
        assert np.array_equal(one[3].image, other[3].image)
    assert [way for _, way, _, _ in first] == list(WAYS)[:2]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_written_obeys_the_templates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cheque, application = (blank.fill(rng) for blank in BLANKS)
    assert is_mod97(cheque["account"])
    assert is_routing_number(cheque["routing"])
    assert is_date(cheque["date"], "DDMMYYYY")
    assert is_weighted_sum(application["customer"], (1, 3), 10)
    assert not application["card"] or is_luhn(application["card"])
    cents = [round(100 * float(application[name] or 0)) for name in ("total", "rent", "food")]
    assert cents[0] == cents[1] + cents[2]


def test_writing_lies_in_its_field() -> None:
    rng = np.random.default_rng(1)
    written = fill_in(BLANKS[0], {"number": "123456"}, rng).astype(int) - BLANKS[0].picture
    rows, columns = np.nonzero(np.abs(written).max(axis=2) > 60)
    assert columns.min() > 100
    assert columns.max() < 350
    assert rows.min() > 50
    assert rows.max() < 115


def test_a_document_is_right_when_every_field_is() -> None:
    box = Box(1, 1, 5, 5)
    fields = (Field("a", "1250", "12.50", 0.995, box), Field("b", "", "", 0.999, box))
    reading = Reading("x", 1, 9, 9, (), (), fields, "cheque")
    texts = {"a": "12.50", "b": ""}
    right = judge_document("cheque", "scan", texts, reading, 0.99, 0.1)
    assert (right.is_right, right.accepted, right.accepted_wrong, right.wrong) == (True, 2, 0, ())
    wrong = judge_document("cheque", "scan", texts | {"a": "12.60"}, reading, 0.99, 0.1)
    assert (wrong.is_right, wrong.accepted_wrong, wrong.wrong_texts) == (False, 1, 1)
    invalid = replace(reading, fields=(replace(fields[0], valid=False, reason="no"), fields[1]))
    assert not judge_document("cheque", "scan", texts, invalid, 0.99, 0.1).is_right
    assert not judge_document("application", "scan", texts, reading, 0.99, 0.1).is_right
    assert "50.0%" in describe("all", [right, wrong])
