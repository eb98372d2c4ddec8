"""The command that draws pages: what it needs beyond a plain installation is said."""

import sys
from pathlib import Path

import pytest

from bench.__main__ import main


@pytest.mark.parametrize("command", ["cuts", "strips"])
def test_a_package_of_training_that_is_missing_is_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("bench.") and name != "bench.__main__"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "skimage.morphology", None)
    assert main([command, "--out", str(tmp_path / "pages.npz"), "--pages", "1"]) == 3
    assert "pip install 'digitlens[train]'" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["matplotlib", "sklearn", "tensorflow"])
def test_the_comparison_asks_for_its_packages_before_the_long_part(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["compare", "--mnist", "nowhere.npz", "--out", str(tmp_path)]) == 3
    assert f"({package}). Install it: pip install 'digitlens[train]'" in capsys.readouterr().err
