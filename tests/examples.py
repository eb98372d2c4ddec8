"""Console blocks of pages: the commands that they show, and what these print."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = {"digits-scan": "scanner", "digits-live": "realtime", "digits-model": "model", "digits-bench": "bench"}

PATIENCE = 300
"""Seconds that a command may take."""


@dataclass(frozen=True)
class Example:
    """A line after "$ ", and what follows it."""

    command: str
    output: str


def list_examples(page: Path) -> list[Example]:
    """Return the console blocks of a page, in their order."""
    blocks = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", page.read_text(encoding="utf-8"))
    return [Example(command, output) for command, output in blocks]


def hide_fractions(text: str) -> str:
    """Processors differ in the last digits of a confidence."""
    return re.sub(r"\d\.\d+", "0.#", text)


def run(command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command of a page in a folder, with this checkout's modules; standard error goes where output does."""
    python = shlex.quote(sys.executable)
    for script, module in MODULES.items():
        command = re.sub(rf"(?<![\w/-]){script}(?= )", lambda _, name=module: f"{python} -m {name}", command)
    command = re.sub(r"(?<![\w/-])python(?= -)", lambda _: python, command)
    # unbuffered, so that both streams come in their order
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
