"""The pictures of the stages show what became of the ink, and watching changes nothing."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawing import INK, PAPER, draw_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import StubClassifier
from scanner import debug
from scanner.debug import LARGEST_SIDE, VERMILION, Contact, Recorder, arrange_contacts, draw_rules, draw_stages
from scanner.page import Page
from scanner.pipeline import read
from scanner.placement import Placement, turn_back
from scanner.reading import Reading
from scanner.stages import Agreed, Chosen, Classified, Cleaned, Cut

Picture = NDArray[np.uint8]

STAGES = ["01-grey", "02-even-light", "03-ink", "04-rules", "05-rows", "06-cuts", "07-candidates", "08-reading"]


def watch(image: Picture, answers: list[int | None]) -> tuple[dict[str, Picture], Recorder]:
    """Read a picture; return the pictures of its stages, and what was recorded."""
    page, recorder = Page(image, "x"), Recorder()
    reading = read(page, StubClassifier(answers), observer=recorder)
    return dict(draw_stages(page, reading, recorder)), recorder


def count(picture: Picture, colour: debug.Colour) -> int:
    return int((picture == colour).all(axis=2).sum())


def test_every_stage_has_its_picture(rng: np.random.Generator) -> None:
    pictures, _ = watch(draw_page(["0123", "45"], rng), [7])
    assert list(pictures) == STAGES
    for picture in pictures.values():
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
        assert len(np.unique(picture)) > 1
    assert len({picture.tobytes() for picture in pictures.values()}) == len(STAGES)


@given(st.integers(1, 60), st.integers(1, 60), st.booleans(), st.integers(0, 99))
@settings(max_examples=10)
def test_any_picture_can_be_drawn(height: int, width: int, colour: bool, seed: int) -> None:
    shape = (height, width, 3) if colour else (height, width)
    pictures, _ = watch(np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8), [7])
    assert set(pictures) <= set(STAGES)
    assert max(max(picture.shape) for picture in pictures.values()) <= LARGEST_SIDE


@pytest.mark.parametrize("shape", [(3000, 2500), (300, 6000), (6000, 30), (50, 70, 3)])
def test_an_empty_page_has_pictures_of_a_moderate_size(shape: tuple[int, ...]) -> None:
    pictures, _ = watch(np.full(shape, PAPER, np.uint8), [7])
    assert [name for name in STAGES if name in pictures] == list(pictures)
    assert {"01-grey", "04-rules", "08-reading"} <= set(pictures)
    assert max(max(picture.shape) for picture in pictures.values()) <= LARGEST_SIDE


def test_watching_changes_nothing(rng: np.random.Generator) -> None:
    page = Page(draw_page(["0123", "45"], rng), "x")
    alone = read(page, StubClassifier([7, None, 3]))
    assert read(page, StubClassifier([7, None, 3]), observer=Recorder()) == alone


def test_a_recorder_keeps_one_page(rng: np.random.Generator) -> None:
    recorder = Recorder()
    read(Page(draw_page(["0123"], rng), "full"), StubClassifier([7]), observer=recorder)
    assert set(recorder.seen) == {Cleaned, Cut, Classified, Chosen, Agreed}
    read(Page(np.full((90, 90), PAPER, np.uint8), "empty"), StubClassifier([7]), observer=recorder)
    assert Cut not in recorder.seen


def test_what_is_taken_out_is_coloured(rng: np.random.Generator) -> None:
    page = draw_page(["0123"], rng)
    _, plain = watch(page, [7])
    page[-25:-22] = INK
    _, ruled = watch(page, [7])
    shown, clean = (recorder.seen[Cleaned] for recorder in (ruled, plain))
    assert isinstance(shown, Cleaned)
    assert isinstance(clean, Cleaned)
    assert count(draw_rules(shown), VERMILION) > page.shape[1]
    assert count(draw_rules(clean), VERMILION) < page.shape[1]


def test_cuts_are_shown() -> None:
    """Two loops that touch are cut, two that stand apart are not."""
    counted = []
    for gap in (-4, 30):
        page = np.full((140, 300), PAPER, np.uint8)
        for x in (80, 140 + gap):
            cv2.ellipse(page, (x, 70), (30, 40), 0, 0, 360, INK, 7)
        pictures, _ = watch(page, [0])
        counted.append(count(pictures["06-cuts"], VERMILION))
    assert counted[0] > counted[1] + 20


def test_each_row_has_a_colour(rng: np.random.Generator) -> None:
    pictures, recorder = watch(draw_page(["0123", "45", "67"], rng), [7])
    cut = recorder.seen[Cut]
    assert isinstance(cut, Cut)
    assert [count(pictures["05-rows"], colour) > 50 for colour in debug.ROWS[: len(cut.rows)]] == [True] * len(cut.rows)


def test_the_contact_sheet_shows_what_the_network_saw(rng: np.random.Generator) -> None:
    pictures, recorder = watch(draw_page(["01"], rng), [7])
    classified, cut, chosen = (recorder.seen[kind] for kind in (Classified, Cut, Chosen))
    assert isinstance(classified, Classified)
    assert isinstance(cut, Cut)
    assert isinstance(chosen, Chosen)
    ((title, contacts),) = debug.list_contacts(cut, classified, chosen)
    assert title.startswith("row 1: 7")
    assert len(contacts) == len(classified.glyphs)
    assert all(np.array_equal(one.glyph, glyph) for one, glyph in zip(contacts, classified.glyphs, strict=True))
    assert {contact.caption for contact in contacts} == {"7 98"} or {contact.caption for contact in contacts} == {
        "7 99"
    }
    assert sum(contact.frame == debug.BLUE for contact in contacts) == len(chosen.decoded[0].found)
    assert count(pictures["07-candidates"], debug.BLUE) > 50


def test_the_title_tells_how_many_digits_are_none_of_the_candidates(rng: np.random.Generator) -> None:
    _, recorder = watch(draw_page(["01"], rng), [7])
    cut, classified, chosen = (recorder.seen[kind] for kind in (Cut, Classified, Chosen))
    assert isinstance(cut, Cut)
    assert isinstance(classified, Classified)
    assert isinstance(chosen, Chosen)
    (row,) = chosen.decoded
    more = replace(row, found=(replace(row.found[0], is_beyond=True), *row.found))
    ((title, _),) = debug.list_contacts(cut, classified, Chosen([more], [more]))
    assert title.endswith(", 1 of them seen in the row as a whole alone")


def test_rows_that_are_not_read_show_only_what_was_chosen(rng: np.random.Generator) -> None:
    _, recorder = watch(draw_page(["0123456789"], rng), [None])
    cut, classified, chosen = (recorder.seen[kind] for kind in (Cut, Classified, Chosen))
    assert isinstance(cut, Cut)
    assert isinstance(classified, Classified)
    assert isinstance(chosen, Chosen)
    ((title, contacts),) = debug.list_contacts(cut, classified, chosen)
    assert title == "row 1: no digits"
    assert {contact.frame for contact in contacts} == {VERMILION}


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 2)])
@pytest.mark.parametrize(("number", "fits"), [(1, True), (300, True), (2500, False)])
def test_a_sheet_holds_what_fits(shape: tuple[int, ...], number: int, fits: bool) -> None:
    contact = Contact(np.full(shape, 255, np.uint8), "7 99", debug.BLUE)
    sheet = arrange_contacts([("row 1: 7", [contact] * number)])
    assert sheet.shape[1] == LARGEST_SIDE
    assert sheet.shape[0] <= LARGEST_SIDE
    framed = count(sheet, debug.BLUE)
    assert (framed >= number * 4 * 28 * debug.FRAME) == fits


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (np.eye(3), ""),
        (turn_back(1, 50, 30), "; turned by 90 degrees against the clock"),
        (turn_back(3, 50, 30), "; turned by 90 degrees with the clock"),
        (np.array([[1, 0, 0], [0, 1, 0], [1e-4, 0, 1]]), "; as from straight above"),
    ],
)
def test_the_title_says_how_a_page_was_turned(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator, move: NDArray[np.float64], words: str
) -> None:
    _, recorder = watch(draw_page(["0123"], rng), [7])
    cleaned = recorder.seen[Cleaned]
    assert isinstance(cleaned, Cleaned)
    moved = replace(cleaned, ink=replace(cleaned.ink, placement=Placement(move)))
    titles: list[str] = []
    monkeypatch.setattr(debug, "_entitle", lambda picture, title: titles.append(title) or picture)
    recorder.seen = {Cleaned: moved}
    list(draw_stages(Page(cleaned.grey, "x"), Reading("x", 1, 1, 1, ()), recorder))
    assert titles[1] == f"even light: white is paper, or too dark for it{words}"
