"""Batches find what is meant, keep its order, and go on after what fails."""

import io
import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.batch import STDIN, Failed, Scanned, find_files, is_folder, order_naturally, scan
from scanner.errors import (
    DamagedImageError,
    EmptyFileError,
    ForbiddenFileError,
    MissingFileError,
    NoImagesError,
    NotAnImageError,
    ReaderFailedError,
    TooLargeError,
    UsageError,
)
from scanner.output import to_json_line
from scanner.page import Page
from scanner.reading import Reading

PNG = cv2.imencode(".png", np.full((4, 6), 200, np.uint8))[1].tobytes()


def read_nothing(page: Page) -> Reading:
    """Read any page as empty."""
    return Reading(page.source, page.number, page.image.shape[1], page.image.shape[0], ())


def put(folder: Path, *names: str) -> None:
    """Make files that look like images by their names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PNG)


def only_error(paths: list[str]) -> Failed:
    (failed,) = scan(find_files(paths), read_nothing)
    assert isinstance(failed, Failed)
    return failed


class Standard:
    """A standard input with these bytes."""

    def __init__(self, data: bytes, terminal: bool = False) -> None:
        self.buffer = io.BytesIO(data)
        self.isatty = lambda: terminal


def test_folders_are_walked_in_natural_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "in/page10.png", "in/page9.JPG", "in/Page1.tiff", "in/b2/1.bmp", "in/b10/1.webp", "in/a.pgm")
    monkeypatch.chdir(tmp_path)
    walked = ["a.pgm", "b2/1.bmp", "b10/1.webp", "Page1.tiff", "page9.JPG", "page10.png"]
    assert find_files(["in"]) == [os.path.join("in", *name.split("/")) for name in walked]  # noqa: PTH118


def test_paths_stay_as_they_were_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "in/a.png")
    monkeypatch.chdir(tmp_path)
    given_paths = ["./in/../in/a.png", "in/a.png", "-", "absent.xyz", "in/a.png"]
    assert find_files(given_paths) == given_paths
    assert find_files(["./in/", "."]) == ["./in/a.png", os.path.join(".", "in", "a.png")]  # noqa: PTH118


def test_hidden_and_other_files_are_left_out_of_walks(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.png", ".git/a.png", "notes.txt", "a.png.part", "kept.png")
    assert find_files([str(tmp_path)]) == [str(tmp_path / "kept.png")]
    assert find_files([str(tmp_path / ".hidden.png")]) == [str(tmp_path / ".hidden.png")]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_lead_back_do_not_go_round(tmp_path: Path) -> None:
    put(tmp_path, "in/a.png")
    (tmp_path / "in/back").symlink_to(tmp_path / "in")
    (tmp_path / "in/linked.png").symlink_to(tmp_path / "in/a.png")
    assert find_files([str(tmp_path / "in")]) == [str(tmp_path / "in/a.png"), str(tmp_path / "in/linked.png")]


def test_results_inside_the_walk_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.png", "out/a.png")
    assert find_files([str(tmp_path)], skip=[tmp_path / "out"]) == [str(tmp_path / "a.png")]
    with pytest.raises(UsageError, match="another folder"):
        find_files([str(tmp_path)], skip=[tmp_path / "out" / ".."])


def test_a_folder_without_images_is_one_sentence(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt", "sub/more.txt")
    failed = only_error([str(tmp_path)])
    assert isinstance(failed.error, NoImagesError)
    assert failed.source == str(tmp_path)
    assert ".png" in str(failed.error)


def test_a_folder_that_vanishes_or_is_forbidden_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, kind in (
        (FileNotFoundError(2, "gone"), MissingFileError),
        (PermissionError(13, "no"), ForbiddenFileError),
    ):

        def refuse(folder: str, error: OSError = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(os, "scandir", refuse)
            (failed,) = find_files([str(tmp_path)])
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, kind)


def test_a_forbidden_path_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "is_dir", refuse)
    assert not is_folder("anything")


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    put(tmp_path, "1.png", "5.png")
    (tmp_path / "2.png").touch()
    (tmp_path / "3.png").write_text("no image")
    (tmp_path / "4.png").write_bytes(PNG[: len(PNG) // 2])
    outcomes = list(scan(find_files([str(tmp_path), "absent.png", ""]), read_nothing))
    kinds = [type(outcome.error) if isinstance(outcome, Failed) else Scanned for outcome in outcomes]
    assert kinds == [
        Scanned, EmptyFileError, NotAnImageError, DamagedImageError, Scanned, MissingFileError, MissingFileError
    ]  # fmt: skip
    assert "empty name" in to_json_line(outcomes[-1])
    for outcome in outcomes:
        assert isinstance(outcome, Scanned) or len(str(outcome.error).splitlines()) == 1


def test_results_come_before_the_next_file_is_opened(tmp_path: Path) -> None:
    put(tmp_path, "1.png", "2.png")
    outcomes = scan(find_files([str(tmp_path)]), read_nothing)
    next(outcomes)
    (tmp_path / "2.png").unlink()
    failed = next(outcomes)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, MissingFileError)


def test_a_bug_in_the_reader_costs_its_page_only(tmp_path: Path) -> None:
    pages = [np.full((4, 6), 200, np.uint8)] * 3
    assert cv2.imwritemulti(str(tmp_path / "scan.tif"), pages)

    def read(page: Page) -> Reading:
        if page.number == 2:
            raise KeyError("seam")
        return read_nothing(page)

    first, second, third = scan([str(tmp_path / "scan.tif")], read)
    assert isinstance(first, Scanned)
    assert isinstance(third, Scanned)
    assert third.reading.page == 3
    assert isinstance(second, Failed)
    assert isinstance(second.error, ReaderFailedError)
    for part in ("page 2", "KeyError", "seam", "test_batch.py", "report"):
        assert part in str(second.error)


def test_a_page_that_memory_cannot_hold(tmp_path: Path) -> None:
    def read(page: Page) -> Reading:
        raise MemoryError

    put(tmp_path, "1.png")
    (failed,) = scan([str(tmp_path / "1.png")], read)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, TooLargeError)


def test_ctrl_c_is_not_taken_for_a_bug(tmp_path: Path) -> None:
    def read(page: Page) -> Reading:
        raise KeyboardInterrupt

    put(tmp_path, "1.png")
    with pytest.raises(KeyboardInterrupt):
        list(scan([str(tmp_path / "1.png")], read))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Standard(PNG))
    (scanned,) = scan([STDIN], read_nothing)
    assert isinstance(scanned, Scanned)
    assert scanned.reading.source == "-"


@pytest.mark.parametrize(
    ("standard", "words"),
    [
        (None, "closed"),
        (Standard(b""), "empty"),
        (Standard(b"", terminal=True), "terminal"),
        (Standard(b"text"), "no image"),
    ],
)
def test_no_image_on_standard_input(standard: Standard | None, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", standard)
    failed = only_error([STDIN])
    assert failed.source == "-"
    assert words in str(failed.error)


def test_too_much_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.batch.MAX_BYTES", len(PNG) - 1)
    monkeypatch.setattr(sys, "stdin", Standard(PNG))
    assert isinstance(only_error([STDIN]).error, TooLargeError)


@given(st.lists(st.text(st.characters(), max_size=12)))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(backwards, key=order_naturally) == sorted(names, key=order_naturally)


@given(st.lists(st.integers(0, 10**25)))
def test_numbers_are_ordered_by_value(numbers: list[int]) -> None:
    assert sorted((f"scan{n}.png" for n in numbers), key=order_naturally) == [f"scan{n}.png" for n in sorted(numbers)]
