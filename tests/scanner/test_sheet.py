"""One row for each document, with its fields as columns."""

import csv
import sqlite3
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from blankforms import SMALL, TWO_PAGES, save

from scanner.form import find_forms
from scanner.job import Summary
from scanner.knowledge import Knowledge, Region
from scanner.page import Box
from scanner.reading import Field, Reading, from_json, to_json
from scanner.rulebook import Rulebook, describe_rules
from scanner.sheet import choose_layout
from scanner.store import FileResult, PageResult, Store
from scanner.tables import LINES, WRITERS, judge
from tests.scanner.test_tables import make_line

PLACE = Box(1, 2, 30, 12)
AMOUNT = Field("a", "0050", "00.50", 0.995, PLACE, line=0)
WRONG = Field("b", "12?", "12?", 0.97, PLACE, False, "a digit cannot be read", 1)
EMPTY = Field("b", "", "", 0.999, PLACE)

KNOWN = Knowledge(regions=(Region("a", 1, 2, 3, 4), Region("b", 1, 2, 3, 4)))


def make_page(*fields: Field, page: int = 1, template: str = "form", template_page: int = 1) -> PageResult:
    lines = tuple(make_line(field.text) for field in fields if field.line is not None)
    return PageResult(Reading("x", page, 100, 50, lines, (), fields, template, template_page))


RESULTS = [
    FileResult("one.png", "abc", (make_page(AMOUNT, EMPTY),)),
    FileResult("two.tif", "abd", (make_page(AMOUNT, WRONG), make_page(AMOUNT, EMPTY, page=2))),
    FileResult("bad.png", "", (PageResult(None, "no form of it"),)),
]

ROWS = [
    ["one.png", "1", "form", "00.50", "", "0.994", "accepted", "", ""],
    ["two.tif", "1", "form", "00.50", "12?", "0.9651", "review", "b: a digit cannot be read", ""],
    ["two.tif", "2", "form", "00.50", "", "0.994", "accepted", "", ""],
    ["bad.png", "", "", "", "", "", "review", "", "no form of it"],
]


def test_each_page_of_a_form_with_one_page_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    WRITERS[".csv"](path, RESULTS, 0.99, choose_layout(describe_rules(KNOWN)))
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["file", "page", "template", "a", "b", "confidence", "status", "doubts", "error"]
    assert rows == ROWS


def test_zeros_stay_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    WRITERS[".xlsx"](path, RESULTS, None, choose_layout(describe_rules(KNOWN)))
    sheet = openpyxl.load_workbook(path).active
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("00.50", "s")
    assert [cell.value for cell in sheet[5]][-1] == "no form of it"


def test_a_database_has_a_view_with_a_row_for_each_document(tmp_path: Path) -> None:
    path = tmp_path / "out.sqlite"
    with Store(path, describe_rules(KNOWN)) as store:
        for result in RESULTS:
            store.add(result, "these")
            assert store.get(result.source) == result
        store.finish([result.source for result in RESULTS], 0.99)
    with sqlite3.connect(path) as base:
        rows = base.execute("SELECT file, page, template, a, b, status, doubts, error FROM forms").fetchall()
        assert rows == [
            ("one.png", 1, "form", "00.50", "", "accepted", "", ""),
            ("two.tif", 1, "form", "00.50", "12?", "review", "b: a digit cannot be read", ""),
            ("two.tif", 2, "form", "00.50", "", "accepted", "", ""),
            ("bad.png", 0, "", None, None, "review", "", "no form of it"),
        ]
        assert base.execute("SELECT name, text, line FROM fields WHERE document = 1").fetchall() == [
            ("a", "0050", 1),
            ("b", "", None),
        ]
    with Store(path, Rulebook()) as store:
        store.finish(["one.png"], None)
    with sqlite3.connect(path) as base:
        assert not base.execute("SELECT 1 FROM sqlite_master WHERE name = 'forms'").fetchall()


TWO = f"""
{TWO_PAGES}
[fields.a]
box = [1, 1, 20, 20]

[fields.b]
box = [1, 1, 20, 20]
page = 2

[fields.tick]
box = [50, 50, 20, 20]
kind = "checkbox"
"""


def test_the_pages_of_a_document_make_one_row(tmp_path: Path) -> None:
    known = Knowledge(templates=find_forms([save(TWO, tmp_path)]))
    layout = choose_layout(describe_rules(known))
    assert describe_rules(known).fields == ("a", "b")
    first, second = make_page(AMOUNT), make_page(EMPTY, page=2, template_page=2)
    alone = make_page(replace(EMPTY, name="b"), page=3, template_page=2)
    rows = list(layout.to_rows(FileResult("x.tif", "abc", (first, second, alone)), 0.9))
    assert rows[0] == ("x.tif", 1, "form", "00.50", "", 0.994, "accepted", "", "")
    assert rows[1][1:5] == (3, "form", "", "")
    assert rows[1][6:8] == ("review", "page 1 is missing")


def test_templates_share_columns(tmp_path: Path) -> None:
    paths = [save(SMALL, tmp_path, "one.toml"), save(TWO, tmp_path, "two.toml")]
    assert describe_rules(Knowledge(templates=find_forms(paths))).fields == ("a", "b", "total")


def test_without_fields_each_string_is_a_row() -> None:
    assert choose_layout(describe_rules(Knowledge(length=(3, 3)))) is LINES


@pytest.mark.parametrize(
    ("field", "status"), [(AMOUNT, "accepted"), (replace(AMOUNT, confidence=0.98), "review"), (WRONG, "review")]
)
def test_a_field_is_accepted_when_it_is_sure_and_valid(field: Field, status: str) -> None:
    assert judge(field, 0.99) == status
    assert judge(replace(field, valid=False), 0.0) == "review"


def test_the_summary_counts_fields() -> None:
    summary = Summary()
    for result in RESULTS:
        summary = summary.add(result, 0.99)
    assert (summary.unit, summary.lines, summary.accepted, summary.doubtful, summary.failed) == ("fields", 6, 5, 1, 1)


def test_fields_come_back_from_json() -> None:
    for result in RESULTS:
        for page in result.pages:
            if page.reading is not None:
                assert from_json(to_json(page.reading)) == page.reading
