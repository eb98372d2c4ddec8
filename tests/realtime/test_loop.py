"""The loop, with a fake camera, a fake reader and a fake screen."""

from dataclasses import replace

import numpy as np
import pytest

from realtime.frame import CameraError, Frame
from realtime.loop import run
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.reading import Reading


class Wall:
    """A screen that remembers, wishes a little more each time, and has enough after some frames."""

    def __init__(self, enough: int = 1000) -> None:
        self.enough = enough
        self.shown: list[tuple[Frame, Seen, Rate]] = []

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        self.shown.append((frame, seen, rate))
        return Wishes(goes_on=len(self.shown) < self.enough, template=len(self.shown))


class Watcher:
    """Tells the frame's number, and remembers what was wished."""

    def __init__(self) -> None:
        self.wishes: list[Wishes] = []

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        self.wishes.append(wishes)
        return Seen(Reading(frame.source, frame.number, 40, 30, ()))


def frame(number: int) -> Frame:
    return Frame(np.full((30, 40, 3), number, np.uint8), "fake", number, number / 10, taken=float(number))


def test_each_frame_is_shown_with_its_own_reading() -> None:
    wall = Wall()
    assert run(map(frame, range(1, 6)), Watcher(), wall) == 5
    assert [(shown.number, seen.reading.page) for shown, seen, _ in wall.shown] == [(i, i) for i in range(1, 6)]


def test_what_is_wished_at_a_frame_counts_from_the_next_one() -> None:
    watcher = Watcher()
    run(map(frame, range(1, 4)), watcher, Wall(), Wishes(template=7))
    assert [wishes.template for wishes in watcher.wishes] == [7, 1, 2]


def test_a_frame_that_comes_again_while_the_camera_is_gone_is_shown_and_not_counted() -> None:
    wall = Wall()
    lost = replace(frame(2), trouble="gone")
    assert run([frame(1), frame(2), lost, lost, frame(3)], Watcher(), wall) == 3
    assert len(wall.shown) == 5


def test_stops_when_the_screen_has_enough_and_asks_for_no_further_frame() -> None:
    frames = iter([frame(1), frame(2), frame(3)])
    assert run(frames, Watcher(), Wall(enough=2)) == 2
    assert next(frames).number == 3


def test_measures_the_rate_with_the_given_clock() -> None:
    times = iter([1.5, 2.5, 3.5])
    wall = Wall()
    run(map(frame, range(1, 4)), Watcher(), wall, clock=lambda: next(times))
    assert wall.shown[-1][2] == Rate(fps=1.0, latency=0.5)


def test_a_lost_camera_is_passed_on_after_what_was_shown() -> None:
    def frames():  # type: ignore[no-untyped-def]
        yield frame(1)
        raise CameraError("gone")

    wall = Wall()
    with pytest.raises(CameraError, match="gone"):
        run(frames(), Watcher(), wall)
    assert len(wall.shown) == 1
