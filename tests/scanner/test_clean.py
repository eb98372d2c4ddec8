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
    even_light,
    is_crop_light_on_dark,
    is_light_on_dark,
    to_grey,
)
from scanner.ink import binarise

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


def lay_on_table(page: Picture, wood: int) -> tuple[Picture, tuple[slice, slice]]:
    """Return a photo of a page on a dark table with some grain, and where the page lies."""
    height, width = page.shape
    photo = np.full((height + 160, width + 400), wood, np.uint8)
    place = np.s_[80 : 80 + height, 200 : 200 + width]
    photo[place] = page
    grain = np.random.default_rng(1).normal(0, wood / 10, photo.shape)
    return np.clip(photo + grain, 0, 255).astype(np.uint8), place


@pytest.mark.parametrize("wood", [20, 40, 60])
def test_nothing_is_found_on_the_table_beside_a_sheet(wood: int) -> None:
    """Taken for paper in the shadow, it would throw up a ragged edge and its grain."""
    photo, place = lay_on_table(PAGE, wood)
    even = even_light(photo)
    assert np.percentile(even[place][BARE], 2) > 225
    ink = binarise(even)
    ink[place] = False
    assert np.count_nonzero(ink) < 0.001 * ink.size


def test_pencil_close_to_a_dark_table_is_as_dark_as_far_from_it() -> None:
    """The table must not dim the light at the sheet's edge, nor stand in the window of the threshold."""
    page = np.full((500, 700), 200, np.uint8)
    columns = (16, 350)
    for x in columns:
        cv2.putText(page, "5", (x, 250), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 150, 3)
    photo, place = lay_on_table(page, 30)
    even = even_light(photo)[place]
    near, far = (even[200:260, x : x + 40] for x in columns)
    assert abs(int(near.min()) - int(far.min())) < 15
    ink = binarise(even_light(photo))[place]
    counts = [np.count_nonzero(ink[200:260, x : x + 40]) for x in columns]
    assert counts[0] == pytest.approx(counts[1], rel=0.25)


def test_a_shadow_on_what_is_known_to_be_paper_is_no_table() -> None:
    """A form laid upright has no table beside it: its digits are read in the deepest shadow, and none is lost."""
    page = draw_page(["31", "87"], np.random.default_rng(4), height=120)
    light = np.repeat(np.linspace(1.0, 0.2, page.shape[1])[None], page.shape[0], axis=0)
    dark = (page * light).round().astype(np.uint8)
    ink, even = page < 100, even_light(dark, is_sheet=True)
    assert (even[ink] < 150).mean() > 0.97
    assert (even[page > 200] > 200).mean() > 0.97
    in_shadow = np.zeros_like(ink)
    in_shadow[:, round(0.75 * ink.shape[1]) :] = True
    assert (even_light(dark)[ink & in_shadow] < 150).mean() < (even[ink & in_shadow] < 150).mean()
