"""Scripted scenes draw what they say, and verdicts count what is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.live import PacedCapture
from benchmarks.scripts import SCRIPTS, play_erasing, play_still, play_writing
from benchmarks.verdicts import Verdict, judge
from model.classifier import Classifier
from scanner.page import Page
from scanner.pipeline import read
from scanner.reading import Reading

SIZE = (640, 360)


@pytest.mark.parametrize("play", SCRIPTS, ids=lambda play: play.__name__)
def test_a_frame_can_be_drawn_for_any_time_and_is_the_same_again(play) -> None:  # type: ignore[no-untyped-def]
    scene = play(SIZE, 1)
    frame = scene.draw(20)
    scene.draw(21)
    assert (frame.shape, frame.dtype) == ((360, 640, 3), np.uint8)
    assert np.array_equal(scene.draw(20), frame)


def test_digits_come_and_go_when_the_script_says() -> None:
    writing, erasing = play_writing(SIZE, 1), play_erasing(SIZE, 1)
    assert [len(writing.expect(time)) for time in (0.0, writing.seconds)] == [10, 20]
    assert [len(erasing.expect(time)) for time in (0.0, erasing.seconds)] == [20, 17]
    for scene, time, there in ((writing, 0.0, False), (writing, writing.seconds, True)):
        x, y, width, height = scene.written[-1].box
        part = scene.draw(round(time * 30))[y : y + height, x : x + width]
        assert (part.min() < 130) == there


def say_seven(page: Page) -> Reading:
    reading = read(page, Classifier())
    lines = (replace(line, digits=tuple(replace(digit, text="7") for digit in line.digits)) for line in reading.lines)
    return replace(reading, lines=tuple(lines))


def test_a_reader_that_says_seven_of_everything_is_found_out() -> None:
    told: list[str] = []
    verdict = judge(play_still(SIZE, 1, seconds=0.5), say_seven, fps=15, tell=lambda time, what: told.append(what))
    assert 0 < 5 * verdict.right < verdict.shown
    assert verdict.wrong == verdict.shown - verdict.right
    assert any("reads 7" in what for what in told)


def test_labels_where_nothing_stands_are_false() -> None:
    def read_far_off(page: Page) -> Reading:
        return read(Page(np.roll(page.image, 150, axis=1), "", 1), Classifier())

    assert judge(play_still(SIZE, 1, seconds=0.5), read_far_off, fps=15).false > 0


def test_verdicts_add_up() -> None:
    verdict = Verdict(shown=3, came=[0.1])
    verdict.add(Verdict(shown=4, wrong=1, came=[0.2]))
    assert verdict == Verdict(shown=7, wrong=1, came=[0.1, 0.2])


def test_a_paced_source_skips_what_nobody_took_and_ends() -> None:
    pictures = [np.full((2, 2, 3), k, np.uint8) for k in range(3)]
    capture = PacedCapture(pictures, seconds=0.2)
    images = [image for there, image in iter(capture.read, (False, None)) if there]
    assert 1 <= len(images) <= 6
