"""What the words say reaches whoever reads and whoever writes; a page is straightened once, or not at all."""

import json
import re
import sqlite3
from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import CHEQUE, SMALL, save
from drawing import draw_page

from model.classifier import StubClassifier
from scanner import pipeline, workers
from scanner.__main__ import main
from scanner.errors import ExitCode
from scanner.pipeline import Options
from scanner.workers import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def straightened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> list[object]:
    """What was straightened so far; the working folder has a page and two templates, and what is read is always 5."""
    assert workers.Classifier, "the module has the trained network's class, whichever test comes first"
    monkeypatch.setattr("model.classifier.Classifier", lambda weights=None: StubClassifier([5]))
    monkeypatch.chdir(tmp_path)
    assert cv2.imwrite("page.png", draw_page(["123", "45"], rng))
    save(SMALL, tmp_path)
    CHEQUE.save(tmp_path)
    seen: list[object] = []
    real = pipeline.straighten

    def straighten(*words: object) -> object:
        seen.append(words)
        return real(*words)  # type: ignore[arg-type]

    monkeypatch.setattr("scanner.pipeline.straighten", straighten)
    return seen


@pytest.mark.parametrize(
    "words", [[], ["--table"], ["--length", "1-5"], ["--debug", "stages"], ["--annotate", "drawn"]]
)
def test_a_page_is_straightened_unless_that_is_not_wanted(straightened: list[object], words: list[str]) -> None:
    main(["page.png", *words])
    assert straightened
    straightened.clear()
    main(["page.png", "--no-straighten", *words])
    assert not straightened


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("page.png", ["--template", "form.toml"]),
        ("cheque.png", ["--template", "cheque.toml"]),
        ("page.png", ["--region", "10,10,100,60"]),
    ],
)
def test_what_is_laid_upon_a_blank_or_named_by_its_place_is_not_straightened(
    straightened: list[object], page: str, words: list[str]
) -> None:
    assert main([page, *words]) == ExitCode.OK
    assert not straightened


@pytest.mark.parametrize("words", [[], ["--table"], ["--length", "1-5"], ["--debug", "stages"]])
def test_other_weights_are_taken(straightened: list[object], monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    taken: list[object] = []

    def load(weights: object = None) -> StubClassifier:
        taken.append(weights)
        return StubClassifier([5])

    monkeypatch.setattr("model.classifier.Classifier", load)
    main(["page.png", *words, "--weights", "mine"])
    assert taken == [Path("mine")]


def test_weights_that_are_not_there_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "digits.sqlite"
    for words in ([], ["--output", str(output)]):
        assert main([str(ROOT / "samples/note.jpg"), "--weights", str(tmp_path / "none"), *words]) == 3
        assert "the trained weights are not there" in capsys.readouterr().err


def test_other_options_read_anew() -> None:
    assert Settings(Options(straighten=False)).identify() != Settings().identify()
    assert Settings(Options(again=False)).identify() != Settings().identify()


@pytest.mark.parametrize("words", [[], ["--table"], ["--debug", "stages"]])
def test_once_looks_once(monkeypatch: pytest.MonkeyPatch, straightened: list[object], words: list[str]) -> None:
    looks: list[object] = []
    monkeypatch.setattr("scanner.pipeline.look_again", lambda seen, rows, *rest: looks.append(rows) or rows)
    main(["page.png", *words, "--once"])
    assert straightened
    assert not looks
    main(["page.png", *words])
    assert looks


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".jsonl", ".sqlite"])
def test_a_batch_goes_into_a_table_and_on_from_there(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / f"out{suffix}"
    words = [str(ROOT / "samples" / "form.jpg"), str(tmp_path / "missing.png"), "--output", str(output)]
    said = []
    for _ in range(2):  # the second time all is known but what is missing
        assert main([*words, "--accept", "0.5"]) == ExitCode.SOME_FAILED
        out, err = capsys.readouterr()
        assert out == ""
        said.append(err)
    assert said[0] == said[1]
    assert "missing.png: no such file" in said[0]
    assert re.search(r"2 files, 1 failed; 2 lines, .*; 2 accepted at 0.5 .*, 0 to review; results in", said[0])
    assert output.stat().st_size > 0


def test_verbose_tells_of_each_page_of_a_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = str(ROOT / "samples" / "form.jpg")
    for known in ("", ", known"):
        assert main([page, page, "--output", str(tmp_path / "o.csv"), "-v"]) == ExitCode.OK
        assert capsys.readouterr().err.startswith(f"digits-scan: {page}: 2 lines{known}\ndigits-scan: 1 files,")


def test_the_threshold_reaches_table_and_database(tmp_path: Path) -> None:
    page = str(ROOT / "samples" / "form.jpg")
    for accept, status in (("0", "accepted"), ("1", "review")):
        assert main([page, "--output", str(tmp_path / "o.csv"), "--accept", accept]) == ExitCode.OK
        assert (tmp_path / "o.csv").read_text(encoding="utf-8-sig").count(f'"{status}"') == 2
        assert main([page, "--output", str(tmp_path / "o.sqlite"), "--accept", accept]) == ExitCode.OK
        with sqlite3.connect(tmp_path / "o.sqlite") as base:
            assert base.execute("SELECT status FROM results").fetchall() == [(status,)] * 2


def test_a_list_names_files(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "names.txt").write_bytes(b"\xef\xbb\xbfin/2.png\r\n\nin/10.png\n")
    assert main(["--list", "names.txt"]) == ExitCode.OK
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "in/2.png",
        "in/10.png",
        "in/10.png",
    ]
    (pages / "none.txt").write_bytes(b"\n")
    assert main(["--list", "none.txt"]) == ExitCode.BAD_USAGE
    assert "names no file" in capsys.readouterr().err
    assert main(["--list", "missing.txt"]) == ExitCode.BAD_USAGE
    assert "the list cannot be read" in capsys.readouterr().err


