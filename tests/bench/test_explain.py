"""Explanations say what the reader read, and why."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing import draw_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.__main__ import main
from bench.explain import Explainer, _list_unread
from bench.looks import ALL, ALONE, AROUND, ROW
from bench.neighbours import Features, Neighbours
from model.classifier import Classifier
from model.data import NOT_A_DIGIT, Glyphs
from model.strokes import DIGITS, draw
from scanner.errors import UsageError
from scanner.page import Page, open_pages
from scanner.pipeline import Options, read
from tests.examples import ROOT
from tests.scanner.test_trust import row
from tests.scanner.test_uncut import say

NOTE = str(ROOT / "samples" / "note.jpg")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


@pytest.fixture(scope="module")
def note(classifier: Classifier) -> Explainer:
    return Explainer(next(open_pages(NOTE)), classifier)


def test_it_explains_what_is_read(note: Explainer, classifier: Classifier) -> None:
    reading = read(next(open_pages(NOTE)), classifier, Options(again=False))
    digits = [digit for line in reading.lines for digit in line.digits]
    assert note.count == len(digits) == 14
    for number, digit in enumerate(digits, start=1):
        known = note.explain_digit(number)
        assert (str(known.label), known.box) == (digit.text, digit.box)
        assert f"read as {digit.text}, sure {int(100 * digit.confidence) / 100:.2f}" == known.verdict
        assert known.title.startswith(f"digit {number}, in line ")
        assert all(look.scores.shape == (11,) and abs(look.scores.sum() - 1) < 1e-3 for look in known.looks)
        assert known.looks[-1].label == known.label


def test_a_point_and_a_number_lead_to_the_same_digit(note: Explainer) -> None:
    known = note.explain_digit(8)
    assert note.explain_at(round(known.box.centre_x), round(known.box.centre_y)).title == known.title


def test_who_changed_the_answer_is_told(note: Explainer) -> None:
    """The 1 of the second line is no digit to the network of glyphs, and a 1 to that of rows."""
    known = note.explain_digit(8)
    by_name = {look.name: look for look in known.looks}
    assert (by_name[AROUND].label, by_name[ROW].label, known.label) == (10, 1, 1)
    assert any("because the network for whole rows says a 1" in reason for reason in known.reasons)
    assert any("what stands around it makes it no digit" in reason for reason in known.reasons)


def test_what_is_nowhere_is_told(note: Explainer) -> None:
    with pytest.raises(UsageError, match="no digit 15, digits 1 to 14"):
        note.explain_digit(15)
    with pytest.raises(UsageError, match="no piece of ink"):
        note.explain_at(1, 1)


def test_ink_that_is_not_read_is_explained(classifier: Classifier) -> None:
    """A cross beside nothing is no digit: one may ask why."""
    page = np.full((300, 400), 240, np.uint8)
    cv2.line(page, (180, 120), (240, 180), 20, 7)
    cv2.line(page, (240, 120), (180, 180), 20, 7)
    explainer = Explainer(Page(page, "x"), classifier)
    assert explainer.count == 0
    known = explainer.explain_at(210, 150)
    assert known.verdict == "not read"
    assert known.reasons
    assert known.label == 10


@pytest.mark.parametrize(("blank", "said"), [(-0.1, "finds it 0.90 probable that no digit stands there"), (None, "")])
def test_a_row_that_is_not_trusted_says_what_the_reader_of_rows_made_of_it(blank: float | None, said: str) -> None:
    pieces = list(_list_unread(0, row("47", others=1, blank=blank), is_kept=False))
    assert [piece.fate.startswith("Its row would read 47, but is not trusted") for piece in pieces] == [
        True,
        True,
        False,
    ]
    assert said in pieces[0].fate
    assert ("reader of whole rows" in pieces[0].fate) == (blank is not None)


def test_it_is_told_where_other_looks_outvote_the_first(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = open_pages(NOTE)
    for again, expected in ((True, "see no digit here"), (False, "")):
        monkeypatch.setattr("bench.explain.look_again", lambda *known: [])
        reasons = " ".join(Explainer(page, classifier, Options(again=again)).explain_digit(1).reasons)
        assert ("Other looks" in reasons) == again
        assert expected in reasons


class Imaginative(Classifier):
    """Sees a 1 in the left part of every row's first digit."""

    def score_rows(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        answers = super().score_rows(strips)
        for frames in answers:
            digits = np.flatnonzero(frames[:, :NOT_A_DIGIT].max(axis=1) > frames[:, NOT_A_DIGIT])
            if len(digits):
                first = int(digits[0])
                frames[first - 2 : first] = say([1, NOT_A_DIGIT], 0.999)
        return answers


def test_a_digit_that_only_the_reader_of_rows_sees_says_so() -> None:
    (page,) = open_pages(NOTE)
    explainer = Explainer(page, Imaginative(), Options(again=False))
    beyond, beside = explainer.explain_digit(1), explainer.explain_digit(2)
    assert (beyond.label, [look.name for look in beyond.looks]) == (1, [ALONE, AROUND, ROW, ALL])
    assert any("Only the network for whole rows sees it" in reason for reason in beyond.reasons)
    assert beyond.box.right == beside.box.x
    assert [look.name for look in beside.looks] == [ALONE, AROUND, ALL], (
        "it is no candidate any more, but a part of one"
    )
    assert not any("Only the network" in reason for reason in beside.reasons)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 99))
