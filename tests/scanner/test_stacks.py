"""Digits that reach into the row below are parted from what stands there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.page import Box
from scanner.segment import Blob
from scanner.stacks import part_stacks

HEIGHT = 40
"""Of a digit, in pixels."""


def draw_ring(width: int = 26, height: int = HEIGHT) -> NDArray[np.bool_]:
    ink = np.ones((height, width), np.bool_)
    ink[5:-5, 5:-5] = False
    return ink


def ring_at(x: int, y: int) -> Blob:
    return Blob(Box(x, y, 26, HEIGHT), draw_ring())


def stack_at(x: int, y: int, rows: int = 2, apart: int = 0) -> Blob:
    """Rings upon one another, joined by a short stroke where they do not touch."""
    parts = [draw_ring()]
    for _ in range(rows - 1):
        link = np.zeros((apart, 26), np.bool_)
        link[:, 11:15] = True
        parts += [link, draw_ring()]
    ink = np.concatenate(parts)
    return Blob(Box(x, y, 26, len(ink)), ink)


@pytest.mark.parametrize("apart", [0, 6, 14])
def test_a_piece_is_parted_between_the_rows_beside_it(apart: int) -> None:
    second = HEIGHT + apart
    beside = [ring_at(20, 100), ring_at(20, 100 + second)]
    parts = part_stacks([*beside, stack_at(60, 100, apart=apart)], HEIGHT)
    assert len(parts) == 4
    upper, lower = parts[2:]
    assert abs(upper.box.bottom - (100 + HEIGHT + apart / 2)) <= 0.35 * HEIGHT
    assert upper.box.y == 100
    assert lower.box.bottom == 100 + second + HEIGHT


def test_three_rows_are_parted_twice() -> None:
    beside = [ring_at(20, 100 + k * 46) for k in range(3)]
    parts = part_stacks([*beside, stack_at(60, 100, rows=3, apart=6)], HEIGHT)
    assert [round((part.box.y - 100) / 46, 1) for part in parts[3:]] == pytest.approx([0, 1, 2], abs=0.2)


def test_neighbours_on_both_sides_count() -> None:
    parts = part_stacks([ring_at(20, 100), stack_at(60, 100, apart=6), ring_at(100, 146)], HEIGHT)
    assert len(parts) == 4


@pytest.mark.parametrize(
    "others",
    [[], [(20, 100)], [(20, 100), (100, 100)], [(20, 122)], [(300, 100), (300, 146)]],
    ids=["alone", "one row", "one row on both sides", "a row through its middle", "two rows far away"],
)
def test_a_high_piece_without_two_rows_beside_it_stays_whole(others: list[tuple[int, int]]) -> None:
    blobs = [*(ring_at(*place) for place in others), stack_at(60, 100, apart=6)]
    assert part_stacks(blobs, HEIGHT) == blobs


def test_a_solid_piece_stays_whole() -> None:
    block = Blob(Box(60, 100, 60, 86), np.ones((86, 60), np.bool_))
    blobs = [ring_at(20, 100), ring_at(20, 146), block]
    assert part_stacks(blobs, HEIGHT) == blobs


def test_the_rest_of_a_wall_stays_whole() -> None:
    """Parted, it would be read as a 1 in each row."""
    wall = Blob(Box(60, 95, 6, 100), np.ones((100, 6), np.bool_))
    blobs = [ring_at(20, 100), ring_at(20, 146), wall]
    assert part_stacks(blobs, HEIGHT) == blobs


@given(st.integers(0, 10_000))
def test_no_ink_is_lost_and_none_is_made(seed: int) -> None:
    rng = np.random.default_rng(seed)
    blobs = []
    for _ in range(rng.integers(1, 7)):
        x, y, width, height = (int(each) for each in rng.integers((0, 0, 1, 1), (200, 200, 60, 160)))
        ink = rng.random((height, width)) < 0.4
        ink[0, 0] = ink[-1, -1] = True
        blobs.append(Blob(Box(x, y, width, height), ink))
    pages = []
    for each in (blobs, part_stacks(blobs, HEIGHT)):
        page = np.zeros((400, 300), np.int64)
        for blob in each:
            assert blob.ink.shape == (blob.box.height, blob.box.width)
            page[blob.box.y : blob.box.bottom, blob.box.x : blob.box.right] += blob.ink
        pages.append(page)
    np.testing.assert_array_equal(*pages)
