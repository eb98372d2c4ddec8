"""The network that reads rows: strips laid end to end read as they do alone."""

import json
import shutil
from importlib import resources
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import NOT_A_DIGIT
from model.errors import WeightsError
from model.rows import APART, CARD, WEIGHTS, WIDTH, RowNetwork, RowReader, lay_end_to_end, put_together, read_row_card
from model.strip import CHANNELS, FRAME, HEIGHT
from model.strokes import DIGITS, draw


@pytest.fixture(scope="module")
def reader() -> RowReader:
    return RowReader.load()


def draw_strip(text: str) -> np.ndarray:  # type: ignore[type-arg]
    """A strip of drawn digits, 20 pixels high each, 24 apart."""
    rng = np.random.default_rng(3)
    strip = np.zeros((HEIGHT, 24 * len(text) + 16, CHANNELS), np.uint8)
    for place, sign in enumerate(text):
        glyph = draw(DIGITS[sign][0], rng, side=28)
        strip[2:30, 6 + 24 * place : 34 + 24 * place] |= glyph[:, :, None][:, : strip.shape[1] - 6 - 24 * place]
    return strip


def read(frames: np.ndarray) -> str:  # type: ignore[type-arg]
    """The digits of the likeliest frames, runs of one label taken once."""
    runs = [label for label, _ in groupby(frames.argmax(axis=1).tolist())]
    return "".join(str(label) for label in runs if label != NOT_A_DIGIT)


@given(st.lists(st.integers(1, 3 * WIDTH), max_size=5))
def test_every_frame_comes_back_once_and_in_its_place(widths: list[int]) -> None:
    strips = [np.full((HEIGHT, width, CHANNELS), place + 1, np.uint8) for place, width in enumerate(widths)]
    windows, places = lay_end_to_end(strips)
    assert windows.shape[1:] == (HEIGHT, WIDTH, CHANNELS)
    # what is seen stands for what is said: the first pixel of each frame
    answers = [window[0, ::FRAME, :1] * 255 for window in windows]
    for place, (strip, said) in enumerate(zip(strips, put_together(answers, places), strict=True)):
        assert len(said) == -(-strip.shape[1] // FRAME)
        assert np.allclose(said, place + 1)


def test_paper_lies_between_strips() -> None:
    windows, places = lay_end_to_end([np.full((HEIGHT, 20, CHANNELS), 255, np.uint8)] * 2)
    ink = np.flatnonzero(windows[0][0, :, 0])
    assert places == [(0, 5), (5 + APART // FRAME, 10 + APART // FRAME)]
    assert ink.tolist() == [*range(APART, APART + 20), *range(2 * APART + 20, 2 * APART + 40)]


def test_drawn_digits_are_read(reader: RowReader) -> None:
    strips = [draw_strip(text) for text in ("3", "5082", "47961")]
    assert [read(frames) for frames in reader.score(strips)] == ["3", "5082", "47961"]


def test_company_does_not_change_what_is_said(reader: RowReader) -> None:
    strips = [draw_strip(text) for text in ("3058", "2", "4796132058")]
    together = reader.score(strips)
    for strip, said in zip(strips, together, strict=True):
        assert np.allclose(np.exp(said), np.exp(reader.score([strip])[0]), atol=0.08)  # int8 rounds by the window
        assert np.allclose(np.exp(said).sum(axis=1), 1, atol=1e-5)


def test_no_strips_no_answers(reader: RowReader) -> None:
    assert reader.score([]) == []


def test_weights_of_another_shape_are_refused() -> None:
    digits = (resources.files("model") / "weights" / "digits.tflite").read_bytes()
    with pytest.raises(WeightsError, match="takes and gives shapes"):
        RowNetwork(digits)
    with pytest.raises(WeightsError, match="cannot be used"):
        RowNetwork(b"no network")


def test_a_card_of_other_weights_is_refused(tmp_path: Path) -> None:
    with resources.as_file(resources.files("model") / "weights") as folder:
        for name in (WEIGHTS, CARD):
            shutil.copy(folder / name, tmp_path)
    card = json.loads((tmp_path / CARD).read_text())
    (tmp_path / CARD).write_text(json.dumps(card | {"weights_sha256": "0" * 64}))
    with pytest.raises(WeightsError, match="describes another"):
        RowReader.load(tmp_path)
    (tmp_path / CARD).unlink()
    with pytest.raises(WeightsError, match="are not there"):
        RowReader.load(tmp_path)


def test_a_folder_without_a_row_network_goes_with_that_of_the_package(tmp_path: Path) -> None:
    assert RowReader.load(tmp_path).card == read_row_card(tmp_path) == read_row_card()
