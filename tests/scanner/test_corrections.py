"""Corrections hold whatever is read again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scanner.correction_file import TYPED
from scanner.corrections import Correction, find_line, lay_over
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


def test_a_string_that_is_gone_takes_no_neighbour_s_place() -> None:
    upper, lower = make_line("123", 0), make_line("456", 5)
    after = lay_over(Reading("a.png", 1, 200, 400, (upper,)), [correct(lower, "999"), correct(upper, "000")])
    assert [line.text for line in after.lines] == ["000", "999"]


def test_a_string_is_found_by_its_place() -> None:
    reading = make_reading("12", "34")
    assert find_line(reading, correct(reading.lines[1], "5")) is reading.lines[1]
    assert find_line(reading, correct(make_line("9", 300), "5")) is None
