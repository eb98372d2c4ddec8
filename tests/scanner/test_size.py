"""How large a page is when it is read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pages import colour_paper, expose, lay_ink, take_hand, write
from model.classifier import CLASSES, Classifier, Guess
from model.data import NOT_A_DIGIT
from scanner.clean import to_grey
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.page import Box, Page
from scanner.pipeline import ONCE, Options, find_ink, read, take_apart
from scanner.size import (
    CLEAR,
    FEWEST,
    LARGEST_SIDE,
    MOST_ENLARGED,
    MOST_FINER,
    MOST_PIXELS,
    SMALL,
    SMALLEST_SIDE,
    SURE,
    choose_scale,
    measure_digits,
    refine_scale,
    resize,
)
from scanner.stages import Classified, Cleaned, Cut, Stage

STRINGS = ("40718", "2956", "3831", "60274", "9513", "8246")

sides = st.integers(1, 20_000)


def draw_small(height: float, shape: tuple[int, int] = (1000, 1300)) -> np.ndarray:
    """Draw strings of digits so high, in pixels, one beneath the other."""
    rng = np.random.default_rng(3)
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, height, max(1.5, height / 9))
    for row, text in enumerate(STRINGS):
        write(ink, text, 200, 60 + row * 5 * height, hand, rng)
    return expose(lay_ink(colour_paper((225, 232, 235), shape, rng), ink, (60, 50, 35)), 2.0, 0.7, rng)


def find_rows(height: float, label: int = 7, sureness: float = 0.99, count: int = 6) -> list[Decoded]:
    """Return a row of digits so high, in pixels, each read as `label`."""
    scores = [(1 - sureness) / (CLASSES - 1)] * CLASSES
    scores[label] = sureness
    guess = Guess(label, sureness, tuple(scores))
    places = [Box(30 * i, 10, 12, round(height)) for i in range(count)]
    found = [Found(Candidate(0, 1, box, np.ones((box.height, 12), bool), 0), guess, label, 0.99) for box in places]
    return [Decoded(tuple(found), ())]


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


def test_digits_are_as_high_as_half_of_them_are() -> None:
    assert measure_digits(find_rows(24)) == 24
    assert measure_digits([*find_rows(24), *find_rows(70, count=8)]) == 70


def test_ones_few_digits_and_doubtful_ones_tell_nothing() -> None:
    for rows in (find_rows(24, 1), find_rows(24, sureness=0.8), find_rows(24, count=FEWEST - 1), []):
        assert measure_digits(rows) == 0
        assert refine_scale(1.0, (1000, 1300), rows) == 1.0


def test_small_digits_are_read_larger_and_large_ones_as_they_are() -> None:
    assert refine_scale(1.0, (1000, 1300), find_rows(26)) == pytest.approx(CLEAR / 26)
    assert refine_scale(0.5, (2000, 2600), find_rows(26)) == pytest.approx(0.5 * CLEAR / 26)
    assert refine_scale(1.0, (1000, 1300), find_rows(SMALL)) == 1.0


def test_no_page_becomes_larger_than_memory_and_sense_allow() -> None:
    tiny = find_rows(14)
    assert refine_scale(1.0, (1000, 1300), tiny) == MOST_FINER
    assert refine_scale(2.4, (300, 370), tiny) == 2.4, "there is nothing more to see"
    scale = refine_scale(1.0, (1500, 2500), tiny)
    assert 1 < scale < MOST_FINER
    assert scale**2 * 1500 * 2500 == pytest.approx(MOST_PIXELS)
    assert refine_scale(0.5, (3000, 4000), tiny) > 0.5
    assert refine_scale(0.25, (8000, 5000), find_rows(31)) == pytest.approx(0.25 * CLEAR / 31)


@pytest.mark.parametrize("height", [18, 24])
def test_pages_of_small_digits_are_taken_apart_larger(trained: Classifier, height: float) -> None:
    grey = to_grey(draw_small(height))
    assert min(take_apart(grey, trained, Options())[0].mask.shape) > 1.2 * min(grey.shape)


def test_small_print_beside_large_digits_decides_nothing(trained: Classifier) -> None:
    """Letters look like digits now and then; the rows in which they stand do not."""
    page = Image.fromarray(draw_small(70, (2000, 1300)))
    pen, type_ = ImageDraw.Draw(page), ImageFont.load_default(22)
    for line in range(34):
        pen.text((640, 60 + 40 * line), "Goods bought or sold by local boards log", (40, 40, 40), type_)
    grey = to_grey(np.asarray(page))
    ink, _, guesses = take_apart(grey, trained, Options())
    assert ink.mask.shape == grey.shape
    found = (max(guess.scores[:NOT_A_DIGIT]) >= SURE for here in guesses for guess in here)
    assert sum(found) > 40, "the print alone would have decided"


def test_boxes_of_a_page_that_is_read_larger_are_in_pixels_as_stored(trained: Classifier) -> None:
    image = draw_small(20)
    once, again = (read(Page(image, "x"), trained, options) for options in (ONCE, Options()))
    assert len(once.lines) == len(again.lines) == len(STRINGS)
    for line, other in zip(once.lines, again.lines, strict=True):
        one, two = ((box.x, box.y, box.right, box.bottom) for box in (line.box, other.box))
        assert max(abs(first - second) for first, second in zip(one, two, strict=True)) <= 4


def test_once_reads_at_one_size(trained: Classifier) -> None:
    grey = to_grey(draw_small(20))
    assert take_apart(grey, trained, ONCE)[0].mask.shape == find_ink(grey, ONCE).mask.shape == grey.shape


@pytest.mark.parametrize("quarters", [0, 2])
def test_whoever_watches_sees_but_what_is_read(trained: Classifier, quarters: int) -> None:
    """Neither the look at the usual size, nor that at a page on its head."""
    seen: list[Stage] = []

    class Watching:
        def observe(self, stage: Stage) -> None:
            seen.append(stage)

    image = np.ascontiguousarray(np.rot90(draw_small(20), quarters))
    ink, lattices, _ = take_apart(to_grey(image), trained, Options(), Watching())
    assert [type(stage) for stage in seen] == [Cleaned, Cut, Classified]
    assert isinstance(seen[0], Cleaned)
    assert isinstance(seen[1], Cut)
    assert seen[0].ink is ink
    assert seen[1].lattices == lattices
    assert min(ink.mask.shape) > 1.2 * min(image.shape[:2])
