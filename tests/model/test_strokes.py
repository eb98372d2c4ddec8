import numpy as np
import pytest

from model.strokes import CURVE_STEPS, DIGITS, GRID, OTHERS, draw, parse, smooth


def test_every_digit_has_a_drawing() -> None:
    assert sorted(DIGITS) == list("0123456789")
    assert all(DIGITS.values())


@pytest.mark.parametrize("text", [*(way for ways in DIGITS.values() for way in ways), *OTHERS])
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
