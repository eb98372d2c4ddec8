"""The watcher before scripted scenes, with the real network and the frames' own clock."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from benchmarks.scenes import Scene
from benchmarks.scripts import (
    play_empty,
    play_erasing,
    play_hand,
    play_light,
    play_shaking,
    play_still,
    play_writing,
)
from benchmarks.verdicts import Late, Verdict, judge
from model.classifier import Classifier
from realtime.errands import Answer, Errand, InStep
from realtime.frame import Frame
from realtime.hints import DARK
from realtime.said import Said
from realtime.seen import Seen
from realtime.watcher import Watcher
from realtime.wishes import Wishes
from scanner.page import Box, Page
from scanner.pipeline import read
from scanner.reading import Reading

SIZE = (640, 360)
FPS = 15.0


@pytest.fixture(scope="module")
def reader() -> partial[Reading]:
    return partial(read, classifier=Classifier())


class Counting(InStep):
    """Counts what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[Page] = []

    def send(self, errand: Errand) -> None:
        self.pages.append(errand.page)
        super().send(errand)


def play(scene: Scene, watcher: Watcher, wishes: Wishes = Wishes()) -> list[Seen]:
    return [
        watcher.look(Frame(image, "scene", number, time, time), wishes)
        for number, (time, image) in enumerate(scene.frames(FPS), 1)
    ]


def assert_sound(verdict: Verdict) -> None:
    assert verdict.shown > 300, "nothing was shown that could be wrong"
    assert (verdict.wrong, verdict.false, verdict.changes, verdict.missing) == (0, 0, 0, 0)


def test_a_page_at_rest_is_read_a_few_times_and_then_never_again(reader: partial[Reading]) -> None:
    runner = Counting()
    seen = play(play_still(SIZE, 1, seconds=4.0), Watcher(reader, runner))
    assert 1 <= len(runner.pages) <= 3
    settled = [[(line.text, line.box) for line in each.reading.lines] for each in seen[int(0.5 * FPS) :]]
    assert [text for text, _ in settled[0]] == ["45790", "31826", "87490", "62513"]
    assert settled.count(settled[0]) == len(settled), "a label moved or turned"


def test_a_hand_hides_digits_and_makes_none(reader: partial[Reading]) -> None:
    assert_sound(judge(play_hand(SIZE, 2), reader, fps=FPS))


def test_a_hand_over_an_empty_page_makes_no_digits(reader: partial[Reading]) -> None:
    verdict = judge(play_empty(SIZE, 1), reader, fps=FPS)
    assert (verdict.shown, verdict.frames) == (0, round(6.5 * FPS))


def test_what_is_written_is_shown_once_the_pen_has_left(reader: partial[Reading]) -> None:
    verdict = judge(play_writing(SIZE, 1), reader, delay=0.1, fps=FPS)
    assert_sound(verdict)
    assert len(verdict.came) == 10
    assert max(verdict.came) <= 0.3 + 1 / FPS  # what happens between two frames is seen with the second


def test_what_is_rubbed_out_goes_within_half_a_second(reader: partial[Reading]) -> None:
    verdict = judge(play_erasing(SIZE, 1), reader, delay=0.1, fps=FPS)
    assert_sound(verdict)
    assert len(verdict.went) == 3
    assert max(verdict.went) <= 0.5


def test_labels_stay_with_their_digits_while_the_camera_shakes(reader: partial[Reading]) -> None:
    assert_sound(judge(replace(play_shaking(SIZE, 1), seconds=4.0), reader, fps=FPS))


def test_labels_outlast_the_dark_and_the_person_is_told(reader: partial[Reading]) -> None:
    scene = play_light(SIZE, 1)
    assert_sound(judge(scene, reader, fps=FPS))
    seen = play(scene, Watcher(reader, InStep()))
    told = [DARK in each.hints for each in seen]
    assert told == [2.0 <= number / FPS < 3.0 for number in range(len(seen))]


def test_two_runs_over_a_film_say_the_same(reader: partial[Reading]) -> None:
    scene = replace(play_writing(SIZE, 3), seconds=3.0)
    first, second = ([each.reading for each in play(scene, Watcher(reader, InStep()))] for _ in range(2))
    assert first == second
    assert first[-1].lines


