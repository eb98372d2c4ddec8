"""Results on standard output keep their format; annotated images never cost a file."""

import errno
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.classifier import StubClassifier
from scanner.arguments import build_parser
from scanner.batch import Failed, Scanned
from scanner.errors import MissingFileError, OutputError, UsageError
from scanner.output import Annotator, Debugger, Format, print_outcome, to_json_line, to_text_lines
from scanner.page import Box, Page
from scanner.pipeline import read
from scanner.reading import Digit, Line, Reading, from_json

ODD_NAMES = ["new\nline.png", "\udcff\udcfe.png", "a\u2028b.png", "\x1b[31m.png", "tab\t.png", "\r.png"]


def scanned(source: str, *texts: str, number: int = 1, side: int = 100) -> Scanned:
    """Return a page on which these strings were read."""
    lines = []
    for row, text in enumerate(texts):
        digits = tuple(Digit(sign, 0.9, Box(4 + 9 * n, 4 + 12 * row, 7, 10)) for n, sign in enumerate(text))
        lines.append(Line(digits, 0.8, Box(4, 4 + 12 * row, 9 * len(text), 10)))
    page = Page(np.full((side, side, 3), 220, np.uint8), source, number)
    return Scanned(page, Reading(source, number, side, side, tuple(lines)))


FAILED = Failed("a\udcff.png", MissingFileError("a\udcff.png: no such file. Check the name."))


def test_one_row_for_each_line() -> None:
    assert to_text_lines(scanned("a.png", "0123", "4?")) == ["a.png: 0123", "a.png: 4?"]


def test_pages_are_numbered_from_the_second_on() -> None:
    assert to_text_lines(scanned("a.tif", "7", number=1)) == ["a.tif: 7"]
    assert to_text_lines(scanned("a.tif", "7", number=2)) == ["a.tif[2]: 7"]
    assert to_text_lines(scanned("a.tif", number=3)) == ["a.tif[3]:"]


def test_an_empty_page_prints_its_name_alone() -> None:
    assert to_text_lines(scanned("a.png")) == ["a.png:"]


def test_marks_are_printed_when_asked() -> None:
    plain = scanned("a.png", "20000")
    (line,) = plain.reading.lines
    outcome = replace(plain, reading=replace(plain.reading, lines=(replace(line, marks=((3, "."),)),)))
    assert to_text_lines(outcome) == ["a.png: 20000"]
    assert to_text_lines(outcome, marks=True) == ["a.png: 200.00"]
    assert to_text_lines(outcome, named=False, marks=True) == ["200.00"]
    (record,) = json.loads(to_json_line(outcome))["lines"]
    assert (record["text"], record["marks"]) == ("20000", [[3, "."]])


def test_a_single_file_needs_no_name() -> None:
    assert to_text_lines(scanned("a.tif", "0123", "45", number=2), named=False) == ["0123", "45"]
    assert to_text_lines(scanned("a.png"), named=False) == []


def test_a_failure_prints_no_text() -> None:
    assert to_text_lines(FAILED) == []


def test_a_failure_is_an_error_in_json() -> None:
    assert json.loads(to_json_line(FAILED)) == {
        "source": "a\udcff.png",
        "error": "a\\xff.png: no such file. Check the name.",
    }


@pytest.mark.parametrize("name", ODD_NAMES)
def test_no_name_breaks_a_row(name: str) -> None:
    (row,) = to_text_lines(scanned(name, "12"))
    assert len(row.splitlines()) == 1
    assert row.endswith(": 12")
    assert row.isprintable()
    row.encode()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_json_gives_the_name_back_as_it_was(name: str) -> None:
    line = to_json_line(scanned(name, "12"))
    assert len(line.splitlines()) == 1
    assert from_json(line).source == name


@pytest.mark.parametrize("form", Format)
def test_printing_goes_to_standard_output_alone(form: Format, capsys: pytest.CaptureFixture[str]) -> None:
    print_outcome(scanned("a.png", "12"), form)
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err == ""


