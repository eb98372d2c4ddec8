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
