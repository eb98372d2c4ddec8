"""`digits-scan template`: proposals and drawings, and files that are merely called so."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from blankforms import APPLICATION, CHEQUE, SMALL, save

from benchmarks.photos import photograph
from model.classifier import StubClassifier
from scanner.__main__ import main
from scanner.errors import ExitCode
from scanner.form import load_form


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("model.classifier.Classifier", lambda weights=None: StubClassifier([5]))
    monkeypatch.chdir(tmp_path)
    CHEQUE.save(tmp_path)
    return tmp_path


def test_new_prints_a_template(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "new", "cheque.png"]) == ExitCode.OK
    save(capsys.readouterr().out, folder, "proposed.toml")
    assert len(load_form("proposed.toml").pages[0].fields) == 5


def test_new_writes_a_template_that_finds_its_blank(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "templates").mkdir()
    assert main(["template", "new", "cheque.png", "--output", "templates/cheque.toml"]) == ExitCode.OK
    assert load_form("templates/cheque.toml").template.page[0].blank == "../cheque.png"
    out, err = capsys.readouterr()
    assert out == ""
    assert "the proposal is written to templates" in err


def test_show_draws_every_field(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "show", "cheque.toml"]) == ExitCode.OK
    assert "drawn in cheque.show.png" in capsys.readouterr().err
    drawn, blank = cv2.imread("cheque.show.png"), cv2.imread("cheque.png")
    changed = np.abs(drawn.astype(int) - blank).max(axis=2)
    for _, field in load_form("cheque.toml").pages[0].fields:
        box = field.box
        assert (changed[box.y : box.bottom, box.x - 3 : box.x + 4] > 40).any(axis=1).mean() > 0.9
        # its name stands over its right end: captions are printed over the left one
        assert (changed[box.y - 8, box.right - 20 : box.right] > 10).all()
        assert (changed[box.y - 8, box.x : box.x + 20] <= 10).all()


def test_show_draws_on_a_filled_form(folder: Path, rng: np.random.Generator) -> None:
    cv2.imwrite("filled.jpg", photograph(CHEQUE.picture, "tilt", rng))
    assert main(["template", "show", "cheque.toml", "filled.jpg", "--output", "drawn.jpg"]) == ExitCode.OK
    assert cv2.imread("drawn.jpg").shape == cv2.imread("filled.jpg").shape


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["new", "absent.png"], ExitCode.SOME_FAILED, "absent.png: no such file"),
        (["new", "white.png"], ExitCode.SOME_FAILED, "white.png: no frame and no comb was found"),
        (["show", "absent.toml"], ExitCode.BAD_USAGE, "absent.toml: the template cannot be read"),
        (["show", "small.toml"], ExitCode.BAD_USAGE, "page 1 has no blank to draw on"),
        (["show", "cheque.toml", "application.png"], ExitCode.SOME_FAILED, "is no form of cheque.toml"),
        (["show", "cheque.toml", "--output", "drawn.xyz"], ExitCode.SOME_FAILED, "expected .png or .jpg"),
        (["show", "cheque.toml", "--output", "no/drawn.png"], ExitCode.SOME_FAILED, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: ExitCode, said: str
) -> None:
    cv2.imwrite("white.png", np.full((200, 300), 250, np.uint8))
    cv2.imwrite("application.png", APPLICATION.picture)
    save(SMALL, folder, "small.toml")
    assert main(["template", *words]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("words", [[], ["form.png"], ["new"], ["show"], ["new", "a", "b"], ["show", "a", "--what"]])
def test_words_that_do_not_fit_end_with_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["template", *words])
    assert caught.value.code == ExitCode.BAD_USAGE
    assert "usage: digits-scan template" in capsys.readouterr().err
