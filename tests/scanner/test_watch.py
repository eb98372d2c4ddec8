"""A watched folder: what is there and what arrives is read once, and the output is whole whenever it ends."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from labour import read_bytes
from PIL import Image

from scanner import watch as watching
from scanner.__main__ import main
from scanner.errors import ExitCode, MissingFileError, OutputError
from scanner.job import STATE, Job, run_job
from scanner.knowledge import Knowledge, Region
from scanner.page import Box
from scanner.reading import Field, Reading
from scanner.store import FileResult, PageResult
from scanner.watch import Watch, run_watch
from scanner.workers import Order, Settings

ROOT = Path(__file__).parents[2]

SETTINGS = Settings()

LONGEST = 20.0
"""Seconds after which a test gives up waiting."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files settle at once, and reading is counting bytes."""
    monkeypatch.setattr("scanner.arrivals.SETTLED", 0.1)
    monkeypatch.setattr("scanner.arrivals.PATIENCE", 0.5)
    monkeypatch.setattr("scanner.watch.TICK", 0.02)
    monkeypatch.setattr("scanner.watch.read_file", read_bytes)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to watch, in the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


Step = Callable[[], object]


def run(*steps: tuple[int, Step], output: str | None = None, settings: Settings = SETTINGS) -> list[FileResult]:
    """Watch the folder. steps: how many files are to be read by then, and what is done next; after the last it ends."""
    seen: list[FileResult] = []
    waiting = list(steps)
    start = time.monotonic()

    def wait_for_files(*words: object) -> Iterator[list[str]]:
        for files in real(*words):  # type: ignore[arg-type]
            yield files
            while waiting and len(seen) >= waiting[0][0]:
                waiting.pop(0)[1]()
            assert time.monotonic() - start < LONGEST, f"only {len(seen)} files were read"

    real = watching.wait_for_files
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scanner.watch.wait_for_files", wait_for_files)
        with pytest.raises(KeyboardInterrupt):
            run_watch(Watch("in", settings, Path(output) if output else None, accept=0.99), seen.append, print)
    return seen


def end() -> None:
    raise KeyboardInterrupt


def names(results: list[FileResult]) -> list[str]:
    return [Path(result.source).relative_to("in").as_posix() for result in results]


def test_what_is_there_comes_first_then_what_arrives(folder: Path) -> None:
    (folder / "b.png").write_bytes(b"1")
    (folder / "a.png").write_bytes(b"1")

    def add() -> None:
        (folder / "sub/deep").mkdir(parents=True)
        (folder / "sub/deep/c.png").write_bytes(b"1")
        (folder / "notes.txt").write_bytes(b"1")
        (folder / ".hidden.png").write_bytes(b"1")
        (folder / "d.JPG").write_bytes(b"1")

    seen = run((2, add), (4, lambda: (folder / "a.png").write_bytes(b"12")), (5, end))
    assert names(seen)[:2] == ["a.png", "b.png"]
    assert sorted(names(seen)[2:4]) == ["d.JPG", "sub/deep/c.png"]
    assert names(seen)[4:] == ["a.png"], "it has changed"


def test_a_file_that_is_moved_in_or_comes_in_parts_is_read_whole(folder: Path, tmp_path: Path) -> None:
    def move() -> None:
        (tmp_path / "ready.png").write_bytes(bytes(7))
        (tmp_path / "ready.png").replace(folder / "moved.png")
        (folder / "named.png.part").write_bytes(bytes(8))

    def rename() -> None:
        (folder / "named.png.part").replace(folder / "named.png")

    def write_slowly() -> None:
        with (folder / "slow.png").open("wb") as file:
            for _ in range(20):
                file.write(bytes(10))
                file.flush()
                time.sleep(0.02)

    (folder / "first.png").write_bytes(b"1")
    writer = Thread(target=write_slowly)
    seen = run((1, move), (2, rename), (3, writer.start), (4, end))
    writer.join()
    widths = [page.reading.width for result in seen for page in result.pages if page.reading]
    assert list(zip(names(seen), widths, strict=True)) == [
        ("first.png", 1), ("moved.png", 7), ("named.png", 8), ("slow.png", 200),
    ]  # fmt: skip


