"""Screens together, and pictures that come again."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.classifier import StubClassifier
from realtime.desk import Desk
from realtime.frame import Frame
from realtime.glyphs import GlyphKeeper
from realtime.keys import ESCAPE
from realtime.rate import Rate
from realtime.said import Said
from realtime.screen import Screens, Slides, Window
from realtime.seen import Seen
from realtime.tools import Tools
from realtime.wishes import Wishes
from scanner.pipeline import Options
from scanner.reading import Reading

ENTER = 13

FRAMES = [Frame(np.zeros((4, 6, 3), np.uint8), "folder", number, 0.0, 0.0, still=True) for number in (1, 2)]


class Wall:
    """Wishes always the same."""

    def __init__(self, template: int) -> None:
        self.template = template
        self.shown = 0

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        self.shown += 1
        return Wishes(template=self.template)


def test_all_screens_show_and_the_first_one_wishes() -> None:
    walls = [Wall(1), Wall(2)]
    wishes = Screens(walls).show(FRAMES[0], Seen(Reading("x", 1, 6, 4, ())), Rate(1, 1))
    assert wishes.template == 1
    assert [wall.shown for wall in walls] == [1, 1]


def test_a_picture_comes_again_when_it_is_to_be_read_otherwise() -> None:
    slides = Slides(FRAMES)
    shown = []
    for frame in slides:
        shown.append(frame.number)
        slides.again = len(shown) in (1, 2)
    assert shown == [1, 1, 1, 2]


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the person will press, one key for each look at a window that nobody sees."""
    pressed: list[int] = []
    idle = iter([-1] * 20)  # a window that waits longer than this waits for ever
    monkeypatch.setattr(cv2, "waitKey", lambda wait: pressed.pop(0) if pressed else next(idle))
    monkeypatch.setattr(cv2, "pollKey", lambda: -1)
    monkeypatch.setattr(cv2, "getWindowImageRect", lambda title: (0, 0, 640, 480))
    monkeypatch.setattr(cv2, "getWindowProperty", lambda title, kind: 1.0)
    for name in ("imshow", "namedWindow", "resizeWindow", "setMouseCallback"):
        monkeypatch.setattr(cv2, name, lambda *words: None)
    return pressed


def open_window(
    frame: Frame, seen: Seen, tmp_path: Path, slides: Slides | None = None, freezes: bool = False
) -> Window:
    """Return a window that shows what is seen on a frame; in it, the person has clicked on the 7 of "27?"."""
    keeper = GlyphKeeper(tmp_path / "glyphs", lambda: StubClassifier([7]), Options())
    window = Window(Desk(Wishes(is_frozen=freezes)), Tools(tmp_path, keeper), slides)
    window.show(replace(frame, still=False), seen, Rate(1.0, 0.0))
    assert window._layout is not None
    spot = window._layout.to_window(seen.reading.lines[0].digits[1].box)
    window._touch(cv2.EVENT_LBUTTONDOWN, spot.x + spot.width // 2, spot.y + spot.height // 2, 0, None)
    return window


def test_what_is_said_of_a_digit_is_told_once_and_shown_on_a_picture_that_stands(
    frame: Frame, reading: Reading, keys: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(reading)
    window = open_window(frame, seen, tmp_path, freezes=True)
    keys += [ord("4"), ord("c")]
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    said = [window.show(frame, seen, Rate(1.0, 0.0)).said for _ in range(3)]
    assert said == [Said(reading.lines[0].digits[1], 4), None, None]
    assert copied == ["24?\n5"]


def test_a_picture_of_whose_digit_something_is_said_comes_again(
    frame: Frame, reading: Reading, keys: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slides = Slides([])
    still = replace(frame, still=True)
    window = open_window(frame, Seen(reading), tmp_path, slides)
    keys += [ord("x"), ENTER]  # the second key waits behind the first: the person has not seen what came of it
    monkeypatch.setattr(cv2, "pollKey", lambda: keys.pop(0) if keys else -1)
    assert window.show(still, Seen(reading), Rate(1.0, 0.0)).said == Said(reading.lines[0].digits[1], None)
    assert slides.again


def test_who_leaves_a_digit_says_nothing(frame: Frame, reading: Reading, keys: list[int], tmp_path: Path) -> None:
    window = open_window(frame, Seen(reading), tmp_path)
    keys += [ESCAPE]
    assert window.show(frame, Seen(reading), Rate(1.0, 0.0)).said is None
