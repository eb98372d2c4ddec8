"""Workers keep the order, hold few files at a time, and outlive a process that dies."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from labour import DEADLY, SLOW, read_bytes, read_or_die

from scanner.opening import Opening
from scanner.pipeline import Options
from scanner.store import FileResult
from scanner.workers import AHEAD, Readers, Settings, choose_jobs, hash_content, read_file


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{SLOW if k == 1 else 'file'}-{k}.png" for k in range(12)]
    for k, path in enumerate(paths):
        path.write_bytes(bytes(k + 1))
    return [str(path) for path in paths]


def widths(results: list[FileResult]) -> list[int]:
    return [page.reading.width if page.reading else 0 for result in results for page in result.pages]


def test_results_come_in_the_order_of_the_files(files: list[str]) -> None:
    with Readers(Settings(), 2, read_or_die) as readers:
        assert widths(list(readers.read(files))) == list(range(1, 13))


def test_one_job_reads_in_this_process(files: list[str]) -> None:
    seen = []

    def look(source: str, settings: Settings) -> FileResult:  # could not be handed to another process
        seen.append(source)
        return read_bytes(source, settings)

    with Readers(Settings(), 1, look) as readers:
        results = readers.read(files)
        next(results)
        assert seen == files[:1]


def test_only_few_files_are_handed_out_ahead(files: list[str]) -> None:
    asked: list[str] = []

    def ask() -> Iterator[str]:
        for source in files:
            asked.append(source)
            yield source

    with Readers(Settings(), 2, read_bytes) as readers:
        next(readers.read(ask()))
        assert len(asked) == 2 * AHEAD + 1


def test_a_file_on_which_a_process_dies_is_told_and_costs_no_other(files: list[str], tmp_path: Path) -> None:
    deadly = tmp_path / f"{DEADLY}.png"
    deadly.write_bytes(b"x")
    with Readers(Settings(), 2, read_or_die) as readers:
        results = list(readers.read([*files[:3], str(deadly), *files[3:]]))
    assert widths(results) == [1, 2, 3, 0, *range(4, 13)]
    page = results[3].pages[0]
    assert "was ended, perhaps for want of memory" in page.error
    assert not page.is_final


def test_a_page_is_read_as_it_is_in_one_process(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    cv2.imwrite(str(path), np.full((60, 90), 255, np.uint8))
    result = read_file(str(path), Settings())
    assert result.content == hash_content(str(path))
    assert result.pages[0].reading is not None
    assert result.pages[0].reading.width == 90


def test_a_file_that_fails_has_its_sentence_last(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("no image")
    result = read_file(str(path), Settings())
    assert result.pages[-1].reading is None
    assert "no image that can be read" in result.pages[-1].error
    assert result.is_final
    missing = read_file(str(tmp_path / "missing.png"), Settings())
    assert missing.content == ""
    assert not missing.is_final


def test_whatever_changes_a_reading_changes_the_name_of_the_settings() -> None:
    plain = Settings().identify()
    assert plain == Settings().identify()
    assert plain != Settings(Options(reject_below=0.9)).identify()
    assert plain != Settings(opening=Opening(resolution=200)).identify()


@pytest.mark.parametrize(("wanted", "files", "chosen"), [(4, 3, 1), (4, 100, 4), (2, 8, 2), (2, 7, 1), (1, 0, 1)])
def test_few_files_are_not_worth_a_process(wanted: int, files: int, chosen: int) -> None:
    assert choose_jobs(wanted, files) == chosen
