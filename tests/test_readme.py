"""The README's commands give the output that it shows."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.examples import MODULES, ROOT, Example, hide_fractions, list_examples

README = ROOT / "README.md"
EXAMPLES = list_examples(README)


def test_the_readme_has_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command[:60])
def test_a_command_gives_what_the_readme_shows(example: Example) -> None:
    command = example.command
    for script, module in MODULES.items():
        command = command.replace(script, f"{shlex.quote(sys.executable)} -m {module}")
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert hide_fractions(done.stdout) == hide_fractions(example.output)


@pytest.mark.parametrize("script", MODULES)
def test_every_option_stands_in_the_docs(script: str) -> None:
    """An option that nobody can find is none. Kept simple: each long option's name appears in the README."""
    shown = subprocess.run(
        [sys.executable, "-m", MODULES[script], "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    readme = README.read_text(encoding="utf-8")
    missing = [name for name in set(re.findall(r"--[a-z-]+", shown)) - {"--help"} if name not in readme]
    assert not missing
