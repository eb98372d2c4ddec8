"""The command: its words, its lines, its exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model import __version__
from realtime.__main__ import main
from scanner.errors import ExitCode, MissingLibraryError

Write = Callable[..., Path]
Image = NDArray[np.uint8]

pytestmark = pytest.mark.usefixtures("stub_network")

COMMAND = """
import sys
import model.classifier
model.classifier.Classifier = lambda folder: model.classifier.StubClassifier([7])
from realtime.__main__ import main
sys.exit(main())
"""
"""The command in a process of its own, reading with a stub."""


def read_last(out: str) -> list[str]:
    """Return the strings of the last line of JSON."""
    return [line["text"] for line in json.loads(out.splitlines()[-1])["lines"]]


def test_headless_prints_a_line_for_each_change(
    page: Image, write_film: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_film([page] * 3 + [np.full_like(page, 230)] * 2 + [page])
    assert main(["--source", str(path), "--headless"]) == ExitCode.OK
    out, err = capsys.readouterr()
    _, *records = [json.loads(line) for line in out.splitlines()]  # the first frame: not all is settled yet
    assert [record["frame"] for record in records] == [2, 4, 6]
    assert records[1]["time"] == pytest.approx(0.3)
    assert [[line["text"] for line in record["lines"]] for record in records] == [["77"], [], ["77"]]
    assert err.splitlines() == [f"digits-live: {path}: that was all; frames read: 6."]


def test_stops_after_the_frames_that_are_asked_for(
    page: Image, write_film: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--source", str(write_film([page] * 5)), "--headless", "--frames", "2"]) == ExitCode.OK
    assert capsys.readouterr().err.endswith("frames read: 2.\n")


def test_refuses_what_it_is_less_sure_of(page: Image, write_film: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--source", str(write_film([page] * 3)), "--headless", "--reject-below", "1"]) == ExitCode.OK
    assert read_last(capsys.readouterr().out) == ["??"]


def test_goes_on_headless_where_there_is_no_display(
    page: Image, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.display.Probe.find_problem", lambda probe: "there is no display")
    (tmp_path / "page.png").write_bytes(cv2.imencode(".png", page)[1].tobytes())
    assert main(["--source", str(tmp_path / "page.png")]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert "there is no display: the readings are printed as JSON instead" in err


@pytest.mark.parametrize("source", ["98", "missing.mp4", "http://127.0.0.1:9/x"])
def test_a_source_without_frames_is_one_sentence_and_exit_code_1(
    source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--source", source, "--headless"]) == ExitCode.SOME_FAILED
    out, err = capfd.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["--frames", "0"],
        ["--frames", "x"],
        ["--reject-below", "nan"],
        ["--reject-below", "2"],
        ["film.mp4"],
        ["--size", "1280"],
        ["--size", "0x10"],
        ["--fps", "0"],
        ["--focus", "near"],
        ["--backend", "eyes"],
    ],
)
def test_bad_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == ExitCode.BAD_USAGE
    assert "usage: digits-live" in capsys.readouterr().err


def test_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"digits-live {__version__}\n"


def test_a_missing_system_library_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MissingLibraryError("libGL.so.1 is not installed.")

    monkeypatch.setattr("realtime.__main__.require_opencv", fail)
    assert main(["--headless"]) == ExitCode.MISSING_LIBRARY
    assert capsys.readouterr().err == "digits-live: libGL.so.1 is not installed.\n"


def test_ctrl_c_is_exit_code_130_and_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("realtime.loop.run", interrupt)
    assert main(["--source", "98", "--headless"]) == ExitCode.INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_a_full_disk_is_one_sentence(
    page: Image, write_film: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("realtime.loop.run", refuse)
    assert main(["--source", str(write_film([page])), "--headless"]) == ExitCode.SOME_FAILED
    assert "No space left on device" in capsys.readouterr().err


def test_a_closed_pipe_ends_it_quietly(page: Image, write_film: Write) -> None:
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "--headless",
        "--source",
        str(write_film([page, np.full_like(page, 230)] * 20)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["frame"] == 1
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == ExitCode.OK


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_without_a_display_it_neither_aborts_nor_is_silent(page: Image, write_film: Write) -> None:
    command = [sys.executable, "-c", COMMAND, "--source", str(write_film([page] * 2))]
    done = subprocess.run(
        command, env=os.environ | {"DISPLAY": ":987"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == ExitCode.OK
    assert read_last(done.stdout) == ["77"]
    assert done.stderr.splitlines()[0].startswith("digits-live: no window can be opened on the display :987")
    assert len(done.stderr.splitlines()) == 2


def test_help_needs_neither_opencv_nor_a_network() -> None:
    look = "import sys, contextlib\nfrom realtime.__main__ import main\n"
    look += "with contextlib.suppress(SystemExit):\n    main(['--help'])\n"
    look += "print([name for name in ('cv2', 'tensorflow', 'keras') if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "--source" in done.stdout


def test_reading_never_imports_tensorflow(page: Image, write_film: Write) -> None:
    look = COMMAND.replace(
        "sys.exit(main())", "main()\nprint([n for n in sys.modules if n in ('tensorflow', 'keras')])"
    )
    command = [sys.executable, "-c", look, "--headless", "--source", str(write_film([page]))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_film_is_annotated_without_a_window(
    page: Image, write_film: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "annotated.mp4"
    assert main(["--source", str(write_film([page] * 4)), "--record", str(path)]) == ExitCode.OK
    assert capsys.readouterr().out == ""
    capture = cv2.VideoCapture(str(path))
    assert [capture.read()[0] for _ in range(5)] == [True] * 4 + [False]


def test_a_film_can_be_recorded_and_printed_at_once(
    page: Image, write_film: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "--source",
        str(write_film([page] * 2)),
        "--record",
        str(tmp_path / "a.mp4"),
        "--record-plain",
        "--headless",
    ]
    assert main(words) == ExitCode.OK
    assert read_last(capsys.readouterr().out) == ["77"]
    assert (tmp_path / "a.mp4").exists()


def test_a_name_that_is_no_films_is_refused_before_anything_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--source", "98", "--record", str(tmp_path / "film.gif")]) == ExitCode.BAD_USAGE
    assert "ends with .mp4" in capsys.readouterr().err


def test_a_template_that_is_none_is_refused(page: Image, write_film: Write, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--source", str(write_film([page])), "--headless", "--template", "missing.toml"]
    assert main(words) == ExitCode.BAD_USAGE
    assert "missing.toml: the template cannot be read" in capsys.readouterr().err


def test_cameras_are_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from realtime.devices import Device

    monkeypatch.setattr("realtime.devices.list_devices", lambda opener: iter([Device(0, "Desk Cam", "640x480")]))
    assert main(["--list"]) == ExitCode.OK
    assert capsys.readouterr().out == "0\tDesk Cam\t640x480\n"
    monkeypatch.setattr("realtime.devices.list_devices", lambda opener: iter([]))
    assert main(["--list"]) == ExitCode.SOME_FAILED
    assert "no camera is there" in capsys.readouterr().err


def test_the_demo_needs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--source", "demo", "--size", "640x360", "--headless", "--frames", "1"]) == ExitCode.OK
    record = json.loads(capsys.readouterr().out)
    assert (record["source"], record["width"], record["height"]) == ("demo", 640, 360)
