"""Whether there is a display, found out without an abort."""

import subprocess
import sys

import pytest

from realtime.display import Probe

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")


@linux_only
def test_no_display_is_told_without_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert Probe().find_problem() == "there is no display (DISPLAY is not set)"


@linux_only
def test_a_display_that_is_gone_is_told_without_an_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    assert Probe().find_problem() == "no window can be opened on the display :987"


def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "far:0")
    monkeypatch.setattr("realtime.display.TRIAL", "import time; time.sleep(60)")
    probe = Probe()
    assert probe.find_problem(0.05) == "the display far:0 does not answer"
    assert isinstance(probe._process, subprocess.Popen)
    assert probe._process.poll() is not None


def test_a_display_that_answers_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("realtime.display.TRIAL", "pass")
    assert Probe().find_problem() is None


def test_a_probe_that_nobody_asked_leaves_no_process() -> None:
    probe = Probe()
    probe.close()
    probe.close()
    assert probe._process is None or probe._process.returncode is not None
