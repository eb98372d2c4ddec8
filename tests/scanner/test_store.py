"""The store keeps whole files, knows them by their content, and belongs to one run."""

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import rows
from scanner.corrections import Correction
from scanner.errors import OutputError
from scanner.marks import insert_marks
from scanner.page import Box
from scanner.reading import Digit, Line, Reading, from_json, to_json
from scanner.store import FileResult, PageResult, Store
from scanner.tables import judge

OPTIONS = "these"


def make_line(text: str, confidence: float = 0.9) -> Line:
    digits = tuple(Digit(sign, confidence, Box(10 * i, 5, 8, 12), (("7", 0.03),)) for i, sign in enumerate(text))
    return Line(digits, confidence, Box(0, 5, 10 * len(text), 12), ((1, "."),) if len(text) > 1 else ())


def make_result(source: str, *pages: tuple[str, ...], content: str = "abc") -> FileResult:
    readings = (
        Reading(source, number, 100, 50, tuple(make_line(text) for text in texts), ("too small.",))
        for number, texts in enumerate(pages, 1)
    )
    return FileResult(source, content, tuple(PageResult(reading) for reading in readings))


def count(store: Path, table: str) -> int:
    with sqlite3.connect(store) as base:
        return int(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@given(st.lists(st.lists(st.text("0123456789?", min_size=1, max_size=6), max_size=3), max_size=3), st.text(max_size=9))
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, pages: list[list[str]], name: str) -> None:
    source = os.fsdecode(name.encode("utf-8", "replace") + b"\xff")  # no UTF-8
    result = make_result(source, *(tuple(texts) for texts in pages))
    with Store(tmp_path_factory.mktemp("store") / "results.sqlite") as store:
        store.add(result, OPTIONS)
        assert store.get(source) == result
        assert store.get(source + "x") is None


def test_a_file_is_known_by_its_content_and_the_options(tmp_path: Path) -> None:
    with Store(tmp_path / "results.sqlite") as store:
        store.add(make_result("a.png", ("12",)), OPTIONS)
        assert store.knows("a.png", "abc", OPTIONS)
        assert not store.knows("a.png", "other", OPTIONS)
        assert not store.knows("a.png", "abc", "others")
        assert not store.knows("a.png", "", OPTIONS)
        store.add(make_result("-", ("12",), content=""), OPTIONS)
        assert not store.knows("-", "", OPTIONS), "what has no content is never known"


def test_a_renamed_file_is_known_under_its_new_name(tmp_path: Path) -> None:
    with Store(tmp_path / "results.sqlite") as store:
        store.add(make_result("a.png", ("12",), ("3",)), OPTIONS)
        assert store.knows("b.png", "abc", OPTIONS)
        assert store.get("b.png") == make_result("b.png", ("12",), ("3",))
        assert store.get("a.png") == make_result("a.png", ("12",), ("3",))


