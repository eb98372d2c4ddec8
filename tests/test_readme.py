"""The README's commands give the output that it shows."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {"digits-scan": "scanner", "digits-live": "realtime", "digits-model": "model", "digits-bench": "bench"}


def read_examples() -> list[tuple[str, str]]:
    """Return (command, output) of each console block: a line after "$ ", and what follows it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", text)
    return [(command, output) for command, output in blocks]


def hide_fractions(text: str) -> str:
    """Processors differ in the last digits of a confidence."""
    return re.sub(r"\d\.\d+", "0.#", text)


def test_the_readme_has_examples() -> None:
    assert len(read_examples()) >= 3


@pytest.mark.parametrize(("command", "output"), read_examples())
def test_a_command_gives_what_the_readme_shows(command: str, output: str) -> None:
    for script, module in MODULES.items():
        command = command.replace(script, f"{shlex.quote(sys.executable)} -m {module}")
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert hide_fractions(done.stdout) == hide_fractions(output)


@pytest.mark.parametrize("script", MODULES)
def test_every_option_stands_in_the_docs(script: str) -> None:
    """An option that nobody can find is none. Kept simple: each long option's name appears in the README."""
    shown = subprocess.run(
        [sys.executable, "-m", MODULES[script], "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in set(re.findall(r"--[a-z-]+", shown)) - {"--help"} if name not in readme]
    assert not missing
