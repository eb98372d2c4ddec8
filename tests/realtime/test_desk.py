"""What keys and the mouse change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.desk import HIGHEST, Desk, find_digit, span
from realtime.keys import KEYS, Action, find_action
from realtime.layout import lay_out
from scanner.page import Box
from scanner.reading import Reading
from tests.examples import ROOT

LAYOUT = lay_out((640, 480), (1280, 720))


def at(x: int, y: int) -> tuple[int, int]:
    """Return where a pixel of the frame is shown."""
    box = LAYOUT.to_window(Box(x, y, 1, 1))
    return box.x, box.y


def test_each_key_has_one_meaning() -> None:
    codes = [code for key in KEYS for code in key.codes]
    assert len(codes) == len(set(codes))
    assert {key.action for key in KEYS} == set(Action)
    assert not set(codes) & set(b"0123456789x")  # these say what a digit is


@pytest.mark.parametrize(
    ("code", "action"),
    [(ord("q"), Action.QUIT), (27, Action.QUIT), (0x100000 + ord("s"), Action.SNAPSHOT), (ord("n"), None), (-1, None)],
)
def test_codes_lead_to_actions(code: int, action: Action | None) -> None:
    assert find_action(code) is action


def test_quit_and_freeze() -> None:
    assert not Desk().press(Action.QUIT).wishes.goes_on
    frozen = Desk().press(Action.FREEZE)
    assert frozen.wishes.is_frozen
    assert not frozen.press(Action.FREEZE).wishes.is_frozen


@given(st.lists(st.sampled_from([Action.SURER, Action.LAXER]), max_size=60))
def test_the_threshold_stays_in_its_range(keys: list[Action]) -> None:
    desk = Desk()
    for key in keys:
        before, desk = desk, desk.press(key)
        assert 0 <= desk.wishes.reject_below <= HIGHEST
        if 0.1 < before.wishes.reject_below < 0.9:
            assert (desk.wishes.reject_below > before.wishes.reject_below) is (key is Action.SURER)


def test_templates_come_in_turn_and_then_none() -> None:
    desk = Desk(templates=("cheque", "form"))
    seen = []
    for _ in range(4):
        desk = desk.press(Action.TEMPLATE)
        seen.append(desk.wishes.template)
    assert seen == [1, 2, 0, 1]


def test_a_region_is_drawn_read_and_given_up(reading: Reading) -> None:
    desk = Desk().press(Action.REGION)
    assert desk.is_choosing
    desk = desk.touch(*at(400, 300), LAYOUT, reading).move(*at(100, 50))
    assert desk.wishes.region is None
    desk = desk.release(*at(100, 50), LAYOUT)
    region = desk.wishes.region
    assert region is not None
    assert abs(region.x - 100) <= 1
    assert abs(region.bottom - 300) <= 2
    assert not desk.is_choosing
    assert desk.start is None
    assert desk.press(Action.REGION).wishes.region is None
    assert not desk.press(Action.REGION).is_choosing


def test_a_slip_of_the_hand_is_no_region(reading: Reading) -> None:
    desk = Desk().press(Action.REGION).touch(*at(100, 100), LAYOUT, reading).release(*at(101, 101), LAYOUT)
    assert desk.wishes.region is None
    assert desk.is_choosing


def test_a_click_picks_the_digit_and_freezes_the_picture(reading: Reading) -> None:
    desk = Desk().touch(*at(180, 120), LAYOUT, reading)
    assert desk.picked is reading.lines[0].digits[1]
    assert desk.wishes.is_frozen
    down = desk.put_down()
    assert down.picked is None
    assert not down.wishes.is_frozen


def test_who_had_frozen_the_picture_keeps_it_so(reading: Reading) -> None:
    desk = Desk().press(Action.FREEZE).touch(*at(180, 120), LAYOUT, reading)
    assert desk.put_down().wishes.is_frozen


def test_a_click_beside_all_digits_picks_none(reading: Reading) -> None:
    assert Desk().touch(*at(600, 20), LAYOUT, reading).picked is None
    assert Desk().touch(LAYOUT.strip.x + 5, 100, LAYOUT, reading).picked is None
    desk = Desk().touch(*at(180, 120), LAYOUT, reading).touch(*at(600, 20), LAYOUT, reading)
    assert desk.picked is None
    assert not desk.wishes.is_frozen


def test_of_two_digits_the_nearer_one_is_meant(reading: Reading) -> None:
    assert find_digit(reading, 137, 120) is reading.lines[0].digits[0]
    assert find_digit(reading, 153, 120) is reading.lines[0].digits[1]
    assert find_digit(reading, 500, 120) is None


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_a_span_holds_both_corners(a: int, b: int, c: int, d: int) -> None:
    box = span((a, b), (c, d))
    assert box == span((c, d), (a, b))
    assert box.x <= a < box.right
    assert box.y <= d < box.bottom


def test_every_key_stands_in_the_docs() -> None:
    page = (ROOT / "docs" / "live.md").read_text(encoding="utf-8")
    assert [key.name for key in KEYS if f"| {key.name} | " not in page] == []
