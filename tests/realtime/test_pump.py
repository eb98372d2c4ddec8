"""The reading thread, with captures that stall, die and give empty frames."""

import threading
import time
from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from realtime.capture import FakeCapture
from realtime.frame import CameraError
from realtime.pump import Pace, Pump

PATIENCE = 0.3
"""Seconds; short, as the tests of silence have to wait for it."""


def image(value: int) -> NDArray[np.uint8]:
    return np.full((4, 6, 3), value, np.uint8)


def pump_of(capture: FakeCapture, lossless: bool = False, patience: float = PATIENCE) -> Pump:
    return Pump("0", lambda source: capture, patience, Pace.EVERY if lossless else Pace.NEWEST)


class StallingCapture(FakeCapture):
    """Hangs inside `read` after its last image, as a driver does whose cable was pulled."""

    def __init__(self, images: list[NDArray[np.uint8] | None]) -> None:
        super().__init__(images)
        self.let_go = threading.Event()

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        if not self.images:
            self.let_go.wait(10)
        return super().read()


class BreakingCapture(FakeCapture):
    """Raises inside `read`."""

    def __init__(self, error: Exception) -> None:
        super().__init__([])
        self.error = error

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        raise self.error


def test_a_film_is_handed_on_frame_by_frame_to_a_slow_reader() -> None:
    pump = pump_of(FakeCapture([image(i) for i in range(8)], length=8), lossless=True)
    seen = []
    for frame in pump.frames():
        time.sleep(0.005)
        seen.append((frame.number, int(frame.image[0, 0, 0]), round(frame.time, 3)))
    assert seen == [(i + 1, i, round(i / 25, 3)) for i in range(8)]


def test_a_camera_gives_its_newest_frame_only() -> None:
    capture = StallingCapture([image(i) for i in range(50)])
    pump = pump_of(capture)
    while capture.images:
        time.sleep(0.001)
    time.sleep(0.02)
    assert next(pump.frames()).number == 50
    capture.let_go.set()
    pump.close()


def test_a_stream_that_knows_its_length_is_read_like_a_film() -> None:
    pump = Pump("http://host/film", lambda source: FakeCapture([image(1)] * 5, length=5), PATIENCE, Pace.NEWEST)
    assert [frame.number for frame in pump.frames()] == [1, 2, 3, 4, 5]


def test_a_film_that_breaks_off_says_so_after_its_last_frame() -> None:
    frames = pump_of(FakeCapture([image(1)] * 50, length=200), lossless=True).frames()
    assert [next(frames).number for _ in range(50)][-1] == 50
    with pytest.raises(CameraError, match="breaks off after 2 of its 8 seconds; its first 50 frames"):
        next(frames)


def test_a_film_without_a_frame_is_refused() -> None:
    with pytest.raises(CameraError, match="no film that can be read"):
        next(pump_of(FakeCapture([]), lossless=True).frames())


def test_missed_and_empty_frames_are_passed_over() -> None:
    empty = np.zeros((0, 0, 3), np.uint8)
    capture = FakeCapture([None, None, image(9), None, empty])
    pump = pump_of(capture)
    while capture.images:
        time.sleep(0.001)
    time.sleep(0.02)
    assert next(pump.frames()).image[0, 0, 0] == 9
    pump.close()


def test_a_camera_without_a_first_frame_is_an_error() -> None:
    pump = pump_of(FakeCapture([]))
    with pytest.raises(CameraError, match=r"camera 0: no frame came within 0\.3 seconds"):
        next(pump.frames())
    pump.close()


def test_a_camera_that_dies_is_an_error() -> None:
    frames = pump_of(FakeCapture([image(1)])).frames()
    next(frames)
    with pytest.raises(CameraError, match=r"no frame has come for 0\.3 seconds, after frame 1"):
        next(frames)


def test_a_camera_that_stalls_is_an_error_though_its_driver_hangs() -> None:
    capture = StallingCapture([image(1)])
    frames = pump_of(capture).frames()
    next(frames)
    with pytest.raises(CameraError, match="no frame has come"):
        next(frames)
    capture.let_go.set()


def test_an_error_of_opencv_is_told_as_one_of_the_source() -> None:
    with pytest.raises(CameraError, match="the source broke down"):
        next(pump_of(BreakingCapture(cv2.error("bad packet"))).frames())


def test_any_other_error_reaches_the_loop() -> None:
    with pytest.raises(MemoryError):
        next(pump_of(BreakingCapture(MemoryError())).frames())


@pytest.mark.parametrize("lossless", [True, False])
def test_closing_releases_the_device_and_ends_the_thread(lossless: bool) -> None:
    capture = FakeCapture([image(1)] * 1000, length=1000 if lossless else 0)
    pump = pump_of(capture, lossless)
    next(pump.frames())
    pump.close()
    assert capture.released
    assert not pump._thread.is_alive()


def test_a_films_waiting_is_not_counted_as_delay() -> None:
    frames = pump_of(FakeCapture([image(i) for i in range(3)], length=3), lossless=True).frames()
    next(frames)
    time.sleep(0.1)
    before = time.monotonic()
    assert next(frames).taken >= before


def test_a_film_in_its_own_time_is_neither_faster_nor_older() -> None:
    capture = FakeCapture([image(i) for i in range(10)], length=10, fps=50.0)
    began = time.monotonic()
    frames = list(Pump("film", lambda source: capture, PATIENCE, Pace.OWN).frames())
    assert time.monotonic() - began >= 9 / 50
    assert frames[-1].number == 10
    assert frames[0].total == 10
    assert frames[0].fps == 50
    assert all(abs((b.taken - a.taken) - (b.time - a.time)) < 1e-6 for a, b in pairwise(frames))


def test_a_film_in_its_own_time_leaves_out_what_nobody_took() -> None:
    capture = FakeCapture([image(i) for i in range(20)], length=20, fps=100.0)
    frames = Pump("film", lambda source: capture, PATIENCE, Pace.OWN).frames()
    assert next(frames).number == 1
    time.sleep(0.3)
    assert [frame.number for frame in frames] == [20]


@pytest.mark.parametrize("claimed", [0.0, -1.0, 90_000.0, float("nan")])
def test_no_frame_rate_is_believed_that_cannot_be(claimed: float) -> None:
    pump = pump_of(FakeCapture([image(1)] * 2, fps=claimed or 1e-9))
    assert next(pump.frames()).fps in (0.0, 1e-9)
    pump.close()
