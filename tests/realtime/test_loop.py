"""The loop, with a fake camera, a fake reader and a fake screen."""

import numpy as np
import pytest

from realtime.frame import CameraError, Frame
from realtime.loop import run
from realtime.rate import Rate
from scanner.page import Page
from scanner.reading import Reading


class Wall:
    """A screen that remembers, and has enough after some frames."""

    def __init__(self, enough: int = 1000) -> None:
        self.enough = enough
        self.shown: list[tuple[Frame, Reading, Rate]] = []

    def show(self, frame: Frame, reading: Reading, rate: Rate) -> bool:
        self.shown.append((frame, reading, rate))
        return len(self.shown) < self.enough


def frame(number: int) -> Frame:
    return Frame(np.full((30, 40, 3), number, np.uint8), "fake", number, number / 10, taken=float(number))


def read(page: Page) -> Reading:
    height, width = page.image.shape[:2]
    return Reading(page.source, page.number, width, height, ())


def test_each_frame_is_shown_with_its_own_reading() -> None:
    wall = Wall()
    assert run(map(frame, range(1, 6)), read, wall) == 5
    assert [(shown.number, reading.page) for shown, reading, _ in wall.shown] == [(i, 1) for i in range(1, 6)]
    assert wall.shown[0][1] == Reading("fake", 1, 40, 30, ())


def test_stops_when_the_screen_has_enough_and_asks_for_no_further_frame() -> None:
    frames = iter([frame(1), frame(2), frame(3)])
    assert run(frames, read, Wall(enough=2)) == 2
    assert next(frames).number == 3


def test_measures_the_rate_with_the_given_clock() -> None:
    times = iter([1.5, 2.5, 3.5])
    wall = Wall()
    run(map(frame, range(1, 4)), read, wall, clock=lambda: next(times))
    assert wall.shown[-1][2] == Rate(fps=1.0, latency=0.5)


def test_a_lost_camera_is_passed_on_after_what_was_shown() -> None:
    def frames():  # type: ignore[no-untyped-def]
        yield frame(1)
        raise CameraError("gone")

    wall = Wall()
    with pytest.raises(CameraError, match="gone"):
        run(frames(), read, wall)
    assert len(wall.shown) == 1
