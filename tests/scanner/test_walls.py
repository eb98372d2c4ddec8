"""Walls of tables that look like a 1."""

import cv2
import numpy as np
import pytest

from scanner.page import Box
from scanner.pieces import find_pieces
from scanner.pipeline import Options, find_candidates, find_ink
from scanner.segment import Blob, find_blobs
from scanner.walls import drop_edges, mark_walls, part_walls

HEIGHT = 40.0


def draw(*sticks: tuple[int, int]) -> np.ndarray:
    """Two 0s of a pen 5 pixels wide, and sticks: (x, thickness)."""
    ink = np.zeros((100, 300), np.uint8)
    for x in (60, 100):
        cv2.ellipse(ink, (x, 50), (12, 20), 0, 0, 360, 1, 5)
    for x, thickness in sticks:
        ink[30:70, x : x + thickness] = 1
    return ink > 0


def part(ink: np.ndarray, erased: np.ndarray | None = None) -> tuple[list[Blob], list[Blob]]:
    nothing = np.zeros(ink.shape, np.bool_)
    return part_walls(find_blobs(find_pieces(ink), HEIGHT), nothing if erased is None else erased, HEIGHT)


@pytest.mark.parametrize(("thickness", "is_wall"), [(1, True), (2, True), (4, False), (5, False), (7, False)])
def test_a_hairline_beside_a_pen_is_a_wall_and_a_stroke_of_the_pen_is_not(thickness: int, is_wall: bool) -> None:
    digits, walls = part(draw((140, thickness)))
    assert [wall.box.x for wall in walls] == ([140] if is_wall else [])
    assert len(digits) == 3 - is_wall


def test_a_hairline_is_judged_by_what_stands_beside_it_only() -> None:
    digits, walls = part(draw((285, 1)))  # 4 heights away from the 0s
    assert len(digits) == 3
    assert not walls


def test_thin_strokes_among_themselves_are_no_walls() -> None:
    ink = np.zeros((100, 300), np.bool_)
    ink[30:70, 50:51] = ink[30:70, 90:91] = True
    assert not part(ink)[1]


@pytest.mark.parametrize("rows", [slice(0, 30), slice(70, 100)])
def test_what_goes_on_in_a_rule_of_its_thickness_is_a_wall(rows: slice) -> None:
    ink = draw((140, 5))
    erased = np.zeros_like(ink)
    erased[rows, 141:146] = True
    assert [wall.box.x for wall in part(ink, erased)[1]] == [140]


def test_a_1_on_the_hairline_of_graph_paper_stays() -> None:
    ink = draw((140, 5))
    erased = np.zeros_like(ink)
    erased[:30, 142] = erased[70:, 142] = True
    assert not part(ink, erased)[1]


def test_a_1_that_hangs_on_a_level_rule_stays() -> None:
    ink = draw((140, 5))
    erased = np.zeros_like(ink)
    erased[70:75] = True
    assert not part(ink, erased)[1]


def test_walls_part_strings_as_rules_do() -> None:
    ink = draw((140, 1))
    rules = np.zeros_like(ink)
    rules[:, 5] = True
    marked = mark_walls(rules, part(ink)[1])
    assert marked[:, 5].all()
    assert marked[30:70, 140].all()
    assert marked.sum() == 100 + 40
    assert not rules[:, 140].any()
    assert mark_walls(rules, []) is rules


def test_a_rule_further_up_makes_no_wall() -> None:
    ink = draw((140, 5))
    erased = np.zeros_like(ink)
    erased[:8, 141:146] = True  # it ends long before the stroke
    assert not part(ink, erased)[1]


def test_a_hairline_under_a_thick_rule_is_not_its_wall() -> None:
    ink = draw((140, 5))
    erased = np.zeros_like(ink)
    erased[:30, 136:149] = True
    assert not part(ink, erased)[1]


@pytest.mark.parametrize(
    ("x", "width", "is_left_out"),
    [(0, 5, True), (1, 5, True), (2, 5, False), (294, 5, True), (292, 5, False), (0, 20, False)],
)
def test_an_upright_stroke_that_a_side_cuts_is_no_digit(x: int, width: int, is_left_out: bool) -> None:
    blob = Blob(Box(x, 30, width, 40), np.ones((40, width), np.bool_))
    assert drop_edges([blob], 300) == ([] if is_left_out else [blob])


@pytest.mark.parametrize(
    ("x", "y", "height", "stays"),
    [
        (20, 30, 40, True),
        (60, 30, 40, True),
        (80, 30, 40, False),
        (20, 60, 40, False),
        (20, 30, 26, False),
        (20, 0, 80, False),
    ],
)
def test_a_stroke_that_a_side_cuts_stays_where_it_stands_in_a_row(x: int, y: int, height: int, stays: bool) -> None:
    """Something about as high stands beside it, no further than a digit and a half."""
    stick, other = (
        Blob(box, np.ones((box.height, box.width), np.bool_)) for box in (Box(0, 30, 5, 40), Box(x, y, 20, height))
    )
    assert drop_edges([stick, other], 300) == ([stick, other] if stays else [other])


@pytest.mark.parametrize(("side", "is_left_out"), [(300, False), (320, True), (600, True)])
def test_a_crop_may_cut_close_to_its_1s(side: int, is_left_out: bool) -> None:
    """What a picture's side cuts is looked at in a crop only, where nothing stands beside it."""
    page = np.full((side, 700), 235, np.uint8)
    for x in (0, 500, 560):
        cv2.rectangle(page, (x, 120), (x + 8, 200), 30, -1)
    found = find_candidates(find_ink(page, Options(straighten=False)))
    assert sum(len(lattice.atoms) for lattice in found) == (2 if is_left_out else 3)