def test_the_command_knows_every_format() -> None:
    (option,) = (action for action in build_parser()._actions if action.dest == "format")
    assert list(option.choices or ()) == list(Format)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EPIPE, BrokenPipeError), (errno.EINVAL, BrokenPipeError), (errno.ENOSPC, OutputError)]
)
def test_results_that_cannot_be_written(number: int, kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def write(self, text: str) -> int:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sys, "stdout", Broken())
    with pytest.raises(kind):
        print_outcome(scanned("a.png", "12"), Format.TEXT)


def test_annotated_images_get_names_of_their_own(tmp_path: Path) -> None:
    annotator = Annotator(tmp_path / "new" / "out", [])
    sources = [
        ("a.png", 1),
        ("b/a.png", 1),
        ("a.tif", 1),
        ("a.tif", 2),
        ("A.PNG", 1),
        ("a.jpg", 1),
        ("-", 1),
        ("a-2.png", 1),
    ]
    written = [annotator.write(scanned(source, "12", number=number)) for source, number in sources]
    names = [path.name for path in written]
    assert names == [
        "a.png", "a-2.png", "a-3.png", "a.page2.png", "A-4.png", "a.jpg", "stdin.png", "a-2-2.png"
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == sorted(names)


def watched(debugger: Debugger, source: str, number: int = 1) -> Scanned:
    """Return a blank page that was read with the debugger watching."""
    page = Page(np.full((60, 80), 220, np.uint8), source, number)
    return Scanned(page, read(page, StubClassifier([7]), observer=debugger.recorder))


def test_the_pictures_of_a_page_s_stages_stand_together(tmp_path: Path) -> None:
    debugger = Debugger(tmp_path, [])
    for source, number, stem in (("a.jpg", 1, "a"), ("b/A.png", 1, "A-2"), ("a.tif", 2, "a.page2"), ("-", 1, "stdin")):
        names = [path.name for path in debugger.write(watched(debugger, source, number))]
        assert names[0] == f"{stem}.01-grey.png"
        assert names[-1] == f"{stem}.08-reading.png"
        assert all((tmp_path / name).stat().st_size > 0 for name in names)


def test_a_page_is_never_overwritten_by_a_stage(tmp_path: Path) -> None:
    page = tmp_path / "a.03-ink.png"
    page.write_bytes(b"the page")
    debugger = Debugger(tmp_path, [str(page)])
    assert {path.name.split(".")[0] for path in debugger.write(watched(debugger, "a.png"))} == {"a-2"}
    assert page.read_bytes() == b"the page"


def test_annotated_images_show_the_page_and_more(tmp_path: Path) -> None:
    page = scanned("a.png", "12", side=400)
    picture = cv2.imread(str(Annotator(tmp_path, []).write(page)))
    assert picture is not None
    assert picture.shape == page.page.image.shape
    assert (picture != page.page.image).any()
    assert (picture == page.page.image).all(axis=2).mean() > 0.5


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_page_is_never_overwritten(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(b"the page")
    written = Annotator(Path(), [name]).write(scanned(name, "12"))
    assert written.name == name.replace("a.", "a-2.")
    assert (tmp_path / name).read_bytes() == b"the page"


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_page_behind_a_link_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(b"the page")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "page.png").symlink_to(tmp_path / "page.png")
    Annotator(tmp_path / "out", [str(tmp_path / "page.png")]).write(scanned(str(tmp_path / "page.png"), "12"))
    assert (tmp_path / "page.png").read_bytes() == b"the page"


def test_the_next_run_replaces_what_the_last_one_drew(tmp_path: Path) -> None:
    for _ in range(2):
        Annotator(tmp_path, []).write(scanned("a.png", "12"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("source", ["\udcff.png", "new\nline.png"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_odd_names_are_kept(source: str, tmp_path: Path) -> None:
    assert Annotator(tmp_path, []).write(scanned(source, "1")) == tmp_path / source
    assert (tmp_path / source).stat().st_size > 0


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(UsageError, match="expected a folder"):
        Annotator(tmp_path / "taken", [])


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    annotator = Annotator(tmp_path / "pictures", [])
    (tmp_path / "pictures").rmdir()
    with pytest.raises(OutputError, match=r"a\.png: cannot be written"):
        annotator.write(scanned("a.png", "1"))


def test_a_name_too_long_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        Annotator(tmp_path, []).write(scanned("x" * 300 + ".png", "1"))
