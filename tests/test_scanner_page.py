"""docs/scanner.md: every command that it shows is run, in its order, and prints what the page shows."""

import re
import shutil
from pathlib import Path

import pytest

from model.classifier import Classifier
from model.errors import WeightsError
from tests.examples import ROOT, Example, hide_fractions, list_examples, run

PAGE = ROOT / "docs" / "scanner.md"
EXAMPLES = list_examples(PAGE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the samples, in which the commands leave what they write for those that follow."""
    try:
        Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    place = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "samples", place / "samples")
    return place


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command[:60])
def test_a_command_gives_what_the_page_shows(example: Example, folder: Path) -> None:
    done = run(example.command, folder)
    assert done.returncode == 0, done.stdout
    assert hide_fractions(done.stdout) == hide_fractions(example.output)


def test_the_page_shows_every_command_in_a_block_that_is_run() -> None:
    """Commands that are merely indented, or in a block of another kind, would not be tried."""
    text = PAGE.read_text(encoding="utf-8")
    shown = len(re.findall(r"^ *(?:\$ )?digits-scan ", text, re.MULTILINE))
    assert shown == sum(example.command.startswith("digits-scan ") for example in EXAMPLES)
    assert shown >= 10


def test_the_page_shows_what_there_is() -> None:
    """Pictures and files that it points to exist."""
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGE.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []


def test_the_template_that_the_page_quotes_is_the_sample() -> None:
    """Each line of the quoted template stands in the file, whatever note follows it there."""
    (quoted,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    template = (ROOT / "samples" / "forms" / "cheque.toml").read_text(encoding="utf-8")
    kept = {line.split("  #")[0].rstrip() for line in template.splitlines()}
    assert [line for line in quoted.splitlines() if line.split("  #")[0].rstrip() not in kept] == []
