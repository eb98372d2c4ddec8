"""Several looks at one page: which rows are the same, and which reading stands."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scanner.agreement import SHARED, agree, choose_near, find_overlaps, find_places, find_unsettled, frame
from scanner.calibration import AGREED, LINE, rate
from scanner.decode import Decoded, Found
from scanner.evidence import find_evidence
from scanner.page import Box
from tests.scanner.test_decode import candidate, lattice_of
from tests.scanner.test_evidence import GUESS, piece

SURE, UNSURE = -0.01, -1.5
"""What the reader of whole rows finds of a string, in nats."""


def read(text: str, x: int = 0, y: int = 0, opinion: float = SURE) -> Decoded:
    """A row of digits that stand side by side."""
    found = []
    for place, label in enumerate(text):
        candidate = piece(x + 30 * place)
        box = replace(candidate.box, y=candidate.box.y + y)
        found.append(Found(replace(candidate, box=box), GUESS, int(label), 0.9))
    return Decoded(tuple(found), (), uncut=opinion)


def texts(rows: list[Decoded]) -> list[str]:
    return ["".join(map(str, row.labels)) for row in rows]


def test_what_two_of_three_read_stands() -> None:
    assert texts(agree([[read("17")], [read("11")], [read("11")]], may_add=False)) == ["11"]
    assert texts(agree([[read("17")], [read("11")], [read("17")]], may_add=False)) == ["17"]


def test_a_sure_look_outvotes_an_unsure_one_and_the_first_one_hardly_less_sure() -> None:
    assert texts(agree([[read("17", opinion=-3.0)], [read("11")]], may_add=False)) == ["11"]
    assert texts(agree([[read("17", opinion=2 * SURE)], [read("11")]], may_add=False)) == ["17"]


def test_each_row_says_how_many_agree() -> None:
    looks = [[read("17")], [read("11")], [read("17")]]
    assert [row.agreed for row in agree(looks, may_add=False)] == [0.5]
    assert [row.agreed for row in agree(looks[:2], may_add=False)] == [0.0]
    assert [row.agreed for row in agree([looks[0]] * 3, may_add=False)] == [1.0]


def test_each_row_knows_what_the_other_looks_saw_that_read_the_same() -> None:
    first, other, third = read("17", opinion=UNSURE), read("11"), read("17")
    (row,) = agree([[first], [other], [third]], may_add=False)
    assert [each.uncut for each in (row, *row.alike)] == [third.uncut, first.uncut]
    (alone,) = agree([[first], [other]], may_add=False)
    assert alone.alike == ()


def test_looks_that_part_the_same_string_otherwise_lend_no_rows() -> None:
    parted = [read("1", 0), read("7", 30)]
    (row,) = agree([[read("17")], parted], may_add=False)
    assert (row.agreed, row.alike) == (1.0, ())


def test_agreement_makes_a_line_surer() -> None:
    row = read("17", opinion=UNSURE)
    alike, apart = replace(row, agreed=1.0), replace(row, agreed=0.0)
    assert rate(apart) < rate(alike)
    assert rate(row) == LINE.apply(find_evidence(row))
    assert rate(alike) == AGREED.apply(find_evidence(alike))


def test_the_surest_look_lends_its_boxes() -> None:
    blurred, sharp = read("17", 0, opinion=UNSURE), read("17", 12)
    assert agree([[blurred], [sharp]], may_add=False)[0].found == sharp.found


def test_only_in_a_crop_a_row_is_added_and_it_takes_more_than_one_faint_look() -> None:
    looks = [[], [read("17")], [read("17")]]
    assert texts(agree(looks, may_add=True)) == ["17"]
    assert agree(looks, may_add=False) == []
    assert agree([[], [read("17", opinion=-3.0)], []], may_add=True) == []


def test_a_row_that_only_the_first_look_sees_stays_unless_it_was_hardly_seen() -> None:
    for opinion in (UNSURE, -4.0):
        assert texts(agree([[read("17", opinion=opinion)], [], []], may_add=False)) == ["17"]
    assert agree([[read("17", opinion=-12.0)], [], []], may_add=False) == []


def test_rows_stand_in_reading_order_and_an_added_one_between_its_neighbours() -> None:
    top, middle, bottom = read("1", 0, 0), read("2", 0, 100), read("3", 0, 200)
    assert texts(agree([[top, bottom], [bottom, middle, top], [middle]], may_add=True)) == ["1", "2", "3"]
    assert texts(agree([[top, middle], [bottom], [bottom]], may_add=True)) == ["1", "2", "3"]


def test_a_row_that_bridges_two_makes_them_one_place() -> None:
    left, right, both = read("12", 0), read("34", 60), read("1234", 0)
    (place,) = find_places([[left, right], [both]])
    assert place.strings == [(1, 2, 3, 4)] * 2
    assert texts(agree([[left, right], [both]], may_add=False)) == ["12", "34"], "parted as the first look has it"
    apart = find_places([[left, right], [left, right]])
    assert [each.strings for each in apart] == [[(1, 2)] * 2, [(3, 4)] * 2]


def test_stacked_rows_that_one_look_joins_keep_their_order() -> None:
    upper, lower, tall = read("12", 30, 0), read("34", 0, 50), read("99", 10, 25)
    for other in ([tall], [tall, upper]):
        assert texts(agree([[upper, lower], other, [upper, lower]], may_add=False)) == ["12", "34"]


def test_a_row_that_is_added_left_of_another_stands_before_it() -> None:
    left, right = read("12", 0), read("34", 300)
    assert texts(agree([[right], [left, right], [left, right]], may_add=True)) == ["12", "34"]


def test_what_two_looks_doubt_is_not_outvoted_by_nothing() -> None:
    doubted = read("17", opinion=-9.0)
    assert texts(agree([[doubted], [doubted], []], may_add=False)) == ["17"]
    assert texts(agree([[doubted], [], [read("11", opinion=-9.0)]], may_add=False)) == ["17"]


def test_of_like_readings_the_first_looks_is_taken_unless_another_is_clearly_surer() -> None:
    first, hardly, clearly = read("17", 0, opinion=-1.5), read("17", 3, opinion=-1.4), read("17", 6)
    assert agree([[first], [hardly]], may_add=False)[0].found == first.found
    assert agree([[first], [clearly]], may_add=False)[0].found == clearly.found


def test_rows_are_near_where_their_pieces_touch_a_place() -> None:
    lattice = lattice_of([candidate(0, 4)])  # 8 columns, 10 rows
    places = [Box(7, 9, 5, 5), Box(8, 0, 5, 5), Box(0, 10, 5, 5)]
    assert [choose_near([lattice], [place]) for place in places] == [[True], [False], [False]]
    assert choose_near([lattice], places) == [True]
    assert choose_near([lattice], []) == [False]


def test_a_third_look_goes_where_two_differ_or_both_are_unsure() -> None:
    sure, unsure, other = read("17"), read("42", 200, opinion=-8.0), read("55", 400)
    looks = [[sure, unsure, other], [sure, unsure, read("56", 400)]]
    assert find_unsettled(looks, may_add=False) == [frame(unsure), frame(other)]
    assert find_unsettled([[], [sure]], may_add=False) == []
    assert find_unsettled([[], [sure]], may_add=True) == [frame(sure)]


def test_no_third_look_could_have_outvoted_what_is_settled() -> None:
    one, other = read("17", opinion=-0.6), read("17", opinion=-0.6)
    assert find_unsettled([[one], [other]], may_add=False) == []
    assert texts(agree([[one], [other], [read("71", opinion=0.0)]], may_add=False)) == ["17"]


boxes = st.builds(Box, st.integers(0, 50), st.integers(0, 50), st.integers(1, 40), st.integers(1, 40))


@given(st.lists(boxes, max_size=6))
def test_boxes_overlap_that_share_much_of_the_smaller(some: list[Box]) -> None:
    expected = [
        (i, k)
        for (i, one), (k, other) in combinations(enumerate(some), 2)
        if one.measure_shared(other) > SHARED * min(one.area, other.area)
    ]
    assert list(find_overlaps(some)) == expected


@given(st.lists(st.lists(st.tuples(st.sampled_from(["1", "12", "70"]), st.integers(0, 5)), max_size=4), min_size=2))
def test_every_row_of_every_look_has_one_place(said: list[list[tuple[str, int]]]) -> None:
    looks = [[read(text, 150 * column) for text, column in {c: (t, c) for t, c in look}.values()] for look in said]
    places = find_places(looks)
    for number, look in enumerate(looks):
        assert sorted(id(row) for place in places for row in place.looks[number]) == sorted(map(id, look))
    agreed = agree(looks, may_add=False)
    assert len({id(row) for row in agreed}) == len(agreed) <= sum(map(len, looks))
    assert all(np.isfinite(rate(row)) and math.isfinite(row.agreed or 0.0) for row in agreed)
