"""Digits that the lattice overlooked, and the reader of whole rows sees, are put into their row; nothing else is."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import NOT_A_DIGIT
from model.strip import FRAME
from scanner.debug import Recorder
from scanner.decode import Decoded, Found
from scanner.ink import Ink
from scanner.lattice import Lattice, build_lattice
from scanner.marks import _stands_before
from scanner.overlooked import SURER, Run, add_overlooked, find_runs, match
from scanner.page import Box, Page
from scanner.pieces import find_pieces
from scanner.pipeline import Options, read
from scanner.stages import Chosen
from scanner.strips import find_course, lay_out
from tests.scanner.test_decode import candidate, guess, texts
from tests.scanner.test_pipeline import draw_hooks
from tests.scanner.test_strips import make_row
from tests.scanner.test_uncut import Rows, say

ZERO, OTHER = Box(100, 200, 30, 40), Box(180, 200, 30, 40)
"""Two digits, 80 pixels apart: there is room for one more."""

BETWEEN = 155.0
"""Where it stands, in pixels from the left."""

Seen = Sequence[tuple[float, int]]
"""Where the reader of whole rows sees which digits, in pixels from the left."""


def look(boxes: list[Box], labels: str, seen: Seen, sure: float = 0.99) -> tuple[Decoded, Lattice, Ink]:
    """Return how a row of boxes is read, each as one digit, and what the reader of whole rows sees in it."""
    row, ink = make_row(boxes)
    lattice = build_lattice(row)
    width, course = lay_out(lattice, ink).image.shape[1], find_course(lattice)
    frames = [NOT_A_DIGIT] * -(-width // FRAME)
    for x, label in seen:
        frames[int(course.to_strip(x) // FRAME)] = label
    whole = [next(each for each in lattice.candidates if each.box == box) for box in boxes]
    found = [Found(one, guess(int(sign), 0.9), int(sign), 0.9) for one, sign in zip(whole, labels, strict=True)]
    return Decoded(tuple(found), ()), replace(lattice, frames=say(frames, sure)), ink


def erase(ink: Ink, box: Box) -> Ink:
    """Return the ink of a page on which a stroke was taken out."""
    erased = ink.erased.copy()
    erased[box.y : box.bottom, box.x : box.right] = True
    return replace(ink, erased=erased)


STROKE = Box(150, 202, 8, 36)

SEES_ALL = ((115.0, 0), (BETWEEN, 1), (195.0, 4))


def test_a_stroke_that_went_with_a_rule_is_put_back_where_the_reader_of_rows_sees_it() -> None:
    row, lattice, ink = look([ZERO, OTHER], "04", SEES_ALL)
    (added,) = add_overlooked([row], [lattice], erase(ink, STROKE))
    assert texts(added) == "014"
    one = added.found[1]
    assert (one.candidate.box, one.candidate.ink.all(), one.candidate.cuts) == (STROKE, True, 0)
    assert one.is_beyond
    assert one.confidence == pytest.approx(0.99, abs=0.001)
    assert sum(one.guess.scores) == pytest.approx(1, abs=1e-3)
    assert (added.found[0], added.found[2]) == row.found
    assert replace(added, found=row.found) == row, "all else that is known of the row stays"


@pytest.mark.parametrize(
    ("seen", "sure"),
    [
        pytest.param(((115.0, 0), (195.0, 4)), 0.99, id="no more is seen"),
        pytest.param(SEES_ALL, 0.2, id="hardly surer"),
        pytest.param(((115.0, 0), (BETWEEN, 1)), 0.99, id="one of the others is not seen"),
        pytest.param(((115.0, 0), (188.0, 4), (191.5, 9)), 0.99, id="nearer than digits stand"),
        pytest.param((), 0.99, id="nothing is seen"),
    ],
)
def test_the_reading_of_the_lattice_stays(seen: Seen, sure: float) -> None:
    row, lattice, ink = look([ZERO, OTHER], "04", seen, sure)
    assert add_overlooked([row], [lattice], erase(ink, STROKE)) == [row]


@pytest.mark.parametrize(
    "taken_out",
    [
        pytest.param((), id="no ink ever was"),
        pytest.param((Box(90, 218, 130, 3),), id="a rule ran through"),
    ],
)
def test_where_no_digit_can_have_been_nothing_is_put(taken_out: tuple[Box, ...]) -> None:
    row, lattice, ink = look([ZERO, OTHER], "04", SEES_ALL)
    for box in taken_out:
        ink = erase(ink, box)
    assert add_overlooked([row], [lattice], ink) == [row]


def test_where_both_see_one_digit_the_lattice_names_it() -> None:
    """What the reader of rows sees besides is no reason to follow it there."""
    row, lattice, ink = look([ZERO, OTHER], "04", ((115.0, 0), (BETWEEN, 1), (195.0, 9)))
    (added,) = add_overlooked([row], [lattice], erase(ink, STROKE))
    assert texts(added) == "014"
    assert [found.is_beyond for found in added.found] == [False, True, False]


def test_a_low_scrap_is_completed_by_what_was_taken_out() -> None:
    scrap = Box(150, 236, 8, 4)
    row, lattice, ink = look([ZERO, scrap, OTHER], "004", SEES_ALL)
    row = replace(row, found=(row.found[0], row.found[2]))
    (added,) = add_overlooked([row], [lattice], erase(ink, STROKE))
    assert texts(added) == "014"
    assert added.found[1].candidate.box == STROKE.joined(scrap)


@pytest.mark.parametrize("top", [170, 200])
def test_a_stroke_that_towers_above_the_digits_and_was_left_out_is_no_1(top: int) -> None:
    stroke = Box(150, top, 8, 240 - top)
    row, lattice, ink = look([ZERO, stroke, OTHER], "014", SEES_ALL)
    zero, one, four = row.found
    row = replace(row, found=(zero, four), left_out=(one.candidate,))
    (added,) = add_overlooked([row], [lattice], ink)
    assert texts(added) == ("04" if top == 170 else "014")
    assert added.left_out == ((one.candidate,) if top == 170 else ()), "what is read is not left out any more"


@pytest.mark.parametrize("number", [0, 1])
def test_a_point_stays_where_it_is_and_is_no_part_of_a_digit(number: int) -> None:
    """Before or behind a digit that went with a rule."""
    point = Box(144 if number == 0 else 162, 235, 5, 5)
    row, lattice, ink = look([ZERO, point, OTHER], "014", SEES_ALL)
    zero, speck, four = row.found
    row = replace(row, found=(zero, four), small=(speck.candidate,))
    (added,) = add_overlooked([row], [lattice], erase(ink, STROKE))
    assert texts(added) == "014"
    assert added.found[1].candidate.box == STROKE
    assert [_stands_before(found, speck.candidate) for found in added.found] == [True, number == 1, False]


def test_of_a_row_that_is_read_as_no_digits_nothing_is_made() -> None:
    row, lattice, ink = look([ZERO, OTHER], "04", SEES_ALL)
    nothing = replace(row, found=())
    assert add_overlooked([nothing], [lattice], ink) == [nothing]


@pytest.mark.parametrize(("seen", "text"), [((106.0, 132.0), "184"), ((115.0, 144.0), "814")])
def test_a_digit_that_runs_through_its_neighbour_takes_its_part_of_the_ink(seen: tuple[float, ...], text: str) -> None:
    both, after = Box(100, 200, 50, 40), Box(180, 200, 30, 40)
    runs = [(x, int(sign)) for x, sign in zip((*seen, 195.0), text, strict=True)]
    row, lattice, ink = look([both, after], "84", runs)
    (added,) = add_overlooked([row], [lattice], ink)
    assert texts(added) == text
    one, other, four = (found.candidate for found in added.found)
    assert (one.box.x, other.box.right) == (both.x, both.right)
    assert one.box.right == other.box.x, "no pixel belongs to both"
    assert one.cuts == other.cuts == 1
    assert four == row.found[1].candidate
    assert [found.is_beyond for found in added.found] == [sign == "1" for sign in text]


def test_rows_are_asked_apart() -> None:
    one, other = look([ZERO, OTHER], "04", SEES_ALL), look([ZERO, OTHER], "04", ())
    ink = erase(one[2], STROKE)
    added = add_overlooked([other[0], one[0], other[0]], [other[1], one[1], other[1]], ink)
    assert [texts(row) for row in added] == ["04", "014", "04"]


def test_the_digits_of_the_row_are_found_from_left_to_right_with_what_the_surest_frame_says() -> None:
    _, lattice, _ = look([ZERO, OTHER], "04", SEES_ALL)
    runs = find_runs(lattice)
    assert [run.label for run in runs] == [0, 1, 4]
    for run, (x, label) in zip(runs, SEES_ALL, strict=True):
        assert abs(run.middle - x) < 2 * FRAME
        assert (run.guess.label, run.guess.confidence) == (label, pytest.approx(0.99, abs=0.001))


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 2)), min_size=1, max_size=8), st.data())
def test_digits_are_matched_in_their_order_and_those_in_their_place_to_themselves(
    seen: list[tuple[int, int]], data: st.DataObject
) -> None:
    runs = [Run(label, float(x), guess(label, 0.9)) for x, label in sorted(seen)]
    kept = sorted(data.draw(st.sets(st.integers(0, len(runs) - 1), min_size=1)))
    found = []
    for number in kept:
        box = Box(round(runs[number].middle) - 5, 0, 10, 10)
        label = runs[number].label
        found.append(Found(replace(candidate(0, 1), box=box), guess(label, 0.9), label, 0.9))
    matched = match(runs, found, far=3.0)
    assert sorted(matched.values()) == list(range(len(found))), "each is found: in its own place at the latest"
    pairs = sorted(matched.items())
    assert pairs == sorted(pairs, key=lambda pair: pair[1])
    assert all(runs[place].label == found[i].label for place, i in pairs)
    assert sum(abs(runs[place].middle - found[i].candidate.box.centre_x) for place, i in pairs) == 0


@pytest.mark.parametrize(("middle", "is_same"), [(91.0, False), (92.0, True), (138.0, True), (139.0, False)])
def test_a_run_is_a_digit_where_it_stands_hardly_beside_it(middle: float, is_same: bool) -> None:
    digit = Found(replace(candidate(0, 1), box=Box(100, 0, 30, 40)), guess(7, 0.9), 7, 0.9)
    assert match([Run(7, middle, guess(7, 0.9))], [digit], far=8.0) == ({0: 0} if is_same else {})


def test_of_two_runs_at_one_digit_that_of_its_label_is_it() -> None:
    digit = Found(replace(candidate(0, 1), box=Box(100, 0, 30, 40)), guess(7, 0.9), 7, 0.9)
    runs = [Run(label, middle, guess(label, 0.9)) for label, middle in ((1, 114.0), (7, 126.0))]
    assert match(runs, [digit], far=8.0) == {1: 0}
    assert match(runs[:1], [digit], far=8.0) == {0: 0}, "another label is better than none"


def test_how_much_surer_it_must_be_is_asked_of_the_string_as_a_whole() -> None:
    row, lattice, ink = look([ZERO, OTHER], "04", SEES_ALL)
    ink = erase(ink, STROKE)
    frames = lattice.frames
    assert frames is not None
    place = int(frames[:, 1].argmax())
    for more, is_added in ((SURER - 0.1, False), (SURER + 0.1, True)):
        said = frames.copy()
        said[place, NOT_A_DIGIT] = said[place, 1] - more
        (added,) = add_overlooked([row], [replace(lattice, frames=said)], ink)
        assert (texts(added) == "014") == is_added


def test_ink_beside_the_page_is_no_matter() -> None:
    """A row at the edge, whose digit would reach beyond."""
    row, lattice, ink = look([Box(0, 0, 30, 40), Box(90, 0, 30, 40)], "04", ((1.0, 1), (20.0, 0), (105.0, 4)))
    (added,) = add_overlooked([row], [lattice], replace(ink, pieces=find_pieces(ink.mask)))
    assert texts(added) == "104"
    assert added.found[0].candidate.box.x == 0


def test_the_string_that_is_weighed_in_the_end_is_the_one_with_what_was_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    page, _ = draw_hooks(1, 4, 16)

    def forget(rows: Sequence[Decoded], *_: object) -> list[Decoded]:
        return [replace(row, found=row.found[1:]) for row in rows]

    opinions = []
    for change in (lambda rows, *_: list(rows), forget):
        recorder = Recorder()
        monkeypatch.setattr("scanner.pipeline.add_overlooked", change)
        read(Page(page, "x"), Rows([4], 4, 0.999), Options(again=False), recorder)
        chosen = recorder.seen[Chosen]
        assert isinstance(chosen, Chosen)
        opinions.append(chosen.kept[0].uncut)
    whole, without = opinions
    assert whole is not None
    assert without is not None
    assert without < whole - 4, "who reads the row sees four digits, not three"
