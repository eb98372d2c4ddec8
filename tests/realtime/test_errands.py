"""Who reads: the thread beside the loop, the loop itself; regions, sizes, and what is hinted."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from realtime.errands import CLEAR, SMALLEST_SIDE, Beside, Errand, InStep, Runner, run_errand
from scanner.page import Box, Page
from scanner.reading import Digit, Line, Reading

PATIENCE = 10.0


def make_page(width: int = 1600, height: int = 1000) -> Page:
    return Page(np.full((height, width), 200, np.uint8), "film", 1)


def find(*boxes: Box) -> Callable[[Page], Reading]:
    """Return a reader that finds these boxes in one line, wherever it looks."""

    def read(page: Page) -> Reading:
        height, width = page.image.shape[:2]
        digits = tuple(Digit(str(k), 0.9, box) for k, box in enumerate(boxes))
        lines = (Line(digits, 0.9, boxes[0].joined(boxes[-1]), ((1, "."),)),) if boxes else ()
        return Reading(page.source, page.number, width, height, lines)

    return read


def wait(runner: Beside) -> Reading:
    done = threading.Event()
    for _ in range(round(PATIENCE / 0.01)):
        answer = runner.collect()
        if answer is not None:
            return answer.reading
        done.wait(0.01)
    raise AssertionError("no answer came")


@pytest.mark.parametrize("make", [InStep, Beside])
def test_an_errand_brings_one_answer(make: Callable[[], Runner]) -> None:
    runner = make()
    assert not runner.is_busy
    assert runner.collect() is None
    runner.send(Errand(make_page(), find(Box(1, 2, 3, 4))))
    assert runner.is_busy
    answer = wait(runner) if isinstance(runner, Beside) else runner.collect().reading  # type: ignore[union-attr]
    assert (answer.width, answer.height, answer.lines[0].text) == (1600, 1000, "0")
    assert not runner.is_busy
    assert runner.collect() is None
    runner.close()


def test_the_loop_goes_on_while_the_thread_reads() -> None:
    go, begun = threading.Event(), threading.Event()

    def read(page: Page) -> Reading:
        begun.set()
        assert go.wait(PATIENCE)
        return find()(page)

    runner = Beside()
    runner.send(Errand(make_page(), read))
    assert begun.wait(PATIENCE)
    assert runner.is_busy
    assert runner.collect() is None
    go.set()
    assert wait(runner).lines == ()
    runner.close()


def test_what_the_reader_raises_is_raised_in_the_loop_and_the_thread_goes_on() -> None:
    def fail(page: Page) -> Reading:
        raise MemoryError("none left")

    runner = Beside()
    runner.send(Errand(make_page(), fail))
    with pytest.raises(MemoryError, match="none left"):
        wait(runner)
    runner.send(Errand(make_page(), find(Box(1, 2, 3, 4))))
    assert wait(runner).lines[0].text == "0"
    runner.close()


def test_closing_ends_the_thread() -> None:
    before = threading.active_count()
    runner = Beside()
    runner.close()
    assert threading.active_count() == before


def test_large_digits_are_read_in_a_smaller_picture_and_lie_where_they_lay() -> None:
    sizes: list[tuple[int, ...]] = []

    def read(page: Page) -> Reading:
        sizes.append(page.image.shape)
        return find(Box(90, 45, 30, 45))(page)

    answer = run_errand(Errand(make_page(), read, digit_height=2 * CLEAR))
    assert sizes == [(562, SMALLEST_SIDE)]
    assert answer.reading.lines[0].digits[0].box == Box(160, 80, 53, 80)
    assert (answer.reading.width, answer.reading.height) == (1600, 1000)


@pytest.mark.parametrize("digit_height", [0.0, CLEAR / 2, CLEAR])
def test_digits_that_are_unknown_or_small_are_read_at_full_size(digit_height: float) -> None:
    sizes: list[tuple[int, ...]] = []

    def read(page: Page) -> Reading:
        sizes.append(page.image.shape)
        return find()(page)

    run_errand(Errand(make_page(), read, digit_height=digit_height))
    assert sizes == [(1000, 1600)]


def test_of_a_region_only_what_stands_in_it_counts_in_pixels_of_the_page() -> None:
    inside, outside = Box(170, 170, 20, 30), Box(10, 10, 20, 30)
    answer = run_errand(Errand(make_page(), find(outside, inside), Box(800, 500, 60, 60)))
    (line,) = answer.reading.lines
    assert [digit.box for digit in line.digits] == [Box(830, 530, 20, 30)]
    assert line.box == Box(830, 530, 20, 30)
    assert line.marks == ()


def test_a_region_at_the_corner_is_read_within_the_page() -> None:
    seen: list[tuple[int, ...]] = []

    def read(page: Page) -> Reading:
        seen.append(page.image.shape)
        return find(Box(5, 5, 20, 30))(page)

    answer = run_errand(Errand(make_page(), read, Box(0, 0, 50, 50)))
    assert seen[0][0] >= 320
    assert answer.reading.lines[0].digits[0].box == Box(5, 5, 20, 30)
