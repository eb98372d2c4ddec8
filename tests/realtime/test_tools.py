"""What keys make: snapshots, films, copied strings, corrected digits."""

import json
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.classifier import CLASSES, Guess, StubClassifier
from model.context import CHANNELS
from model.data import NOT_A_DIGIT, load_extra
from model.glyph import SIDE
from realtime.clipboard import ClipboardError, copy_strings
from realtime.frame import Frame
from realtime.glyphs import GlyphKeeper, LostGlyphError
from realtime.snapshot import name_file, write_snapshot
from realtime.tools import Tools
from scanner.errors import OutputError, UsageError
from scanner.page import Box, Page
from scanner.pipeline import Options, read
from scanner.reading import Digit, Field, Reading, from_json

NOON = time.struct_time((2026, 7, 31, 12, 0, 0, 4, 212, 0))


def keeper_of(folder: Path) -> GlyphKeeper:
    return GlyphKeeper(folder, lambda: StubClassifier([7]), Options())


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path / "out", keeper_of(tmp_path / "out" / "glyphs"), is_plain=True)


@pytest.fixture
def written(page: NDArray[np.uint8]) -> tuple[Frame, Reading]:
    """A frame with a 2 and a 7, and what a stub reads there: two sevens."""
    return Frame(page, "0", 3, 0.5, 0.0), read(Page(page, "0"), StubClassifier([7]))


