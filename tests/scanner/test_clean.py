"""From colours to ink: whatever the light, the polarity, the pen and the size."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from drawing import draw_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.clean import (
    LARGEST_SIDE,
    MOST_ENLARGED,
    SMALLEST_SIDE,
    even_light,
    is_crop,
    is_crop_light_on_dark,
    is_light_on_dark,
    resize_to_working,
    to_grey,
)
from scanner.ink import Binarisation, binarise, drop_faint, measure_noise

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Light = Callable[[int, int], NDArray[np.float64]]

PAGE = draw_page(["0123456789", "31415", "2718"], np.random.default_rng(5))
STROKES = PAGE < 130
"""What was written on PAGE."""
BARE = cv2.dilate((PAGE < 225).view(np.uint8), np.ones((9, 9), np.uint8)) == 0
"""Paper of PAGE that is far from any stroke."""


def gradient(height: int, width: int) -> NDArray[np.float64]:
    return np.tile(np.linspace(1, 0.3, width), (height, 1))


def shadow(height: int, width: int) -> NDArray[np.float64]:
    light = np.ones((height, width))
    light[:, width // 2 :] = 0.45
    return np.asarray(cv2.GaussianBlur(light, (0, 0), 12))


def under(page: Picture, light: Light) -> Picture:
    return (page * light(*page.shape)).astype(np.uint8)


def overlap(ink: Mask, other: Mask) -> float:
    """Return the share of the ink of both that both have (intersection over union)."""
    return np.count_nonzero(ink & other) / max(np.count_nonzero(ink | other), 1)


@pytest.mark.parametrize("light", [gradient, shadow])
def test_even_light_makes_paper_white_everywhere(light: Light) -> None:
    even = even_light(under(PAGE, light))
    assert np.percentile(even[BARE], 2) > 235
    assert np.percentile(even[STROKES], 98) < 140


@pytest.mark.parametrize("light", [gradient, shadow])
def test_light_changes_no_ink(light: Light) -> None:
    assert overlap(binarise(even_light(under(PAGE, light))), STROKES) > 0.75


@given(st.integers(0, 1000), st.integers(24, 90))
@settings(max_examples=15)
def test_light_ink_on_dark_gives_the_same_ink(seed: int, height: int) -> None:
    page = draw_page(["40725", "1138"], np.random.default_rng(seed), height)
    assert overlap(binarise(even_light(page)), binarise(even_light(255 - page))) > 0.97


@given(st.integers(0, 1000), st.sampled_from(["40725", "1138", "0000000", "111111"]), st.integers(20, 90))
@settings(max_examples=25)
def test_polarity_is_told_from_strokes(seed: int, text: str, margin: int) -> None:
    page = draw_page([text], np.random.default_rng(seed), 64, margin)
    assert not is_light_on_dark(page)
    assert is_light_on_dark(255 - page)


def test_polarity_of_a_picture_of_one_digit() -> None:
    pages = [draw_page([digit], np.random.default_rng(seed), 64, 5) for digit in "0123456789" for seed in range(3)]
    assert not any(is_crop_light_on_dark(page, min(page.shape) // 2) for page in pages)
    assert all(is_crop_light_on_dark(255 - page, min(page.shape) // 2) for page in pages)


@given(st.integers(0, 1000), st.text("0123456789", min_size=1, max_size=7), st.floats(0, 2 * np.pi), st.booleans())
@settings(max_examples=40)
def test_a_shadow_does_not_flip_the_polarity_of_a_crop(seed: int, text: str, turn: float, is_soft: bool) -> None:
    """It may be as deep as the ink is dark, and cover half of the border."""
    page = draw_page([text], np.random.default_rng(seed), 64, 8)
    y, x = np.mgrid[: page.shape[0], : page.shape[1]] - np.array(page.shape).reshape(2, 1, 1) / 2
    shade = 1 / (1 + np.exp((x * np.cos(turn) + y * np.sin(turn)) / (page.shape[0] / 4 if is_soft else 2)))
    for picture in (page, 255 - page):
        shaded = (picture * (1 - 0.4 * shade)).astype(np.uint8)
        assert is_crop_light_on_dark(shaded, min(page.shape) // 2) == (picture is not page)


@pytest.mark.parametrize("radius", [20, 45, 80])
def test_glare_does_not_flip_the_polarity(radius: int) -> None:
    dim = (PAGE * 0.6).astype(np.uint8)
    glare = cv2.circle(dim.copy(), (450, 190), radius, 255, -1)
    assert not is_light_on_dark(glare)
    assert is_light_on_dark(255 - glare)


channels = st.tuples(st.integers(0, 40), st.integers(0, 255), st.integers(0, 255)).flatmap(st.permutations)


@given(channels)
def test_coloured_ink_is_dark(colour: list[int]) -> None:
    """Ink that swallows one of the three colours stands out well, yellow too, which is nearly white as plain grey."""
    page = np.full((40, 40, 3), 235, np.uint8)
    page[20, 20] = colour
    assert to_grey(page)[20, 20] < 150


@pytest.mark.parametrize("colour", [(200, 40, 40), (40, 150, 40), (40, 40, 200), (0, 200, 255)], ids=str)
def test_coloured_ink_is_found_as_black_is(colour: tuple[int, int, int]) -> None:
    density = (235 - PAGE.astype(np.float64))[..., None] / 195
    written = (240 * (1 - density) + np.array(colour) * density).astype(np.uint8)
    assert overlap(binarise(even_light(to_grey(written))), binarise(even_light(PAGE))) > 0.9


def test_grey_stays_as_it_is() -> None:
    assert np.array_equal(to_grey(PAGE), PAGE)
    assert np.abs(to_grey(cv2.cvtColor(PAGE, cv2.COLOR_GRAY2BGR)).astype(int) - PAGE).max() <= 1


@pytest.mark.parametrize("method", [Binarisation.ADAPTIVE, Binarisation.SAUVOLA])
@given(st.integers(0, 1000), st.floats(0, 9))
@settings(max_examples=15)
def test_noise_on_blank_paper_is_no_ink(method: Binarisation, seed: int, noise: float) -> None:
    paper = np.random.default_rng(seed).normal(235, noise, (200, 260))
    assert binarise(np.clip(paper, 0, 255).astype(np.uint8), method).mean() < 1e-3


def test_a_blank_noisy_page_has_no_ink() -> None:
    for seed in range(30):
        paper = np.random.default_rng(seed).normal(224, 6, (200, 260))
        assert binarise(even_light(np.clip(paper, 0, 255).astype(np.uint8))).mean() < 1e-3


@pytest.mark.parametrize("level", [0, 1, 128, 255])
@pytest.mark.parametrize("method", Binarisation)
def test_a_page_of_one_grey_has_no_ink(method: Binarisation, level: int) -> None:
    assert not binarise(even_light(np.full((60, 80), level, np.uint8)), method).any()


def test_thick_strokes_of_a_crop_are_not_hollow() -> None:
    page = draw_page(["90618"], np.random.default_rng(1), 28, 6)
    crop, _ = resize_to_working(page)
    core = cv2.erode((crop < 90).view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert binarise(even_light(crop, is_crop(page)))[core].mean() > 0.96


@pytest.mark.parametrize("method", Binarisation)
def test_each_way_finds_the_ink_of_a_plain_page(method: Binarisation) -> None:
    assert overlap(binarise(even_light(PAGE), method), STROKES) > 0.75


def test_pencil_beside_a_marker_is_ink_and_stays() -> None:
    """The first row has half the contrast of the others."""
    page, top = PAGE.astype(np.float64), 30 + 64
    page[:top] = 235 - (235 - page[:top]) * 0.5
    even = even_light(page.astype(np.uint8))
    ink = binarise(even)
    assert ink[:top][STROKES[:top]].mean() > 0.95
    assert np.array_equal(drop_faint(ink, even), ink)


def test_guilloche_is_dropped_and_digits_stay() -> None:
    even, lines = np.full((120, 400), 255, np.uint8), np.zeros((120, 400), np.uint8)
    x = np.arange(400)
    for y in range(12, 120, 24):
        cv2.polylines(lines, [np.stack([x, y + 4 * np.sin(x / 15)], axis=1).astype(np.int32)], False, 1, 2)
    even[lines > 0] = 215
    digits = np.zeros((120, 400), bool)
    for left in (30, 130, 230, 330):
        digits[25:31, left : left + 20] = True  # between two lines, so that each is a piece of its own
        digits[25:90, left : left + 5] = True
    lines[cv2.dilate(digits.view(np.uint8), np.ones((7, 7), np.uint8)) > 0] = 0
    even[digits] = 70
    kept = drop_faint((lines > 0) | digits, even)
    assert np.array_equal(kept, digits)


def test_faint_ink_alone_on_its_page_is_not_dropped() -> None:
    even = even_light((235 - (235 - PAGE.astype(np.float64)) * 0.3).astype(np.uint8))
    ink = binarise(even)
    assert np.array_equal(drop_faint(ink, even), ink)
    assert ink.any()


def test_without_ink_nothing_is_dropped() -> None:
    assert not drop_faint(np.zeros((20, 30), bool), np.full((20, 30), 255, np.uint8)).any()


@given(st.integers(1, 5000), st.integers(1, 5000))
@settings(max_examples=60)
def test_the_working_size_keeps_its_bounds(height: int, width: int) -> None:
    picture = np.broadcast_to(np.uint8(200), (height, width))
    if height * width > 4_000_000:
        picture = picture[: max(1, 4_000_000 // width)]
    height = picture.shape[0]
    resized, scale = resize_to_working(np.ascontiguousarray(picture))
    longer = max(resized.shape)
    assert longer <= LARGEST_SIDE
    assert longer >= min(SMALLEST_SIDE, MOST_ENLARGED * max(height, width)) - 1
    assert 0 < scale <= MOST_ENLARGED
    assert resized.shape == pytest.approx((max(1, height * scale), max(1, width * scale)), abs=0.51)


def test_a_page_of_good_size_is_not_resampled() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (SMALLEST_SIDE, 1200)).astype(np.uint8)
    resized, scale = resize_to_working(picture)
    assert scale == 1
    assert np.array_equal(resized, picture)


@pytest.mark.parametrize("noise", [2, 6, 12])
def test_noise_is_measured_between_the_strokes(noise: float) -> None:
    """A page with strokes measures as the bare paper does."""
    grain = np.random.default_rng(1).normal(0, noise, PAGE.shape)
    bare = measure_noise(np.clip(200 + grain, 0, 255).astype(np.uint8))
    written = measure_noise(np.clip(np.where(STROKES, 60, 200) + grain, 0, 255).astype(np.uint8))
    assert bare == pytest.approx(noise, rel=0.3)
    assert written == pytest.approx(bare, rel=0.3)


def test_coloured_chalk_stands_out_from_a_dark_board() -> None:
    """Red on dark grey: the darkest channel shows both alike."""
    board = np.full((80, 120, 3), 40, np.uint8)
    cv2.line(board, (60, 10), (60, 70), (40, 40, 230), 6)
    grey = to_grey(board).astype(int)
    assert grey[40, 60] - grey[40, 20] > 60


def test_ink_on_a_sheet_on_a_dark_table_stays_dark() -> None:
    table = np.full((200, 300, 3), 30, np.uint8)
    table[60:140, 100:200] = 220
    cv2.line(table, (150, 70), (150, 130), (220, 60, 60), 4)
    grey = to_grey(table).astype(int)
    assert grey[100, 120] - grey[100, 150] > 100


def test_a_thick_brush_on_a_small_canvas_is_not_hollow() -> None:
    canvas = np.full((280, 280), 255, np.uint8)
    cv2.circle(canvas, (140, 140), 80, 0, 36)
    working, _ = resize_to_working(canvas)
    core = cv2.erode((working < 40).view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert binarise(even_light(working, is_crop(canvas)))[core].all()
