"""docs/web.md: its commands print what it shows, asked of a real server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from web.schema import WHYS
from web.settings import Limits

ROOT = Path(__file__).parents[2]

PAGE = ROOT / "docs" / "web.md"

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)

PART = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

BASE = "http://127.0.0.1:8000"


def list_examples() -> list[tuple[str, str]]:
    """Return the commands of the page, and what it shows beneath them."""
    return [found.groups() for block in BLOCK.findall(PAGE.read_text("utf-8")) for found in PART.finditer(block)]


def run(command: str, server: str) -> str:
    """Run a command of the page beside the samples."""
    python = command.replace(BASE, server).replace("python -c", f"{sys.executable} -c")
    environment = {**os.environ, "no_proxy": "*"}
    return subprocess.run(
        python, shell=True, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=120, check=True
    ).stdout


def hide_fractions(text: str) -> str:
    """Processors differ in the last digits of a confidence."""
    return re.sub(r"\d\.\d+", "0.#", text)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_commands_give_what_the_page_shows(server: str) -> None:
    examples = list_examples()
    assert len(examples) > 3
    for command, shown in examples:
        printed = run(command, server)
        assert hide_fractions(printed.rstrip("\n")) == hide_fractions(shown.rstrip("\n")), command


def test_every_status_and_limit_stands_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert [status for status in WHYS if str(status) not in text] == []
    limits = Limits()
    for value in (limits.max_bytes, limits.max_pixels, limits.max_memory):
        assert f"{value // 1_000_000} million" in text
    for value in (limits.max_connections, limits.rate, limits.max_glyphs):
        assert str(value) in text


if __name__ == "__main__":  # writes what the commands print into the page; the server's address is the argument
    page = PAGE.read_text("utf-8")
    for block in BLOCK.findall(page):
        parts = [(found[1], run(found[1], sys.argv[1])) for found in PART.finditer(block)]
        page = page.replace(block, "".join(f"$ {command}\n{printed.rstrip()}\n" for command, printed in parts))
    PAGE.write_text(page, "utf-8")
