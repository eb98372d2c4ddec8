"""The loop, with a fake camera, a fake watcher and a fake screen."""

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
    """A screen that remembers, and has enough after some frames."""

    def __init__(self, enough: int = 1000, wishes: Wishes = Wishes()) -> None:
        self.enough = enough
        self.wishes = wishes
        self.shown: list[tuple[Frame, Seen, Rate]] = []

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        self.shown.append((frame, seen, rate))
        return replace(self.wishes, goes_on=len(self.shown) < self.enough)


class Eye:
    """A watcher that sees nothing, and remembers what was wished."""

    def __init__(self) -> None:
        self.wishes: list[Wishes] = []

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        self.wishes.append(wishes)
        height, width = frame.image.shape[:2]
        return Seen(Reading(frame.source, frame.number, width, height, ()))


def frame(number: int) -> Frame:
    return Frame(np.full((30, 40, 3), number, np.uint8), "fake", number, number / 10, taken=float(number))


def test_each_frame_is_shown_with_what_is_seen_on_it() -> None:
    wall = Wall()
    assert run(map(frame, range(1, 6)), Eye(), wall) == 5
    assert [(shown.number, seen.reading.page) for shown, seen, _ in wall.shown] == [(i, i) for i in range(1, 6)]
    assert wall.shown[0][1] == Seen(Reading("fake", 1, 40, 30, ()))


def test_stops_when_the_screen_has_enough_and_asks_for_no_further_frame() -> None:
    frames = iter([frame(1), frame(2), frame(3)])
    assert run(frames, Eye(), Wall(enough=2)) == 2
    assert next(frames).number == 3


def test_the_screens_wishes_reach_the_watcher_with_the_next_frame() -> None:
    eye, first, later = Eye(), Wishes(reject_below=0.1), Wishes(reject_below=0.9)
    run(map(frame, range(1, 4)), eye, Wall(wishes=later), first)
    assert eye.wishes == [first, later, later]


def test_measures_the_rate_with_the_given_clock() -> None:
    times = iter([1.5, 2.5, 3.5])
    wall = Wall()
    run(map(frame, range(1, 4)), Eye(), wall, clock=lambda: next(times))
    assert wall.shown[-1][2] == Rate(fps=1.0, latency=0.5)


def test_a_lost_camera_is_passed_on_after_what_was_shown() -> None:
    def frames():  # type: ignore[no-untyped-def]
        yield frame(1)
        raise CameraError("gone")

    wall = Wall()
    with pytest.raises(CameraError, match="gone"):
        run(frames(), Eye(), wall)
    assert len(wall.shown) == 1
