"""The store keeps whole files, knows them by their content, and belongs to one run."""

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import OutputError
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
        add_line, calls = store._add_line, []

        def break_at_the_second(*words: object) -> None:
            calls.append(words)
            if len(calls) == 2:
                raise sqlite3.OperationalError("database or disk is full")
            add_line(*words)  # type: ignore[arg-type]

        monkeypatch.setattr(store, "_add_line", break_at_the_second)
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
