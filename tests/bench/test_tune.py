"""The search for recipes: it keeps its limits, goes on where it was, and tells what mattered."""

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bench.__main__ import main
from model.augment import CANVAS, recut
from model.data import Glyphs
from model.errors import DataError, StorageError
from model.recipe import Recipe, read_recipe
from model.strokes import DIGITS, draw

CHEAP = 3_000_000
"""Multiply-adds of small networks."""


@pytest.fixture(scope="module")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in MNIST's form: 120 drawn digits."""
    rng = np.random.default_rng(1)
    labels = np.arange(120) % 10
    images = np.stack([recut(draw(DIGITS[str(label)][0], rng, side=CANVAS), rng) for label in labels])
    path = tmp_path_factory.mktemp("data") / "mnist.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images[:10], y_test=labels[:10])
    return path


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accuracy is measured on few glyphs."""
    monkeypatch.setattr("bench.tune.VALIDATION", 40)


def search(mnist: Path, folder: Path, trials: int, **limits: Any) -> Any:
    from bench.tune import Plan, Search
    from model.data import load_mnist

    plan = Plan(trials, **{"epochs": 1, "glyphs": 60, "most_multiply_adds": CHEAP} | limits)
    return Search(load_mnist(mnist), [], plan, folder)


def list_trained(study: Any) -> list[tuple[dict[str, Any], Any]]:
    return [(trial.params, trial.value) for trial in study.get_trials() if trial.intermediate_values]


@pytest.mark.slow
def test_a_killed_search_goes_on_as_one_that_was_left_alone(mnist: Path, few: None, tmp_path: Path) -> None:
    whole, killed = search(mnist, tmp_path / "whole", 2), search(mnist, tmp_path / "killed", 1)
    whole.go_on(lambda sentence: None)
    killed.go_on(lambda sentence: None)
    lost = killed.study.ask()  # as a kill leaves it: begun, and never told of
    from bench.tune import suggest

    suggest(lost, killed.plan)
    said: list[str] = []
    again = search(mnist, tmp_path / "killed", 2)
    again.go_on(said.append)
    assert said[0] == "1 of 2 trials are done; the search goes on there."
    assert len(list_trained(again.study)) == 2
    assert list_trained(again.study)[0] == list_trained(whole.study)[0]
    assert (
        any(params == lost.params for params, _ in list_trained(again.study))
        or max(trial.user_attrs["multiply_adds"] for trial in again.study.get_trials() if trial.user_attrs) > CHEAP
    )
    found = again.conclude()
    assert found.multiply_adds <= CHEAP
    assert read_recipe(tmp_path / "killed" / "recipe.json") == found.recipe
    assert found.recipe.epochs == Recipe.epochs, "the search's short trainings are not the recipe's"


def test_other_limits_are_another_search(mnist: Path, few: None, tmp_path: Path) -> None:
    one, other = search(mnist, tmp_path, 1), search(mnist, tmp_path, 1, glyphs=50)
    assert one.study.study_name != other.study.study_name
    assert one.study.study_name == search(mnist, tmp_path, 9).study.study_name, "more trials go on with the same"


def test_where_all_are_too_dear_it_is_told(
    mnist: Path, few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.tune.MOST_DRAWN", 2)
    words = ["tune", "--data", str(mnist), "--out", str(tmp_path), "--trials", "1", "--most-multiply-adds", "10"]
    assert main(words) == 2
    assert "all 2 networks that were drawn cost more than 10 multiply-adds" in capsys.readouterr().err


def test_a_damaged_database_is_told(mnist: Path, few: None, tmp_path: Path) -> None:
    (tmp_path / "study.sqlite").write_bytes(b"no database, though long enough to be looked at as one" * 20)
    with pytest.raises(DataError, match=r"study\.sqlite: cannot be used .*Remove it, or name another --out"):
        search(mnist, tmp_path, 1)


def test_a_full_disk_is_told(mnist: Path, few: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    one = search(mnist, tmp_path, 1)

    def refuse(*args: Any, **words: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(one.study, "optimize", refuse)
    with pytest.raises(StorageError, match=r"trial 1 cannot be written .*disk is full.*are kept"):
        one.go_on(lambda sentence: None)


def make_study(count: int) -> Any:
    """Return a study in which the rate alone decides."""
    import optuna

    study = optuna.create_study(direction="maximize")
    rng = np.random.default_rng(5)
    rates = optuna.distributions.FloatDistribution(1e-4, 1e-2, log=True)
    widths = optuna.distributions.FloatDistribution(0.25, 1.5)
    for i in range(count):
        rate, width = 10 ** rng.uniform(-4, -2), rng.uniform(0.25, 1.5)
        study.add_trial(
            optuna.trial.create_trial(
                params={"rate": rate, "width": width},
                distributions={"rate": rates, "width": widths},
                value=float(0.9 + 0.02 * np.log10(rate)),
                user_attrs={"multiply_adds": 1_000_000 + i},
            )
        )
    return study


def test_what_mattered_is_told() -> None:
    from bench.tune import weigh_choices

    shares = weigh_choices(make_study(20), seed=1)
    assert list(shares) == ["rate", "width"]
    assert shares["rate"] > 0.8
    assert weigh_choices(make_study(3), seed=1) == {}, "three trials tell nothing"


@pytest.mark.parametrize("count", [1, 12])
def test_the_picture_can_be_drawn_of_any_search(count: int) -> None:
    from bench.tune import weigh_choices
    from bench.tune_picture import draw_search

    study = make_study(count)
    content = draw_search(study, weigh_choices(study, 1), CHEAP)
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[1] > 900
    assert (picture < 250).any()


def test_a_package_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert main(["tune"]) == 3
    assert "not there (optuna). Install it: pip install 'digitlens[train]'." in capsys.readouterr().err


def test_taken_glyphs_are_the_same_each_time() -> None:
    from bench.tune import take

    glyphs = Glyphs(np.zeros((50, 28, 28), np.uint8), np.arange(50), "x")
    chosen = take(glyphs, 20, seed=3).labels.tolist()
    assert chosen == take(glyphs, 20, seed=3).labels.tolist() == sorted(set(chosen))
    assert chosen != take(glyphs, 20, seed=4).labels.tolist()
    assert len(take(glyphs, 90, seed=3).labels) == 50


@pytest.mark.slow
def test_the_command_leaves_a_recipe_and_a_picture(
    mnist: Path, few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tune", "--data", str(mnist), "--out", str(tmp_path / "t"), "--trials", "1", "--epochs", "1"]
    assert main([*words, "--glyphs", "60", "--most-multiply-adds", str(CHEAP)]) == 0
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert said["trials"] == 1
    assert said["multiply_adds"] <= CHEAP
    assert "training on the " in err
    assert "trial 1 of 1: " in err
    assert {file.name for file in (tmp_path / "t").iterdir()} == {"study.sqlite", "recipe.json", "tuning.png"}
    assert read_recipe(tmp_path / "t" / "recipe.json").seed == 1
