"""The README and docs/: commands give what is shown beneath them, words fit, links lead somewhere."""

import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bench.__main__ import _make_parser as make_bench_parser
from model.__main__ import _make_parser as make_model_parser
from model.classifier import Classifier
from model.errors import WeightsError
from realtime.__main__ import build_parser as build_live_parser
from scanner.arguments import parse_words
from tests.examples import MODULES, PAGES, ROOT, hide_fractions, list_examples, read_pages, run
from web.arguments import build_parser as build_web_parser

LINKING = (*PAGES, ROOT / "benchmarks" / "README.md", ROOT / "CHANGELOG.md")
"""Pages whose links are followed."""

SCANNER = ROOT / "docs" / "scanner.md"

FENCED = re.compile(r"```.*?```", re.DOTALL)

PARSERS = {
    "digits-live": build_live_parser,
    "digits-web": build_web_parser,
    "digits-model": make_model_parser,
    "digits-bench": make_bench_parser,
}
"""Who knows the words of each command; those of digits-scan are of three kinds."""

WORDS = re.compile(r"^    (?:.*&& )?(digits-.*)$", re.MULTILINE)
"""A command on a line of its own, that no test runs: it would take hours, or a camera."""

TARGET = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def name_page(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def list_unrun(page: Path) -> list[str]:
    """Return the commands that a page shows without their output."""
    return WORDS.findall(FENCED.sub("", page.read_text(encoding="utf-8")))


def list_anchors(page: Path) -> set[str]:
    """Return what links may name behind a #: the headings, as the usual viewers write them."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [page for page in PAGES if list_examples(page)], ids=name_page)
def test_commands_give_what_a_page_shows(page: Path, tmp_path: Path) -> None:
    """One test for each page: a command may need what those before it have left in the folder."""
    try:
        Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    for example in list_examples(page):
        done = run(example.command, tmp_path)
        assert done.returncode == 0, f"{example.command}\n{done.stdout}"
        assert hide_fractions(done.stdout) == hide_fractions(example.output), example.command


def test_the_readme_and_the_walk_have_examples() -> None:
    assert len(list_examples(PAGES[0])) >= 3
    assert len(list_examples(SCANNER)) >= 10


def test_the_walk_shows_every_command_in_a_block_that_is_run() -> None:
    """Commands that are merely indented, or in a block of another kind, would not be tried."""
    shown = len(re.findall(r"^ *(?:\$ )?digits-scan ", SCANNER.read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == sum(example.command.startswith("digits-scan ") for example in list_examples(SCANNER))


@pytest.mark.parametrize("command", [word for page in PAGES for word in list_unrun(page)])
def test_a_command_that_is_not_run_has_words_that_fit(command: str) -> None:
    """The parsers end the program where an option is not theirs."""
    name, *words = shlex.split(command, comments=True)
    if name == "digits-scan" and words[0] in ("review", "template"):
        import_module(f"scanner.{words[0]}_command").build_parser().parse_args(words[1:])
    elif name == "digits-scan":
        parse_words(words)
    else:
        PARSERS[name]().parse_args(words)


@pytest.mark.parametrize("page", LINKING, ids=name_page)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in TARGET.findall(page.read_text(encoding="utf-8")):
        file = page.parent / target if target else page
        assert file.exists(), target
        assert not anchor or anchor in list_anchors(file), f"{target}#{anchor}"


def test_every_page_and_picture_is_pointed_to() -> None:
    links = [(page, target) for page in PAGES for target, _ in TARGET.findall(page.read_text(encoding="utf-8"))]
    found = {(page.parent / target).resolve() for page, target in links}
    assert {*PAGES[1:], *(ROOT / "docs" / "images").iterdir()} <= found


def test_every_benchmark_is_listed() -> None:
    listed = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    scripts = [path for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    assert [path.stem for path in scripts if f"python -m benchmarks.{path.stem}" not in listed] == []


@pytest.mark.parametrize("script", MODULES)
def test_every_option_stands_in_the_docs(script: str) -> None:
    """An option that nobody can find is none. Kept simple: each long option's name appears on a page."""
    shown = subprocess.run(
        [sys.executable, "-m", MODULES[script], "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    docs = read_pages()
    assert [name for name in sorted(set(re.findall(r"--[a-z-]+", shown)) - {"--help"}) if name not in docs] == []


def test_the_template_that_the_walk_quotes_is_the_sample() -> None:
    """Each line of the quoted template stands in the file, whatever note follows it there."""
    (quoted,) = re.findall(r"```toml\n(.*?)```", SCANNER.read_text(encoding="utf-8"), re.DOTALL)
    template = (ROOT / "samples" / "forms" / "cheque.toml").read_text(encoding="utf-8")
    kept = {line.split("  #")[0].rstrip() for line in template.splitlines()}
    assert [line for line in quoted.splitlines() if line.split("  #")[0].rstrip() not in kept] == []
