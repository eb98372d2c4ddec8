"""How files are opened is said on the command's line, within bounds, and reaches the pages."""

import json
from pathlib import Path

import numpy as np
import pytest
from drawing import PICTURE, encode
from pdfs import build_sheet

from model.classifier import StubClassifier
from scanner.__main__ import main
from scanner.arguments import build_parser
from scanner.batch import find_files
from scanner.errors import ExitCode
from scanner.opening import Opening


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder; what is read is always 5."""
    monkeypatch.setattr("model.classifier.Classifier", lambda weights=None: StubClassifier([5]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_defaults_are_those_of_the_command() -> None:
    arguments = build_parser().parse_args(["x.pdf"])
    assert Opening(arguments.dpi, arguments.max_megapixels * 1_000_000) == Opening()


def test_there_is_no_page_before_the_first() -> None:
    with pytest.raises(ValueError, match="counted from 1, got first=0"):
        Opening(first=0)


def test_the_resolution_reaches_the_pages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sheet.pdf").write_bytes(build_sheet())
    for words, size in (([], (2550, 3300)), (["--dpi", "100"], (850, 1100))):
        assert main(["sheet.pdf", "--format", "jsonl", *words]) == ExitCode.OK
        record = json.loads(capsys.readouterr().out)
        assert (record["width"], record["height"]) == size


def test_the_limit_reaches_the_pages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sheet.pdf").write_bytes(build_sheet())
    (folder / "white.png").write_bytes(encode(np.full((1100, 1000), 255, np.uint8), "PNG"))
    assert main([".", "--max-megapixels", "1"]) == ExitCode.SOME_FAILED
    sheet, white = capsys.readouterr().err.splitlines()
    assert "at most 1 megapixels. It fits at 103 dpi or less: digits-scan --dpi 103." in sheet
    assert "1000x1100 pixels; expected at most 1 megapixels" in white
    assert main([".", "--max-megapixels", "2", "--dpi", "103"]) == ExitCode.OK


@pytest.mark.parametrize("word", ["71", "1201", "0", "-300", "300.5", "fine", "", "3²", "9" * 5000])
def test_a_resolution_out_of_bounds(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["x.pdf", f"--dpi={word}"])
    assert caught.value.code == ExitCode.BAD_USAGE
    assert "expected a whole number from 72 to 1200" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["0", "701", "many"])
def test_a_limit_out_of_bounds(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["x.pdf", f"--max-megapixels={word}"])
    assert "--max-megapixels: " in (said := capsys.readouterr().err)
    assert "expected a whole number from 1 to 700" in said


def test_pdfs_and_heic_are_taken_from_folders(tmp_path: Path) -> None:
    names = ["1.pdf", "2.PDF", "3.heic", "4.HEIF"]
    for name in [*names, "5.mov"]:
        (tmp_path / name).write_bytes(encode(PICTURE, "PNG"))
    assert find_files([str(tmp_path)]) == [str(tmp_path / name) for name in names]
