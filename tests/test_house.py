"""The house: which room knows which, what each may do, and how it is written."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {
    "model": {"model"},
    "scanner": {"model", "scanner"},
    "realtime": {"model", "scanner", "realtime"},
    "web": {"model", "scanner", "realtime", "web"},
    "bench": {"model", "scanner", "bench"},
}
"""Imports run one way: web -> realtime -> scanner -> model, and bench -> scanner -> model."""

LONGEST = 300
"""Lines in a file, at most: it can be read at one sitting."""

ONLY_IN: dict[str, Callable[[Path], bool]] = {
    "print": lambda path: path.name == "__main__.py" or path == Path("scanner/output.py"),
    "imshow": lambda path: path == Path("realtime/screen.py"),
    "VideoCapture": lambda path: path == Path("realtime/camera.py"),
}
"""Calls that have their rooms."""

READING_ROAD = ("scanner.pipeline", "scanner.output", "model.classifier", "realtime.loop")
"""What reads, scanned or live."""

FILES = [path.relative_to(ROOT) for room in MAY_IMPORT for path in sorted((ROOT / room).rglob("*.py"))]

TEXTS = FILES + [
    path.relative_to(ROOT)
    for folder, pattern in (
        ("benchmarks", "*.py"),
        ("tests", "*.py"),
        ("samples", "*.py"),
        ("docs", "*.md"),
        (".", "*.md"),
    )
    for path in sorted((ROOT / folder).glob(pattern if folder == "." else f"**/{pattern}"))
]
"""What a person may read, and run on another machine."""

PATHS = [*("/".join(("", name, "")) for name in ("work", "tmp", "home")), "/".join(("..", "shared"))]
"""Beginnings of paths that one machine alone has."""


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def find_imports(tree: ast.AST) -> Iterator[str]:
    """Yield the names of all imported modules, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their room"
            yield node.module or ""


def find_calls(tree: ast.AST) -> Iterator[str]:
    """Yield the last names of all that is called: "imshow" for cv2.imshow(...)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


def find_undocumented(body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    """Yield the public functions, classes and methods that have no docstring."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                yield owner + node.name
            if isinstance(node, ast.ClassDef):
                yield from find_undocumented(node.body, f"{node.name}.")


def test_the_rooms_are_found() -> None:
    assert {path.parts[0] for path in FILES} == set(MAY_IMPORT)
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_run_one_way(path: Path) -> None:
    rooms = {name.split(".")[0] for name in find_imports(parse(path))} & {*MAY_IMPORT, "tests", "benchmarks"}
    assert rooms <= MAY_IMPORT[path.parts[0]]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_calls_stay_in_their_rooms(path: Path) -> None:
    calls = set(find_calls(parse(path)))
    assert [name for name, allowed in ONLY_IN.items() if name in calls and not allowed(path)] == []


@pytest.mark.parametrize("path", FILES, ids=str)
def test_files_can_be_read_at_one_sitting(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=str)
def test_what_is_public_says_what_it_does(path: Path) -> None:
    tree = parse(path)
    assert not tree.body or ast.get_docstring(tree), "the file does not say what it is"
    assert list(find_undocumented(tree.body)) == []


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_exception_that_is_caught_is_named(path: Path) -> None:
    handlers = [node for node in ast.walk(parse(path)) if isinstance(node, ast.ExceptHandler)]
    assert [handler.lineno for handler in handlers if handler.type is None] == []


@pytest.mark.parametrize("path", TEXTS, ids=str)
def test_no_path_of_one_machine(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert [word for word in PATHS if word in text] == []


@pytest.mark.parametrize("module", READING_ROAD)
def test_nothing_on_the_reading_road_imports_tensorflow(module: str) -> None:
    script = f"import sys, {module}\nprint(sorted({{'tensorflow', 'keras'}} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr


def test_reading_a_page_imports_no_tensorflow() -> None:
    """The interpreter is imported late, so a page has to be read for the road to be seen to its end."""
    script = (
        "import sys\n"
        "from scanner.__main__ import main\n"
        "code = main(['samples/cheque.jpg'])\n"
        "print(code, sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert ran.stdout.splitlines()[-1] == "0 []", ran.stderr
