"""A batch into a file: read once, in order, and the same rows however often it was killed."""

import csv
import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanner import workers
from scanner.batch import find_files
from scanner.errors import OutputError
from scanner.form import find_forms
from scanner.job import STATE, Job, Summary, run_job
from scanner.knowledge import Knowledge
from scanner.reading import DECIMALS, Reading
from scanner.store import FileResult, PageResult, Store
from scanner.workers import Order, Settings
from tests.scanner.test_tables import make_line, make_result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five small pages, one of them damaged and one in the formats of old."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for k in range(4):
        Image.fromarray(np.full((20 + k, 40), 255, np.uint8)).save(pages / f"page-{k}.png")
    (pages / "page-2b.png").write_bytes((pages / "page-2.png").read_bytes()[:40])
    return pages


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the reader was asked to read."""
    seen: list[str] = []
    read = workers.read_file

    def note(order: Order, settings: Settings) -> FileResult:
        seen.append(Path(order.source).name)
        return read(order, settings)

    monkeypatch.setattr("scanner.job.read_file", note)
    return seen


def make_job(folder: Path, output: Path) -> Job:
    return Job(find_files([str(folder)]), Settings(), output)


def read_table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_file_has_its_rows_in_order(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    summary = run_job(make_job(folder, output))
    rows = read_table(output)
    assert [Path(row[0]).name for row in rows[1:]] == [
        "page-0.png", "page-1.png", "page-2.png", "page-2b.png", "page-3.png",
    ]  # fmt: skip
    assert "damaged or cut short" in rows[4][-1]
    assert (summary.files, summary.failed, summary.lines) == (5, 1, 0)


def test_what_is_known_is_not_read_again(folder: Path, tmp_path: Path, read_files: list[str]) -> None:
    output = tmp_path / "out.csv"
    run_job(make_job(folder, output))
    before = output.read_bytes()
    read_files.clear()
    run_job(make_job(folder, output))
    assert read_files == []
    assert output.read_bytes() == before
    Image.fromarray(np.full((99, 40), 255, np.uint8)).save(folder / "page-1.png")
    (folder / "page-3.png").rename(folder / "page-9.png")
    run_job(make_job(folder, output))
    assert read_files == ["page-1.png"], "another content; another name is not another content"
    assert [Path(row[0]).name for row in read_table(output)[1:]][-1] == "page-9.png"


def test_each_file_is_hashed_once(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest, hashed = hashlib.file_digest, []
    monkeypatch.setattr("hashlib.file_digest", lambda file, name: hashed.append(file.name) or digest(file, name))
    run_job(make_job(folder, tmp_path / "out.csv"))
    assert [Path(name) for name in hashed] == sorted(folder.iterdir())


def test_force_reads_again(folder: Path, tmp_path: Path, read_files: list[str]) -> None:
    job = make_job(folder, tmp_path / "out.csv")
    run_job(job)
    read_files.clear()
    run_job(replace(job, force=True))
    assert len(read_files) == 5


def test_other_options_read_again(folder: Path, tmp_path: Path, read_files: list[str]) -> None:
    job = make_job(folder, tmp_path / "out.csv")
    run_job(job)
    read_files.clear()
    options = replace(job.settings.options, reject_below=0.9)
    run_job(replace(job, settings=replace(job.settings, options=options)))
    assert len(read_files) == 5


def test_a_file_named_twice_has_its_rows_once(folder: Path, tmp_path: Path) -> None:
    page = str(folder / "page-0.png")
    output = tmp_path / "out.csv"
    run_job(Job([page, page], Settings(), output))
    assert len(read_table(output)) == 2


def test_what_failed_before_it_was_read_is_in_the_table(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    (tmp_path / "empty").mkdir()
    summary = run_job(Job(find_files([str(tmp_path / "empty"), "missing.png"]), Settings(), output))
    rows = read_table(output)
    assert "no image in this folder" in rows[1][-1]
    assert "no such file" in rows[2][-1]
    assert summary.failed == 2


def test_a_missing_file_is_looked_for_again(folder: Path, tmp_path: Path) -> None:
    late = folder / "late.png"
    job = Job([str(late)], Settings(), tmp_path / "out.csv")
    assert run_job(job).failed == 1
    (folder / "page-0.png").rename(late)
    assert run_job(job).failed == 0


def test_standard_input_is_read_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, widths = tmp_path / "out.jsonl", []
    for width in (30, 50):
        image = io.BytesIO()
        Image.fromarray(np.full((20, width), 255, np.uint8)).save(image, "PNG")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(image.getvalue())))
        run_job(Job(["-"], Settings(), output))
        widths.append(json.loads(output.read_text())["width"])
    assert widths == [30, 50]


def test_the_bar_is_shown_every_file(folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, bool]] = []
    (tmp_path / "empty").mkdir()
    job = Job([*find_files([str(tmp_path / "empty")]), str(folder / "page-0.png")], Settings(), tmp_path / "out.csv")
    for _ in range(2):
        run_job(job, lambda result, is_new: seen.append((Path(result.source).name, is_new)))
    assert seen == [("empty", True), ("page-0.png", True), ("empty", True), ("page-0.png", False)]


def test_several_processes_give_the_same_table(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.workers.WORTH_IT", 1)
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    run_job(make_job(folder, one))
    started = []
    start = workers._start
    monkeypatch.setattr(workers, "_start", lambda jobs: started.append(jobs) or start(jobs))
    run_job(replace(make_job(folder, two), jobs=2))
    assert started == [2]
    assert one.read_bytes() == two.read_bytes()


def test_a_database_is_its_own_store(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.sqlite"
    run_job(replace(make_job(folder, output), accept=0.9))
    assert not output.with_name(output.name + STATE).exists()
    with Store(output) as store:
        rows = store._base.execute("SELECT file, error <> '' FROM results").fetchall()
    assert [(Path(file).name, failed) for file, failed in rows] == [
        ("page-0.png", 0), ("page-1.png", 0), ("page-2.png", 0), ("page-2b.png", 1), ("page-3.png", 0),
    ]  # fmt: skip


def test_two_runs_into_one_output_are_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.store.LOCK_WAIT", 0.05)
    output = tmp_path / "out.csv"
    with Store(output.with_name(output.name + STATE)), pytest.raises(OutputError, match="another run"):
        run_job(make_job(folder, output))


@given(st.lists(st.tuples(st.text("0123456789?", min_size=1, max_size=5), st.floats(0.01, 1)), max_size=20))
@settings(max_examples=50)
def test_the_summary_counts_what_the_table_says(lines: list[tuple[str, float]]) -> None:
    result = make_result("a.png", *(make_line(text, sure) for text, sure in lines))
    summary = Summary().add(result, 0.5)
    accepted = [sure for text, sure in lines if sure >= 0.5 and "?" not in text]
    assert summary.lines == len(lines)
    assert summary.accepted == len(accepted)
    assert summary.doubtful == sum("?" in text for text, _ in lines)
    assert summary.expected_errors == pytest.approx(sum(1 - round(sure, DECIMALS) for sure in accepted))


def test_a_file_with_a_damaged_page_has_failed_once() -> None:
    reading = Reading("a.tif", 1, 5, 5, ())
    pages = (PageResult(reading), PageResult(None, "damaged."), PageResult(None, "damaged."))
    assert Summary().add(FileResult("a.tif", "x", pages), None).failed == 1


def test_a_run_that_is_killed_goes_on_and_gives_the_same_rows(tmp_path: Path) -> None:
    """SIGKILL at several instants; then the rows are those of a run that nobody killed."""
    folder = tmp_path / "pages"
    folder.mkdir()
    rng = np.random.default_rng(1)
    for k in range(30):
        page = np.full((60, 200), 255, np.uint8)
        page[20:40, 20 + 5 * k % 150] = 0
        page[:5, :5] = rng.integers(0, 255)
        Image.fromarray(page).save(folder / f"{k}.png")
    whole, broken = tmp_path / "whole.csv", tmp_path / "broken.csv"
    words = [sys.executable, "-m", "scanner", str(folder), "--jobs", "1", "--output"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([*words, str(whole)], check=True, env=environment)
    for wait in (0.3, 0.6, 0.75, 0.9):
        run = subprocess.Popen([*words, str(broken)], env=environment)
        time.sleep(wait)
        run.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        run.wait()
    subprocess.run([*words, str(broken)], check=True, env=environment)
    assert broken.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["pages", whole.name, whole.name + STATE, broken.name, broken.name + STATE]
    )


def test_a_table_has_a_column_for_each_field_and_another_template_reads_anew(folder: Path, tmp_path: Path) -> None:
    template, output = tmp_path / "form.toml", tmp_path / "out.csv"
    for name in ("upper", "lower"):
        template.write_text(
            f'[page]\nwidth = 40\nheight = 20\nanchors = "none"\n[fields.{name}]\nbox = [2, 2, 30, 15]\n', "utf-8"
        )
        known = Settings(knowledge=Knowledge(templates=find_forms([str(template)])))
        summary = run_job(replace(make_job(folder, output), settings=known, accept=0.9))
        head, *rows = read_table(output)
        assert head == ["file", "page", "template", name, "confidence", "status", "doubts", "error"]
        assert [row[1] for row in rows] == ["1", "1", "1", "", "1"]
        assert (summary.unit, summary.lines, summary.failed) == ("fields", 4, 1)
        with sqlite3.connect(f"{output}{STATE}") as base:
            assert {field for (field,) in base.execute("SELECT name FROM fields")} == {name}, "it is read again"
