"""The package: what setup.cfg promises is what the rooms hold and import. .ci/run tries the wheel itself."""

import ast
import configparser
import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib import import_module, metadata
from pathlib import Path

import pytest

import model

ROOT = Path(__file__).parents[1]

ROOMS = ("model", "scanner", "realtime", "web", "bench")

COMMANDS = {
    "digits-scan": "scanner",
    "digits-live": "realtime",
    "digits-web": "web",
    "digits-model": "model",
    "digits-bench": "bench",
}
"""Console script -> the room that can also be run with python -m."""


@pytest.fixture(scope="module")
def settings() -> configparser.ConfigParser:
    """What stands in setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def split(value: str) -> list[str]:
    """Return the entries of a setting that has one on each line, without comments."""
    return [line for line in map(str.strip, value.splitlines()) if line and not line.startswith("#")]


def name_distributions(requirements: list[str]) -> set[str]:
    """Return what is required, by its normalised name (PEP 503), without versions and extras."""
    return {normalise(re.split(r"[\[<>=~! ]", requirement)[0]) for requirement in requirements}


def normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def find_imported_distributions(room: str) -> set[str]:
    """Return the distributions whose modules a room imports, those inside functions too."""
    modules: set[str] = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    foreign = modules - set(sys.stdlib_module_names) - set(ROOMS)
    providers = metadata.packages_distributions()
    return {normalise(providers.get(name, [name])[0]) for name in foreign}


def test_every_folder_with_modules_is_packed(settings: configparser.ConfigParser) -> None:
    folders = {path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert {".".join(folder.parts) for folder in folders} == set(split(settings["options"]["packages"]))


def test_every_file_beside_the_modules_is_packed(settings: configparser.ConfigParser) -> None:
    packed = {package: re.split(r"[,\s]+", globs) for package, globs in settings["options.package_data"].items()}
    left_out = []
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            owner = next(folder for folder in path.parents if (folder / "__init__.py").exists())
            package, name = ".".join(owner.relative_to(ROOT).parts), path.relative_to(owner).as_posix()
            if not any(fnmatch(name, glob) for glob in packed.get(package, [])):
                left_out.append(name)
    assert left_out == []


def test_what_is_imported_is_required_and_nothing_more(settings: configparser.ConfigParser) -> None:
    required = name_distributions(split(settings["options"]["install_requires"]))
    training = name_distributions(split(settings["options.extras_require"]["train"]))
    others = [name_distributions(split(settings["options.extras_require"][name])) for name in ("heic", "video", "web")]
    imported = set().union(*map(find_imported_distributions, ROOMS))
    brought = {"keras", "starlette"}  # by TensorFlow and by FastAPI
    assert imported.difference(training, *others, brought) == required


def test_only_the_server_needs_the_web_extra(settings: configparser.ConfigParser) -> None:
    web = name_distributions(split(settings["options.extras_require"]["web"]))
    others = set().union(*(find_imported_distributions(room) for room in ROOMS if room != "web"))
    assert not (web | {"starlette"}) & others
    implied = {"python-multipart", "wsproto"}  # Starlette and uvicorn import these
    assert web - implied <= find_imported_distributions("web")


def test_reading_rooms_need_nothing_of_training(settings: configparser.ConfigParser) -> None:
    training = name_distributions(split(settings["options.extras_require"]["train"])) | {"keras"}
    assert not training & (find_imported_distributions("scanner") | find_imported_distributions("realtime"))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_console_script_leads_to_its_room(settings: configparser.ConfigParser, command: str) -> None:
    scripts = dict(entry.split(" = ") for entry in split(settings["options.entry_points"]["console_scripts"]))
    assert set(scripts) == set(COMMANDS)
    module, function = scripts[command].split(":")
    assert module == f"{COMMANDS[command]}.__main__"
    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_its_version(command: str) -> None:
    words = [sys.executable, "-m", COMMANDS[command], "--version"]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{command} {model.__version__}\n", "")


def test_each_supported_python_is_classified(settings: configparser.ConfigParser) -> None:
    least, beyond = re.findall(r"3\.(\d+)", settings["options"]["python_requires"])
    said = re.findall(r"Python :: 3\.(\d+)", settings["metadata"]["classifiers"])
    assert [int(minor) for minor in said] == list(range(int(least), int(beyond)))


def test_the_terms_of_code_and_weights_are_given(settings: configparser.ConfigParser) -> None:
    code, weights = ((ROOT / name).read_text("utf-8") for name in split(settings["metadata"]["license_files"]))
    assert code.startswith("MIT License")
    for name in ("MNIST", "LeCun", "Cortes", "Burges", "CC BY-SA 3.0", "Semeion", "CC BY 4.0"):
        assert name in weights
