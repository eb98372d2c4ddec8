"""Live sources that are unplugged, stall and come back: scripted captures, one for each opening."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from realtime import feed
from realtime.capture import Capture, FakeCapture
from realtime.feed import Feed
from realtime.frame import CameraError, Frame
from tests.realtime.test_pump import StallingCapture

QUICK = 0.05
"""Seconds that stand for the seconds of a real camera."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BEAT", 0.01)
    monkeypatch.setattr(feed, "QUIET", 0.03)


def image(value: int) -> NDArray[np.uint8]:
    return np.full((4, 6, 3), value, np.uint8)


def play(script: list[Capture | CameraError]) -> tuple[Callable[[str], Capture], list[float]]:
    """Return an opener that gives the next of a script each time it is asked, and when it was asked."""
    times: list[float] = []

    def open_next(source: str) -> Capture:
        times.append(time.monotonic())
        answer = script.pop(0) if script else CameraError("gone")
        if isinstance(answer, CameraError):
            raise answer
        return answer

    return open_next, times


def feed_of(*script: Capture | CameraError) -> tuple[Feed, list[float]]:
    opener, times = play(list(script))
    return Feed("0", opener, patience=1.0, stall=QUICK, first_pause=QUICK), times


def take_until(frames: Iterator[Frame], is_wanted: Callable[[Frame], bool]) -> list[Frame]:
    taken = []
    for frame in frames:
        taken.append(frame)
        if is_wanted(frame):
            return taken
    raise AssertionError("the frames ended")


def test_a_camera_that_was_unplugged_is_opened_again_and_the_screen_hears_of_it() -> None:
    first, second = FakeCapture([image(1)]), StallingCapture([image(2)])
    camera, _ = feed_of(first, CameraError("not yet"), second)
    seen = take_until(camera.frames(), lambda frame: frame.image[0, 0, 0] == 2)
    assert not seen[0].trouble
    lost = seen[1:-1]
    assert lost
    assert all("camera 0: no picture for" in frame.trouble for frame in lost)
    assert all((frame.image == seen[0].image).all() for frame in lost)
    assert {frame.number for frame in lost} == {1}
    assert seen[-1].number == 2
    assert seen[-1].time > seen[0].time
    assert not seen[-1].trouble
    assert first.released
    second.let_go.set()
    camera.close()
    assert second.released


def test_a_stalled_driver_is_left_and_the_source_is_opened_anew() -> None:
    hanging, second = StallingCapture([image(1)]), StallingCapture([image(2)])
    camera, times = feed_of(hanging, second)
    assert take_until(camera.frames(), lambda frame: frame.image[0, 0, 0] == 2)[-1].number == 2
    assert len(times) == 2
    for capture in (hanging, second):
        capture.let_go.set()
    camera.close()


def test_a_missing_camera_is_asked_for_less_and_less_often() -> None:
    camera, times = feed_of(FakeCapture([image(1)]))
    take_until(camera.frames(), lambda frame: len(times) == 5)
    gaps = np.diff(times[1:])
    assert (gaps[1:] > gaps[:-1]).all()
    camera.close()


def test_without_a_first_frame_it_is_an_error() -> None:
    with pytest.raises(CameraError, match="no such camera"):
        next(feed_of(CameraError("no such camera"))[0].frames())
    opener, _ = play([FakeCapture([])])
    with pytest.raises(CameraError, match=r"camera 0: no frame came within 0\.05 seconds"):
        next(Feed("0", opener, patience=0.05).frames())


def test_a_stream_that_knows_its_length_ends() -> None:
    camera, times = feed_of(FakeCapture([image(i) for i in range(5)], length=5))
    assert [frame.number for frame in camera.frames()] == [1, 2, 3, 4, 5]
    assert len(times) == 1


def test_a_stream_with_a_length_that_breaks_off_says_so() -> None:
    frames = feed_of(FakeCapture([image(1)] * 50, length=200))[0].frames()
    with pytest.raises(CameraError, match="breaks off"):
        list(frames)
