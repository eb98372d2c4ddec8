"""Print is taken out where the blank has it, and strokes over it stay."""

import cv2
import numpy as np
import pytest

from scanner.cells import Place
from scanner.dropout import drop_print
from scanner.page import Box

PLACE = Place(Box(50, 50, 240, 60), 4)


def draw_comb(shift: tuple[int, int] = (0, 0)) -> np.ndarray:
    page = np.zeros((170, 360), np.uint8)
    for i in range(4):
        corner = 50 + 60 * i + shift[0], 50 + shift[1]
        cv2.rectangle(page, corner, (corner[0] + 60, corner[1] + 60), 1, 3)
    return page > 0


@pytest.mark.parametrize("shift", [(0, 0), (5, -4), (-7, 6)])
def test_an_empty_comb_leaves_nothing_though_the_paper_is_bent(shift: tuple[int, int]) -> None:
    writing, erased = drop_print(draw_comb(shift), draw_comb(), [PLACE])
    assert not writing.any()
    assert np.array_equal(erased, draw_comb(shift))


@pytest.mark.parametrize("shift", [(0, 0), (4, 3)])
def test_a_one_between_walls_stays(shift: tuple[int, int]) -> None:
    one = np.zeros((170, 360), np.uint8)
    cv2.line(one, (140 + shift[0], 58 + shift[1]), (140 + shift[0], 102 + shift[1]), 1, 3)
    writing, _ = drop_print(draw_comb(shift) | (one > 0), draw_comb(), [PLACE])
    assert np.array_equal(writing, one > 0)


def test_a_stroke_over_a_line_is_not_broken() -> None:
    stroke = np.zeros((170, 360), np.uint8)
    cv2.line(stroke, (70, 40), (100, 130), 1, 6)
    writing, erased = drop_print(draw_comb() | (stroke > 0), draw_comb(), [PLACE])
    count, _ = cv2.connectedComponents(writing.view(np.uint8))
    assert count == 2, "one piece, and the paper"
    assert np.count_nonzero(writing & (stroke > 0)) > 0.9 * np.count_nonzero(stroke)
    assert not (writing & erased).any()


def test_without_print_nothing_is_taken_out(rng: np.random.Generator) -> None:
    ink = cv2.dilate((rng.random((170, 360)) < 0.01).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    writing, erased = drop_print(ink, np.zeros_like(ink), [PLACE])
    assert np.array_equal(writing, ink)
    assert not erased.any()
