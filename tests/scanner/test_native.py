"""A machine without OpenCV's system libraries gets one sentence; C libraries do not write on the terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import ExitCode
from scanner.native import require_opencv, silenced_stderr

ROOT = Path(__file__).parents[2]


def run_without(message: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run python with a cv2 that fails to import with this message."""
    return run_with(f"raise ImportError({message!r})\n", folder, *words)


def run_with(opencv: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run python with other code in cv2's place."""
    (folder / "cv2.py").write_text(opencv)
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=surroundings, cwd=folder, timeout=60
    )


@pytest.mark.parametrize("library", ["libGL.so.1", "libgthread-2.0.so.0", "libglib-2.0.so.0"])
def test_missing_system_library_names_the_packages(library: str, tmp_path: Path) -> None:
    message = f"{library}: cannot open shared object file: No such file or directory"
    ran = run_without(message, tmp_path, "-m", "scanner", "page.png")
    assert ran.returncode == ExitCode.MISSING_LIBRARY
    assert ran.stdout == ""
    assert ran.stderr.splitlines() == [
        f"digits-scan: OpenCV cannot start: the system library {library} is not installed. "
        "On Debian or Ubuntu: apt-get install libgl1 libglib2.0-0."
    ]


def test_another_failure_says_what_python_said(tmp_path: Path) -> None:
    ran = run_without("DLL load failed", tmp_path, "-m", "scanner", "page.png")
    assert ran.returncode == ExitCode.MISSING_LIBRARY
    assert "DLL load failed" in ran.stderr
    assert "pip install" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGINT for another program")
def test_an_interrupt_is_no_broken_installation(tmp_path: Path) -> None:
    opencv = (
        "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "except KeyboardInterrupt as error:\n    raise ImportError('could not import') from error\n"
    )
    ran = run_with(opencv, tmp_path, "-m", "scanner", "page.png")
    assert (ran.returncode, ran.stderr) == (ExitCode.INTERRUPTED, "")


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_needs_no_opencv(word: str, tmp_path: Path) -> None:
    ran = run_without("libGL.so.1", tmp_path, "-m", "scanner", word)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_opencv_is_here() -> None:
    require_opencv()


def test_what_c_writes_is_dropped_and_then_let_through(capfd: pytest.CaptureFixture[str]) -> None:
    with silenced_stderr():
        os.write(2, b"dropped")
    os.write(2, b"kept")
    assert capfd.readouterr().err == "kept"


def test_without_a_standard_error_nothing_happens() -> None:
    script = "import os; from scanner.native import silenced_stderr\nos.close(2)\nwith silenced_stderr(): print('on')"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (ran.returncode, ran.stdout) == (0, "on\n")
