import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from model.glyph import BOX, FAINTEST, SIDE, estimate_stroke_width, normalise, to_white_on_black
from model.strokes import DIGITS, draw

any_ink = arrays.arrays(np.bool_, st.tuples(st.integers(1, 90), st.integers(1, 90)))
digits = st.sampled_from([way for ways in DIGITS.values() for way in ways])
seeds = st.integers(0, 1000)


def box_of(glyph: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    x, y, width, height = cv2.boundingRect((glyph > 0).astype(np.uint8))
    return x, y, width, height


def centre_of(glyph: NDArray[np.uint8]) -> tuple[float, float]:
    moments = cv2.moments(glyph)
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


@given(any_ink)
@settings(max_examples=60, deadline=None)
def test_any_ink_becomes_a_glyph_within_its_box(ink: NDArray[np.bool_]) -> None:
    glyph = normalise(ink)
    assert glyph.shape == (SIDE, SIDE)
    assert glyph.dtype == np.uint8
    _, _, width, height = box_of(glyph)
    assert max(width, height) <= BOX
    assert glyph.any() == ink.any()


@given(digits, seeds)
@settings(max_examples=40, deadline=None)
def test_ink_fills_the_box_and_its_mass_is_centred(digit: str, seed: int) -> None:
    glyph = normalise(draw(digit, np.random.default_rng(seed)))
    _, _, width, height = box_of(glyph)
    assert BOX - 2 <= max(width, height) <= BOX
    assert centre_of(glyph) == pytest.approx(((SIDE - 1) / 2, (SIDE - 1) / 2), abs=1)


@given(digits, seeds, st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_where_the_ink_stands_changes_nothing(digit: str, seed: int, right: int, down: int) -> None:
    picture = draw(digit, np.random.default_rng(seed))
    moved = np.pad(picture, ((down, 3), (right, 5)))
    assert np.array_equal(normalise(moved), normalise(picture))


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_the_camera_s_resolution_changes_little(factor: int) -> None:
    """Judged over many drawings: whether a hairline is thickened may flip for a few."""
    ways = [way for ways in DIGITS.values() for way in ways]
    pictures = [draw(way, np.random.default_rng(i), side=128) > 127 for i, way in enumerate(ways * 3)]
    larger = [picture.repeat(factor, axis=0).repeat(factor, axis=1) for picture in pictures]
    pairs = zip(pictures, larger, strict=True)
    differences = [np.abs(normalise(one).astype(int) - normalise(other)).mean() for one, other in pairs]
    assert np.median(differences) < 2
    assert np.mean(np.array(differences) > 12) < 0.1


def test_a_hairline_is_thickened() -> None:
    ink = np.zeros((200, 200), bool)
    ink[20:180, 100] = True
    assert normalise(ink).max() > 128


def test_the_sizes_are_those_of_mnist() -> None:
    assert normalise(np.ones((50, 50), bool)).shape == (28, 28)
    assert box_of(normalise(np.ones((50, 50), bool)))[2:] == (20, 20)


def test_the_aspect_is_kept() -> None:
    _, _, width, height = box_of(normalise(np.ones((80, 40), bool)))
    assert (width, height) == (BOX // 2, BOX)


def test_no_ink_gives_an_empty_glyph() -> None:
    assert not normalise(np.zeros((30, 30), bool)).any()
    assert not normalise(np.full((30, 30), FAINTEST - 1, np.uint8)).any()


def test_a_colour_picture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        normalise(np.zeros((30, 30, 3), np.uint8))


@pytest.mark.parametrize("width", [3, 7, 15])
def test_stroke_width_of_a_bar(width: int) -> None:
    ink = np.zeros((300, 60), bool)
    ink[10:290, 20 : 20 + width] = True
    assert estimate_stroke_width(ink) == pytest.approx(width, rel=0.15)


def test_stroke_width_of_nothing_and_of_a_dot() -> None:
    assert estimate_stroke_width(np.zeros((9, 9), bool)) == 0
    assert estimate_stroke_width(np.eye(1, dtype=bool)) == 1


@given(digits, seeds, st.integers(20, 110), st.integers(150, 235))
@settings(max_examples=40, deadline=None)
def test_either_polarity_becomes_white_on_black(digit: str, seed: int, dark: int, light: int) -> None:
    ink = draw(digit, np.random.default_rng(seed)).astype(np.float32) / 255
    on_light = (light + (dark - light) * ink).astype(np.uint8)
    on_dark = (dark + (light - dark) * ink).astype(np.uint8)
    for picture in (on_light, on_dark):
        turned = to_white_on_black(picture)
        assert turned[0, 0] < FAINTEST
        assert turned[ink > 0.95].min() > 200


def test_a_blank_picture_has_no_ink() -> None:
    for level in (0, 128, 255):
        assert not to_white_on_black(np.full((20, 20), level, np.uint8)).any()
