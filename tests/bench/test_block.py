"""Blocks of numbers carry their truth."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.block import draw_block
from tests.bench.test_hand import make_digits


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_blocks_hold_several_rows_of_labelled_numbers(seed: int) -> None:
    page = draw_block(make_digits(), np.random.default_rng(seed))
    assert page.image.shape == page.owners.shape
    assert page.image.dtype == np.uint8
    assert "".join(text for text, _ in page.strings) == "".join(map(str, page.labels))
    assert len({box.y for _, box in page.strings}) >= 3


def test_rows_of_a_block_are_close() -> None:
    tight = 0
    for seed in range(20):
        page = draw_block(make_digits(), np.random.default_rng(seed))
        boxes = sorted((box for _, box in page.strings), key=lambda box: box.centre_y)
        pitch = np.diff(sorted({round(box.centre_y) for box in boxes})).max()
        tight += pitch < 2.2 * max(box.height for box in boxes)
    assert tight >= 15
