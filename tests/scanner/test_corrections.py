"""Corrections: only good ones come in, and they hold whatever is read again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.corrections import FORMAT, KIND, TYPED, Correction, find_line, lay_over, load_corrections
from scanner.errors import UsageError
from scanner.marks import insert_marks
from scanner.page import Box
from scanner.reading import Digit, Line, Reading, from_json, to_json

CONTENT = "ab" * 32


def make_line(text: str, y: int = 0, x: int = 0) -> Line:
    digits = tuple(Digit(sign, 0.6, Box(x + 10 * i, y, 8, 12), (("7", 0.2),)) for i, sign in enumerate(text))
    return Line(digits, 0.5, Box(x, y, 10 * len(text), 12))


def make_reading(*texts: str) -> Reading:
    return Reading("a.png", 1, 200, 400, tuple(make_line(text, 30 * row) for row, text in enumerate(texts)))


def correct(line: Line, text: str, size: tuple[int, int] = (200, 400)) -> Correction:
    return Correction(CONTENT, 1, size, line.box, insert_marks(line), text)


def make_entry(**changes: Any) -> dict[str, Any]:
    entry = {"file": "a.png", "content": CONTENT, "page": 1, "size": [200, 400], "box": [0, 0, 30, 12], "read": "1?"}
    return entry | {"text": "12"} | changes


def save(path: Path, *entries: Any, **changes: Any) -> Path:
    file = {"kind": KIND, "version": FORMAT, "results": "these", "corrections": list(entries)} | changes
    path.write_text(json.dumps(file))
    return path


def test_what_the_page_saves_comes_in(tmp_path: Path) -> None:
    corrections, refused = load_corrections(save(tmp_path / "c.json", make_entry(text="1.2,3-4/5")), "these")
    assert corrections == [Correction(CONTENT, 1, (200, 400), Box(0, 0, 30, 12), "1?", "1.2,3-4/5", "a.png")]
    assert refused == []


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "12a"}, {"text": "1?"}, {"text": ".5"}, {"text": "1.,2"}, {"text": "١٢"}, {"text": "12\n"},
        {"text": "1" * 101}, {"text": 12}, {"text": None}, {"content": "abc"}, {"page": 0}, {"page": "1"},
        {"page": True}, {"size": [0, 4]}, {"size": [1]}, {"box": [1, 2, 3]}, {"box": [-1, 0, 3, 4]}, {"read": None},
    ],
)  # fmt: skip
def test_an_entry_that_is_none_is_told_and_costs_no_other(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = save(tmp_path / "c.json", make_entry(**changes), make_entry(), "no entry", None)
    corrections, refused = load_corrections(path, "these")
    assert len(corrections) == 1
    assert [sentence.count("\n") for sentence in refused] == [0, 0, 0]
    assert refused[0].startswith(f"{path}: correction 1 (a.png) is left out: ")
    if "text" in changes:
        assert "expected digits" in refused[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"not json", b"\xff\xfe", b'{"kind": "digitlens-corrections"}', b"[" * 100_000],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="these are no corrections; expected the JSON file"):
        load_corrections(path, "these")


def test_corrections_of_other_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="belong to other results"):
        load_corrections(save(tmp_path / "c.json", make_entry(), results="those"), "these")
    with pytest.raises(UsageError, match="no corrections"):
        load_corrections(save(tmp_path / "c.json", make_entry(), version=FORMAT + 1), "these")
    with pytest.raises(UsageError, match="cannot be read"):
        load_corrections(tmp_path / "missing.json", "these")


@given(st.lists(st.from_regex(TYPED, fullmatch=True).map(lambda text: text[:40]), min_size=1, max_size=5), st.data())
def test_a_typed_text_takes_the_place_of_what_was_read(texts: list[str], data: st.DataObject) -> None:
    reading = make_reading(*("123?"[: 1 + row % 4] for row in range(len(texts) + 2)))
    rows = data.draw(st.permutations(range(len(reading.lines))))[: len(texts)]
    corrections = [correct(reading.lines[row], text) for row, text in zip(rows, texts, strict=True)]
    after = lay_over(reading, corrections)
    assert len(after.lines) == len(reading.lines)
    for row, line in enumerate(after.lines):
        if row in rows:
            assert insert_marks(line) == texts[rows.index(row)]
            assert (line.read, line.box) == (reading.lines[row].text, reading.lines[row].box)
            assert all(line.box.joined(digit.box) == line.box for digit in line.digits)
            assert line.confidence == 1
        else:
            assert line is reading.lines[row]
    assert lay_over(after, corrections) == after, "laid over twice is laid over once"
    assert from_json(to_json(after)) == after


def test_digits_keep_their_boxes_where_they_are_as_many() -> None:
    reading = make_reading("123", "45")
    first, second = lay_over(reading, [correct(line, "678") for line in reading.lines]).lines
    assert [digit.box for digit in first.digits] == [digit.box for digit in reading.lines[0].digits]
    assert [digit.box.x for digit in second.digits] == [0, 7, 13]


def test_a_correction_holds_at_another_resolution() -> None:
    line = make_line("123", 30)
    scaled = replace(line, box=Box(1, 91, 89, 37))
    after = lay_over(Reading("a.png", 1, 600, 1200, (scaled, make_line("9", 600))), [correct(line, "777")])
    assert [each.text for each in after.lines] == ["777", "9"]
    assert after.lines[0].box == Box(0, 90, 90, 36)


def test_a_string_that_was_read_in_parts_is_one_again_and_one_that_is_gone_comes_back() -> None:
    whole = make_line("123456")
    parts = (make_line("12"), make_line("456", x=30), make_line("8", 100))
    after = lay_over(Reading("a.png", 1, 200, 400, parts), [correct(whole, "111111")])
    assert [line.text for line in after.lines] == ["111111", "8"]
    after = lay_over(Reading("a.png", 1, 200, 400, parts[2:]), [correct(whole, "111111")])
    assert [(line.text, line.read) for line in after.lines] == [("8", None), ("111111", "123456")]


def test_neighbours_that_overlap_keep_their_own() -> None:
    upper, lower = make_line("123", 0), make_line("456", 5)
    after = lay_over(Reading("a.png", 1, 200, 400, (upper, lower)), [correct(lower, "999"), correct(upper, "000")])
    assert [line.text for line in after.lines] == ["000", "999"]


def test_a_string_is_found_by_its_place() -> None:
    reading = make_reading("12", "34")
    assert find_line(reading, correct(reading.lines[1], "5")) is reading.lines[1]
    assert find_line(reading, correct(make_line("9", 300), "5")) is None