def test_only_the_region_that_the_person_drew_is_read(reader: partial[Reading]) -> None:
    scene = play_still(SIZE, 1, seconds=1.0)
    second = [digit.box for digit in scene.written if digit.line == 1]
    region = Box(second[0][0] - 10, second[0][1] - 15, second[-1][0] + 60 - second[0][0], 75)
    seen = play(scene, Watcher(reader, InStep()), Wishes(region=region))
    assert [line.text for line in seen[-1].reading.lines] == ["31826"]


def test_the_persons_threshold_counts_at_once(reader: partial[Reading]) -> None:
    watcher = Watcher(reader, InStep())
    scene = play_still(SIZE, 1, seconds=0.5)
    play(scene, watcher)
    seen = watcher.look(Frame(scene.draw(9), "scene", 9, 0.6, 0.6), Wishes(reject_below=1.0))
    assert [set(line.text) for line in seen.reading.lines] == [{"?"}] * 4


def test_what_the_person_says_of_a_digit_counts_once_and_stays_with_it(reader: partial[Reading]) -> None:
    scene, watcher = play_shaking(SIZE, 1), Watcher(reader, InStep())
    frames = [(time, image) for time, image in scene.frames(FPS)][: int(2 * FPS)]
    said, texts = None, []
    for number, (time, image) in enumerate(frames, 1):
        seen = watcher.look(Frame(image, "scene", number, time, time), Wishes(said=said))
        texts.append([line.text for line in seen.reading.lines])
        said = Said(seen.reading.lines[0].digits[0], 9) if number == int(FPS) else None
    before, after = texts[int(FPS) - 1], texts[int(FPS) :]
    assert not before[0].startswith("9")
    assert after == [["9" + before[0][1:], *before[1:]]] * len(after)


def test_what_is_said_of_a_page_that_has_gone_names_no_digit_of_the_next(reader: partial[Reading]) -> None:
    watcher = Watcher(reader, InStep())
    first = play(play_still(SIZE, 1, seconds=0.5), watcher)[-1].reading.lines[0].digits[0]
    watcher.look(Frame(play_still(SIZE, 1).draw(0), "scene", 8, 0.6, 0.6), Wishes(region=Box(0, 0, *SIZE)))
    scene = play_still(SIZE, 1, seconds=0.5)
    wishes = Wishes(region=Box(0, 0, *SIZE), said=Said(first, 9))
    assert not play(scene, watcher, wishes)[-1].reading.lines[0].text.startswith("9")


def test_another_page_pushes_out_all_that_was_known(reader: partial[Reading]) -> None:
    watcher = Watcher(reader, InStep())
    play(play_still(SIZE, 1, seconds=0.5), watcher)
    other = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    other[:, ::40] = 160
    noise = np.random.default_rng(0).integers(0, 5, other.shape, np.uint8)
    seen = [
        watcher.look(Frame(other + np.roll(noise, k, 0), "scene", k, 1 + k / FPS, 0.0), Wishes()) for k in range(20)
    ]
    assert seen[-1].reading.lines == ()


def test_what_the_reader_raises_reaches_the_loop() -> None:
    def fail(page: Page) -> Reading:
        raise MemoryError("none left")

    with pytest.raises(MemoryError, match="none left"):
        play(play_still(SIZE, 1, seconds=0.5), Watcher(fail, InStep()))


def test_an_answer_to_what_was_forgotten_is_of_no_use(reader: partial[Reading]) -> None:
    """The region changes while a frame is read: what comes back is of another one."""
    runner = Late(delay=0.2)
    watcher, scene = Watcher(reader, runner), play_still(SIZE, 1, seconds=1.0)
    for number in range(12):
        runner.now = number / FPS
        region = None if number < 2 else Box(0, 0, 320, 340)
        seen = watcher.look(Frame(scene.draw(number), "scene", number, runner.now, 0.0), Wishes(region=region))
        shown = [digit for line in seen.reading.lines for digit in line.digits]
        assert all(digit.box.centre_x < 320 for digit in shown)
    assert shown
    assert isinstance(runner.collect(), Answer | None)


def test_each_frame_says_what_its_stages_took(reader: partial[Reading]) -> None:
    seen = play(play_still(SIZE, 1, seconds=0.2), Watcher(reader, InStep()))
    assert [name for name, _ in seen[0].stages] == ["labels", "glance", "motion and change", "reading", "lines"]
    assert all(seconds >= 0 for _, seconds in seen[0].stages)