@settings(max_examples=8)
def test_any_picture_can_be_asked_about(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    explainer = Explainer(Page(image, "x"), Classifier())
    for number in range(1, explainer.count + 1):
        assert explainer.explain_digit(number).reasons


def test_the_likest_of_glyphs_is_itself() -> None:
    rng = np.random.default_rng(3)
    labels = np.arange(30) % 10
    images = np.stack([draw(DIGITS[str(label)][0], rng, side=28) for label in labels])
    found = Neighbours(Glyphs(images, labels, "x"), Features()).find(images[17], 4)
    assert np.array_equal(found[0].image, images[17])
    assert (found[0].label, found[0].likeness) == (7, pytest.approx(1, abs=1e-4))
    assert [each.likeness for each in found] == sorted((each.likeness for each in found), reverse=True)
    assert len(found) == 4


def test_the_command_writes_a_picture_and_prints_the_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rng: np.random.Generator
) -> None:
    labels = np.arange(40) % 10
    images = np.stack([draw(DIGITS[str(label)][0], rng, side=28) for label in labels])
    np.savez(tmp_path / "few.npz", x=images, y=labels)
    words = ["explain", NOTE, "--digit", "2", "--data", str(tmp_path / "few.npz"), "--out", str(tmp_path / "why.png")]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert out.startswith("digit 2, in line 1, at ")
    assert "Likest training glyphs: 0" in out
    assert err == f"digits-bench: the picture is in {tmp_path / 'why.png'}\n"
    alone = cv2.imread(str(tmp_path / "why.png"))
    assert main(["explain", NOTE, "--out", str(tmp_path / "all.png")]) == 0
    assert capsys.readouterr().out.count("read as") == 14
    assert cv2.imread(str(tmp_path / "all.png")).shape[0] > 12 * alone.shape[0]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nowhere.jpg"], 1, "nowhere.jpg"),
        ([NOTE, "--digit", "99"], 2, "there is no digit 99"),
        ([NOTE, "--at", "0,0"], 2, "no piece of ink"),
        ([NOTE, "--page", "2"], 2, "has no page 2"),
        ([str(ROOT / "samples" / "blank.jpg")], 2, "no digits were read"),
        ([NOTE, "--digit", "1", "--out", "no/such/folder.png"], 1, "cannot be written"),
        ([NOTE, "--digit", "1", "--data", "none.npz"], 2, "no such file"),
        ([NOTE, "--weights", "nowhere"], 3, "are not there"),
    ],
)
def test_bad_words_get_one_sentence(
    words: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["explain", *words]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.startswith("digits-bench: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--at", "3"], ["--at", "a,b"], ["--digit", "0"], ["--digit", "1", "--at", "1,1"]])
def test_words_that_do_not_fit_end_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["explain", NOTE, *words])
    assert caught.value.code == 2


def test_a_drawn_page_of_several_rows_is_numbered_in_reading_order(
    classifier: Classifier, rng: np.random.Generator
) -> None:
    explainer = Explainer(Page(draw_page(["0123", "45"], rng), "x"), classifier)
    assert [explainer.explain_digit(n).label for n in range(1, explainer.count + 1)] == [0, 1, 2, 3, 4, 5]
