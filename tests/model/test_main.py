"""The command: its words, its streams, its exit codes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model import __version__
from model.__main__ import main
from model.classifier import Classifier, read_card
from model.data import hash_file


def test_evaluate_prints_one_json_object(weights: Path, mnist_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--data", str(mnist_file), "--weights", str(weights)]) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["digits"] == 50
    assert {"accuracy", "ten_class_accuracy", "calibration_error", "per_class", "confusion"} <= set(said)
    assert np.array(said["confusion"]).sum() == 50


def test_reject_below_is_heard(weights: Path, mnist_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["evaluate", "--data", str(mnist_file), "--weights", str(weights), "--reject-below", "1"])
    assert json.loads(capfd.readouterr().out)["refused"] == 1


def test_export_makes_the_same_weights_again(
    weights: Path, mnist_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.export.LEAST_AGREEMENT", 0.9)
    shutil.copytree(weights, tmp_path, dirs_exist_ok=True)
    (tmp_path / "digits.tflite").unlink()
    assert main(["export", "--weights", str(tmp_path), "--data", str(mnist_file)]) == 0
    assert json.loads(capfd.readouterr().out)["temperature"] > 0  # one JSON object, nothing else
    old, new = (json.loads((folder / "card.json").read_text()) for folder in (weights, tmp_path))
    assert {**old, "made": ""} == {**new, "made": ""}


def test_join_makes_a_committee_that_knows_its_members(
    weights: Path, mnist_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.export.LEAST_AGREEMENT", 0.9)
    folder = tmp_path / "committee"
    words = ["join", str(weights), str(weights), "--data", str(mnist_file), "--out", str(folder)]
    assert main(words) == 0
    assert json.loads(capfd.readouterr().out)["temperature"] > 0
    alone, joined = (json.loads((each / "card.json").read_text()) for each in (weights, folder))
    assert joined["members"] == [hash_file(weights / "digits.keras")] * 2
    assert joined["data"] == alone["data"]
    assert joined["parameters"] == 2 * alone["parameters"]
    glyphs = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    one, both = (
        np.log(Classifier(each).score(glyphs)) * Classifier(each).card.temperature for each in (weights, folder)
    )
    assert (one - both).std(axis=1).max() < 0.1, "a network and itself say what it says alone"
    (folder / "digits.tflite").unlink()
    assert main(["export", "--weights", str(folder), "--data", str(mnist_file)]) == 0
    assert json.loads((folder / "card.json").read_text())["members"] == joined["members"]


def test_a_network_blended_with_itself_stays_as_it_is(
    weights: Path, mnist_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.export.LEAST_AGREEMENT", 0.9)
    folder = tmp_path / "blended"
    words = ["blend", str(weights), str(weights), "--share", "0.3", "--data", str(mnist_file), "--out", str(folder)]
    assert main(words) == 0
    assert json.loads(capfd.readouterr().out)["temperature"] > 0
    alone, blended = (json.loads((each / "card.json").read_text()) for each in (weights, folder))
    assert blended["members"] == [hash_file(weights / "digits.keras")] * 2
    assert blended["parameters"] == alone["parameters"]
    glyphs = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    one, same = (Classifier(each).score(glyphs) for each in (weights, folder))
    assert one == pytest.approx(same, abs=0.02)


def test_join_asks_for_the_cards(
    weights: Path, mnist_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(weights / "digits.keras", tmp_path)
    assert main(["join", str(tmp_path), "--data", str(mnist_file), "--out", str(tmp_path / "out")]) == 3
    assert "has no card.json" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["evaluate", "--data", "none.npz", "--weights", "."], "are not there", 3),
        (["export", "--weights", "nowhere"], "no such file", 3),
        (["train", "--data", "none.npz"], "no such file", 2),
    ],
)
def test_bad_input_gets_one_sentence(
    words: list[str],
    said: str,
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("digits-model: ")
    assert said in err
    assert err.count("\n") == 1


def test_training_goes_on_with_the_same_digits_set_aside_only(
    mnist_file: Path, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--data", str(mnist_file), "--start", str(weights), "--out", str(tmp_path / "new")]
    assert main([*words, "--seed", "5"]) == 2
    assert "was trained with --seed 1" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_load_or_train_loads_what_is_the_same(
    weights: Path, mnist_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(weights, tmp_path, dirs_exist_ok=True)
    before = hash_file(tmp_path / "digits.tflite")
    words = ["train", "--data", str(mnist_file), "--out", str(tmp_path), "--epochs", "1", "--load-or-train"]
    assert main(words) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["temperature"] == Classifier(weights).card.temperature
    assert "nothing was trained again" in err
    assert "Epoch" not in err
    assert hash_file(tmp_path / "digits.tflite") == before


def test_weights_of_another_recipe_or_other_data_or_damaged_are_not_taken(weights: Path, tmp_path: Path) -> None:
    from model.export import find_trained
    from model.recipe import Recipe

    card = read_card(weights)
    assert find_trained(weights, Recipe(epochs=1), card.data) == card
    assert find_trained(weights, Recipe(epochs=2), card.data) is None
    assert find_trained(weights, Recipe(epochs=1), (*card.data, *card.data)) is None
    assert find_trained(tmp_path, Recipe(epochs=1), card.data) is None
    shutil.copytree(weights, tmp_path, dirs_exist_ok=True)
    (tmp_path / "card.json").write_text(card.to_json().replace(f'"{card.digitlens}"', '"0.0.1"'))
    assert find_trained(tmp_path, Recipe(epochs=1), card.data) is None, "weights of another version"
    (tmp_path / "card.json").write_text(card.to_json())
    (tmp_path / "digits.tflite").write_bytes((weights / "digits.tflite").read_bytes()[:-1])
    assert find_trained(tmp_path, Recipe(epochs=1), card.data) is None, "a damaged file"


def test_what_scikit_learn_fits_is_refused_with_what_can_be_trained(
    mnist_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--data", str(mnist_file), "--out", str(tmp_path / "w"), "--model", "knn"]) == 2
    err = capsys.readouterr().err
    assert "Choose one of mlp, " in err
    assert err.count("\n") == 1
    assert not (tmp_path / "w").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mlp", "lstm"])
def test_any_network_becomes_the_one_that_reads(
    name: str,
    mnist_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("model.export.LEAST_AGREEMENT", 0.8)
    (tmp_path / "recipe.json").write_text('{"epochs": 9, "rate": 0.004, "batch": 64}')
    words = ["train", "--data", str(mnist_file), "--out", str(tmp_path / "w"), "--model", name]
    assert main([*words, "--recipe", str(tmp_path / "recipe.json"), "--epochs", "1"]) == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["temperature"] > 0
    assert f"digits-model: {name}, " in said.err
    assert "Epoch" not in said.err  # Keras counts them only where there are several
    assert "━" not in said.err, "no bar where standard error is no terminal"
    card = read_card(tmp_path / "w")
    assert (card.recipe["network"], card.recipe["epochs"], card.recipe["batch"]) == (name, 1, 64)
    assert main(["evaluate", "--data", str(mnist_file), "--weights", str(tmp_path / "w")]) == 0
    guesses = Classifier(tmp_path / "w").classify(np.zeros((3, 28, 28, 2), np.uint8))
    assert [len(guess.scores) for guess in guesses] == [11, 11, 11]


@pytest.mark.parametrize("words", [["train"], ["join", "a", "--out", "c"], ["blend", "a", "b", "--out", "c"]])
def test_training_without_tensorflow_is_explained(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.delitem(sys.modules, "model.committee", raising=False)
    assert main(words) == 3
    assert "pip install 'digitlens[train]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [[], ["learn"], ["train", "--epochs", "0"], ["evaluate", "--data", "x", "--reject-below", "2"]]
)
def test_words_that_do_not_fit_end_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"digits-model {__version__}\n"


def test_ctrl_c_ends_with_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("model.command.require_opencv", interrupt)
    assert main(["evaluate", "--data", "x"]) == 130
    assert "stopped" in capsys.readouterr().err


def test_a_closed_pipe_is_quiet(weights: Path, mnist_file: Path) -> None:
    words = [sys.executable, "-m", "model", "evaluate", "--data", str(mnist_file), "--weights", str(weights)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in (said := process.stderr.read())
        assert "Broken" not in said
    assert process.returncode == 0
