"""Steady labels: shown once settled, held under noise and hands, gone with their ink. Readings are made up here."""

from dataclasses import replace

import numpy as np
import pytest

from realtime.glance import Glance, Mask
from realtime.said import Followed
from realtime.scene import Ground
from realtime.steady import ENOUGH, ENOUGH_HIDDEN, LOST, Found, Steady, cover_share
from realtime.track import to_place
from scanner.page import Box
from scanner.reading import Digit, Line, Reading

SIZE = (320, 180)
"""Width and height of the frame, which is its own glance here."""

PAPER, INK = 200, 60
NOTHING = np.zeros(SIZE[::-1], np.bool_)
ROW = [Box(40 + 30 * k, 60, 20, 30) for k in range(3)]


def make_line(text: str, boxes: list[Box], confidence: float = 0.99) -> Line:
    digits = tuple(Digit(sign, confidence, box) for sign, box in zip(text, boxes, strict=True))
    return Line(digits, confidence, boxes[0].joined(boxes[-1]))


def find(
    *lines: Line,
    ink: list[Box] = ROW,
    changed: Mask = NOTHING,
    restless: Mask = NOTHING,
    cover: Mask = NOTHING,
    time: float = 0.0,
    is_open: bool = False,
) -> Found:
    grey = np.full(SIZE[::-1], PAPER, np.uint8)
    for box in ink:
        grey[box.y : box.bottom, box.x + 5 : box.x + 10] = INK
    reading = Reading("film", 1, *SIZE, lines)
    return Found(reading, Glance(grey, (1.0, 1.0)), Ground(~NOTHING, changed, restless, cover), time, is_open)


def mark(*boxes: Box) -> Mask:
    mask = NOTHING.copy()
    for box in boxes:
        mask[box.y : box.bottom, box.x : box.right] = True
    return mask


def show(steady: Steady, reject_below: float = 0.5) -> list[str]:
    return [line.text for line in steady.to_lines(np.eye(3), SIZE, reject_below)]


@pytest.fixture
def steady() -> Steady:
    """Knows "123", settled."""
    steady = Steady()
    steady.take(find(make_line("123", ROW)))
    assert show(steady) == ["123"]
    return steady


def test_what_is_sure_is_shown_at_once_and_asks_for_no_other_reading(steady: Steady) -> None:
    assert not steady.is_unsettled
    line = steady.to_lines(np.eye(3), SIZE, 0.5)[0]
    assert [digit.box for digit in line.digits] == ROW
    assert line.confidence == 0.99


def test_what_is_not_sure_is_shown_after_some_readings_with_their_mean() -> None:
    steady = Steady()
    for count in range(ENOUGH):
        assert show(steady) == []
        assert steady.is_unsettled == (count > 0)
        steady.take(find(make_line("7", ROW[:1], 0.6)))
    assert show(steady) == ["7"]
    assert show(steady, reject_below=0.9) == ["?"]
    assert not steady.is_unsettled


def test_a_label_whose_ink_is_as_it_was_neither_turns_nor_goes(steady: Steady) -> None:
    steady.take(find(make_line("173", ROW, 0.95)))
    steady.take(find(make_line("13", [ROW[0], ROW[2]])))
    assert show(steady) == ["123"]


def test_a_cut_that_differs_adds_no_digit_where_the_ink_is_as_it_was(steady: Steady) -> None:
    halves = [ROW[0], replace(ROW[1], width=9), replace(ROW[1], x=ROW[1].x + 11, width=9), ROW[2]]
    steady.take(find(make_line("1113", halves)))
    assert show(steady) == ["123"]


def test_another_label_that_is_read_again_and_again_is_believed_at_last(steady: Steady) -> None:
    for _ in range(LOST):
        steady.take(find(make_line("173", ROW)))
        assert show(steady) == ["123"]
    steady.take(find(make_line("173", ROW)))
    assert show(steady) == ["173"]


def test_a_label_that_is_never_found_again_goes_at_last(steady: Steady) -> None:
    for _ in range(LOST):
        steady.take(find(make_line("13", [ROW[0], ROW[2]])))
        assert show(steady) == ["123"]
    steady.take(find(make_line("13", [ROW[0], ROW[2]])))
    assert show(steady) == ["13"]


