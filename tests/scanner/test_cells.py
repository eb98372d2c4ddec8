"""Each piece of ink goes to its field, and each digit to its box."""

import numpy as np
import pytest
from drawing import whiten
from hypothesis import given
from hypothesis import strategies as st

from scanner.cells import Place, build_lattices, draw_frames, drop_walls, find_field_blobs, keep_writing
from scanner.ink import Ink
from scanner.page import Box
from scanner.pieces import find_pieces
from scanner.placement import Placement

COMB = Place(Box(50, 50, 240, 60), 4)


def make_ink(*boxes: tuple[int, int, int, int], erased: tuple[int, int, int, int] | None = None) -> Ink:
    mask, gone = np.zeros((200, 400), bool), np.zeros((200, 400), bool)
    for x, y, width, height in boxes:
        mask[y : y + height, x : x + width] = True
    if erased:
        x, y, width, height = erased
        gone[y : y + height, x : x + width] = True
    return Ink(find_pieces(mask), np.zeros_like(mask), Placement.of_scale(1.0), gone, whiten(mask))


def count_by_box(ink: Ink, place: Place = COMB) -> list[int]:
    """Return how many atoms each box of a comb has."""
    (blobs,) = find_field_blobs(ink, [place])
    return [0 if lattice is None else len(lattice.atoms) for lattice in build_lattices(blobs, place, ink)]


def test_an_empty_field_has_no_lattice() -> None:
    assert build_lattices([], COMB, make_ink()) == [None] * 4
    assert build_lattices([], Place(Box(50, 50, 240, 60), 0), make_ink()) == [None]


@given(st.sets(st.integers(0, 3)), st.integers(-8, 8))
def test_digits_go_to_their_boxes(filled: set[int], aside: int) -> None:
    ink = make_ink(*((50 + 60 * i + 20 + aside, 60, 18, 40) for i in filled))
    assert count_by_box(ink) == [int(i in filled) for i in range(4)]


def test_a_digit_that_leans_over_a_wall_stays_whole() -> None:
    assert count_by_box(make_ink((90, 60, 28, 40))) == [1, 0, 0, 0], "20 of its 28 columns are in the first box"


def test_digits_that_touch_over_a_wall_are_cut_there() -> None:
    assert count_by_box(make_ink((70, 60, 80, 40))) == [1, 1, 0, 0]


def test_what_stands_beside_is_not_the_fields() -> None:
    assert count_by_box(make_ink((70, 120, 20, 40), (300, 60, 20, 40), (10, 60, 20, 40))) == [0] * 4


def test_a_line_through_the_field_counts_only_inside() -> None:
    (blobs,) = find_field_blobs(make_ink((100, 0, 6, 200)), [COMB])
    assert len(blobs) == 1
    assert blobs[0].box.height < 90


def test_a_piece_belongs_to_one_field() -> None:
    places = [Place(Box(50, 50, 100, 40), 0), Place(Box(50, 92, 100, 40), 0)]
    upper, lower = find_field_blobs(make_ink((60, 70, 20, 30)), places)
    assert (len(upper), len(lower)) == (1, 0)


def test_of_two_rows_that_with_more_ink_is_read() -> None:
    place = Place(Box(50, 50, 240, 60), 0)
    ink = make_ink((60, 75, 20, 34), (100, 75, 20, 34), (60, 42, 15, 18))
    (blobs,) = find_field_blobs(ink, [place])
    (lattice,) = build_lattices(blobs, place, ink)
    assert lattice is not None
    assert [atom.box.y for atom in lattice.atoms] == [75, 75]


@pytest.mark.parametrize(("has_point", "joined"), [(True, False), (False, True)])
def test_an_amounts_point_is_joined_to_no_digit(has_point: bool, joined: bool) -> None:
    place = Place(Box(50, 50, 240, 60), 0, has_point)
    ink = make_ink((60, 60, 22, 40), (85, 94, 6, 6), (94, 60, 22, 40))
    (blobs,) = find_field_blobs(ink, [place])
    (lattice,) = build_lattices(blobs, place, ink)
    assert lattice is not None
    assert any(each.last - each.first > 1 for each in lattice.candidates) is joined


def test_a_stroke_taken_for_a_rule_comes_back_and_a_rest_of_print_goes() -> None:
    ink = make_ink((46, 52, 3, 50), erased=(140, 60, 4, 40))
    kept = keep_writing(ink, draw_frames([Place(Box(50, 50, 240, 60), 2)], (200, 400)))
    assert kept.mask[80, 141], "no wall stands there"
    assert not kept.mask[80, 47]
    assert not kept.erased.any()


def test_the_wall_of_a_frame_is_no_digit() -> None:
    mask = np.zeros((100, 300), bool)
    mask[30:70, 60:84] = True
    mask[37:63, 67:77] = False  # a nought, its stroke 7 pixels wide
    written = mask.copy()
    mask[25:75, 140:142] = True
    ink = Ink(find_pieces(mask), np.zeros_like(mask), Placement.of_scale(1.0), np.zeros_like(mask), whiten(mask))
    assert (drop_walls(ink, [Place(Box(40, 20, 120, 60), 0)]).mask == written).all()
    assert (ink.mask == mask).all()


def test_a_crumb_far_aside_of_the_digits_is_none_of_theirs() -> None:
    place = Place(Box(10, 50, 300, 60), 0)
    digits = [(200, 60, 22, 40), (230, 60, 22, 40)]
    ink = make_ink(*digits, (12, 70, 2, 15), (258, 94, 6, 6), (188, 76, 8, 6))
    (blobs,) = find_field_blobs(ink, [place])
    (lattice,) = build_lattices(blobs, place, ink)
    assert lattice is not None
    assert [atom.box.x for atom in lattice.atoms] == [188, 200, 230, 258], "a point and a bar stand beside"


def test_low_pieces_alone_stay() -> None:
    place = Place(Box(10, 50, 300, 60), 0)
    ink = make_ink((20, 80, 20, 8), (250, 80, 20, 8))
    (blobs,) = find_field_blobs(ink, [place])
    (lattice,) = build_lattices(blobs, place, ink)
    assert lattice is not None
    assert len(lattice.atoms) == 2
