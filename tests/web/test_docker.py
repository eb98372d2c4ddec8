"""The Dockerfile: there is no Docker here, so what it says is held against what the project holds."""

import configparser
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from web.arguments import build_parser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """The instructions: word and rest, continued lines joined, without comments."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]  # type: ignore[misc]


def list_words(steps: list[tuple[str, str]], instruction: str) -> list[str]:
    return [rest for word, rest in steps if word == instruction]


def test_all_that_is_copied_is_there_and_is_not_ignored(steps: list[tuple[str, str]]) -> None:
    copied = {name for rest in list_words(steps, "COPY") if "--from" not in rest for name in rest.split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == kept, "all else is ignored"


def test_every_package_and_its_files_are_copied(steps: list[tuple[str, str]]) -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    copied = {name for rest in list_words(steps, "COPY") if "--from" not in rest for name in rest.split()[:-1]}
    assert {name.split(".")[0] for name in settings["options"]["packages"].split() if name[0] != "#"} <= copied
    assert {name.split("/")[0] for name in settings["metadata"]["license_files"].split()} <= copied
    assert settings["metadata"]["long_description"].split()[-1] in copied
    (extras,) = re.findall(r"\.\[([\w,]+)\]", " ".join(list_words(steps, "RUN")))
    assert set(extras.split(",")) <= set(settings["options.extras_require"])


def test_its_python_is_one_that_is_supported(steps: list[tuple[str, str]]) -> None:
    versions = {re.search(r"python:3\.(\d+)-slim", rest)[1] for rest in list_words(steps, "FROM")}  # type: ignore[index]
    assert len(versions) == 1
    assert f"Python :: 3.{versions.pop()}" in (ROOT / "setup.cfg").read_text(encoding="utf-8")


def test_it_runs_as_nobody_in_particular(steps: list[tuple[str, str]]) -> None:
    (user,) = list_words(steps, "USER")
    assert user != "root"
    assert any("useradd --system" in rest and rest.endswith(user) for rest in list_words(steps, "RUN"))
    words = [word for word, _ in steps]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert words.index("USER") > max(i for i, word in enumerate(words) if word == "RUN")


def test_its_command_fits_and_its_port_is_the_servers(steps: list[tuple[str, str]]) -> None:
    (entry,) = list_words(steps, "ENTRYPOINT")
    script, *words = json.loads(entry)
    assert Path(script).name == "digits-web"
    arguments = build_parser().parse_args(words)
    assert arguments.host == "0.0.0.0"
    assert list_words(steps, "EXPOSE") == [str(arguments.port)]
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (run,) = re.findall(r"# +docker run .* digitlens (.*)", text)
    build_parser().parse_args([*words, *shlex.split(run)])


def test_its_health_is_the_servers(steps: list[tuple[str, str]], server: str) -> None:
    (check,) = list_words(steps, "HEALTHCHECK")
    command = json.loads(check[check.index("CMD") + 4 :])
    assert command[0] == "/venv/bin/python"
    for base, healthy in ((server, True), ("http://127.0.0.1:9", False)):
        words = [sys.executable, *(word.replace("http://127.0.0.1:8000", base) for word in command[1:])]
        ran = subprocess.run(words, capture_output=True, timeout=60, check=False)
        assert (ran.returncode == 0) is healthy
