import numpy as np
import pytest

from model.alphabet import LETTERS, SIGNS
from model.strokes import CURVE_STEPS, DIGITS, FORMS, GRID, OTHERS, PENS, draw, parse, smooth


def test_every_digit_has_a_drawing() -> None:
    assert sorted(DIGITS) == list("0123456789")
    assert min(map(len, DIGITS.values())) >= 10
    assert all(set(DIGITS[digit]) <= set(ways) for digit, ways in FORMS.items())
    assert sorted(FORMS) == sorted(DIGITS)


def test_no_drawing_is_said_twice() -> None:
    drawings = [*(way for ways in FORMS.values() for way in ways), *LETTERS, *SIGNS]
    assert len(drawings) == len(set(drawings))
    assert set(OTHERS) == {*LETTERS, *SIGNS}


@pytest.mark.parametrize("text", [*(way for ways in FORMS.values() for way in ways), *OTHERS])
def test_every_drawing_is_white_on_black_and_inside(text: str) -> None:
    picture = draw(text, np.random.default_rng(1))
    assert picture.shape == (64, 64)
    assert picture.max() == 255
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert border.max() == 0


def test_the_seed_decides_the_drawing() -> None:
    first, again, other = (draw(DIGITS["8"][0], np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_given_pen_is_taken() -> None:
    upright = DIGITS["1"][0]
    widths = [np.count_nonzero(draw(upright, np.random.default_rng(1), 100, 0, pen)[50] > 127) for pen in (0.03, 0.1)]
    assert widths == [pytest.approx(3, abs=3), pytest.approx(10, abs=3)]  # OpenCV draws up to 3 pixels too thick
    assert widths[0] < widths[1]


def test_a_random_pen_is_between_the_thinnest_and_the_thickest() -> None:
    upright = DIGITS["1"][0]
    widths = [np.count_nonzero(draw(upright, np.random.default_rng(seed), 100, 0)[50] > 127) for seed in range(60)]
    assert min(widths) >= 100 * PENS[0] - 1
    assert max(widths) <= 100 * PENS[1] + 3
    assert len(set(widths)) > 3


def test_parse_reads_points_and_strokes() -> None:
    upright, bar = parse("50 59, 05 95")
    assert upright.tolist() == [[5, 0], [5, 9]]
    assert bar.tolist() == [[0, 5], [9, 5]]
    assert max(points.max() for text in OTHERS for points in parse(text)) <= GRID


def test_smooth_goes_through_every_point() -> None:
    (points,) = parse("50 21 05 28 59")
    curve = smooth(points)
    assert np.allclose(curve[::CURVE_STEPS], points)


def test_two_points_stay_a_straight_line() -> None:
    (points,) = parse("50 59")
    assert np.array_equal(smooth(points), points)