def test_a_file_that_was_read_again_replaces_all_that_was_known_of_it(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        store.add(make_result("a.png", ("12", "345"), ("6",)), OPTIONS)
        store.add(make_result("a.png", ("7",), content="new"), OPTIONS)
    assert [count(path, table) for table in ("files", "documents", "lines", "digits")] == [1, 1, 1, 1]


def test_what_another_try_may_mend_is_kept_but_not_known(tmp_path: Path) -> None:
    failed = FileResult("a.png", "abc", (PageResult(None, "no permission.", is_final=False),))
    with Store(tmp_path / "results.sqlite") as store:
        store.add(failed, OPTIONS)
        assert not store.knows("a.png", "abc", OPTIONS)
        found = store.get("a.png")
        assert found is not None
        assert found.pages[0].error == "no permission."


def test_a_damaged_file_need_not_be_read_again(tmp_path: Path) -> None:
    whole = make_result("a.tif", ("12",))
    with Store(tmp_path / "results.sqlite") as store:
        store.add(replace(whole, pages=(*whole.pages, PageResult(None, "damaged."))), OPTIONS)
        assert store.knows("a.tif", "abc", OPTIONS)
        assert not store.knows("b.tif", "abc", OPTIONS), "its sentence names the file"
        found = store.get("a.tif")
        assert found is not None
        assert [page.error for page in found.pages] == ["", "damaged."]


def test_a_file_that_cannot_be_kept_whole_is_not_kept_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        insert_line, calls = rows._insert_line, []

        def break_at_the_second(*words: object) -> None:
            calls.append(words)
            if len(calls) == 2:
                raise sqlite3.OperationalError("database or disk is full")
            insert_line(*words)  # type: ignore[arg-type]

        monkeypatch.setattr(rows, "_insert_line", break_at_the_second)
        with pytest.raises(OutputError, match="disk is full"):
            store.add(make_result("a.png", ("12", "34")), OPTIONS)
        monkeypatch.undo()
        store.add(make_result("b.png", ("5",)), OPTIONS)
    assert [count(path, table) for table in ("files", "documents", "lines", "digits")] == [1, 1, 1, 1]


def test_two_runs_cannot_hold_one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.store.LOCK_WAIT", 0.05)
    with Store(tmp_path / "results.sqlite"), pytest.raises(OutputError, match="another run is writing there"):
        Store(tmp_path / "results.sqlite")
    with Store(tmp_path / "results.sqlite"):
        pass


@pytest.mark.parametrize("content", [b"file,page\n", b"\x89PNG" + bytes(2000)])
def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "results.sqlite"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="no database; expected a new name"):
        Store(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE songs (name TEXT)")
    with pytest.raises(OutputError, match="this version of digitlens"):
        Store(path)
    assert count(path, "songs") == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with Store(tmp_path / "results.sqlite") as store:
        store.add(make_result("a.png", ("12",)), OPTIONS)
    assert stat.S_IMODE((tmp_path / "results.sqlite").stat().st_mode) == 0o600


def test_the_view_shows_the_order_of_the_run_and_what_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        for name, texts in (("late.png", ("12", "3?")), ("b.png", ()), ("a.png", ("4",))):
            store.add(make_result(name, texts), OPTIONS)
        store.add(make_result("more.png", ("12", "3?")), OPTIONS)
        store.add(FileResult("bad.png", "x", (PageResult(None, "damaged."),)), OPTIONS)
        store.finish(["more.png", "a.png", "b.png", "bad.png"], 0.9)
    with sqlite3.connect(path) as base:
        rows = base.execute("SELECT file, line, text, marked, status, error FROM results").fetchall()
    assert rows == [
        ("more.png", 1, "12", "1.2", "accepted", ""),
        ("more.png", 2, "3?", "3.?", "review", ""),
        ("a.png", 1, "4", "4", "accepted", ""),
        ("b.png", None, None, None, "", ""),
        ("bad.png", None, None, None, "review", "damaged."),
    ], "what is of earlier runs alone is known, but not shown"


def test_a_record_in_the_store_is_in_the_line_format(tmp_path: Path) -> None:
    path, result = tmp_path / "results.sqlite", make_result("a.png", ("12",))
    with Store(path) as store:
        store.add(result, OPTIONS)
    with sqlite3.connect(path) as base:
        (record,) = base.execute("SELECT record FROM documents").fetchone()
    reading = result.pages[0].reading
    assert reading is not None
    assert record == to_json(reading)
    assert from_json(record) == reading


@pytest.mark.parametrize("work", ["knows", "get", "finish", "add"])
def test_whatever_sqlite_says_becomes_a_sentence(tmp_path: Path, work: str) -> None:
    with Store(tmp_path / "results.sqlite") as store:
        store.add(make_result("a.png", ("12",)), OPTIONS)
        store._base.execute("DROP VIEW results")
        store._base.execute("DROP TABLE files")
        words = {
            "knows": ("a.png", "abc", OPTIONS),
            "get": ("a.png",),
            "finish": (["a.png"], None),
            "add": (make_result("a.png", ("12",)), OPTIONS),
        }
        with pytest.raises(OutputError, match="no such table"):
            getattr(store, work)(*words[work])


def test_a_confidence_is_judged_as_it_is_written(tmp_path: Path) -> None:
    path, line = tmp_path / "results.sqlite", make_line("12", 0.86187)
    reading = Reading("a.png", 1, 100, 50, (line,))
    with Store(path) as store:
        store.add(FileResult("a.png", "abc", (PageResult(reading),)), OPTIONS)
        store.finish(["a.png"], 0.8619)
        assert judge(line, 0.8619) == "accepted"
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT status FROM results").fetchall() == [("accepted",)]


def make_correction(line: Line, text: str, content: str = "abc", page: int = 1) -> Correction:
    return Correction(content, page, (100, 50), line.box, insert_marks(line), text)


def list_rows(path: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(path) as base:
        return base.execute("SELECT file, marked, status, read FROM results").fetchall()


def test_a_correction_marks_its_row_and_stays_when_the_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        store.add(make_result("a.png", ("12", "345"), ("6?",)), OPTIONS)
        store.finish(["a.png"], 0.99)
        typed = [make_correction(make_line("12"), "1.2"), make_correction(make_line("6?"), "", page=2)]
        assert store.correct(typed) == []
        rows = [
            ("a.png", "1.2", "confirmed", "1.2"),
            ("a.png", "3.45", "review", ""),
            ("a.png", "", "corrected", "6.?"),
        ]
    assert list_rows(path) == rows, "the order of the run is kept"
    with Store(path) as store:
        kept = store.add(make_result("a.png", ("12", "345"), ("6?",)), "other options")
        assert kept == store.get("a.png")
        store.finish(["a.png"], 0.99)
    assert list_rows(path) == rows
    with Store(path) as store:
        assert store.knows("b.png", "abc", "other options")
        store.finish(["b.png"], 0.99)
    assert [row[1:] for row in list_rows(path)] == [row[1:] for row in rows], "under another name, too"
    with Store(path) as store:
        store.add(make_result("a.png", ("12", "345"), ("6?",), content="new"), OPTIONS)
        store.finish(["a.png"], 0.99)
    assert {row[2] for row in list_rows(path)} == {"review"}, "another content is another picture"


def test_what_is_read_anew_by_force_drops_what_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        store.add(make_result("a.png", ("12",)), OPTIONS)
        store.correct([make_correction(make_line("12"), "13")])
        store.add(make_result("a.png", ("12",)), OPTIONS, is_anew=True)
        store.finish(["a.png"], None)
    assert list_rows(path) == [("a.png", "1.2", "", "")]
    assert count(path, "corrections") == 0


def test_a_second_correction_replaces_the_first(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        store.add(make_result("a.png", ("12",)), OPTIONS)
        store.finish(["a.png"], None)
        store.correct([make_correction(make_line("12"), "134")])
        store.correct([make_correction(make_line("12"), "56")])
    assert list_rows(path) == [("a.png", "56", "corrected", "1.2")]
    assert count(path, "corrections") == 1


def test_corrections_of_rows_that_are_gone_are_given_back(tmp_path: Path) -> None:
    with Store(tmp_path / "results.sqlite") as store:
        store.add(make_result("a.png", ("12",)), OPTIONS)
        gone = [
            make_correction(make_line("12"), "1", content="other"),
            make_correction(make_line("12"), "1", page=3),
            replace(make_correction(make_line("12"), "1"), box=Box(70, 40, 9, 9)),
        ]
        assert set(store.correct([*gone, make_correction(make_line("12"), "13")])) == set(gone)
        found = store.get("a.png")
        assert found is not None
        assert found.pages[0].reading is not None
        assert found.pages[0].reading.lines[0].text == "13"


def test_corrections_come_in_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "results.sqlite") as store:
        before = [make_result(f"{name}.png", ("12",), content=name) for name in "ab"]
        for result in before:
            store.add(result, OPTIONS)
        insert_page, calls = rows.insert_page, []

        def break_at_the_second(*words: object) -> None:
            calls.append(words)
            if len(calls) == 2:
                raise sqlite3.OperationalError("database or disk is full")
            insert_page(*words)  # type: ignore[arg-type]

        monkeypatch.setattr("scanner.store.insert_page", break_at_the_second)
        with pytest.raises(OutputError, match="disk is full"):
            store.correct([make_correction(make_line("12"), "13", content=name) for name in "ab"])
        assert [store.get(result.source) for result in before] == before
    assert count(tmp_path / "results.sqlite", "corrections") == 0


def test_each_store_has_an_identity_of_its_own(tmp_path: Path) -> None:
    found = set()
    for name in ("a", "b", "a"):
        with Store(tmp_path / f"{name}.sqlite") as store:
            found.add(store.get_setting("identity"))
    assert len(found) == 2


def test_a_path_may_hold_any_word(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written") as caught:
        Store(tmp_path / "locked" / "malformed.sqlite")
    assert "another run" not in str(caught.value)
