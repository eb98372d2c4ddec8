"""Tables keep every row, every zero, and appear whole or not at all."""

import csv
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import openpyxl
import pytest

from scanner.errors import OutputError, UsageError
from scanner.page import Box
from scanner.reading import Digit, Line, Reading, to_json
from scanner.store import FileResult, PageResult
from scanner.tables import COLUMNS, WRITERS, Row, get_writer, judge, to_rows, write_csv


def make_line(text: str, confidence: float = 0.9) -> Line:
    digits = tuple(Digit(sign, confidence, Box(10 * i, 5, 8, 12)) for i, sign in enumerate(text))
    return Line(digits, confidence, Box(1, 5, 30, 12), ((2, "."),) if len(text) > 2 else ())


def make_result(source: str, *lines: Line) -> FileResult:
    return FileResult(source, "abc", (PageResult(Reading(source, 1, 100, 50, lines)),))


RESULTS = [
    make_result("=cmd().png", make_line("00123"), make_line("4?", 0.95)),
    make_result("empty.png"),
    FileResult("bad, very.png", "", (PageResult(None, 'damaged "file".'),)),
]

ROWS = [
    Row("=cmd().png", 1, 1, "00123", "00.123", 0.9, "accepted", 1, 5, 30, 12),
    Row("=cmd().png", 1, 2, "4?", "4?", 0.95, "review", 1, 5, 30, 12),
    Row("empty.png", 1),
    Row("bad, very.png", status="review", error='damaged "file".'),
]


def test_every_string_page_and_failure_has_a_row() -> None:
    assert [row for result in RESULTS for row in to_rows(result, 0.9)] == ROWS


@pytest.mark.parametrize(
    ("text", "confidence", "accept", "status"),
    [("12", 0.9, 0.9, "accepted"), ("12", 0.89, 0.9, "review"), ("1?", 0.99, 0.9, "review"), ("12", 0.1, None, "")],
)
def test_a_line_is_accepted_when_it_is_sure_and_whole(
    text: str, confidence: float, accept: float | None, status: str
) -> None:
    assert judge(make_line(text, confidence), accept) == status


@pytest.mark.parametrize(("suffix", "delimiter", "encoding"), [(".csv", ",", "utf-8-sig"), (".tsv", "\t", "utf-8")])
def test_separated_tables_come_back_as_they_were(tmp_path: Path, suffix: str, delimiter: str, encoding: str) -> None:
    path = tmp_path / f"out{suffix}"
    WRITERS[suffix](path, RESULTS, 0.9)
    with path.open(encoding=encoding, newline="") as file:
        head, *rows = csv.reader(file, delimiter=delimiter)
    assert tuple(head) == COLUMNS
    expected = [["" if value is None else str(value) for value in astuple(row)] for row in ROWS]
    expected[0][0] = expected[1][0] = "'=cmd().png"  # a spreadsheet would run it
    assert rows == expected


def test_digits_are_text_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    WRITERS[".xlsx"](path, RESULTS, 0.9)
    sheet = openpyxl.load_workbook(path).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == COLUMNS
    assert rows == [tuple(value if value != "" else None for value in astuple(row)) for row in ROWS]
    assert sheet["D2"].data_type == "s"
    assert sheet["A2"].data_type == "s", "a name is no formula"
    assert sheet.freeze_panes == "A2"


def test_an_excel_sheet_that_is_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.tables.MOST_ROWS", 3)
    with pytest.raises(OutputError, match=r"holds 3 rows.*\.csv"):
        WRITERS[".xlsx"](tmp_path / "out.xlsx", RESULTS, None)
    assert not list(tmp_path.iterdir())


def test_json_lines_are_in_the_line_format(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    WRITERS[".jsonl"](path, RESULTS, None)
    first, second, third = path.read_text().splitlines()
    reading = RESULTS[0].pages[0].reading
    assert reading is not None
    assert first == to_json(reading)
    assert json.loads(second)["lines"] == []
    assert json.loads(third) == {"source": "bad, very.png", "error": 'damaged "file".'}


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_table_that_breaks_off_leaves_the_old_one(tmp_path: Path, suffix: str) -> None:
    def break_off() -> Iterator[FileResult]:
        yield RESULTS[0]
        raise OSError(28, "No space left on device")

    path = tmp_path / f"out{suffix}"
    path.write_text("old")
    with pytest.raises(OutputError, match="No space left on device"):
        WRITERS[suffix](path, break_off(), None)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
@pytest.mark.parametrize("suffix", WRITERS)
def test_only_its_owner_may_read_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    WRITERS[suffix](path, RESULTS, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    for suffix, write in WRITERS.items():
        with pytest.raises(OutputError, match="cannot be written"):
            write(tmp_path / "missing" / f"out{suffix}", RESULTS, None)


def test_the_suffix_decides() -> None:
    assert get_writer(Path("a.CSV")) is WRITERS[".csv"]
    assert get_writer(Path("a.sqlite")) is None
    with pytest.raises(UsageError, match=r"out\.doc: results are written to files named \.jsonl, \.csv"):
        get_writer(Path("out.doc"))


def test_what_a_person_looked_at_is_marked_in_every_table(tmp_path: Path) -> None:
    right, wrong = (replace(make_line(text, 1.0), read="00.1") for text in ("001", "77"))
    result = make_result("a.png", right, wrong, replace(make_line("", 1.0), read="5"))
    rows = list(to_rows(result, None))
    assert [(row.marked, row.status, row.read) for row in rows] == [
        ("00.1", "confirmed", "00.1"),
        ("77", "corrected", "00.1"),
        ("", "corrected", "5"),
    ]
    write_csv(tmp_path / "o.csv", [result], 0.999)
    assert '"77","77",1.0,"corrected"' in (tmp_path / "o.csv").read_text("utf-8-sig")
