"""Readings go to JSON and come back; the line format is a contract with other programs."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.page import Box
from scanner.reading import Digit, Line, Reading, as_record, from_json, to_json

shares = st.integers(0, 10_000).map(lambda n: n / 10_000)
boxes = st.builds(Box, *[st.integers(0, 9999)] * 4)
characters = st.sampled_from("0123456789?")
digits = st.builds(
    Digit, characters, shares, boxes, st.lists(st.tuples(st.sampled_from("0123456789"), shares), max_size=3).map(tuple)
)
lines = st.builds(
    Line,
    st.lists(digits, min_size=1, max_size=4).map(tuple),
    shares,
    boxes,
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(".,-/")), max_size=2).map(tuple),
)
readings = st.builds(
    Reading,
    st.text(st.characters()),
    st.integers(1, 99),
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.lists(lines, max_size=3).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
)

ONE = Digit("0", 0.99, Box(1, 2, 3, 4), (("6", 0.004),))
READING = Reading("a.png", 2, 1240, 1754, (Line((ONE, Digit("?", 0.4, Box(5, 2, 3, 4))), 0.93, Box(1, 2, 7, 4)),))


def test_the_line_format() -> None:
    assert as_record(READING) == {
        "source": "a.png",
        "page": 2,
        "width": 1240,
        "height": 1754,
        "lines": [
            {
                "text": "0?",
                "confidence": 0.93,
                "box": [1, 2, 7, 4],
                "digits": [
                    {"text": "0", "confidence": 0.99, "box": [1, 2, 3, 4], "alternatives": [["6", 0.004]]},
                    {"text": "?", "confidence": 0.4, "box": [5, 2, 3, 4], "alternatives": []},
                ],
            }
        ],
        "fields": {},
        "problems": [],
    }


def test_marks_stand_in_the_record_only_when_there_are_some() -> None:
    line = Line((ONE,), 0.9, ONE.box, ((1, "."),))
    assert as_record(Reading("a", 1, 9, 9, (line,)))["lines"][0]["marks"] == [[1, "."]]
    assert "marks" not in as_record(READING)["lines"][0]


@settings(max_examples=40)
@given(readings)
def test_to_json_and_back(reading: Reading) -> None:
    assert from_json(to_json(reading)) == reading


@settings(max_examples=40)
@given(readings)
def test_json_is_one_line_of_ascii(reading: Reading) -> None:
    assert len(to_json(reading).splitlines()) == 1
    assert to_json(reading).isascii()


@pytest.mark.parametrize("field", ["source", "page", "width", "height", "lines", "problems"])
def test_a_missing_field_is_named(field: str) -> None:
    record = as_record(READING)
    del record[field]
    with pytest.raises(ValueError, match=field):
        from_json(json.dumps(record))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"source": "a", "error": "b"}'])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


@pytest.mark.parametrize("box", [[], [1, 2, 3], 7])
def test_a_box_has_four_numbers(box: object) -> None:
    record = as_record(READING)
    record["lines"][0]["box"] = box
    with pytest.raises(ValueError, match="line format"):
        from_json(json.dumps(record))
