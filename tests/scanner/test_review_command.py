"""`digits-scan review`: a page out, corrections back, glyphs for training."""

import csv
import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from results import fill_store

from model.data import load_extra
from scanner.__main__ import main
from scanner.command import COMMANDS
from scanner.errors import ExitCode
from scanner.review_command import ENDING, build_parser
from tests.examples import read_pages

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with results in a database."""
    monkeypatch.chdir(tmp_path)
    fill_store(Path("r.sqlite"), Path(), {"a.png": [("12", 0.9), ("3?", 0.9)], "b.png": [("45", 0.2), ("6", 0.995)]})
    return tmp_path


def get_rows(page: Path) -> list[dict[str, Any]]:
    text = page.read_text(encoding="utf-8")
    start = text.index('id="data">') + len('id="data">')
    rows: list[dict[str, Any]] = json.loads(text[start : text.index("</script>", start)])["rows"]
    return rows


def type_in(results: Path, page: Path, **texts: str) -> Path:
    """Save corrections as the page does: `_12="13"` types 13 where 12 was read."""
    with sqlite3.connect(results) as base:
        (identity,) = base.execute("SELECT value FROM settings WHERE name = 'identity'").fetchone()
    typed = {name.strip("_").replace("Q", "?"): text for name, text in texts.items()}
    keys = ("file", "content", "page", "size", "box", "read")
    corrections = [
        {key: row[key] for key in keys} | {"text": typed[row["read"]]} for row in get_rows(page) if row["read"] in typed
    ]
    file = {"kind": "digitlens-corrections", "version": 1, "results": identity, "corrections": corrections}
    path = page.with_name("corrections.json")
    path.write_text(json.dumps(file))
    return path


def list_results(path: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(path) as base:
        return base.execute("SELECT marked, status, read FROM results").fetchall()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], ["45", "12", "3?"]),
        (["--accept", "0.9"], ["45", "3?"]),
        (["--all"], ["45", "12", "3?", "6"]),
        (["--limit", "1"], ["45"]),
    ],
)
def test_the_page_shows_what_is_asked_for(
    folder: Path, words: list[str], shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", "r.sqlite", *words]) == ExitCode.OK
    page = folder / f"r.sqlite{ENDING}"
    assert [row["read"] for row in get_rows(page)] == shown
    assert all(row["crop"] for row in get_rows(page))
    out, err = capsys.readouterr()
    assert out == ""
    noun = "string" if len(shown) == 1 else "strings"
    assert f"{len(shown)} {noun} to look at; open r.sqlite.review.html in a browser" in err
    assert ("2 strings more are doubtful" in err) == ("--limit" in words)
    if os.name != "nt":
        assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_the_threshold_of_the_run_is_the_page_s(folder: Path) -> None:
    with sqlite3.connect("r.sqlite") as base:
        base.execute("INSERT OR REPLACE INTO settings VALUES ('accept', 0.1)")
    assert main(["review", "r.sqlite", "--out", "p.html"]) == ExitCode.OK
    assert [row["read"] for row in get_rows(folder / "p.html")] == ["3?"]


def test_corrections_go_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "r.sqlite", "--out", "p.html"]) == ExitCode.OK
    path = type_in(Path("r.sqlite"), folder / "p.html", _12="12", _3Q="3.1", _45="")
    capsys.readouterr()
    assert main(["review", "r.sqlite", "--apply", str(path)]) == ExitCode.OK
    assert list_results(Path("r.sqlite")) == [
        ("12", "confirmed", "12"), ("3.1", "corrected", "3?"), ("", "corrected", "45"), ("6", "", ""),
    ]  # fmt: skip
    err = capsys.readouterr().err
    assert err == "digits-scan: 3 strings looked at, 2 of them corrected; 0 left out; written to r.sqlite\n"
    assert main(["review", "r.sqlite", "--out", "p.html"]) == ExitCode.OK
    assert get_rows(folder / "p.html") == []


def test_what_cannot_be_applied_is_told_and_costs_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", "r.sqlite", "--out", "p.html"]) == ExitCode.OK
    path = type_in(Path("r.sqlite"), folder / "p.html", _12="1x", _3Q="31", _45="46")
    with sqlite3.connect("r.sqlite") as base:
        base.execute("PRAGMA foreign_keys = ON")
        base.execute("DELETE FROM files WHERE source = 'b.png'")
    capsys.readouterr()
    assert main(["review", "r.sqlite", "--apply", str(path)]) == ExitCode.SOME_FAILED
    refused, gone, summary = capsys.readouterr().err.splitlines()
    assert "correction 2 (a.png) is left out: '1x' is typed; expected digits" in refused
    assert "b.png, page 1: 45 is not among the results any more; left out" in gone
    assert "1 strings looked at, 1 of them corrected; 2 left out" in summary
    assert list_results(Path("r.sqlite")) == [("12", "", ""), ("31", "corrected", "3?")]


def test_corrections_reach_a_table_and_stay_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    form = str(ROOT / "samples" / "form.jpg")
    assert main([form, "--output", "o.csv"]) == ExitCode.OK
    assert main(["review", "o.csv", "--accept", "1"]) == ExitCode.OK
    path = type_in(Path("o.csv.state.sqlite"), tmp_path / f"o.csv{ENDING}", _640985="64.09,85", _31072026="")
    assert main(["review", "o.csv", "--apply", str(path)]) == ExitCode.OK
    for words in ([], [form, "--output", "o.csv"], [form, "--dpi", "200", "--output", "o.csv"]):
        if words:
            assert main(words) == ExitCode.OK
        with Path("o.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(row["marked"], row["status"], row["read"]) for row in rows] == [
            ("", "corrected", "31072026"), ("64.09,85", "corrected", "640985"),
        ]  # fmt: skip
    assert main([form, "--output", "o.csv", "--force"]) == ExitCode.OK
    assert "corrected" not in Path("o.csv").read_text(encoding="utf-8-sig")


def test_what_was_looked_at_becomes_glyphs_to_learn_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([str(ROOT / "samples" / "form.jpg"), "--output", "o.sqlite"]) == ExitCode.OK
    assert main(["review", "o.sqlite", "--accept", "1"]) == ExitCode.OK
    path = type_in(Path("o.sqlite"), tmp_path / f"o.sqlite{ENDING}", _640985="640.985")
    assert main(["review", "o.sqlite", "--apply", str(path), "--glyphs", "glyphs"]) == ExitCode.OK
    assert "6 glyphs of 1 strings in glyphs" in capsys.readouterr().err
    glyphs = load_extra(Path("glyphs"))
    assert glyphs.labels.tolist() == [6, 4, 0, 9, 8, 5]
    assert glyphs.are_views
    (written,) = Path("glyphs").iterdir()
    if os.name != "nt":
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
    before = np.load(written)["x"]
    assert main(["review", "o.sqlite", "--glyphs", "glyphs"]) == ExitCode.OK
    assert np.array_equal(np.load(written)["x"], before), "the same results write the same file"


def test_glyphs_of_a_file_that_is_gone_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "r.sqlite", "--out", "p.html"]) == ExitCode.OK
    path = type_in(Path("r.sqlite"), folder / "p.html", _12="12", _45="45")
    Path("b.png").unlink()
    assert main(["review", "r.sqlite", "--apply", str(path), "--glyphs", "g"]) == ExitCode.OK
    assert "strings gave no glyphs" in capsys.readouterr().err


def test_a_page_with_moved_and_changed_files_still_shows_their_rows(folder: Path) -> None:
    Path("a.png").unlink()
    Path("b.png").write_bytes(b"other")
    assert main(["review", "r.sqlite"]) == ExitCode.OK
    rows = get_rows(folder / f"r.sqlite{ENDING}")
    assert [row["crop"] for row in rows] == ["", "", ""]
    assert ["has changed" in row["trouble"] for row in rows] == [True, False, False]
    assert all("not there now" in row["trouble"] for row in rows[1:])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["missing.sqlite"], ExitCode.SOME_FAILED, "there is no such file; expected what"),
        (["a.png"], ExitCode.BAD_USAGE, "results are written to files named"),
        (["r.sqlite", "--apply", "missing.json"], ExitCode.BAD_USAGE, "the corrections cannot be read"),
        (["r.sqlite", "--apply", "a.png"], ExitCode.BAD_USAGE, "these are no corrections"),
        (["r.sqlite", "--out", "no/p.html"], ExitCode.SOME_FAILED, "cannot be written"),
        (["r.sqlite", "--glyphs", "a.png"], ExitCode.SOME_FAILED, "no folder can be made there"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    folder: Path, words: list[str], code: ExitCode, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.iterdir())
    assert main(["review", *words]) == code
    (sentence,) = capsys.readouterr().err.splitlines()
    assert said in sentence
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("words", [[], ["r.sqlite", "--apply", "c.json", "--all"], ["r.sqlite", "--limit", "0"]])
def test_words_that_do_not_fit(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["review", *words])
    assert caught.value.code == ExitCode.BAD_USAGE


def test_a_picture_that_is_called_like_a_command_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        Path("a.png").replace(command)
        assert main([f"./{command}"]) == ExitCode.OK
        Path(command).replace("a.png")


def test_help_imports_no_image_library() -> None:
    script = (
        "import sys\nfrom scanner.__main__ import main\ntry: main(['review', '--help'])\n"
        "finally: print(sorted({'cv2', 'numpy', 'PIL', 'pydantic'} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "[]\n")
    assert "--apply" in ran.stdout


def test_every_option_stands_in_the_docs() -> None:
    docs = read_pages()
    options = {option for action in build_parser()._actions for option in action.option_strings if option[:2] == "--"}
    assert [option for option in options - {"--help"} if option not in docs] == []
