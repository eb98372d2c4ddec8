from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.texture import TEXTURES, Field, draw_texture


@given(st.integers(8, 120), st.integers(8, 160), st.integers(0, 2**31))
def test_a_texture_of_any_size_is_a_grey_picture(height: int, width: int, seed: int) -> None:
    picture = draw_texture((height, width), np.random.default_rng(seed))
    assert picture.shape == (height, width)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("draw", TEXTURES, ids=lambda draw: draw.__name__)
def test_each_kind_shows_something_and_its_seed_decides(
    draw: Callable[[tuple[int, int], np.random.Generator], Field],
) -> None:
    first, again, other = (draw((120, 160), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.dtype == np.float32
    assert first.std() > 0.03
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_textures_have_contrast() -> None:
    spreads = [np.ptp(draw_texture((150, 200), np.random.default_rng(seed)).astype(int)) for seed in range(30)]
    assert min(spreads) > 20


def test_a_texture_needs_room() -> None:
    with pytest.raises(ValueError, match="at least 8 x 8"):
        draw_texture((7, 90), np.random.default_rng(0))
