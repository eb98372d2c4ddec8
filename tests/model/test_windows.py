"""Windows: strips end to end, changed; and what each frame is to say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.data import NOT_A_DIGIT
from model.strip import CHANNELS, FRAME, HEIGHT, PEN, UNSURE, LabelledStrip
from model.windows import BLIND, FRAMES, GREY, WIDTH, _add_neighbours, _change_light, _fade, aim, change, draw_window
from tests.model.test_composing import make_bars

BAR = LabelledStrip(np.zeros((HEIGHT, 40, CHANNELS), np.uint8), np.array([[14.0, 22.0, 4]], np.float32))
BAR.image[6:26, 14:22] = 255


def test_a_window_is_filled_and_says_what_stands_on_it() -> None:
    seen = 0
    for seed in range(30):
        window = draw_window([BAR], [make_bars()], np.random.default_rng(seed))
        assert window.image.shape == (HEIGHT, WIDTH, CHANNELS)
        assert window.allowed.shape == (FRAMES, NOT_A_DIGIT + 1)
        assert window.allowed[:BLIND].all()
        assert window.allowed[-BLIND:].all()
        said = np.flatnonzero(~window.allowed[:, NOT_A_DIGIT])
        seen += len(said)
        for frame in said:  # every digit of these sources has ink in its middle
            assert window.image[:, frame * FRAME - FRAME : (frame + 2) * FRAME, 1].max() > 60
    assert seen > 60


@given(st.lists(st.tuples(st.integers(8, 200), st.integers(2, 20), st.integers(0, 9)), max_size=8))
def test_the_middle_of_each_digit_is_its_frame(places: list[tuple[int, int, int]]) -> None:
    marks = np.array([(x, x + width, label) for x, width, label in places], np.float32).reshape(-1, 3)
    allowed = aim(marks, FRAMES)
    middles = {int((x + x + width) / 2 // FRAME) for x, width, _ in places}
    assert set(np.flatnonzero(~allowed[:, NOT_A_DIGIT]).tolist()) == middles
    for x, width, label in places:
        middle = int((x + x + width) / 2 // FRAME)
        for frame in (middle - 1, middle, middle + 1):
            assert not 0 <= frame < FRAMES or frame in middles - {middle} or allowed[frame, label]
    near = {middle + step for middle in middles for step in (-1, 0, 1)}
    far = [frame for frame in range(FRAMES) if frame not in near]
    assert (allowed[far].sum(axis=1) == 1).all()


def test_beside_a_middle_its_digit_may_be_said_and_no_other() -> None:
    allowed = aim(np.array([[40, 48, 4]], np.float32), FRAMES)
    assert [np.flatnonzero(allowed[frame]).tolist() for frame in range(9, 14)] == [[10], [4, 10], [4], [4, 10], [10]]


def test_ink_that_nobody_could_name_may_be_anything() -> None:
    allowed = aim(np.array([[40, 60, UNSURE]], np.float32), FRAMES)
    assert allowed[:, NOT_A_DIGIT].all()
    assert np.flatnonzero(allowed.all(axis=1)).tolist() == [10, 11, 12, 13, 14, 15]


def test_marks_move_with_the_ink() -> None:
    for seed in range(60):
        changed = change(BAR, np.random.default_rng(seed))
        columns = np.flatnonzero((changed.image[..., 1] > 100).any(axis=0))
        begin, end, label = changed.marks[0]
        assert label == 4
        assert abs((columns[0] + columns[-1] + 1) / 2 - (begin + end) / 2) < FRAME


def test_ink_is_lost_where_the_pen_was_faint_and_shows_in_the_grey() -> None:
    image = np.zeros((HEIGHT, 40, CHANNELS), np.uint8)
    image[6:26, 4:12], image[6:26, 20:28] = (255, 255, PEN), (255, 255, PEN // 4)
    before = image.copy()
    _fade(image, np.random.default_rng(1))
    assert np.array_equal(image[..., GREY], before[..., GREY])
    assert np.array_equal(image[:, :16], before[:, :16])
    assert not image[:, 16:, :GREY].any()


def test_the_grey_is_changed_and_at_times_left_out() -> None:
    without, means = 0, []
    for seed in range(200):
        grey = np.full((HEIGHT, 40), PEN, np.uint8)
        _change_light(grey, np.random.default_rng(seed))
        assert not grey.any() or grey.mean() > PEN / 3
        without += not grey.any()
        if grey.any():
            means.append(float(grey.mean()))
    assert 5 < without < 40
    assert np.std(means) > 0.08 * PEN, "weaker at times, and stronger"


def test_a_neighbour_shows_in_the_ink_of_the_page_and_in_its_darkness() -> None:
    other = np.zeros((HEIGHT, 40, CHANNELS), np.uint8)
    other[..., 0], other[..., GREY] = 255, PEN
    image = np.zeros((HEIGHT, WIDTH, CHANNELS), np.uint8)
    _add_neighbours(image, other, np.random.default_rng(1))
    assert image[..., 1].max() == 255
    assert image[..., GREY].max() == PEN
    assert np.array_equal(image[..., 1] > 0, image[..., GREY] > 0)
