"""How large a page is when it is read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pages import colour_paper, expose, lay_ink, take_hand, write
from model.classifier import Classifier, Guess, StubClassifier
from model.data import NOT_A_DIGIT
from scanner.clean import to_grey
from scanner.lattice import Lattice
from scanner.page import Page
from scanner.pipeline import ONCE, Options, find_candidates, find_ink, read, take_apart
from scanner.size import (
    CLEAR,
    FEWEST,
    LARGEST_SIDE,
    MOST_ENLARGED,
    MOST_FINER,
    MOST_PIXELS,
    SMALL,
    SMALLEST_SIDE,
    choose_scale,
    measure_digits,
    refine_scale,
    resize,
)

STRINGS = ("40718", "2956", "3831", "60274", "9513", "8246")

sides = st.integers(1, 20_000)


def draw_small(height: float, shape: tuple[int, int] = (1000, 1300)) -> np.ndarray:
    """Draw strings of digits so high, in pixels, one beneath the other."""
    rng = np.random.default_rng(3)
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, height, max(1.5, height / 9))
    for row, text in enumerate(STRINGS):
        write(ink, text, 200, 60 + row * 5 * height, hand, rng)
    return expose(lay_ink(colour_paper((225, 232, 235), shape, rng), ink, (60, 50, 35)), 2.0, 0.7, rng)


def take_lattices(height: float, *answers: int | None) -> tuple[list[Lattice], list[list[Guess]]]:
    _, lattices, guesses = take_apart(to_grey(draw_small(height)), StubClassifier(list(answers)), ONCE)
    return lattices, guesses


@pytest.fixture(scope="module")
def trained() -> Classifier:
    return Classifier(None)


@given(sides, sides)
@settings(max_examples=60)
def test_the_working_size_keeps_its_bounds(height: int, width: int) -> None:
    scale = choose_scale((height, width))
    longer = max(height, width) * scale
    assert longer <= LARGEST_SIDE + 1e-6
    assert longer >= min(SMALLEST_SIDE, MOST_ENLARGED * max(height, width)) - 1e-6
    assert 0 < scale <= MOST_ENLARGED


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.05, 3))
def test_a_resized_picture_is_as_large_as_the_scale_says(height: int, width: int, scale: float) -> None:
    resized = resize(np.full((height, width), 200, np.uint8), scale)
    assert resized.shape == pytest.approx((max(1, height * scale), max(1, width * scale)), abs=0.51)


def test_a_page_of_good_size_is_not_resampled() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (SMALLEST_SIDE, 1200)).astype(np.uint8)
    assert choose_scale(picture.shape) == 1
    assert np.array_equal(resize(picture, 1.0), picture)


@pytest.mark.parametrize("height", [24, 40, 60])
def test_digits_are_as_high_as_they_were_drawn(trained: Classifier, height: float) -> None:
    """The pen's width comes to the height of its paths."""
    _, lattices, guesses = take_apart(to_grey(draw_small(height)), trained, ONCE)
    assert height <= measure_digits(lattices, guesses) <= 1.25 * height


@pytest.mark.parametrize("answer", [None, 1])
def test_neither_ones_nor_what_is_no_digit_tell(answer: int | None) -> None:
    lattices, guesses = take_lattices(24, answer)
    assert measure_digits(lattices, guesses) == 0
    assert refine_scale(1.0, (1000, 1300), lattices, guesses) == 1.0


def test_few_digits_and_doubtful_ones_tell_nothing() -> None:
    lattices, guesses = take_lattices(24, 7)
    doubtful = [[Guess(7, 0.8, (0.02,) * 7 + (0.8, 0.02, 0.02, 0.02)) for _ in here] for here in guesses]
    assert measure_digits(lattices, doubtful) == 0
    nothing = Guess(None, 1.0, (0.0,) * NOT_A_DIGIT + (1.0,))
    few = [[guess if i + j < 1 else nothing for j, guess in enumerate(here)] for i, here in enumerate(guesses)]
    assert sum(guess is not nothing for here in few for guess in here) < FEWEST
    assert measure_digits(lattices, few) == 0


def test_small_digits_are_read_larger_and_large_ones_as_they_are() -> None:
    small = take_lattices(22, 7)
    height = measure_digits(*small)
    assert height < SMALL
    assert refine_scale(1.0, (1000, 1300), *small) == pytest.approx(CLEAR / height)
    assert refine_scale(0.5, (2000, 2600), *small) == pytest.approx(0.5 * CLEAR / height)
    assert refine_scale(1.0, (1000, 1300), *take_lattices(40, 7)) == 1.0


def test_no_page_becomes_larger_than_memory_and_sense_allow() -> None:
    tiny = take_lattices(14, 7)
    assert refine_scale(1.0, (1000, 1300), *tiny) == MOST_FINER
    assert refine_scale(2.4, (300, 370), *tiny) == 2.4, "there is nothing more to see"
    scale = refine_scale(1.0, (2000, 4000), *tiny)
    assert 1 < scale < MOST_FINER
    assert scale**2 * 2000 * 4000 == pytest.approx(MOST_PIXELS)


def test_boxes_of_a_page_that_is_read_larger_are_in_pixels_as_stored(trained: Classifier) -> None:
    image = draw_small(20)
    once, again = (read(Page(image, "x"), trained, options) for options in (ONCE, Options()))
    assert len(again.lines) == len(STRINGS)
    for line, other in zip(once.lines, again.lines, strict=False):
        pairs = zip((line.box.x, line.box.y), (other.box.x, other.box.y), strict=True)
        assert all(abs(one - two) <= 3 for one, two in pairs)


def test_once_reads_at_one_size(trained: Classifier) -> None:
    grey = to_grey(draw_small(20))
    ink, lattices, _ = take_apart(grey, trained, ONCE)
    usual = find_ink(grey, ONCE)
    assert ink.mask.shape == usual.mask.shape == grey.shape
    assert len(lattices) == len(find_candidates(usual))
    assert min(take_apart(grey, trained, Options())[0].mask.shape) > 1.2 * min(grey.shape)
