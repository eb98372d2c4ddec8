"""Results with fields are reviewed field by field, and what people type comes back to the fields in every output."""

import csv
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from blankforms import SMALL, save
from results import draw_file

from scanner.__main__ import main
from scanner.errors import ExitCode
from scanner.form import find_forms
from scanner.job import STATE, rewrite_table
from scanner.knowledge import Knowledge
from scanner.page import Box
from scanner.reading import Digit, Field, Line, Reading, to_json
from scanner.review import choose_doubts
from scanner.rulebook import describe_rules
from scanner.store import FileResult, PageResult, Store

WRONG_SUM = "the sum total = a + b is wrong"


def make_field(name: str, text: str, value: str, confidence: float, row: int, line: int | None) -> tuple[Field, Line]:
    box = Box(5, 5 + 40 * row, 180, 30)
    digits = tuple(Digit(sign, confidence, Box(10 + 15 * i, 10 + 40 * row, 12, 20)) for i, sign in enumerate(text))
    return (
        Field(name, text, value, confidence, box, line=line),
        Line(digits, confidence, Box(10, 10 + 40 * row, 15 * max(1, len(text)), 20)),
    )


def make_result(name: str) -> FileResult:
    """Return a form that was read: a is 12.50, though the total is 15.00, and b is empty; its picture is drawn."""
    first, line = make_field("a", "1250", "12.50", 0.9, 0, 0)
    empty, _ = make_field("b", "", "", 0.999, 1, None)
    total, last = make_field("total", "15", "15", 0.995, 2, 1)
    fields = (first, empty, replace(total, valid=False, reason=WRONG_SUM))
    reading = Reading(name, 1, 200, 130, (replace(line, marks=((2, "."),)), last), (), fields, "form")
    return FileResult(name, draw_file(Path(name), 3), (PageResult(reading),))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: a table of one form, its state, and its template, which is gone."""
    monkeypatch.chdir(tmp_path)
    template = save(SMALL, tmp_path)
    with Store(Path("o.csv" + STATE), describe_rules(Knowledge(find_forms([template])))) as store:
        result = make_result("a.png")
        store.add(result, "options")
        store.finish(["a.png"], 0.99)
        rewrite_table(Path("o.csv"), store)
    Path(template).unlink()
    return tmp_path


def read_table() -> dict[str, str]:
    with Path("o.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    return row


def read_rows() -> list[dict[str, object]]:
    """Return what the review page shows."""
    text = Path("o.csv.review.html").read_text(encoding="utf-8")
    data = text.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    rows: list[dict[str, object]] = json.loads(data)["rows"]
    return rows


def apply(typed: dict[str, str]) -> int:
    """Save what the page would save for some fields, and give it back."""
    with Store(Path("o.csv" + STATE)) as store:
        identity = store.get_setting("identity")
    keys = ("file", "content", "page", "size", "box", "field", "read")
    entries = [
        {key: row[key] for key in keys} | {"text": typed[str(row["field"])]}
        for row in read_rows()
        if row["field"] in typed
    ]
    envelope = {"kind": "digitlens-corrections", "version": 1, "results": identity, "corrections": entries}
    Path("c.json").write_text(json.dumps(envelope))
    return main(["review", "o.csv", "--apply", "c.json"])


def test_fields_are_shown_by_name_those_that_break_a_rule_first(folder: Path) -> None:
    assert main(["review", "o.csv"]) == ExitCode.OK
    rows = read_rows()
    assert [(row["field"], row["read"], row["reason"]) for row in rows] == [
        ("total", "15", WRONG_SUM),
        ("a", "12.50", ""),
    ]
    assert rows[0]["box"] == [5, 85, 180, 30]
    assert all(row["crop"] for row in rows)
    assert main(["review", "o.csv", "--all"]) == ExitCode.OK
    assert [(row["field"], row["read"]) for row in read_rows()] == [("total", "15"), ("a", "12.50"), ("b", "")]


def test_what_is_typed_is_the_fields_in_every_output(folder: Path) -> None:
    main(["review", "o.csv"])
    assert apply({"a": "15.00", "total": "15"}) == ExitCode.OK
    row = read_table()
    assert [row[key] for key in ("a", "b", "total", "confidence", "status", "doubts")] == [
        "15.00", "", "15", "0.999", "corrected", "",
    ]  # fmt: skip
    with sqlite3.connect("o.csv" + STATE) as base:
        assert base.execute("SELECT a, b, total, status, doubts FROM forms").fetchall() == [
            ("15.00", "", "15", "corrected", "")
        ]
        assert base.execute("SELECT name, text, valid, read FROM fields").fetchall() == [
            ("a", "1500", 1, "1250"),
            ("b", "", 1, None),
            ("total", "15", 1, "15"),
        ]
        assert base.execute("SELECT text, status FROM results").fetchall() == [
            ("1500", "corrected"),
            ("15", "confirmed"),
        ]
    with Store(Path("o.csv" + STATE)) as store:
        assert not choose_doubts(store, 0.99, False, 10).chosen
        result = store.get("a.png")
    assert result is not None
    assert result.pages[0].reading is not None
    record = json.loads(to_json(result.pages[0].reading))
    assert record["fields"]["a"] | {"box": None, "line": None} == {
        "text": "1500", "value": "15.00", "confidence": 1.0, "box": None, "valid": True, "line": None, "read": "1250",
    }  # fmt: skip


def test_a_form_of_which_all_was_looked_at_is_confirmed_and_breaks_the_rules_that_it_breaks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["review", "o.csv", "--all"])
    assert apply({"a": "12.50", "total": "15"}) == ExitCode.OK
    assert read_table()["status"] == "review", "b may be what is wrong"
    capsys.readouterr()
    assert apply({"b": ""}) == ExitCode.OK
    assert f"a.png, page 1: b: {WRONG_SUM}\n" in capsys.readouterr().err
    row = read_table()
    assert (row["status"], row["doubts"]) == ("confirmed", f"a: {WRONG_SUM}; b: {WRONG_SUM}; total: {WRONG_SUM}")


def test_an_empty_field_is_filled_in(folder: Path) -> None:
    main(["review", "o.csv", "--all"])
    assert apply({"b": "018"}) == ExitCode.OK
    row = read_table()
    assert (row["b"], row["status"]) == ("018", "review"), "the total is as wrong as before"


def test_corrections_stay_when_a_form_is_read_again(folder: Path) -> None:
    main(["review", "o.csv"])
    apply({"a": "15.00"})
    with Store(Path("o.csv" + STATE)) as store:
        again = store.add(replace(make_result("a.png"), source="b.png"), "a newer version")
    assert again.pages[0].reading is not None
    assert [(field.value, field.read) for field in again.pages[0].reading.fields] == [
        ("15.00", "1250"),
        ("", None),
        ("15", None),
    ]


def test_a_correction_of_a_field_that_is_gone_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["review", "o.csv"])
    with Store(Path("o.csv" + STATE)) as store:
        result = make_result("a.png")
        reading = result.pages[0].reading
        assert reading is not None
        less = replace(reading, lines=reading.lines[1:], fields=(replace(reading.fields[2], line=0),))
        store.add(replace(result, pages=(PageResult(less),)), "another template")
    assert apply({"a": "15.00"}) == ExitCode.SOME_FAILED
    assert "12.50 is not among the results any more; left out" in capsys.readouterr().err


def test_an_empty_field_that_is_empty_has_no_glyphs_to_lose(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["review", "o.csv", "--all"])
    apply({"b": ""})
    capsys.readouterr()
    assert main(["review", "o.csv", "--glyphs", "g"]) == ExitCode.OK
    assert capsys.readouterr().err.startswith("digits-scan: 0 glyphs of 0 strings in g")
