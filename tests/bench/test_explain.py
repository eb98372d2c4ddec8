"""Explanations say what the reader read, and why."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing import draw_page
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.__main__ import main
from bench.explain import ALL, ALONE, AROUND, POSES, ROW, Explainer, Look, _list_unread, format_table, tell_changes
from bench.neighbours import Features, Neighbours
from model.classifier import Classifier
from model.data import Glyphs
from model.strokes import DIGITS, draw
from scanner.errors import UsageError
from scanner.page import Page, open_pages
from scanner.pipeline import Options, read
from tests.examples import ROOT
from tests.scanner.test_trust import row

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


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 99))
@settings(max_examples=8)
def test_any_picture_can_be_asked_about(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    explainer = Explainer(Page(image, "x"), Classifier())
    for number in range(1, explainer.count + 1):
        assert explainer.explain_digit(number).reasons


def look(name: str, label: int, share: float) -> Look:
    scores = np.full(11, (1 - share) / 10)
    scores[label] = share
    return Look(name, scores)


@pytest.mark.parametrize(
    ("looks", "label", "said"),
    [
        ([(ALONE, 3, 0.9), (AROUND, 3, 0.9), (ROW, 3, 0.9)], 3, ["All who look at it say 3."]),
        (
            [(ALONE, 5, 0.6), (AROUND, 3, 0.8), (ROW, 3, 0.9)],
            3,
            ["Alone it would be a 5 (0.60); what stands around it makes it a 3 (0.80)."],
        ),
        (
            [(ALONE, 5, 0.6), (AROUND, 5, 0.6), (POSES, 3, 0.5), (ROW, 3, 0.9)],
            3,
            ["As it stands it is a 5 (0.60); shown leaning to either side as well, a 3 (0.50)."],
        ),
        (
            [(ALONE, 3, 0.6), (AROUND, 5, 0.6), (POSES, 3, 0.5), (ROW, 3, 0.9)],
            3,
            [
                "Alone it would be a 3 (0.60); what stands around it makes it a 5 (0.60).",
                "As it stands it is a 5 (0.60); shown leaning to either side as well, a 3 (0.50).",
            ],
        ),
        (
            [(ALONE, 5, 0.6), (AROUND, 5, 0.61), (ROW, 3, 0.97)],
            3,
            ["The glyph is a 5 (0.61); the row is read with a 3, because the network for whole rows says a 3 (0.97)."],
        ),
        (
            [(ALONE, 5, 0.6), (AROUND, 5, 0.6), (ROW, 7, 0.9)],
            5,
            ["The network for whole rows would have a 7 (0.90) here; the glyph counts for more."],
        ),
        (
            [(ALONE, 10, 0.6), (AROUND, 10, 0.6)],
            1,
            ["The glyph is no digit (0.60); the row is read with a 1, because to leave ink of this size out of a row "
             "of digits is less likely than a 1."],
        ),
        ([(ALONE, 10, 0.6), (AROUND, 10, 0.6)], None, []),
        ([(ALONE, 10, 0.6), (AROUND, 10, 0.6), (ROW, 10, 0.9)], None, []),
        (
            [(ALONE, 1, 0.7), (AROUND, 1, 0.8), (ROW, 10, 0.98)],
            None,
            ["The glyph is a 1 (0.80), but the network for whole rows says no digit (0.98)."],
        ),
    ],
)  # fmt: skip
def test_sentences(looks: list[tuple[str, int, float]], label: int | None, said: list[str]) -> None:
    assert list(tell_changes([look(*each) for each in looks], label)) == said


def test_a_table_has_a_row_for_each_look() -> None:
    rows = format_table([look(ALONE, 3, 0.9), look(ALL, 10, 0.8)]).splitlines()
    assert rows[0].split() == [*"0123456789", "none"]
    assert len({len(row) for row in rows}) == 1
    assert rows[1].split()[-8] == "0.90"
    assert rows[2].split()[-1] == "0.80"


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
