"""The live picture: what is drawn where, at any size."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realtime.desk import Desk
from realtime.frame import Frame
from realtime.layout import choose_window, lay_out
from realtime.lettering import CUT, break_rows, measure, shorten
from realtime.overlay import Sight, choose_type, describe_rate, draw, scale_image
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.annotate import choose_colour
from scanner.page import Box
from scanner.reading import Digit, Field, Line, Reading

RATE = Rate(25.0, 0.04)
LAYOUT = lay_out((640, 480), (1280, 720))


@pytest.fixture
def sight(frame: Frame, reading: Reading) -> Sight:
    return Sight(frame, Seen(reading), RATE, Desk())


def find_changes(one: Sight, other: Sight) -> NDArray[np.bool_]:
    return (draw(one, LAYOUT) != draw(other, LAYOUT)).any(axis=2)


def is_in_strip(changes: NDArray[np.bool_]) -> bool:
    return bool(changes.any()) and not changes[:, : LAYOUT.strip.x].any()


def test_nothing_is_drawn_on_the_frame_itself(sight: Sight) -> None:
    before = sight.frame.image.copy()
    draw(sight, LAYOUT)
    assert (sight.frame.image == before).all()


def test_boxes_hug_the_digits_in_the_colour_of_their_confidence(sight: Sight) -> None:
    picture = draw(sight, LAYOUT)
    for digit in sight.seen.reading.lines[0].digits[:2]:
        box = LAYOUT.to_window(digit.box)
        assert tuple(picture[box.y + box.height // 2, box.x - 1]) == choose_colour(digit)
        inside = picture[box.y + 2 : box.bottom - 2, box.x + 2 : box.right - 2]
        assert (inside == 200).all()


def test_the_string_stands_above_its_digits_and_in_the_strip(sight: Sight) -> None:
    changes = find_changes(sight, replace(sight, seen=Seen(replace(sight.seen.reading, lines=()))))
    for digit in sight.seen.reading.lines[0].digits:
        box = LAYOUT.to_window(digit.box)
        assert changes[box.y - 40 : box.y - 4, box.x : box.right].mean() > 0.3
    assert changes[:80, LAYOUT.strip.x :].any()


def test_rate_hints_and_messages_have_their_places(sight: Sight) -> None:
    assert is_in_strip(find_changes(sight, replace(sight, rate=Rate(7.0, 0.04))))
    hint = find_changes(sight, replace(sight, seen=replace(sight.seen, hints=("The picture is too dark.",))))
    assert hint[-20:, : LAYOUT.strip.x].all(axis=1).any()
    assert not hint[: 720 // 2].any()
    said = find_changes(sight, replace(sight, message="copied"))
    assert said[:20].any()
    assert not said[720 // 2 :].any()


def test_a_lost_camera_is_told_in_place_of_hints(sight: Sight) -> None:
    hinted = replace(sight, seen=replace(sight.seen, hints=("one", "two")))
    lost = replace(sight, frame=replace(sight.frame, trouble="no picture for 4 s"))
    both = replace(hinted, frame=lost.frame)
    assert not find_changes(lost, both).any()
    assert find_changes(sight, lost).any()


@pytest.mark.parametrize(
    "desk",
    [
        Desk(Wishes(is_frozen=True)),
        Desk(Wishes(reject_below=0.7)),
        Desk(templates=("cheque",)),
    ],
)
def test_the_strip_tells_what_was_wished(sight: Sight, desk: Desk) -> None:
    assert is_in_strip(find_changes(sight, replace(sight, desk=desk)))


def test_the_strip_tells_stages_and_the_film(sight: Sight) -> None:
    timed = replace(sight, seen=replace(sight.seen, stages=(("motion", 0.001),)))
    assert not find_changes(sight, timed).any()
    assert is_in_strip(find_changes(timed, replace(timed, desk=Desk(shows_stages=True))))
    assert is_in_strip(find_changes(sight, replace(sight, recorded=61.0)))


def test_what_lies_beside_the_region_is_dark(sight: Sight) -> None:
    region = Box(50, 50, 300, 200)
    picture = draw(replace(sight, desk=Desk(Wishes(region=region))), LAYOUT)
    inside = LAYOUT.to_window(region)
    assert (picture[inside.bottom - 5, inside.x + 5] == 200).all()
    assert (picture[inside.bottom + 5, inside.x + 5] < 100).all()


def test_the_help_covers_all_and_says_every_key(sight: Sight) -> None:
    changes = find_changes(sight, replace(sight, desk=Desk(shows_help=True)))
    assert changes.mean() > 0.9


def test_fields_of_a_form_stand_in_the_strip_instead_of_lines(sight: Sight) -> None:
    amount = Field("amount", "1250", "12.50", 0.9, Box(70, 70, 300, 100), line=0)
    form = replace(sight, seen=Seen(replace(sight.seen.reading, fields=(amount,))))
    wrong = replace(form, seen=Seen(replace(form.seen.reading, fields=(replace(amount, valid=False),))))
    assert find_changes(sight, form)[:80, LAYOUT.strip.x :].any()
    assert find_changes(form, wrong)[:80, LAYOUT.strip.x :].any()


def test_more_strings_than_fit_are_counted(sight: Sight) -> None:
    digit = Digit("7", 0.9, Box(10, 10, 20, 30))
    many = Line((digit,), 0.9, digit.box)
    readings = [replace(sight.seen.reading, lines=(many,) * count) for count in (60, 61)]
    one, other = (replace(sight, seen=Seen(reading)) for reading in readings)
    assert is_in_strip(find_changes(one, other))


@settings(max_examples=40)
@given(
    st.tuples(st.integers(1, 1200), st.integers(1, 1200)),
    st.tuples(st.integers(1, 1600), st.integers(1, 1000)),
    st.lists(
        st.tuples(st.integers(0, 1199), st.integers(0, 1199), st.integers(1, 400), st.integers(1, 400)), max_size=4
    ),
    st.booleans(),
)
def test_any_frame_in_any_window_gives_a_picture_of_the_window(
    size: tuple[int, int], window: tuple[int, int], boxes: list[tuple[int, int, int, int]], is_grey: bool
) -> None:
    width, height = size
    image = np.full((height, width) if is_grey else (height, width, 3), 128, np.uint8)
    digits = tuple(Digit("?78"[i % 3], 0.3 * (i % 4), Box(*box).within(width, height)) for i, box in enumerate(boxes))
    lines = tuple(Line((digit,), 0.5, digit.box) for digit in digits)
    desk = Desk(
        Wishes(region=digits[0].box if digits else None), shows_stages=True, picked=digits[0] if digits else None
    )
    seen = Seen(Reading("x", 1, width, height, lines), ("A hint that is quite long for a small window.",))
    layout = lay_out(size, window)
    picture = draw(Sight(Frame(image, "x", 1, 0.0, 0.0), seen, RATE, desk, "a message", 5.0), layout)
    assert picture.shape == (layout.height, layout.width, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("size", [(320, 240), (1280, 720), (3840, 2160), (1080, 1920), (600, 60), (40, 3000)])
def test_type_is_readable_whatever_the_frame(size: tuple[int, int]) -> None:
    assert 13 <= choose_type(lay_out(size, choose_window(size))) <= 24


def test_the_rate_is_short() -> None:
    assert describe_rate(Rate(24.6, 0.0381)) == "25 fps   38 ms"
    assert describe_rate(Rate(3.14, 0.2)) == "3.1 fps   200 ms"


@given(st.tuples(st.integers(1, 300), st.integers(1, 300)), st.tuples(st.integers(1, 300), st.integers(1, 300)))
def test_images_are_scaled_to_the_asked_size(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    scaled = scale_image(np.full((size[1], size[0]), 90, np.uint8), wanted)
    assert scaled.shape == (wanted[1], wanted[0], 3)
    assert (scaled == 90).all()


@given(st.text(st.characters(codec="ascii"), max_size=80), st.integers(20, 400))
def test_text_is_broken_and_shortened_to_its_width(text: str, width: int) -> None:
    rows = break_rows(text, 14, width)
    assert all(measure(row, 14) <= width or row == CUT for row in rows)
    if all(measure(word, 14) <= width for word in text.split()):
        assert " ".join(rows).split() == text.split()
    assert measure(shorten(text, 14, width), 14) <= width or shorten(text, 14, width) == CUT
