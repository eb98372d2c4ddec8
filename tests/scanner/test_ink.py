"""From even light to ink: which strokes are the pen's, whatever the noise, the pattern and what lies beside."""

import cv2
import numpy as np
import pytest
from drawing import draw_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.clean import even_light, is_crop
from scanner.ink import (
    STRONG,
    WEAK,
    Binarisation,
    binarise,
    drop_faint,
    drop_weak,
    measure_noise,
    measure_pen,
    take_ink,
)
from scanner.pieces import find_pieces
from scanner.size import choose_scale, resize

Mask = NDArray[np.bool_]

PAGE = draw_page(["0123456789", "31415", "2718"], np.random.default_rng(5))
STROKES = PAGE < 130
"""What was written on PAGE."""


def overlap(ink: Mask, other: Mask) -> float:
    """Return the share of the ink of both that both have (intersection over union)."""
    return np.count_nonzero(ink & other) / max(np.count_nonzero(ink | other), 1)


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
    crop = resize(page, choose_scale(page.shape))
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
    assert np.array_equal(drop_faint(find_pieces(ink), even).mask, ink)


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
    kept = drop_faint(find_pieces((lines > 0) | digits), even).mask
    assert np.array_equal(kept, digits)


def test_faint_ink_alone_on_its_page_is_not_dropped() -> None:
    even = even_light((235 - (235 - PAGE.astype(np.float64)) * 0.3).astype(np.uint8))
    ink = binarise(even)
    assert np.array_equal(drop_faint(find_pieces(ink), even).mask, ink)
    assert ink.any()


def test_without_ink_nothing_is_dropped() -> None:
    assert not drop_faint(find_pieces(np.zeros((20, 30), bool)), np.full((20, 30), 255, np.uint8)).mask.any()


@pytest.mark.parametrize("noise", [2, 6, 12])
def test_noise_is_measured_between_the_strokes(noise: float) -> None:
    """A page with strokes measures as the bare paper does."""
    grain = np.random.default_rng(1).normal(0, noise, PAGE.shape)
    bare = measure_noise(np.clip(200 + grain, 0, 255).astype(np.uint8))
    written = measure_noise(np.clip(np.where(STROKES, 60, 200) + grain, 0, 255).astype(np.uint8))
    assert bare == pytest.approx(noise, rel=0.3)
    assert written == pytest.approx(bare, rel=0.3)


def test_a_thick_brush_on_a_small_canvas_is_not_hollow() -> None:
    canvas = np.full((280, 280), 255, np.uint8)
    cv2.circle(canvas, (140, 140), 80, 0, 36)
    working = resize(canvas, choose_scale(canvas.shape))
    core = cv2.erode((working < 40).view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert binarise(even_light(working, is_crop(canvas)))[core].all()


def test_the_pen_is_as_dark_as_the_cores_of_its_strokes() -> None:
    even = np.full((100, 300), 255, np.uint8)
    for left in range(20, 280, 40):
        even[20:80, left : left + 9] = 175  # the soft edge of a stroke
        even[20:80, left + 2 : left + 7] = 95
    assert measure_pen(even < 200, even) == pytest.approx(160)
    assert measure_pen(np.zeros(even.shape, bool), even) == 0


def make_strokes(*darkness: float) -> NDArray[np.uint8]:
    """Return upright strokes side by side, each so much darker than paper."""
    even = np.full((120, 60 * len(darkness)), 255, np.uint8)
    for k, dark in enumerate(darkness):
        even[20:100, 60 * k + 20 : 60 * k + 32] = 255 - round(dark)
    return even


@given(st.integers(60, 250))
def test_what_is_far_weaker_than_the_pen_is_dropped(pen: int) -> None:
    even = make_strokes(pen, pen, pen, pen, (STRONG - 0.08) * pen, (STRONG + 0.08) * pen)
    kept = drop_weak(even < 250, even, pen).mask
    assert [bool(kept[60, 60 * k + 26]) for k in range(6)] == [True, True, True, True, False, True]


def test_a_weak_part_of_a_strong_stroke_stays() -> None:
    pen, even = 200.0, make_strokes(200, 200, 200)
    even[60:80, 26:28] = even[60:80, 20:32] = 255 - round((WEAK + 0.1) * 200)
    kept = drop_weak(even < 250, even, pen).mask
    assert kept[70, 26], "the pen was lifted a little"
    even[60:80, 20:32] = 255 - round((WEAK - 0.1) * 200)
    assert not drop_weak(even < 250, even, pen).mask[70, 26], "a halo, a stain"


def test_pencil_is_whole_beside_the_black_edge_of_a_table() -> None:
    """The edge would spoil the range that contrast is measured in."""
    faint = 235 - (235 - PAGE.astype(np.float64)) * 0.22
    page = np.clip(faint, 0, 255).astype(np.uint8)
    page[:, :30] = page[:, -30:] = 20
    inside = np.s_[:, 60:-60]
    alone = overlap(take_ink(even_light(page[inside])).mask[:, 20:-20], STROKES[inside][:, 20:-20])
    beside = overlap(take_ink(even_light(page)).mask[inside][:, 20:-20], STROKES[inside][:, 20:-20])
    assert beside > 0.95 * alone > 0.6


@pytest.mark.parametrize("side", [2000, 3000])
def test_pencil_between_thick_rules_is_found_however_large_the_picture(side: int) -> None:
    """OpenCV adds squares of bytes in 32 bits, which white paper overflows in a window of more than 181 pixels."""
    grey = np.full((side, side), 255, np.uint8)
    for top in range(0, side, 90):
        grey[top : top + 7] = 80
        grey[top + 40 : top + 50, 20:-20] = 185
    assert binarise(grey)[grey == 185].mean() > 0.9