def test_what_is_rubbed_out_goes_with_the_next_reading(steady: Steady) -> None:
    steady.take(find(make_line("13", [ROW[0], ROW[2]]), ink=[ROW[0], ROW[2]], changed=mark(ROW[1])))
    assert show(steady) == ["13"]


def test_where_ink_changed_but_is_still_there_a_second_reading_is_asked_for(steady: Steady) -> None:
    steady.take(find(make_line("13", [ROW[0], ROW[2]]), changed=mark(ROW[1])))
    assert show(steady) == ["123"]
    assert steady.is_unsettled
    steady.take(find(make_line("13", [ROW[0], ROW[2]])))
    assert show(steady) == ["13"]


def test_what_is_written_over_gets_its_new_label_at_once(steady: Steady) -> None:
    steady.take(find(make_line("183", ROW), changed=mark(ROW[1])))
    assert show(steady) == ["183"]


def say(steady: Steady, place: int, label: int | None) -> None:
    """Say of a digit of the first line what it is."""
    digit = steady.to_lines(np.eye(3), SIZE, 0.5)[0].digits[place]
    assert isinstance(digit, Followed)
    steady.hear_said(digit.number, label)


def test_what_a_person_said_holds_whatever_is_read_as_long_as_the_ink_is_as_it_was(steady: Steady) -> None:
    say(steady, 1, 7)
    (line,) = steady.to_lines(np.eye(3), SIZE, 0.5)
    assert (line.text, line.digits[1].confidence, line.digits[1].alternatives[0][0]) == ("173", 1.0, "2")
    assert line.confidence == pytest.approx(line.digits[0].confidence * line.digits[2].confidence)
    for _ in range(2 * LOST):
        steady.take(find(make_line("123", ROW)))
    for _ in range(2 * LOST):
        steady.take(find(make_line("13", [ROW[0], ROW[2]])))
    assert show(steady) == ["173"]
    assert not steady.is_unsettled


def test_what_is_written_over_is_no_longer_what_was_said(steady: Steady) -> None:
    say(steady, 1, 7)
    steady.take(find(make_line("183", ROW), changed=mark(ROW[1])))
    assert show(steady) == ["183"]
    steady.take(find(make_line("143", ROW), changed=mark(ROW[1])))
    assert show(steady) == ["143"]


def test_what_was_said_goes_with_its_ink(steady: Steady) -> None:
    say(steady, 1, 7)
    steady.take(find(make_line("13", [ROW[0], ROW[2]]), ink=[ROW[0], ROW[2]], changed=mark(ROW[1])))
    assert show(steady) == ["13"]


def test_a_hand_takes_nothing_of_what_was_said(steady: Steady) -> None:
    say(steady, 1, 7)
    hand = mark(ROW[1])
    for time in (1.0, 2.0):
        steady.take(find(make_line("123", ROW), cover=hand, time=time))
        assert show(steady) == ["173"]


def test_what_was_said_follows_its_digit_as_the_others_follow_theirs(steady: Steady) -> None:
    say(steady, 1, 7)
    for step in range(1, 40):
        places = [replace(box, x=box.x + step) for box in ROW]
        steady.take(find(make_line("123", places), ink=places))
    (line,) = steady.to_lines(np.eye(3), SIZE, 0.5)
    assert line.text == "173"
    assert [digit.box for digit in line.digits] == places


def test_one_reading_that_misses_it_after_a_hand_does_not_end_what_was_said(steady: Steady) -> None:
    say(steady, 1, 7)
    half = replace(ROW[1], width=8)
    steady.take(find(make_line("13", [ROW[0], ROW[2]]), cover=mark(half), changed=mark(ROW[1]), time=1.0))
    steady.take(find(make_line("13", [ROW[0], ROW[2]]), time=2.0))
    assert show(steady) == ["173"]


def test_what_is_no_digit_shows_nothing_and_leaves_no_room_for_another(steady: Steady) -> None:
    say(steady, 1, None)
    assert show(steady) == ["13"]
    halves = [ROW[0], replace(ROW[1], width=9), replace(ROW[1], x=ROW[1].x + 11, width=9), ROW[2]]
    for line in (make_line("123", ROW), make_line("1883", halves)):
        for _ in range(LOST + 1):
            steady.take(find(line))
            assert show(steady) == ["13"]


