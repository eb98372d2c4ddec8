"""The drawn demo: the same each time, its truth is what the reader reads, and nobody waits for frames that are late."""

import cv2
import numpy as np
import pytest

from model.classifier import Classifier
from model.errors import WeightsError
from realtime.demo import ERASING, FPS, NUMBERS, PERIOD, WRITING, Demo, DemoCapture
from scanner.page import Page
from scanner.pipeline import read

SMALL = (640, 360)


def at(seconds: float) -> int:
    return round(seconds * FPS)


def test_the_same_number_gives_the_same_frame() -> None:
    one, other = Demo(SMALL), Demo(SMALL)
    for number in (0, at(2.5), at(8)):
        frame = one.draw(number)
        assert frame.shape == (360, 640, 3)
        assert (frame == other.draw(number)).all()


def test_it_begins_anew_after_its_period() -> None:
    demo = Demo(SMALL)
    assert demo.tell(at(3)) == demo.tell(at(PERIOD + 3))


def test_the_last_number_comes_and_goes() -> None:
    demo = Demo(SMALL)
    fixed = [text for text, _, _ in NUMBERS[:-1]]
    assert [written.text for written in demo.tell(0)] == fixed
    assert all(written.is_whole for written in demo.tell(0))
    middle = demo.tell(at(sum(WRITING) / 2))[-1]
    assert NUMBERS[-1][0].startswith(middle.text)
    assert middle.text != NUMBERS[-1][0]
    assert not middle.is_whole
    assert [written.text for written in demo.tell(at(8))] == [*fixed, NUMBERS[-1][0]]
    assert [written.text for written in demo.tell(at(ERASING[1]) + 1)] == fixed


@pytest.mark.parametrize("seconds", [0, 7, 11])
def test_boxes_lie_around_the_ink(seconds: float) -> None:
    demo = Demo()
    number = at(seconds)
    frame = demo.draw(number)
    ink = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) < 110
    outside = ink.copy()
    for written in demo.tell(number):
        assert len(written.boxes) == len(written.text)
        for box in written.boxes:
            assert ink[box.y : box.bottom, box.x : box.right].mean() > 0.08
            outside[box.y : box.bottom, box.x : box.right] = False
    assert outside.sum() == 0


@pytest.mark.parametrize("seconds", [0.5, 5.5, 9])
def test_the_reader_reads_what_it_tells(seconds: float) -> None:
    try:
        classifier = Classifier()
    except WeightsError as error:
        pytest.skip(f"needs the trained weights: {error}")
    demo = Demo()
    reading = read(Page(demo.draw(at(seconds)), "demo"), classifier)
    assert sorted(line.text for line in reading.lines) == sorted(written.text for written in demo.tell(at(seconds)))


def test_as_a_camera_it_keeps_its_time_and_leaves_no_frame_out() -> None:
    now, waits = [10.0], []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 4))
        now[0] += seconds

    capture = DemoCapture(SMALL, 10.0, lambda: now[0], sleep)
    frames = [capture.read()[1] for _ in range(3)]
    assert waits == [0, 0.1, 0.1]
    now[0] += 5
    frames.append(capture.read()[1])
    assert waits[-1] == 0
    demo = Demo(SMALL, 10.0)
    assert all((frame == demo.draw(number)).all() for number, frame in enumerate(frames))
    assert capture.get(cv2.CAP_PROP_FPS) == 10
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 0


def test_noise_and_light_are_slight() -> None:
    frame = Demo(SMALL).draw(0).astype(np.float64)
    corner = frame[5:25, 5:25].mean(axis=2)
    assert 0.5 < corner.std() < 5
    assert 0.5 * corner.mean() < frame[-25:-5, -25:-5].mean() < 0.95 * corner.mean()