def test_a_folder_that_is_moved_in_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "more/sub").mkdir(parents=True)
    for name in ("more/a.png", "more/sub/b.png"):
        (tmp_path / name).write_bytes(b"1")
    (folder / "first.png").write_bytes(b"1")
    seen = run((1, lambda: (tmp_path / "more").rename(folder / "more")), (3, end))
    assert names(seen) == ["first.png", "more/a.png", "more/sub/b.png"]


def test_news_of_a_folder_is_news_of_its_images(folder: Path) -> None:
    (folder / "new/sub").mkdir(parents=True)
    for name in ("new/b.png", "new/sub/c.png", "new/d.txt", "new/.e.png"):
        (folder / name).touch()
    found = list(watching._list_images("in", str(Path("in/new"))))
    assert sorted(Path(path).as_posix() for path in found) == ["in/new/b.png", "in/new/sub/c.png"]


def test_a_burst_of_files_is_read_once_each_and_vanished_ones_cost_nothing(folder: Path) -> None:
    def burst() -> None:
        for number in range(500):
            (folder / f"{number}.png").write_bytes(b"page %d" % number)
            if number % 10 == 0:
                (folder / f"{number}.tmp.png").write_bytes(b"gone")
                (folder / f"{number}.tmp.png").unlink()

    (folder / "first.png").write_bytes(b"1")
    seen = run((1, burst), (501, end))
    assert len(set(names(seen))) == len(seen) == 501


def test_what_is_known_is_not_read_again_and_the_output_goes_on(folder: Path) -> None:
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(name.encode())
    assert names(run((2, end), output="out.csv")) == ["a.png", "b.png"]
    (folder / "c.png").write_bytes(b"c")
    assert names(run((1, end), output="out.csv")) == ["c.png"]
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["file"] for row in csv.DictReader(file)] == [str(Path("in") / f"{name}.png") for name in "abc"]
    with sqlite3.connect("out.csv" + STATE) as base:
        assert base.execute("SELECT count(*) FROM results").fetchone() == (3,)


def test_a_batch_knows_what_was_watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.png").write_bytes(b"a")
    run((1, end), output="out.csv")
    monkeypatch.setattr("scanner.job.read_file", lambda *_: pytest.fail("it is known"))
    assert run_job(Job(["in/a.png"], Settings(), Path("out.csv"))).files == 1


def test_the_table_is_there_while_the_watching_goes_on(folder: Path) -> None:
    (folder / "a.png").write_bytes(b"a")
    lines: list[int] = []

    def count() -> None:
        lines.append(len(Path("out.csv").read_text().splitlines()))
        (folder / "b.png").write_bytes(b"b")

    run((1, lambda: None), (1, count), (2, end), output="out.csv")
    assert lines == [2]
    assert len(Path("out.csv").read_text().splitlines()) == 3


