"""Console blocks of pages: the commands that they show, and what these print.

    python -m tests.examples README.md docs/*.md

runs the commands of pages beside a copy of the samples, and writes into the pages what they print.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
MODULES = {
    "digits-scan": "scanner",
    "digits-live": "realtime",
    "digits-web": "web",
    "digits-model": "model",
    "digits-bench": "bench",
}

BLOCK = re.compile(r"```console\n\$ (.*)\n((?:.*\n)*?)```")

PATIENCE = 300
"""Seconds that a command may take."""


@dataclass(frozen=True)
class Example:
    """A line after "$ ", and what follows it."""

    command: str
    output: str


def list_examples(page: Path) -> list[Example]:
    """Return the console blocks of a page, in their order."""
    return [Example(*found.groups()) for found in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def read_pages() -> str:
    """Return the text of the README and of all pages of docs/."""
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


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


def rewrite(page: Path) -> None:
    """Run the commands of a page, in their order, and put what they print in place of what the page shows."""
    with TemporaryDirectory() as place:
        shutil.copytree(ROOT / "samples", Path(place) / "samples")

        def renew(found: re.Match[str]) -> str:
            return f"```console\n$ {found[1]}\n{run(found[1], Path(place)).stdout}```"

        page.write_text(BLOCK.sub(renew, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name))