def test_a_pattern_is_expanded_where_no_shell_did(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in/[0-9]*.png", "none*.png"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    assert [line.split(":")[0] for line in out.splitlines()] == ["in/2.png", "in/10.png", "in/10.png"]
    assert "none*.png: no file fits this pattern" in err


def test_an_output_that_cannot_be_written_is_told_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = str(ROOT / "samples" / "form.jpg")
    assert main([page, "--output", str(tmp_path / "missing" / "o.csv")]) == ExitCode.SOME_FAILED
    assert (
        f"o.csv: the results cannot be written (there is no folder {tmp_path / 'missing'})" in capsys.readouterr().err
    )
    (tmp_path / "o.csv").mkdir()
    assert main([page, "--output", str(tmp_path / "o.csv")]) == ExitCode.BAD_USAGE
    assert "this is a folder; results go into a file" in capsys.readouterr().err
    assert main([page, "--output", str(tmp_path / "o.doc")]) == ExitCode.BAD_USAGE
    assert ".csv" in capsys.readouterr().err


def test_a_template_names_what_is_read(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "form.toml").write_text(
        '[page]\nwidth = 240\nheight = 188\nanchors = "none"\n'
        "[fields.upper]\nbox = [20, 20, 200, 74]\nlength = 90\n[fields.margin]\nbox = [1, 1, 15, 15]\n",
        encoding="utf-8",
    )
    assert main(["in/10.png", "--template", "form.toml"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert re.fullmatch(r"upper: [5?]+\nmargin:\n", out)
    assert re.fullmatch(r"digits-scan: in/10\.png: upper: .*\n", err), "a field that is not valid is told"
    assert main(["in/10.png", "--template", "form.toml", "--format", "jsonl"]) == ExitCode.OK
    record = json.loads(capsys.readouterr().out)
    assert record["template"] == "form"
    assert list(record["fields"]) == ["upper", "margin"]
    assert record["fields"]["margin"]["text"] == ""
    assert record["fields"]["margin"]["valid"]


def test_a_template_that_is_wrong_is_told_before_anything_is_read(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["in", "--template", "absent.toml"]) == ExitCode.BAD_USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("digits-scan: absent.toml: the template cannot be read")


def test_a_page_that_is_no_form_costs_one_sentence(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in", "--region", "9000,0,5,5"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 3
    assert all("lies outside of page 1" in line for line in err.splitlines())