def test_a_file_that_cannot_be_read_is_told_when_it_has_lain_still(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def refuse(order: Order, settings: Settings) -> FileResult:
        tries.append(Path(order.source).name)
        late = Path(order.source).read_bytes() == b"whole"
        return read_bytes(order, settings) if late else FileResult(order.source, "x", (PageResult(None, "damaged."),))

    monkeypatch.setattr("scanner.watch.read_file", refuse)
    for name in ("bad.png", "late.png"):
        (folder / name).write_bytes(b"half")
    Thread(target=lambda: (time.sleep(0.35), (folder / "late.png").write_bytes(b"whole"))).start()
    seen = run((2, end))
    assert {result.source: result.pages[0].error for result in seen} == {
        str(Path("in/bad.png")): "damaged.", str(Path("in/late.png")): "",
    }  # fmt: skip
    assert tries.count("bad.png") == 2


def test_a_folder_that_is_not_there_or_goes_away_is_told(folder: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder to watch"):
        run_watch(Watch("missing", Settings(), None), print, print)
    (folder / "a.png").write_bytes(b"a")
    with pytest.raises(MissingFileError, match="the folder is gone"):
        run_watch(Watch("in", Settings(), Path("o.csv")), lambda _: folder.rename("away"), print)
    assert "a.png" in Path("o.csv").read_text(), "what was read is in the table"


def test_without_news_from_the_system_the_folder_is_looked_through(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.start", refuse)
    monkeypatch.setattr("scanner.watch.SHORT_ROUND", 0.05)
    (folder / "a.png").write_bytes(b"a")
    assert names(run((1, lambda: (folder / "b.png").write_bytes(b"b")), (2, end))) == ["a.png", "b.png"]
    assert "the system tells of no changes (inotify watch limit reached)" in capsys.readouterr().out


def test_an_output_that_another_run_holds_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.store.LOCK_WAIT", 0.05)

    def start_another() -> None:
        with pytest.raises(OutputError, match="another run"):
            run_watch(Watch("in", Settings(), Path("out.sqlite")), print, print)
        end()

    (folder / "a.png").write_bytes(b"a")
    run((1, start_another), output="out.sqlite")


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGINT for another program")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("output", ["", "out.csv"])
def test_the_command_prints_or_writes_and_ends_cleanly(folder: Path, number: signal.Signals, output: str) -> None:
    page = np.full((60, 200), 255, np.uint8)
    Image.fromarray(page).save(folder / "page.png")
    (folder / "bad.png").write_bytes(b"no image")
    Image.fromarray(page[5:]).save(folder / "second.png")
    words = [sys.executable, "-m", "scanner", "--watch", "in", *(["--output", output] if output else [])]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, text=True, env=environment, **pipes) as command:
        try:
            assert command.stdout is not None
            start = time.monotonic()
            if output:
                while not Path(output).exists() or "second" not in Path(output).read_text():
                    assert time.monotonic() - start < 60
                    time.sleep(0.05)
            else:
                assert [command.stdout.readline() for _ in range(2)] == ["in/page.png:\n", "in/second.png:\n"]
            command.send_signal(number)
            out, err = command.communicate(timeout=60)
        finally:
            command.kill()  # where it was asked to end and did not, the test would wait for ever
    assert command.returncode == ExitCode.INTERRUPTED
    assert out == ""
    first, *rest = err.splitlines()
    assert first == "digits-scan: watching in; Ctrl-C ends it"
    assert "Traceback" not in err
    assert (f"digits-scan: 2 files, 0 failed; 0 lines, 0 with a ?; results in {output}" in rest) == bool(output)


@pytest.mark.parametrize("words", [["a.png"], ["--list", "l.txt"], ["--force", "--output", "o.csv"], ["--debug", "d"]])
def test_words_that_do_not_go_with_it(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--watch", "in", *words])
    assert caught.value.code == ExitCode.BAD_USAGE


def test_forms_that_arrive_have_their_columns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_form(order: Order, settings: Settings) -> FileResult:
        fields = (Field("a", "1250", "12.50", 0.999, Box(1, 2, 30, 12)), Field("b", "", "", 0.9, Box(1, 20, 30, 12)))
        return FileResult(order.source, order.content, (PageResult(Reading(order.source, 1, 90, 90, (), (), fields)),))

    monkeypatch.setattr("scanner.watch.read_file", read_form)
    (folder / "1.png").write_bytes(b"1")
    settings = Settings(knowledge=Knowledge(regions=(Region("a", 1, 2, 30, 12), Region("b", 1, 20, 30, 12))))
    run((1, end), output="o.csv", settings=settings)
    with Path("o.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert [row[key] for key in ("file", "a", "b", "status", "doubts")] == [
        "in/1.png",
        "12.50",
        "",
        "review",
        "b: 0.90",
    ]
    with sqlite3.connect("o.csv" + STATE) as base:
        assert base.execute("SELECT file, a, b, status FROM forms").fetchall() == [("in/1.png", "12.50", "", "review")]