def test_each_digit_has_a_number_of_its_own(steady: Steady) -> None:
    below = [replace(box, y=110) for box in ROW]
    steady.take(find(make_line("123", ROW), make_line("456", below), ink=[*ROW, *below]))
    assert len({track.number for track in steady.tracks}) == 6
    say(steady, 0, 9)
    assert show(steady) == ["923", "456"]


def test_what_a_hand_hides_has_not_gone(steady: Steady) -> None:
    hand = mark(Box(60, 50, 260, 130))
    steady.take(find(make_line("1", ROW[:1]), ink=ROW[:1], changed=hand, cover=hand, time=1.0))
    assert show(steady) == ["123"]
    steady.take(find(make_line("1", ROW[:1]), ink=ROW[:1], changed=hand, cover=hand, time=200.0))
    assert show(steady) == ["1"], "nobody remembers for ever"


def test_what_is_half_hidden_is_not_read_anew(steady: Steady) -> None:
    pen = mark(Box(75, 75, 10, 10))
    steady.take(find(make_line("183", ROW), changed=pen, cover=pen))
    assert show(steady) == ["123"]


@pytest.mark.parametrize("kind", ["cover", "restless"])
def test_a_hand_makes_no_digits(steady: Steady, kind: str) -> None:
    place = Box(200, 60, 20, 30)
    hand = {"changed": mark(place), kind: mark(place)}
    for _ in range(5):
        steady.take(find(make_line("123", ROW), make_line("1", [place]), **hand))  # type: ignore[arg-type]
    assert show(steady) == ["123"]


def test_a_card_in_a_hand_is_read_once_several_readings_are_sure_of_the_same() -> None:
    steady, place = Steady(), Box(200, 60, 20, 30)
    for _ in range(ENOUGH_HIDDEN):
        assert show(steady) == []
        steady.take(find(make_line("4", [place]), restless=mark(place), is_open=True))
    assert show(steady) == ["4"]


def test_what_changes_its_mind_while_it_moves_is_never_shown() -> None:
    steady, place = Steady(), Box(200, 60, 20, 30)
    for text in "1717171717":
        steady.take(find(make_line(text, [place]), restless=mark(place), is_open=True))
    assert show(steady) == []


def test_a_digit_that_is_added_joins_its_line_in_order(steady: Steady) -> None:
    before = Box(10, 60, 20, 30)
    steady.take(find(make_line("9123", [before, *ROW]), changed=mark(before)))
    assert show(steady) == ["9123"]


def test_a_line_that_a_reading_parts_stays_one_while_its_ink_is_as_it_was(steady: Steady) -> None:
    steady.take(find(make_line("12", ROW[:2]), make_line("3", ROW[2:])))
    assert show(steady) == ["123"]


def test_labels_move_with_the_page_and_are_left_out_beyond_its_border(steady: Steady) -> None:
    move = np.eye(3)
    move[0, 2] = 30
    steady.carry(move)
    assert [digit.box.x for digit in steady.to_lines(np.eye(3), SIZE, 0.5)[0].digits] == [70, 100, 130]
    move[0, 2] = -120
    assert [line.text for line in steady.to_lines(move, SIZE, 0.5)] == ["3"]


def test_a_page_on_its_head_is_read_in_its_own_order(steady: Steady) -> None:
    turn = np.array([[-1.0, 0, SIZE[0]], [0, -1.0, SIZE[1]], [0, 0, 1]])
    steady.carry(turn)
    assert show(steady) == ["123"]


def test_lines_stand_from_top_to_bottom_and_from_left_to_right() -> None:
    steady = Steady()
    right, below, left = Box(200, 62, 20, 30), Box(40, 120, 20, 30), Box(40, 60, 20, 30)
    steady.take(find(make_line("5", [below]), make_line("6", [right]), make_line("7", [left])))
    assert show(steady) == ["7", "6", "5"]


def test_how_much_of_a_box_others_cover() -> None:
    assert cover_share(Box(0, 0, 10, 10), np.array([to_place(Box(5, 0, 10, 10))])) == 0.5
    assert cover_share(Box(0, 0, 10, 10), np.zeros((0, 4))) == 0
