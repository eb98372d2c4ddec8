"""When a frame is read: the rules, one by one, with grounds made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from realtime.attention import LOST, NEW_PAGE_RESTS, PAUSE, READS_AT_REST, REST, Attention, Resolve
from realtime.glance import Glance, Mask
from realtime.scene import Ground, View

SHAPE = (90, 160)
NOTHING = np.zeros(SHAPE, np.bool_)
SPOT = NOTHING.copy()
SPOT[40:50, 60:70] = True
HAND = NOTHING.copy()
HAND[50:, 100:140] = True
READS, OPEN, IDLE = Resolve(reads=True), Resolve(reads=True, is_open=True), Resolve()


def look(time: float = 0.0, changed: Mask = NOTHING, restless: Mask = NOTHING, cover: Mask = NOTHING) -> View:
    glance = Glance(np.full(SHAPE, 200, np.uint8), (4.0, 4.0))
    return View(glance, time, np.eye(3), Ground(~NOTHING, changed, restless, cover))


def decide(attention: Attention, view: View, **known: bool) -> Resolve:
    state = {"is_free": True, "is_new": False, "has_settled": True, "is_unsettled": False} | known
    return attention.decide(view, **state)


def test_the_first_frame_is_read_whatever_it_shows() -> None:
    assert decide(Attention(), look(restless=SPOT), is_new=True) == OPEN


def test_nothing_new_is_not_read() -> None:
    assert decide(Attention(), look()) == IDLE


def test_what_was_written_is_read_once_it_rests() -> None:
    assert decide(Attention(), look(changed=SPOT, restless=SPOT)) == IDLE
    assert decide(Attention(), look(changed=SPOT)) == READS


def test_what_waits_to_be_settled_is_read_again() -> None:
    assert decide(Attention(), look(), is_unsettled=True) == READS


def test_nothing_is_read_while_a_reading_is_under_way() -> None:
    assert decide(Attention(), look(changed=SPOT), is_free=False) == IDLE


def test_a_hand_is_not_read_until_it_has_rested_and_then_a_few_times() -> None:
    attention = Attention()
    assert decide(attention, look(0.0, changed=HAND, cover=HAND)) == IDLE
    assert decide(attention, look(REST - 0.1, changed=HAND, cover=HAND)) == IDLE
    for k in range(READS_AT_REST):
        assert decide(attention, look(REST + k, changed=HAND, cover=HAND)) == OPEN
    assert decide(attention, look(REST + 9, changed=HAND, cover=HAND)) == IDLE


def test_a_hand_that_stirs_has_not_rested() -> None:
    attention = Attention()
    decide(attention, look(0.0, changed=HAND, cover=HAND))
    decide(attention, look(REST / 2, changed=HAND, cover=HAND, restless=HAND))
    assert decide(attention, look(REST + 0.1, changed=HAND, cover=HAND)) == IDLE


def test_beside_a_hand_what_was_written_is_read() -> None:
    assert decide(Attention(), look(changed=HAND | SPOT, cover=HAND, restless=HAND)) == READS


def test_where_nothing_is_settled_what_never_rests_is_read_now_and_then() -> None:
    attention = Attention()
    times = [k / 30 for k in range(60)]
    read = [t for t in times if decide(attention, look(t, changed=SPOT, restless=SPOT), has_settled=False).reads]
    assert len(read) == pytest.approx(times[-1] / PAUSE, abs=1.5)


def test_a_picture_that_changed_all_over_and_rests_is_another_page() -> None:
    attention, everything = Attention(), ~NOTHING
    assert decide(attention, look(0.0, changed=everything, cover=everything)) != Resolve(forgets=True)
    later = look(NEW_PAGE_RESTS, changed=everything, cover=everything)
    assert decide(attention, later) == Resolve(forgets=True)


def test_a_page_that_cannot_be_found_is_waited_for_and_then_forgotten() -> None:
    attention = Attention()
    assert decide(attention, replace(look(0.0), move=None)) == IDLE
    assert decide(attention, replace(look(LOST / 2), move=None)) == IDLE
    assert decide(attention, replace(look(LOST), move=None)) == Resolve(forgets=True)


def test_a_page_in_the_dark_is_waited_for_as_long_as_it_takes() -> None:
    attention = Attention()
    dark = Glance(np.zeros(SHAPE, np.uint8), (4.0, 4.0))
    for time in (0.0, 10 * LOST):
        assert decide(attention, replace(look(time), move=None, glance=dark)) == IDLE


def test_a_page_that_came_into_view_is_read() -> None:
    seen = NOTHING.copy()
    seen[:, :80] = True
    view = look(5.0)
    assert decide(Attention(), replace(view, ground=replace(view.ground, seen=seen))) == READS
