import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.paper import GUILLOCHES, Pattern, draw_graph, draw_guilloche, draw_paper, draw_plain, draw_ruled

SHEETS = (draw_paper, draw_plain, draw_ruled, draw_graph, draw_guilloche)


@given(st.sampled_from(SHEETS), st.integers(1, 90), st.integers(1, 140), st.integers(0, 2**31))
def test_a_sheet_of_any_size_reflects_most_of_the_light(draw: Pattern, height: int, width: int, seed: int) -> None:
    sheet = draw((height, width), np.random.default_rng(seed))
    assert sheet.shape == (height, width)
    assert sheet.dtype == np.float32
    assert sheet.min() >= 0.4
    assert sheet.max() <= 1


@pytest.mark.parametrize("draw", [*SHEETS, *dict.fromkeys(GUILLOCHES)], ids=lambda draw: draw.__name__)
def test_the_seed_decides_the_sheet(draw: Pattern) -> None:
    first, again, other = (draw((60, 80), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("weave", dict.fromkeys(GUILLOCHES), ids=lambda weave: weave.__name__)
@pytest.mark.parametrize("seed", range(5))
def test_a_fine_pattern_leaves_most_of_the_paper_bare(weave: Pattern, seed: int) -> None:
    cover = weave((200, 300), np.random.default_rng(seed))
    assert cover.dtype == np.float32
    assert cover.min() >= 0
    assert cover.max() <= 1
    assert 0.03 < cover.mean() < 0.75


def test_ruled_paper_has_level_lines() -> None:
    sheet = draw_ruled((300, 300), np.random.default_rng(3))
    assert np.ptp(np.median(sheet, axis=1)) > 3 * np.ptp(np.median(sheet, axis=0))
