"""Tables are found by their rules: faint or broken, framed or open, level or a little tilted; other lines are none."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scanner.grid import WINDOW, Grid, find_grids

HEIGHT = 30
"""Of digits here, in pixels."""

Mask = NDArray[np.bool_]


def draw(
    columns: list[int], rows: list[int], tilt: float = 0.0, is_open: bool = False, width: int = 2, margin: int = 40
) -> Mask:
    """Draw a table with these widths and heights, in pixels. tilt: rise of all lines, to each pixel of their length."""
    x, y = margin + np.cumsum([0, *columns]), margin + np.cumsum([0, *rows])
    ink = np.zeros((int(y[-1]) + margin, int(x[-1]) + margin), np.uint8)
    inner = slice(1, -1) if is_open else slice(None)
    for line in y[inner].tolist():
        rise = tilt * (x[-1] - x[0]) / 2
        cv2.line(ink, (int(x[0]), round(line + rise)), (int(x[-1]), round(line - rise)), 1, width)
    for line in x[inner].tolist():
        rise = tilt * (y[-1] - y[0]) / 2
        cv2.line(ink, (round(line - rise), int(y[0])), (round(line + rise), int(y[-1])), 1, width)
    return ink > 0


def find(ink: Mask, is_known: bool = True) -> list[Grid]:
    return find_grids(ink, ink if is_known else np.zeros_like(ink), HEIGHT)


def locate_all(grid: Grid, columns: list[int], rows: list[int], margin: int = 40) -> list[tuple[int, int] | None]:
    """Return the cells of the middles of all places that a drawn table has."""
    x = margin + np.cumsum([0, *columns])[:-1] + np.array(columns) / 2
    y = margin + np.cumsum([0, *rows])[:-1] + np.array(rows) / 2
    return [grid.locate(float(across), float(down)) for down in y for across in x]


@given(
    st.lists(st.integers(35, 160), min_size=2, max_size=7),
    st.lists(st.integers(35, 90), min_size=2, max_size=9),
    st.sampled_from([-0.02, 0.0, 0.01, 0.03]),
    st.booleans(),
    st.integers(1, 4),
)
@settings(max_examples=60)
def test_every_place_lies_in_its_cell(
    columns: list[int], rows: list[int], tilt: float, is_known: bool, width: int
) -> None:
    is_known |= min(sum(columns), sum(rows)) < WINDOW * HEIGHT  # so small a table is found by its known rules alone
    (grid,) = find(draw(columns, rows, tilt if is_known else 0.0, width=width), is_known)
    assert (grid.rows, grid.columns) == (len(rows), len(columns))
    cells = [(row, column) for row in range(len(rows)) for column in range(len(columns))]
    assert locate_all(grid, columns, rows) == cells


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_table_without_a_frame_has_its_outer_cells(count: int) -> None:
    columns, rows = [80] * count, [50] * 3
    (grid,) = find(draw(columns, rows, is_open=True))
    assert (grid.rows, grid.columns) == (3, count)
    assert locate_all(grid, columns, rows)[:2] == [(0, 0), (0, 1)]
    assert grid.locate(5, 60) is None, "left of where its rules begin"


def test_broken_rules_bound_cells(rng: np.random.Generator) -> None:
    columns, rows = [90] * 4, [60] * 5
    ink = draw(columns, rows)
    patches = cv2.resize(rng.random((60, 70)).astype(np.float32), ink.shape[::-1], interpolation=cv2.INTER_NEAREST)
    (grid,) = find(ink & (patches > 0.2), is_known=False)
    assert locate_all(grid, columns, rows) == [(row, column) for row in range(5) for column in range(4)]


def test_a_bent_page_bends_its_rules() -> None:
    columns, rows = [120] * 5, [45] * 5
    ink = draw(columns, rows)
    height, width = ink.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(ink.view(np.uint8), x, y + np.float32(8 * np.sin(np.pi * x / width)), cv2.INTER_NEAREST) > 0
    (grid,) = find(bent)
    assert (grid.rows, grid.columns) == (5, 5)
    assert grid.locate(340, 40 + 22 - 8) == (0, 2)
    assert grid.locate(340, 40 + 47 - 8 - 3) == (0, 2)


def test_two_tables_come_in_reading_order() -> None:
    one, other = draw([60, 60], [50, 50]), draw([70, 70, 70], [50, 50, 50])
    height, width = max(len(one), len(other)), one.shape[1] + other.shape[1]
    page = np.zeros((2 * height, width), np.bool_)
    page[height : height + len(one), : one.shape[1]] = one
    page[: len(other), one.shape[1] :] = other
    assert [(grid.rows, grid.columns) for grid in find(page)] == [(3, 3), (2, 2)]


def test_a_merged_cell_keeps_the_other_columns() -> None:
    ink = draw([80] * 4, [50] * 5)
    ink[45:88, 195:205] = False  # the head of two columns
    (grid,) = find(ink)
    assert (grid.rows, grid.columns) == (5, 4)


def test_lines_of_the_paper_are_no_rows() -> None:
    columns, rows = [90] * 3, [60] * 4
    ink = np.pad(draw(columns, rows), 60)
    ink[10::60] = True  # a ruled exercise book
    (grid,) = find(ink)
    assert (grid.rows, grid.columns) == (4, 3)


@pytest.mark.parametrize("kind", ["nothing", "ruled", "frame", "comb", "stems"])
def test_what_is_no_table(kind: str) -> None:
    ink = np.zeros((400, 600), np.bool_)
    if kind == "ruled":
        ink[30::45] = True
    elif kind == "frame":
        ink = draw([200], [60])
    elif kind == "comb":
        ink = draw([40] * 8, [60])
    elif kind == "stems":  # a column of digits with their stems above one another
        for row in range(8):
            x = 200 + (0, 5, -4, 6, -5, 2, -6, 4)[row]
            ink[20 + 42 * row : 52 + 42 * row, x : x + 4] = True
        ink[10::42] = True
    assert find(ink, is_known=False) == []


def test_the_stems_of_digits_above_one_another_are_no_rule() -> None:
    ink = draw([90] * 3, [42] * 8)
    for row in range(8):
        x = 170 + (0, 3, -3, 3, -2, 2, -3, 3)[row]
        ink[45 + 42 * row : 78 + 42 * row, x : x + 3] = True
    (grid,) = find(ink)
    assert (grid.rows, grid.columns) == (8, 3)


@pytest.mark.parametrize(("count", "is_squared"), [(9, False), (12, True)])
def test_many_squares_of_one_size_are_squared_paper(count: int, is_squared: bool) -> None:
    (grid,) = find(draw([45] * count, [45] * count, tilt=0.01))
    assert grid.is_squared_paper is is_squared


def test_many_cells_of_several_sizes_are_a_table() -> None:
    (grid,) = find(draw([60, *[45] * 11], [45] * 12))
    assert grid.is_squared_paper, "one square may be lost to the edge"
    (grid,) = find(draw([90, 60, *[45] * 10], [45] * 12))
    assert not grid.is_squared_paper
    (grid,) = find(draw([70] * 12, [45] * 12))
    assert not grid.is_squared_paper
