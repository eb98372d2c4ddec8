"""The window's geometry, whatever the frame and the window."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.layout import LARGEST_VIEW, LEAST_WINDOW, choose_window, lay_out
from scanner.page import Box

sides = st.tuples(st.integers(1, 8000), st.integers(1, 8000))
windows = st.tuples(st.integers(1, 5000), st.integers(1, 4000))


@given(sides, windows)
def test_frame_and_strip_share_the_window(frame: tuple[int, int], window: tuple[int, int]) -> None:
    layout = lay_out(frame, window)
    view, strip = layout.view, layout.strip
    assert (layout.width, layout.height) == tuple(max(LEAST_WINDOW, side) for side in window)
    assert view.x >= 0
    assert view.y >= 0
    assert view.right <= strip.x
    assert view.bottom <= layout.height
    assert strip.right == layout.width
    assert strip.height == layout.height
    assert strip.width <= layout.width / 2


@given(sides, windows)
def test_the_frame_keeps_its_proportions(frame: tuple[int, int], window: tuple[int, int]) -> None:
    layout = lay_out(frame, window)
    for shown, side in ((layout.view.width, frame[0]), (layout.view.height, frame[1])):
        assert abs(shown - side * layout.scale) <= 1


@given(sides, windows, st.data())
def test_a_pixel_of_the_frame_is_found_where_it_is_shown(
    frame: tuple[int, int], window: tuple[int, int], data: st.DataObject
) -> None:
    layout = lay_out(frame, window)
    x, y = data.draw(st.integers(0, frame[0] - 1)), data.draw(st.integers(0, frame[1] - 1))
    shown = layout.to_window(Box(x, y, 1, 1))
    found = layout.to_frame(shown.x, shown.y)
    slack = 1 / layout.scale + 1
    assert abs(found[0] - x) <= slack
    assert abs(found[1] - y) <= slack


@given(sides, windows, st.integers(-100, 6000), st.integers(-100, 6000))
def test_every_place_of_the_window_leads_into_the_frame(
    frame: tuple[int, int], window: tuple[int, int], x: int, y: int
) -> None:
    found = lay_out(frame, window).to_frame(x, y)
    assert 0 <= found[0] < frame[0] + 1
    assert 0 <= found[1] < frame[1] + 1


@given(sides, windows, st.data())
def test_boxes_inside_the_frame_are_shown_inside_the_view(
    frame: tuple[int, int], window: tuple[int, int], data: st.DataObject
) -> None:
    layout = lay_out(frame, window)
    x, y = data.draw(st.integers(0, frame[0] - 1)), data.draw(st.integers(0, frame[1] - 1))
    box = Box(x, y, data.draw(st.integers(1, frame[0] - x)), data.draw(st.integers(1, frame[1] - y)))
    shown = layout.to_window(box)
    assert shown.x >= layout.view.x
    assert shown.y >= layout.view.y
    assert shown.right <= layout.view.right + 1
    assert shown.bottom <= layout.view.bottom + 1


@given(sides)
def test_a_window_opens_within_the_usual_screen(frame: tuple[int, int]) -> None:
    width, height = choose_window(frame)
    assert 900 <= width <= LARGEST_VIEW[0]
    assert 400 <= height <= LARGEST_VIEW[1]
