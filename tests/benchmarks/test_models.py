"""The page on models is filled from a report; what is written by hand stays."""

import json
from pathlib import Path

import pytest

from benchmarks.models import main
from tests.comparison import make_report

PAGE = Path(__file__).parents[2] / "docs" / "models.md"

NAMES = ("origin", "test", "ties", "photos", "elsewhere", "costs")


def write_report(folder: Path) -> str:
    """Leave a report and a place for pictures; return the report's path."""
    (folder / "images").mkdir()
    (folder / "report.json").write_text(json.dumps(make_report()), encoding="utf-8")
    return str(folder / "report.json")


def test_the_page_is_filled_and_filled_again(tmp_path: Path) -> None:
    report, page = write_report(tmp_path), tmp_path / "models.md"
    page.write_text("".join(f"by hand\n<!-- {name} -->\nold\n<!-- /{name} -->\n" for name in NAMES), encoding="utf-8")
    assert main([report, "--out", str(tmp_path)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("by hand") == 6
    assert "old" not in text
    assert "| tree | a tree | 80.00 |" in text
    assert (
        "Made 2026-11-22 on a processor, 2 cores, with python 3.11. One seed each. Missing: bayes: not trained" in text
    )
    assert main([report, "--out", str(tmp_path)]) == 0
    assert page.read_text(encoding="utf-8") == text
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [
        f"models-{name}.png" for name in ("corruptions", "gap", "pairs")
    ]
    assert "answers" not in (tmp_path / "models-figures.json").read_text(encoding="utf-8")


def test_a_page_without_a_place_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = write_report(tmp_path)
    (tmp_path / "models.md").write_text("by hand", encoding="utf-8")
    assert main([report, "--out", str(tmp_path)]) == 2
    assert "has no <!-- origin --> with <!-- /origin --> after it" in capsys.readouterr().err


def test_the_page_of_the_docs_has_all_places() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(text.count(f"<!-- {name} -->") == text.count(f"<!-- /{name} -->") == 1 for name in NAMES)