def test_names_go_by_the_clock_and_never_hit_a_file(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = name_file(tmp_path / "new", ".png", lambda: NOON)
        path.touch()
        names.append(path.name)
    stem = "digitlens-20260731-120000"
    assert names == [f"{stem}.png", f"{stem}-2.png", f"{stem}-3.png"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="no folder can be made there"):
        name_file(tmp_path / "file", ".png")


def test_a_snapshot_is_the_frame_as_it_came_and_its_reading(frame: Frame, reading: Reading, tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, frame, reading)
    assert (cv2.imread(str(path)) == frame.image).all()
    text = path.with_suffix(".json").read_text(encoding="utf-8")
    assert from_json(text) == reading
    assert json.loads(text)["frame"] == frame.number
    assert path.stat().st_mode & 0o077 == 0


def test_strings_are_copied_one_a_line_and_fields_with_their_names(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    assert copy_strings(reading) == 2
    field = Field("amount", "1250", "12.50", 0.9, Box(0, 0, 9, 9))
    assert copy_strings(replace(reading, fields=(field,))) == 1
    assert copied == ["27?\n5", "amount: 12.50"]


def test_without_a_clipboard_it_says_what_to_install(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyperclip

    def refuse(text: str) -> None:
        raise pyperclip.PyperclipException("none")

    monkeypatch.setattr("pyperclip.copy", refuse)
    with pytest.raises(ClipboardError, match="Install xclip"):
        copy_strings(reading)


@pytest.mark.parametrize("label", [2, None])
def test_a_corrected_digit_is_training_data(written: tuple[Frame, Reading], tmp_path: Path, label: int | None) -> None:
    frame, reading = written
    first = reading.lines[0].digits[0]
    path = keeper_of(tmp_path / "glyphs").keep(frame.image, first.box, label)
    glyphs = load_extra(tmp_path / "glyphs")
    assert path.parent == tmp_path / "glyphs"
    assert glyphs.images.shape == (1, SIDE, SIDE, CHANNELS)
    assert glyphs.labels.tolist() == [NOT_A_DIGIT if label is None else label]


def test_it_is_the_glyph_that_was_clicked_as_the_network_saw_it(written: tuple[Frame, Reading], tmp_path: Path) -> None:
    frame, reading = written
    network = StubClassifier([7])
    read(Page(frame.image, "0"), network)
    seen = {view.tobytes() for view in network.seen}
    keeper = keeper_of(tmp_path)
    kept = [keeper.keep(frame.image, digit.box, 2) for digit in reading.lines[0].digits]
    views = [np.load(path)["x"][0] for path in kept]
    assert len(kept) == len(set(kept)) == 2
    assert all(view.tobytes() in seen for view in views)
    assert views[0][..., 0].sum() > views[1][..., 0].sum()  # a 2 has more ink than a 7


def test_to_change_ones_mind_writes_the_same_file(written: tuple[Frame, Reading], tmp_path: Path) -> None:
    frame, reading = written
    keeper, box = keeper_of(tmp_path), reading.lines[0].digits[0].box
    assert keeper.keep(frame.image, box, 3) == keeper.keep(frame.image, box, 2)
    assert load_extra(tmp_path).labels.tolist() == [2]


def test_where_nothing_stands_no_glyph_is_kept(written: tuple[Frame, Reading], tmp_path: Path) -> None:
    with pytest.raises(LostGlyphError, match="not found"):
        keeper_of(tmp_path).keep(written[0].image, Box(0, 0, 20, 20), 1)
    with pytest.raises(LostGlyphError):
        keeper_of(tmp_path).keep(np.full((90, 90), 220, np.uint8), Box(0, 0, 20, 20), 1)


def test_of_a_digit_that_runs_through_its_neighbour_no_glyph_is_kept(
    written: tuple[Frame, Reading], tmp_path: Path
) -> None:
    frame, reading = written
    one = reading.lines[0].digits[0].box
    with pytest.raises(LostGlyphError, match="runs through its neighbour"):
        keeper_of(tmp_path).keep(frame.image, Box(one.x, one.y, one.width // 4, one.height), 1)
    assert not list(tmp_path.iterdir())


def test_the_network_is_loaded_with_the_first_correction_and_once(
    written: tuple[Frame, Reading], tmp_path: Path
) -> None:
    made = []

    class Counted:
        def classify(self, glyphs: NDArray[np.uint8]) -> list[Guess]:
            return [Guess(7, 0.9, (0.0,) * 7 + (0.9,) + (0.1,) + (0.0,) * (CLASSES - 9))] * len(glyphs)

    def make() -> Counted:
        made.append(1)
        return Counted()

    keeper = GlyphKeeper(tmp_path, make, Options())
    assert made == []
    for digit in written[1].lines[0].digits:
        keeper.keep(written[0].image, digit.box, 2)
    assert made == [1]


def test_what_fails_costs_a_sentence(tools: Tools, frame: Frame, reading: Reading, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    for say in (lambda: tools.snap(frame, reading), tools.toggle_film):
        assert "no folder can be made there" in say()
    assert "not found" in tools.correct(frame, Digit("1", 0.9, Box(0, 0, 5, 5)), 1)


def test_each_tool_says_what_it_did(
    tools: Tools, written: tuple[Frame, Reading], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyperclip.copy", lambda text: None)
    frame, reading = written
    assert tools.snap(frame, reading).endswith("are written")
    assert tools.copy(reading) == "1 copied"
    digit = reading.lines[0].digits[0]
    assert tools.correct(frame, digit, 2).startswith("kept as 2: ")
    assert tools.correct(frame, digit, None).startswith("kept as no digit: ")


def test_a_film_is_begun_and_finished(tools: Tools, frame: Frame, reading: Reading, tmp_path: Path) -> None:
    assert tools.add(frame, reading) is None
    assert tools.toggle_film().startswith("recording ")
    assert [tools.add(replace(frame, time=5 + i / 10), reading) for i in range(3)] == pytest.approx([0, 0.1, 0.2])
    assert not list((tmp_path / "out").glob("digitlens-*.mp4"))
    assert "is written" in tools.toggle_film()
    assert len(list((tmp_path / "out").glob("digitlens-*.mp4"))) == 1
    assert tools.add(frame, reading) is None


def test_a_film_that_runs_is_finished_at_the_end(tools: Tools, frame: Frame, reading: Reading, tmp_path: Path) -> None:
    with tools:
        tools.start_film(tmp_path / "film.mp4")
        tools.add(frame, reading)
    assert (tmp_path / "film.mp4").stat().st_size > 0
    with pytest.raises(UsageError), tools:
        tools.start_film(tmp_path / "film.txt")
