"""The poses in which drawn pages are taken keep track of where everything lies."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.sheet import LabelledPage
from benchmarks.tilt import POSES, View, count_right
from model.classifier import StubClassifier
from scanner.page import Box
from scanner.pipeline import Options

PLACES = ((60, 50), (300, 60), (70, 200), (310, 210))
"""Of the marks, in pixels of the flat page."""


def draw_marks() -> NDArray[np.uint8]:
    page = np.full((260, 380), 230, np.uint8)
    for x, y in PLACES:
        page[y - 6 : y + 6, x - 6 : x + 6] = 0
    return page


@pytest.mark.parametrize("pose", POSES)
def test_what_is_seen_is_taken_back_to_its_place(pose: str) -> None:
    view: View = POSES[pose](draw_marks(), np.random.default_rng(3))
    back = np.linalg.inv(view.to_flat.to_stored)
    for x, y in PLACES:
        there = back @ (x, y, 1)
        column, row = (round(float(value)) for value in there[:2] / there[2])
        assert view.image[row, column] < 60
        box = view.to_flat.place(Box(column - 2, row - 2, 4, 4))
        assert abs(box.centre_x - x) < 3
        assert abs(box.centre_y - y) < 3


def test_the_same_chance_gives_the_same_view() -> None:
    one, two = (POSES["phone, table around"](draw_marks(), np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one.image, two.image)


def test_strings_are_judged_on_the_flat_page() -> None:
    owners = np.zeros((260, 380), np.uint16)
    page = np.full(owners.shape, 230, np.uint8)
    for k in range(3):
        x = 120 + 60 * k
        page[100:106, x : x + 26] = page[100:160, x + 20 : x + 26] = 30
        owners[100:160, x : x + 26] = k + 1
    drawn = LabelledPage(page, owners, (7, 7, 7), (("777", Box(120, 100, 146, 60)),))
    for pose in ("straight", "turned by 180 degrees"):
        view = POSES[pose](page, np.random.default_rng(1))
        assert count_right(drawn, view, StubClassifier([7]), Options(straighten=False)) == [True]
    elsewhere = View(
        view.image, POSES["straight"](page, np.random.default_rng(1)).to_flat.after(np.diag([0.2, 0.2, 1]))
    )
    assert count_right(drawn, elsewhere, StubClassifier([7]), Options(straighten=False)) == [False]
