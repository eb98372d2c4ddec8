"""Tables cell by cell: zeros kept, empty cells empty, strings in their places."""

import csv
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing import INK, PAPER, draw_page, draw_string
from numpy.typing import NDArray

from model.classifier import Classifier, Guess
from scanner.__main__ import main
from scanner.decode import Decoded, Found
from scanner.errors import ExitCode, NoTableError
from scanner.grid import Grid, Rule
from scanner.lattice import Candidate
from scanner.page import Box, Page
from scanner.pipeline import read
from scanner.reading import Digit, Line
from scanner.ruled import Cells, TableReader, fill, to_csv

WIDE, HIGH = 190, 90
"""Of a cell, in pixels; a digit in it is 64 high."""

TEXTS = [["007", "", "41"], ["250", "38", ""], ["", "6", "019"], ["53", "", "2"]]


def draw_table(texts: list[list[str]], seed: int = 3) -> NDArray[np.uint8]:
    """Draw a ruled table with a margin around it. texts: of its cells."""
    rng = np.random.default_rng(seed)
    rows, columns = len(texts), len(texts[0])
    ink = np.zeros((rows * HIGH + 80, columns * WIDE + 80), np.uint8)
    for row, cells in enumerate(texts):
        for column, text in enumerate(cells):
            if text:
                string = draw_string(text, rng)
                y, x = 40 + row * HIGH + 13, 40 + column * WIDE + (WIDE - string.shape[1]) // 2
                ink[y : y + 64, x : x + string.shape[1]] = string
    for row in range(rows + 1):
        cv2.line(ink, (40, 40 + row * HIGH), (40 + columns * WIDE, 40 + row * HIGH), 200, 2)
    for column in range(columns + 1):
        cv2.line(ink, (40 + column * WIDE, 40), (40 + column * WIDE, 40 + rows * HIGH), 200, 2)
    return (PAPER - ink.astype(np.float32) * ((PAPER - INK) / 255)).round().astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a table, a page of two, and one without."""
    monkeypatch.chdir(tmp_path)
    one, other = draw_table(TEXTS), draw_table([["12", "034"], ["5", "67"]], 4)
    both = np.full((len(one) + len(other), one.shape[1]), PAPER, np.uint8)
    both[: len(one)] = one
    both[len(one) :, : other.shape[1]] = other
    for name, picture in (("one", one), ("two", both), ("none", draw_page(["123"], np.random.default_rng(1)))):
        assert cv2.imwrite(f"{name}.png", picture)
    return tmp_path


def parse(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_table_is_printed_as_it_stands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["one.png", "--table"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert (parse(out), err) == (TEXTS, "")


def test_several_tables_are_parted_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["two.png", "--table"]) == ExitCode.OK
    first, second = capsys.readouterr().out.split("\n\n")
    assert parse(first) == TEXTS
    assert parse(second) == [["12", "034"], ["5", "67"]]
    assert main(["one.png", "two.png", "--table"]) == ExitCode.OK
    tables = [parse(table) for table in capsys.readouterr().out.split("\n\n")]
    assert [table[0] for table in tables] == [["one.png"], ["two.png"], ["two.png"]]
    assert [table[1:] for table in tables[:2]] == [TEXTS, TEXTS]


def test_a_page_without_a_table_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["none.png", "one.png", "missing.png", "--table", "--format", "jsonl"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    none, one, missing = [json.loads(line) for line in out.splitlines()]
    assert one == {"source": "one.png", "page": 1, "tables": [TEXTS]}
    assert none["error"].startswith("none.png: no ruled table on page 1; expected level and upright lines")
    assert "no such file" in missing["error"]
    assert len(err.splitlines()) == 2


GRID = Grid(
    tuple(Rule(np.array([float(y)]), 0, 200) for y in (0, 50, 100)),
    tuple(Rule(np.array([float(x)]), 0, 100) for x in (0, 100, 200)),
    (False, False, False, False),
)
"""Two rows of 50 pixels and two columns of 100."""


def place(text: str, x: int, y: int, marks: tuple[tuple[int, str], ...] = ()) -> tuple[Line, Decoded]:
    """Return a string whose digits are 10 pixels wide and 20 high, and stand 20 pixels apart."""
    boxes = [Box(x + 20 * i, y, 10, 20) for i in range(len(text))]
    line = Line(tuple(Digit(sign, 0.9, box) for sign, box in zip(text, boxes, strict=True)), 0.9, boxes[0], marks)
    guess = Guess(1, 0.9, (0.1,) * 11)
    ink = np.ones((20, 10), np.bool_)
    return line, Decoded(
        tuple(Found(Candidate(i, i + 1, box, ink, 0), guess, 1, 0.9) for i, box in enumerate(boxes)), ()
    )


def fill_with(*strings: tuple[Line, Decoded], marks: bool = False) -> Cells:
    return fill(GRID, [line for line, _ in strings], [row for _, row in strings], marks)


def test_marks_are_kept_when_asked_for() -> None:
    string = place("012", 110, 60, ((1, "."),))
    assert fill_with(string) == (("", ""), ("", "012"))
    assert fill_with(string, marks=True) == (("", ""), ("", "0.12"))


def test_a_string_over_a_rule_is_parted() -> None:
    assert fill_with(place("0?34", 60, 10, ((1, "."),)), marks=True) == (("0?", "34"), ("", ""))


def test_two_strings_in_a_cell_keep_their_order() -> None:
    assert fill_with(place("01", 10, 5), place("2", 10, 28)) == (("01 2", ""), ("", ""))


def test_what_stands_outside_is_left_out() -> None:
    assert fill_with(place("1", 20, 130), place("2", -30, 10), place("34", 185, 70)) == (("", ""), ("", "3"))


def test_a_blank_page_has_no_table() -> None:
    tables = TableReader()
    reading = read(Page(np.full((300, 400), 255, np.uint8), "blank.png"), Classifier(), observer=tables)
    with pytest.raises(NoTableError, match=r"blank\.png: no ruled table"):
        tables.get_tables(reading)


def test_csv_keeps_zeros_commas_and_empty_rows() -> None:
    assert to_csv((("007", "1,5"), ("", ""), ("", "?"))) == '007,"1,5"\n,\n,?'


@pytest.mark.parametrize(
    "words",
    [["--output", "o.csv"], ["--annotate", "d"], ["--debug", "d"], ["--template", "t.toml"], ["--region", "1,2,3,4"]],
)
def test_words_that_do_not_go_with_it(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["a.png", "--table", *words])
    assert caught.value.code == ExitCode.BAD_USAGE


def test_the_squares_of_paper_are_no_cells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    side, count = 60, 12
    page = np.full((80 + count * side, 80 + count * side), PAPER, np.uint8)
    page[160:224, 180:360] -= (draw_string("4816", np.random.default_rng(1))[:, :180] * 0.7).astype(np.uint8)
    for k in range(count + 1):
        cv2.line(page, (40 + k * side, 40), (40 + k * side, 40 + count * side), 150, 1)
        cv2.line(page, (40, 40 + k * side), (40 + count * side, 40 + k * side), 150, 1)
    assert cv2.imwrite("squared.png", page)
    assert main(["squared.png", "--table"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "squared paper" in err


def test_cells_hold_what_all_looks_agree_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not what the first look read: here the others outvote its last string."""
    monkeypatch.setattr("scanner.pipeline.look_again", lambda seen, rows, *rest: rows[:-1])
    reader = TableReader()
    page = Page(cv2.imread("one.png"), "one.png")
    (cells,) = reader.get_tables(read(page, Classifier(), observer=reader))
    assert [list(row) for row in cells] == [*TEXTS[:-1], ["53", "", ""]]
