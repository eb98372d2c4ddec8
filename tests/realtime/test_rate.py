"""The meter, with a clock of its own."""

import pytest

from realtime.rate import WINDOW, Meter


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_steady_frames_give_their_rate_and_their_age() -> None:
    clock = Clock()
    meter = Meter(clock)
    for _ in range(60):
        clock.now += 0.1
        rate = meter.tick(taken=clock.now - 0.04)
    assert rate.fps == pytest.approx(10)
    assert rate.latency == pytest.approx(0.04)


def test_one_frame_has_no_rate_yet() -> None:
    clock = Clock()
    assert Meter(clock).tick(taken=clock.now).fps == 0.0


def test_the_rate_follows_a_change_within_its_window() -> None:
    clock = Clock()
    meter = Meter(clock)
    for step in [0.01] * 200 + [0.5] * (round(WINDOW / 0.5) + 1):
        clock.now += step
        rate = meter.tick(taken=clock.now)
    assert rate.fps == pytest.approx(2)
