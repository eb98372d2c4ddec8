"""Lines of JSON, and the question whether there is a display."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest

from realtime.frame import Frame
from realtime.rate import Rate
from realtime.screen import Headless, find_display_problem
from realtime.seen import Seen
from scanner.page import Box
from scanner.reading import Digit, Line, Reading, as_record, from_json

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")

DIGIT = Digit("7", 0.9, Box(1, 2, 3, 4))
READING = Reading("film", 4, 6, 4, (Line((DIGIT,), 0.9, DIGIT.box),))
FRAME = Frame(np.zeros((4, 6, 3), np.uint8), "film", 4, 0.12345, taken=0.0)


def test_headless_writes_a_line_that_others_can_read() -> None:
    stream = io.StringIO()
    screen = Headless(stream)
    assert screen.show(FRAME, Seen(READING), Rate(1.0, 0.1))
    assert screen.show(FRAME, Seen(READING), Rate(1.0, 0.1))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    record = json.loads(lines[0])
    assert (record.pop("frame"), record.pop("time")) == (4, 0.123)
    assert record == as_record(READING)
    assert from_json(lines[0]) == READING


def test_headless_flushes_every_line() -> None:
    class Pipe(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    pipe = Pipe()
    Headless(pipe).show(FRAME, Seen(READING), Rate(1.0, 0.1))
    assert pipe.flushed == 1


@linux_only
def test_no_display_is_told_without_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert find_display_problem() == "there is no display (DISPLAY is not set)"


@linux_only
def test_a_display_that_is_gone_is_told_without_an_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    assert find_display_problem() == "no window can be opened on the display :987"


def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*arguments: object, **options: object) -> None:
        raise subprocess.TimeoutExpired("python", 10)

    monkeypatch.setenv("DISPLAY", "far:0")
    monkeypatch.setattr("subprocess.run", hang)
    assert find_display_problem() == "the display far:0 does not answer"
