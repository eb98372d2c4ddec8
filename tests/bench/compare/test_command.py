"""digits-bench compare: the quick run of all, what is kept of it, and what is said of bad input."""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.__main__ import main
from bench.contestants.network import NetworkContestant
from bench.contestants.registry import make_contestants

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

SAMPLES = Path(__file__).parents[3] / "samples"


def run(mnist: Path, out: Path, *words: str) -> int:
    return main(["compare", "--mnist", str(mnist), "--out", str(out), "--quick", *words])


def read_report(out: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return report


@pytest.mark.slow
def test_a_quick_run_of_all(mnist_file: Path, others_file: Path, tmp_path: Path) -> None:
    assert run(mnist_file, tmp_path, "--data", f"others={others_file}", "--photos", str(SAMPLES)) == 0
    report = read_report(tmp_path)
    names = [each.name for each in make_contestants()]
    assert [each["name"] for each in report["contestants"]] == names
    assert len(report["pairs"]) == len(names) * (len(names) - 1) / 2
    for each in report["contestants"]:
        assert each["test"]["digits"] == 120
        assert each["data"]["others"]["digits"] == 20
        assert len(each["corrupted"]["kinds"]) == 15
        assert each["photos"]["glyphs"]["images"] == 2
        assert each["cost"]["one_ms"] > 0
        assert each["size"] > 0
    shipped = report["contestants"][-1]
    assert (shipped["cost"]["one_ratio"], list(shipped["photos"])) == (1.0, ["glyphs", "no row network", "whole"])
    assert shipped["test"]["accuracy"] > 0.9
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(f"{name}: " in page for name in names)
    assert page.count("data:image/png;base64,") == 3 + 14 + sum(
        isinstance(each, NetworkContestant) for each in make_contestants()
    )
    assert not re.search(r"(src|href)='?https?:", page), "the page fetches something"


def test_what_is_done_is_not_done_again_and_only_adds(
    mnist_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(mnist_file, tmp_path, "--only", "bayes", "tree", "--seeds", "2") == 0
    first = read_report(tmp_path)
    assert [(each["name"], len(each["seeds"])) for each in first["contestants"]] == [("tree", 2), ("bayes", 1)]
    assert set(first["contestants"][0]["over_seeds"]) == {"values", "mean", "low", "high"}
    monkeypatch.setattr("bench.contestants.shallow.make_tree", None)
    assert run(mnist_file, tmp_path, "--only", "knn") == 0
    second = read_report(tmp_path)
    assert [each["name"] for each in second["contestants"]] == ["tree", "bayes", "knn"]
    assert second["contestants"][0]["seeds"] == first["contestants"][0]["seeds"]
    assert second["contestants"][0]["test"] == first["contestants"][0]["test"]


def test_a_fit_that_was_cut_short_is_made_anew(mnist_file: Path, tmp_path: Path) -> None:
    assert run(mnist_file, tmp_path, "--only", "bayes") == 0
    (facts,) = tmp_path.rglob("fit.json")
    facts.unlink()
    (facts.parent / "estimator.pickle").write_bytes(b"half")
    assert run(mnist_file, tmp_path, "--only", "bayes") == 0
    assert facts.is_file()


def test_the_page_says_what_is_missing(mnist_file: Path, tmp_path: Path) -> None:
    assert run(mnist_file, tmp_path, "--only", "bayes") == 0
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "Not in this report: tree: not trained; forest: not trained" in page
    assert "A quick run" in page


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--only", "perceptron"], "no contestant is called perceptron"),
        (["--data", "usps.npz"], "expected NAME=FILE.npz"),
        (["--data", "test=usps.npz"], "other than 'test'"),
        (["--data", "usps=nowhere.npz"], "nowhere.npz: no such file"),
        (["--photos", "nowhere"], "nowhere/labels.jsonl: cannot be read"),
    ],
)
def test_bad_words_cost_one_sentence(
    words: list[str], told: str, mnist_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(mnist_file, tmp_path, *words) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "report.json").exists()


def test_a_class_without_samples_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images, labels = np.zeros((60, 28, 28), np.uint8), np.arange(60) % 9
    file = tmp_path / "mnist.npz"
    np.savez(file, x_train=images, y_train=labels, x_test=images, y_test=labels)
    assert run(file, tmp_path / "report", "--only", "bayes") == 2
    assert "mnist.npz: x_train holds no 9, expected glyphs of all ten digits." in capsys.readouterr().err


def test_a_truncated_file_is_told(mnist_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half = tmp_path / "half.npz"
    half.write_bytes(mnist_file.read_bytes()[:5000])
    assert run(half, tmp_path, "--only", "bayes") == 2
    assert "half.npz: is no .npz, or was cut short" in capsys.readouterr().err


def test_a_full_disk_is_told_and_what_was_done_is_kept(
    mnist_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(mnist_file, tmp_path, "--only", "bayes") == 0
    kept = sorted(path for path in tmp_path.rglob("*") if path.is_file())

    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bench.contestants.shallow.ShallowContestant.save", fill)
    assert run(mnist_file, tmp_path, "--only", "tree") == 2
    assert "No space left on device" in capsys.readouterr().err
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == kept
