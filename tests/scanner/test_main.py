"""The command: words in, results out, exit codes as --help says them."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from model import __version__
from model.errors import WeightsError
from scanner.__main__ import main
from scanner.errors import ExitCode
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

ROOT = Path(__file__).parents[2]

STUBBED = """
import sys
import model.classifier
model.classifier.Classifier = lambda weights=None: model.classifier.StubClassifier([5])
from scanner.__main__ import main
sys.exit(main())
"""
"""A program that is the command with a classifier that reads every digit as 5."""


def run(*words: str, **how: Any) -> subprocess.Popen[Any]:
    """Start the stubbed command, with pipes of text to it unless `how` says otherwise."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""} | how.pop("env", {})
    return subprocess.Popen(
        [sys.executable, "-c", STUBBED, *words], **({"encoding": "utf-8", "env": surroundings} | pipes | how)
    )


def test_text(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in"]) == ExitCode.OK
    out, err = capsys.readouterr()
    names = [row.split(":")[0] for row in out.splitlines()]
    assert names == ["in/2.png", "in/10.png", "in/10.png", "in/blank.png"]
    assert all(re.fullmatch(r"in/\w+\.png: [5?]+", row) for row in out.splitlines()[:-1])
    assert out.splitlines()[-1] == "in/blank.png:"
    assert err == ""


def test_a_single_file_prints_its_strings_alone(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in/10.png"]) == ExitCode.OK
    assert re.fullmatch(r"[5?]+\n[5?]+\n", capsys.readouterr().out)


def test_a_folder_of_one_file_still_prints_the_name(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "one").mkdir()
    (pages / "in/2.png").rename(pages / "one/2.png")
    assert main(["one"]) == ExitCode.OK
    assert capsys.readouterr().out.startswith("one/2.png: 5")


def test_jsonl(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "in/3.png").touch()
    assert main(["in", "absent.png", "--format", "jsonl"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    names = ["in/2.png", "in/3.png", "in/10.png", "in/blank.png", "absent.png"]
    assert [record["source"] for record in records] == names
    assert [set(record) == {"source", "error"} for record in records] == [False, True, False, False, True]
    assert len(records[2]["lines"]) == 2
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["in/3.png", "absent.png"]


def test_options_may_stand_between_paths(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in/2.png", "--format", "jsonl", "in/10.png"]) == ExitCode.OK
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_problems_are_told_on_standard_error(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "scanner.pipeline.read", lambda page, **_: Reading(page.source, 1, 9, 9, (), ("it is too dark",))
    )
    assert main(["in/2.png"]) == ExitCode.OK
    assert capsys.readouterr() == ("", "digits-scan: in/2.png: it is too dark\n")


def test_annotate(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in", "--annotate", "in/drawn", "-v"]) == ExitCode.OK
    assert sorted(path.name for path in (pages / "in/drawn").iterdir()) == ["10.png", "2.png", "blank.png"]
    err = capsys.readouterr().err
    assert f"in/10.png: 2 lines, drawn in {Path('in/drawn/10.png')}" in err
    assert main(["in", "--annotate", "in/drawn"]) == ExitCode.OK
    assert len(capsys.readouterr().out.splitlines()) == 4, "the drawn pages were read as pages"


def test_debug(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["in", "--debug", "in/stages", "--annotate", "in/drawn", "-v"]) == ExitCode.OK
    names = {path.name for path in (pages / "in/stages").iterdir()}
    stages = ("01-grey", "02-even-light", "03-ink", "04-rules", "05-rows", "06-cuts", "07-candidates", "08-reading")
    assert {f"{page}.{stage}.png" for page in ("2", "10") for stage in stages} <= names
    assert "blank.01-grey.png" in names
    out, err = capsys.readouterr()
    assert f"stages in {Path('in/stages/10.01-grey.png')}" in err
    for stage in names - {"10.01-grey.png"}:
        (pages / "in/stages" / stage).unlink()  # one picture says as much as thirty, sooner
    assert main(["in"]) == ExitCode.OK
    seen = capsys.readouterr().out
    assert main(["in", "--debug", "in/stages", "--annotate", "in/drawn"]) == ExitCode.OK
    assert capsys.readouterr().out == out, "pictures were read as pages, or watching changed the results"
    assert len(seen.splitlines()) > len(out.splitlines()), "pictures in a folder that is read are pages"


def test_a_stage_that_cannot_be_written_costs_no_reading(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "out/2.03-ink.png").mkdir(parents=True)
    assert main(["in", "--debug", "out"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 4
    assert len(err.splitlines()) == 1
    assert "cannot be written" in err


def test_marks(pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    box = Box(0, 0, 5, 9)
    line = Line(tuple(Digit(sign, 0.9, box) for sign in "12242019"), 0.9, box, ((2, "/"), (4, "/")))
    monkeypatch.setattr("scanner.pipeline.read", lambda page, **_: Reading(page.source, 1, 9, 9, (line,)))
    assert main(["in/2.png"]) == ExitCode.OK
    assert capsys.readouterr().out == "12242019\n"
    assert main(["in/2.png", "--marks"]) == ExitCode.OK
    assert capsys.readouterr().out == "12/24/2019\n"
    for words in (["in/2.png"], ["in/2.png", "--marks"]):
        assert main([*words, "--format", "jsonl"]) == ExitCode.OK
        (record,) = json.loads(capsys.readouterr().out)["lines"]
        assert (record["text"], record["marks"]) == ("12242019", [[2, "/"], [4, "/"]])


def test_a_picture_that_cannot_be_drawn_costs_no_reading(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pages / "out/2.png").mkdir(parents=True)
    assert main(["in", "--annotate", "out"]) == ExitCode.SOME_FAILED
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 4
    assert len(err.splitlines()) == 1
    assert "cannot be written" in err


@pytest.mark.parametrize("option", ["--annotate", "--debug"])
@pytest.mark.parametrize("folder", ["in", "in/2.png"])
def test_no_place_for_the_drawn_pages(
    pages: Path, folder: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["in", option, folder]) == ExitCode.BAD_USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_missing_weights(pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(weights: Path | None) -> None:
        raise WeightsError("the trained weights are not there.")

    monkeypatch.setattr("model.classifier.Classifier", refuse)
    assert main(["in"]) == ExitCode.MISSING_LIBRARY
    assert capsys.readouterr() == ("", "digits-scan: the trained weights are not there.\n")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"digits-scan {__version__}\n"


def test_help_imports_no_image_library() -> None:
    script = (
        "import sys\nfrom scanner.__main__ import main\ntry: main(['--help'])\n"
        "finally: print(sorted({'cv2', 'numpy', 'PIL', 'ai_edge_litert'} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "[]\n")


def test_standard_input(pages: Path) -> None:
    command = run("-", "--format", "jsonl", encoding=None)
    out, err = command.communicate((pages / "in/2.png").read_bytes(), timeout=60)
    assert json.loads(out)["source"] == "-"
    assert (command.returncode, err) == (0, b"")


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGINT for another program")
def test_ctrl_c(pages: Path) -> None:
    with run("in/2.png", "-") as command:
        watchdog = Timer(60, command.kill)  # should the first result not come before the second is read
        watchdog.start()
        assert command.stdout is not None
        assert command.stdout.readline().startswith("in/2.png: 5")  # now it waits for standard input
        command.send_signal(signal.SIGINT)
        _, err = command.communicate()
        watchdog.cancel()
    assert (command.returncode, err) == (130, "")


def test_ctrl_c_is_awaited_before_anything_is_imported() -> None:
    """What Python needs for its own start is the most that may be interrupted with its traceback."""
    script = "import sys\nknown = set(sys.modules)\nimport scanner.__main__\nprint(sorted(set(sys.modules) - known))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert ran.stdout == "['scanner', 'scanner.__main__']\n", ran.stderr


def test_ctrl_c_while_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "scanner.command":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "scanner.command", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    assert main([]) == 130


@pytest.mark.parametrize("words", [["in", "in", "in"], ["in", "--format", "jsonl"], ["--help"]])
def test_a_closed_pipe_ends_it_quietly(words: list[str], pages: Path) -> None:
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    command = run(*words, stdout=writing_end)
    os.close(writing_end)
    _, err = command.communicate(timeout=60)
    assert (command.returncode, err) == (0, "")


def test_a_fault_of_the_program_is_one_sentence_and_a_traceback_where_it_is_asked_for(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("scanner.batch.find_files", break_down)
    assert main(["in"]) == ExitCode.BROKEN
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"digits-scan: this program broke \(RuntimeError\(.*\) at test_main\.py:\d+\)\. .*\n", err)
    assert main(["in", "-v"]) == ExitCode.BROKEN
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("is_pipe", [True, False])
def test_a_batch_is_finished_though_nobody_hears_its_troubles(pages: Path, is_pipe: bool) -> None:
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    if not is_pipe:
        os.close(writing_end)
        writing_end = os.open("/dev/full", os.O_WRONLY)
    words = [sys.executable, "-m", "scanner", "absent.png", "in", "--output", "o.csv"]
    ran = subprocess.run(words, stderr=writing_end, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60)
    os.close(writing_end)
    assert ran.returncode == ExitCode.SOME_FAILED
    assert len((pages / "o.csv").read_text("utf-8-sig").splitlines()) == 6


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_one_sentence(pages: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = run("in", stdout=full)
        _, err = command.communicate(timeout=60)
    assert command.returncode == ExitCode.SOME_FAILED
    assert err.splitlines() == [
        "digits-scan: the results cannot be written (No space left on device). Check the disk's space."
    ]


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(("closed", "lines"), [(">&-", 0), ("2>&-", 4), ("<&-", 4)])
def test_closed_streams(closed: str, lines: int, pages: Path) -> None:
    shell = ["sh", "-c", f'exec "$0" -c "$1" in absent.png {closed}', sys.executable, STUBBED]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(shell, capture_output=True, text=True, env=surroundings, timeout=60)
    assert ran.returncode == ExitCode.SOME_FAILED
    assert len(ran.stdout.splitlines()) == lines
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_odd_names_in_any_encoding(encoding: str, pages: Path) -> None:
    odd = [b"in/\xff.png", "in/é数.png".encode(), b"in/a\nb.png"]
    for name in odd:
        os.link(pages / "in/2.png", os.fsdecode(name))
    command = run("in", encoding=encoding, env={"PYTHONIOENCODING": encoding})
    out, err = command.communicate(timeout=60)
    assert (command.returncode, err) == (0, "")
    assert len(out.splitlines()) == 4 + len(odd)
    assert all(re.match(r"in/.+:", row) for row in out.splitlines())
