"""Workers keep the order, hold few files at a time, and outlive a process that dies."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from labour import DEADLY, SLOW, read_bytes, read_or_die

from scanner.batch import Failed
from scanner.errors import NoImagesError
from scanner.opening import Opening
from scanner.pipeline import Options
from scanner.store import FileResult
from scanner.workers import AHEAD, Order, Readers, Settings, choose_jobs, hash_content, read_file, scan_in_parallel

ROOT = Path(__file__).parents[2]


@pytest.fixture
def files(tmp_path: Path) -> list[Order]:
    paths = [tmp_path / f"{SLOW if k == 1 else 'file'}-{k}.png" for k in range(12)]
    for k, path in enumerate(paths):
        path.write_bytes(bytes(k + 1))
    return [Order(str(path)) for path in paths]


def widths(results: list[FileResult]) -> list[int]:
    return [page.reading.width if page.reading else 0 for result in results for page in result.pages]


def test_results_come_in_the_order_of_the_files(files: list[Order]) -> None:
    with Readers(Settings(), 2, read_or_die) as readers:
        assert widths(list(readers.read(files))) == list(range(1, 13))


def test_one_job_reads_in_this_process(files: list[Order]) -> None:
    seen = []

    def look(order: Order, settings: Settings) -> FileResult:  # could not be handed to another process
        seen.append(order)
        return read_bytes(order, settings)

    with Readers(Settings(), 1, look) as readers:
        results = readers.read(files)
        next(results)
        assert seen == files[:1]


def test_only_few_files_are_handed_out_ahead(files: list[Order]) -> None:
    asked: list[Order] = []

    def ask() -> Iterator[Order]:
        for order in files:
            asked.append(order)
            yield order

    with Readers(Settings(), 2, read_bytes) as readers:
        next(readers.read(ask()))
        assert len(asked) == 2 * AHEAD + 1


def test_a_file_on_which_a_process_dies_is_told_and_costs_no_other(files: list[Order], tmp_path: Path) -> None:
    deadly = tmp_path / f"{DEADLY}.png"
    deadly.write_bytes(b"x")
    with Readers(Settings(), 2, read_or_die) as readers:
        results = list(readers.read([*files[:3], Order(str(deadly)), *files[3:]]))
    assert widths(results) == [1, 2, 3, 0, *range(4, 13)]
    page = results[3].pages[0]
    assert "was ended, perhaps for want of memory" in page.error
    assert not page.is_final


def test_a_process_that_dies_while_nobody_waits_costs_no_file(files: list[Order], tmp_path: Path) -> None:
    deadly = tmp_path / f"{DEADLY}.png"
    deadly.write_bytes(b"x")
    seen = []
    with Readers(Settings(), 2, read_or_die) as readers:
        for result in readers.read([files[0], Order(str(deadly)), *files[2:]]):
            time.sleep(0.3)  # the pool breaks meanwhile, and takes no file any more
            seen.append(result)
    assert widths(seen) == [1, 0, *range(3, 13)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with names in folders")
def test_a_pipe_is_not_read_for_its_content(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert hash_content(str(tmp_path / "pipe")) == ""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes as Linux shows them")
def test_processes_end_with_a_parent_that_was_killed(files: list[Order]) -> None:
    script = (
        "import sys, time\nfrom labour import read_bytes\nfrom scanner.workers import Order, Readers, Settings\n"
        "if __name__ == '__main__':\n"
        "    readers = Readers(Settings(), 2, read_bytes)\n"
        "    next(readers.read(map(Order, sys.argv[1:])))\n"
        "    print(*readers._pool._processes, flush=True)\n"
        "    time.sleep(60)\n"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    words = [sys.executable, "-c", script, *(order.source for order in files)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}) as parent:
        assert parent.stdout is not None
        workers = parent.stdout.readline().split()
        parent.kill()
    for _ in range(100):
        alive = [pid for pid in workers if Path("/proc", pid).exists()]
        if not alive:
            break
        time.sleep(0.1)
    assert len(workers) == 2
    assert not alive


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGINT for another program")
def test_a_process_that_starts_leaves_an_interrupt_to_its_parent(files: list[Order]) -> None:
    """It would print a traceback otherwise: it needs a while until it can say that it does not listen."""
    with Readers(Settings(), 1, read_bytes) as readers:
        future = readers._hand_out(files[0])
        assert readers._pool is not None
        (process,) = readers._pool._processes
        os.kill(process, signal.SIGINT)
        assert widths([future.result()]) == [1]


def test_what_is_handed_out_is_not_waited_for_after_an_error(files: list[Order]) -> None:
    readers = Readers(Settings(), 2, read_or_die)
    next(readers.read(files))
    assert readers._pool is not None
    processes = list(readers._pool._processes.values())
    readers.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not any(process.is_alive() for process in processes)


def test_folders_that_failed_stand_in_their_order(files: list[Order]) -> None:
    failed = Failed("empty", NoImagesError("empty: no image in this folder."))
    outcomes = list(scan_in_parallel([failed, str(ROOT / "samples" / "blank.jpg"), failed], Settings(), 2))
    assert [isinstance(outcome, Failed) for outcome in outcomes] == [True, False, True]


def test_a_page_is_read_as_it_is_in_one_process(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    cv2.imwrite(str(path), np.full((60, 90), 255, np.uint8))
    result = read_file(Order(str(path), hash_content(str(path))), Settings())
    assert result.content == hashlib.sha256(path.read_bytes()).hexdigest()
    assert result.pages[0].reading is not None
    assert result.pages[0].reading.width == 90


def test_a_file_that_fails_has_its_sentence_last(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("no image")
    result = read_file(Order(str(path), "x"), Settings())
    assert result.pages[-1].reading is None
    assert "no image that can be read" in result.pages[-1].error
    assert result.is_final
    missing = str(tmp_path / "missing.png")
    assert hash_content(missing) == ""
    assert not read_file(Order(missing), Settings()).is_final


def test_whatever_changes_a_reading_changes_the_name_of_the_settings() -> None:
    plain = Settings().identify()
    assert plain == Settings().identify()
    assert plain != Settings(Options(reject_below=0.9)).identify()
    assert plain != Settings(opening=Opening(resolution=200)).identify()


@pytest.mark.parametrize(
    ("wanted", "files", "chosen"), [(4, 3, 1), (4, 100, 4), (2, 8, 2), (2, 7, 1), (1, 0, 1), (16, 60, 15)]
)
def test_few_files_are_not_worth_a_process(wanted: int, files: int, chosen: int) -> None:
    assert choose_jobs(wanted, files) == chosen
