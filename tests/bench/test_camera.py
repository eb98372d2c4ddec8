import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.camera import draw_homography, expose, light

PAGE = np.ones((120, 160), np.float32)


def draw_page() -> np.ndarray:
    page = PAGE.copy()
    cv2.circle(page, (80, 60), 25, 0.2, 5)
    return page


@given(st.integers(1, 90), st.integers(1, 120), st.floats(0, 1), st.integers(0, 2**31))
def test_a_photo_has_the_pages_size(height: int, width: int, strength: float, seed: int) -> None:
    grey = expose(np.ones((height, width), np.float32), np.random.default_rng(seed), strength)
    assert grey.shape == (height, width)
    assert grey.dtype == np.uint8


def test_a_clean_scan_keeps_the_page() -> None:
    page = draw_page()
    grey = expose(page, np.random.default_rng(0), strength=0)
    assert np.abs(grey / 255 - page).mean() < 0.01


def test_ink_stays_where_it_was_and_darker_than_its_paper() -> None:
    page = draw_page()
    ink = page < 0.5
    around = cv2.dilate(ink.astype(np.uint8), np.ones((15, 15))).astype(bool) & (page == 1)
    for seed in range(40):
        grey = expose(page, np.random.default_rng(seed), strength=1)
        assert grey[ink].mean() + 15 < grey[around].mean(), seed


def test_the_seed_decides_the_photo() -> None:
    first, again, other = (expose(draw_page(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_light_grows_uneven_with_strength() -> None:
    falls = [
        np.mean([np.ptp(light((90, 120), np.random.default_rng(seed), strength)) for seed in range(20)])
        for strength in (0.0, 0.5, 1.0)
    ]
    assert falls[0] == 0
    assert falls[0] < falls[1] < falls[2]


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_strength_is_a_share(strength: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        expose(PAGE, np.random.default_rng(0), strength)


@given(st.integers(20, 2000), st.integers(20, 2000), st.integers(0, 2**31))
def test_a_homography_is_mild(height: int, width: int, seed: int) -> None:
    matrix = draw_homography((height, width), np.random.default_rng(seed))
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float32)
    moved = cv2.perspectiveTransform(corners, matrix)
    assert np.abs(moved - corners).max() < 0.25 * max(height, width)
    assert cv2.isContourConvex(moved)


def test_no_strength_no_turn() -> None:
    assert np.allclose(draw_homography((50, 80), np.random.default_rng(0), strength=0), np.eye(3), atol=1e-5)
