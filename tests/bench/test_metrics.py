"""The figures of accuracy: tiny cases worked out by hand, and what holds for all."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.metrics import (
    ANSWERS,
    EVERYWHERE,
    NOTHING,
    Judged,
    Truth,
    align,
    average_sources,
    count_confusions,
    fill_bins,
    judge,
    measure_calibration_error,
    measure_distance,
    measure_read_rate,
)
from scanner.page import Box
from scanner.reading import Digit, Line

TEXTS = st.text("0123?", max_size=7)


def line(text: str, left: int, top: int = 0, confidence: float = 0.9) -> Line:
    """Digits of 10x10 pixels, side by side, each 0.8 sure."""
    digits = tuple(Digit(sign, 0.8, Box(left + 10 * k, top, 10, 10)) for k, sign in enumerate(text))
    return Line(digits, confidence, Box(left, top, 10 * len(text), 10))


def truth(*strings: tuple[str, Box]) -> Truth:
    return Truth("page", tuple(text for text, _ in strings), tuple(box for _, box in strings), "desk")


def answer(want: str, got: str, confidence: float, source: str = "desk") -> Judged:
    return Judged(want, got, confidence, True, source, EVERYWHERE)


def test_digits_go_to_the_box_they_lie_in_and_the_others_are_strays() -> None:
    page = truth(("12", Box(0, 0, 20, 10)), ("34", Box(40, 0, 20, 10)))
    found, strays = judge(page, [line("12", 0), line("39", 40), line("5", 100)])
    assert [(each.want, each.got, each.right) for each in found] == [("12", "12", True), ("34", "39", False)]
    assert [digit.text for digit in strays] == ["5"]


@pytest.mark.parametrize(("left", "inside"), [(96, True), (97, False)])
def test_a_digit_may_stand_out_by_three_twentieths_of_the_shorter_side(left: int, inside: bool) -> None:
    found, strays = judge(truth(("1", Box(0, 0, 100, 10))), [line("1", left)])  # its centre at 101 or 102; reach 1.5
    assert (found[0].got, len(strays)) == (("1", 0) if inside else ("", 1))


def test_between_two_boxes_the_nearer_centre_wins_measured_in_half_sizes() -> None:
    page = truth(("7", Box(0, 0, 100, 20)), ("1", Box(80, 0, 20, 20)))
    found, _ = judge(page, [line("71", 75)])  # 30 of 50 from the one's centre, 10 of 10 from the other's; then 40, 0
    assert [each.got for each in found] == ["7", "1"]


def test_pieces_of_several_lines_are_put_together_from_left_to_right_and_stand_not_alone() -> None:
    found, _ = judge(truth(("1234", EVERYWHERE)), [line("34", 30), line("12", 0)])
    assert (found[0].got, found[0].alone) == ("1234", False)
    assert [digit.text for digit in found[0].digits] == [*"1234"]
    assert found[0].confidence == pytest.approx(0.8**4)


def test_confidence_is_the_lines_only_where_it_holds_no_other_digits() -> None:
    boxes = Box(0, 0, 20, 10), Box(20, 0, 20, 10)
    (whole,), _ = judge(truth(("1234", EVERYWHERE)), [line("1234", 0)])
    parts, _ = judge(truth(("12", boxes[0]), ("34", boxes[1])), [line("1234", 0)])
    assert (whole.alone, whole.confidence) == (True, 0.9)
    assert [(part.right, part.alone) for part in parts] == [(True, False)] * 2
    assert parts[0].confidence == pytest.approx(0.64)


def test_nothing_read_is_no_answer_and_unreadable_strings_do_not_count() -> None:
    found, _ = judge(truth(("1", Box(0, 0, 9, 9)), ("2?", Box(50, 0, 9, 9))), [])
    assert [(each.want, each.got, each.confidence, each.offered) for each in found] == [("1", "", 0.0, False)]


@pytest.mark.parametrize(
    ("want", "got", "distance"), [("", "", 0), ("123", "", 3), ("123", "13", 1), ("123", "1?3", 1), ("12", "2100", 3)]
)
def test_edit_distance(want: str, got: str, distance: int) -> None:
    assert measure_distance(want, got) == distance


@given(TEXTS, TEXTS, TEXTS)
def test_edit_distance_is_a_distance(one: str, two: str, three: str) -> None:
    assert measure_distance(one, two) == measure_distance(two, one)
    assert (measure_distance(one, two) == 0) == (one == two)
    assert measure_distance(one, three) <= measure_distance(one, two) + measure_distance(two, three)
    assert abs(len(one) - len(two)) <= measure_distance(one, two) <= max(len(one), len(two))


@given(TEXTS, TEXTS)
def test_an_alignment_keeps_both_strings_and_costs_their_distance(want: str, got: str) -> None:
    pairs = align(want, got)
    assert "".join(sign for sign, _ in pairs if sign) == want
    assert "".join(sign for _, sign in pairs if sign) == got
    assert sum(wanted != given for wanted, given in pairs) == measure_distance(want, got)


def test_confusions_name_missed_added_and_refused_digits() -> None:
    counts = count_confusions([answer("123", "13", 1), answer("4", "45", 1), answer("6", "?", 1), answer("7", "1", 1)])
    assert counts.sum() == 7
    assert counts[2, NOTHING] == counts[NOTHING, 5] == counts[6, ANSWERS.index("?")] == counts[7, 1] == 1
    assert counts[1, 1] == counts[3, 3] == counts[4, 4] == 1


def test_read_rate_by_hand() -> None:
    """Surest first: right, right, wrong, right; a refused one and an unread one are never accepted."""
    judged = [
        answer("1", "1", 0.9),
        answer("2", "2", 0.8),
        answer("3", "8", 0.7),
        answer("4", "4", 0.6),
        answer("5", "?", 1.0),
        answer("6", "", 0.0),
    ]
    assert measure_read_rate(judged, 0.0) == pytest.approx(2 / 6)
    assert measure_read_rate(judged, 0.24) == pytest.approx(2 / 6)
    assert measure_read_rate(judged, 0.25) == pytest.approx(4 / 6)


def test_strings_of_one_confidence_are_accepted_together() -> None:
    judged = [answer("1", "1", 0.9), answer("2", "3", 0.9)]
    for order in itertools.permutations(judged):
        assert measure_read_rate(order, 0.4) == 0
        assert measure_read_rate(order, 0.5) == 1


ANSWERED = st.lists(st.builds(answer, st.just("1"), st.sampled_from(["1", "7", "?", ""]), st.floats(0, 1)), max_size=25)


@given(ANSWERED, st.floats(0, 1), st.floats(0, 1))
def test_read_rate_grows_with_the_error_rate_up_to_what_is_offered(
    judged: Sequence[Judged], a: float, b: float
) -> None:
    low, high = (measure_read_rate(judged, rate) for rate in sorted((a, b)))
    offered = sum(each.offered for each in judged) / max(len(judged), 1)
    assert 0 <= low <= high <= offered == measure_read_rate(judged, 1)


def test_calibration_by_hand() -> None:
    judged = [answer("1", "1" if k % 2 else "2", 0.7) for k in range(10)] + [answer("1", "1", 0.9)] * 10
    bins = fill_bins(judged, 2)
    assert [(each.count, round(each.confidence, 9), each.right) for each in bins] == [(10, 0.7, 0.5), (10, 0.9, 1.0)]
    assert measure_calibration_error(bins) == pytest.approx((0.2 + 0.1) / 2)
    assert measure_calibration_error([]) is None


@given(ANSWERED)
def test_bins_hold_every_offered_string_once_and_are_of_equal_count(judged: Sequence[Judged]) -> None:
    counts = [each.count for each in fill_bins(judged)]
    assert sum(counts) == sum(each.offered for each in judged)
    assert all(counts)
    assert max(counts, default=0) - min(counts, default=0) <= 1


def test_sources_weigh_alike() -> None:
    judged = [answer("1", "1", 1, "a"), answer("1", "1", 1, "a"), answer("1", "1", 1, "a"), answer("1", "2", 1, "b")]
    assert average_sources(judged) == 0.5
    assert average_sources([]) is None
