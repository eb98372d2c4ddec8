"""Marks are told by shape and place, and never touch the digits."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from drawing import INK, PAPER
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.classifier import CLASSES, Classifier, Guess, StubClassifier
from model.errors import WeightsError
from model.strokes import draw
from scanner.decode import Decoded, Found
from scanner.lattice import Candidate
from scanner.marks import SIGNS, find_marks, insert_marks
from scanner.page import Box, Page
from scanner.pipeline import read
from scanner.reading import Digit, Line

Picture = NDArray[np.uint8]
Draw = Callable[[Picture, float, float, float], None]
"""Draws a sign: picture, its left edge, the row's middle, and the digits' height, in pixels."""

GUESS = Guess(7, 0.99, (0.0,) * CLASSES)
GAP = 0.15
"""Between pieces, in digit heights."""


def stroke(*points: tuple[float, float], width: float = 0.1) -> Draw:
    """Return what draws a stroke through points in digit heights, from the left edge and down from the middle."""

    def draw_it(picture: Picture, x: float, middle: float, height: float) -> None:
        path = np.array([[x + px * height, middle + py * height] for px, py in points])
        cv2.polylines(picture, [np.round(path).astype(np.int32)], False, 255, max(1, round(width * height)))

    return draw_it


def several(*parts: Draw) -> Draw:
    """Return what draws all the parts."""

    def draw_it(picture: Picture, x: float, middle: float, height: float) -> None:
        for part in parts:
            part(picture, x, middle, height)

    return draw_it


POINT, COMMA = stroke((0, 0.44), (0.03, 0.44), width=0.17), stroke((0.12, 0.42), (0, 0.68), width=0.09)
DASH, SLASH = stroke((0, 0.02), (0.4, 0)), stroke((0, 0.6), (0.5, -0.6))
SHAPES = (
    stroke((0, -0.5), (0.5, -0.5), (0.5, 0.5), (0, 0.5), (0, -0.5)),
    stroke((0.2, -0.5), (0, 0.5)),
    stroke((0, -0.5), (0.5, -0.5), (0.1, 0.5)),
)
"""Digits: a loop, a post, a hook whose head leans over what follows."""

DRAWN = {".": POINT, ",": COMMA, "-": DASH, "/": SLASH}
TALL = {"/"}


def build_row(text: str, signs: dict[int, tuple[Draw, bool]], height: int = 60, tilt: float = 0.0) -> Decoded:
    """Return a row of drawn digits, as if decoded, with a sign before the digit of each number.

    signs: what draws it, and whether it is as high as a digit. tilt: how far the row sinks, per pixel to the right.
    """
    found: list[Found] = []
    others: dict[bool, list[Candidate]] = {True: [], False: []}
    x, atom = 0.5 * height, 0

    def take(draw_it: Draw) -> Candidate:
        nonlocal x, atom
        picture = np.zeros((4 * height, round(x) + 3 * height), np.uint8)
        draw_it(picture, x, 1.5 * height + tilt * x, height)
        left, top, wide, high = cv2.boundingRect(picture)
        x, atom = left + wide + GAP * height, atom + 1
        return Candidate(
            atom - 1, atom, Box(left, top, wide, high), picture[top : top + high, left : left + wide] > 0, 0
        )

    for number in range(len(text) + 1):
        if number in signs:
            draw_it, is_tall = signs[number]
            others[is_tall].append(take(draw_it))
        if number < len(text):
            candidate = take(SHAPES[int(text[number]) % len(SHAPES)])
            found.append(Found(candidate, GUESS, int(text[number]), 0.99))
    return Decoded(tuple(found), tuple(others[True]), tuple(others[False]))


@pytest.mark.parametrize("sign", DRAWN)
@pytest.mark.parametrize("tilt", [-0.1, 0.0, 0.1])
@pytest.mark.parametrize("height", [24, 60, 200])
def test_each_sign_between_digits(sign: str, tilt: float, height: int) -> None:
    row = build_row("20035", {3: (DRAWN[sign], sign in TALL)}, height, tilt)
    assert find_marks(row) == ((3, sign),)


@pytest.mark.parametrize("sign", DRAWN)
def test_each_sign_behind_the_digits(sign: str) -> None:
    assert find_marks(build_row("684", {3: (DRAWN[sign], sign in TALL)})) == ((3, sign),)


def test_a_date() -> None:
    assert find_marks(build_row("12242019", {2: (SLASH, True), 4: (SLASH, True)})) == ((2, "/"), (4, "/"))


@pytest.mark.parametrize("sign", DRAWN)
def test_what_stands_before_all_digits_is_no_mark(sign: str) -> None:
    assert find_marks(build_row("684", {0: (DRAWN[sign], sign in TALL)})) == ()


EQUALS = several(stroke((0, -0.12), (0.4, -0.12)), stroke((0, 0.12), (0.4, 0.12)))
COLON = several(stroke((0, -0.2), (0.03, -0.2), width=0.13), POINT)
ELLIPSIS = several(*(stroke((k, 0.44), (k + 0.03, 0.44), width=0.13) for k in (0, 0.3, 0.6)))


@pytest.mark.parametrize(
    ("sign", "is_tall"),
    [
        pytest.param(stroke((0, 0.44), (0, 0.44), width=0.04), False, id="a speck of dust"),
        pytest.param(stroke((0, -0.4), (0.03, -0.4), width=0.13), False, id="a point that is high"),
        pytest.param(stroke((0, 1.0), (0.03, 1.0), width=0.13), False, id="a point below the row"),
        pytest.param(stroke((0, 0.5), (0.5, 0.5)), False, id="a stroke along the baseline"),
        pytest.param(stroke((0, -0.5), (0.5, -0.5)), False, id="a stroke along the top"),
        pytest.param(EQUALS, False, id="equals"),
        pytest.param(COLON, False, id="a colon"),
        pytest.param(ELLIPSIS, False, id="an ellipsis"),
        pytest.param(stroke((0, -0.6), (0, 0.6)), True, id="an upright bar"),
        pytest.param(stroke((0, -0.6), (0.5, 0.6)), True, id="a backslash"),
        pytest.param(stroke((0, -0.5), (0, 0.5), (0.4, 0.5)), True, id="an L"),
        pytest.param(several(stroke((0, 0.4), (0.3, -0.4)), stroke((0, 0), (0.5, 0))), True, id="a plus that leans"),
    ],
)
def test_what_is_no_mark(sign: Draw, is_tall: bool) -> None:
    assert find_marks(build_row("20035", {3: (sign, is_tall)})) == ()


def test_nothing_beside_a_letter_is_a_mark() -> None:
    """200 Fr. 35: the point belongs to the letters."""
    letter = build_row("20035", {3: (stroke((0, -0.5), (0, 0.5), (0.4, 0.5)), True)})
    point = build_row("20035", {3: (POINT, False)})
    assert find_marks(point) == ((3, "."),)
    assert find_marks(Decoded(point.found, letter.left_out, point.small)) == ()


def test_dust_beside_a_point_leaves_it_a_point() -> None:
    both = several(POINT, stroke((0.3, 0.3), (0.3, 0.3), width=0.06))
    assert find_marks(build_row("20035", {3: (both, False)})) == ((3, "."),)


def test_a_broken_stroke_below_its_digit_is_no_mark() -> None:
    row = build_row("205", {})
    box = row.found[1].candidate.box
    foot = Candidate(1, 2, Box(box.x + box.width // 2 - 4, box.bottom - 8, 8, 8), np.ones((8, 8), bool), 0)
    assert find_marks(Decoded(row.found, (), (foot,))) == ()


def test_a_row_without_digits_has_no_marks() -> None:
    assert find_marks(Decoded((), (), build_row("1", {1: (POINT, False)}).small)) == ()


@st.composite
def rows(draw: st.DrawFn) -> Decoded:
    """Draw a row with blots of any size and place among its digits, and so many of them as there may be."""
    text = draw(st.text("0123456789", min_size=1, max_size=5))
    row = build_row(text, {}, height=24)
    blots: dict[bool, list[Candidate]] = {True: [], False: []}
    for _ in range(draw(st.integers(0, 6))):
        wide, high = draw(st.integers(1, 40)), draw(st.integers(1, 40))
        ink = np.random.default_rng(draw(st.integers(0, 99))).random((high, wide)) < draw(
            st.sampled_from((0.3, 0.6, 1))
        )
        at = draw(st.integers(0, len(text)))
        box = Box(draw(st.integers(0, 30 * len(text))), draw(st.integers(0, 90)), wide, high)
        blots[draw(st.booleans())].append(Candidate(at, at + 1, box, ink, 0))
    return Decoded(row.found, tuple(blots[True]), tuple(blots[False]))


@given(rows())
@settings(max_examples=60)
def test_marks_never_change_the_text(row: Decoded) -> None:
    marks = find_marks(row)
    positions = [position for position, _ in marks]
    assert positions == sorted(set(positions)), "one mark at one place"
    assert all(0 <= position <= len(row.found) for position in positions)
    assert {sign for _, sign in marks} <= set(SIGNS)
    box = row.found[0].candidate.box
    line = Line(tuple(Digit(str(found.label), 0.9, box) for found in row.found), 0.9, box, marks)
    assert line.text == "".join(str(found.label) for found in row.found)
    assert "".join(sign for sign in insert_marks(line) if sign not in SIGNS) == line.text
    assert len(insert_marks(line)) == len(line.text) + len(marks)


@pytest.mark.parametrize(
    ("text", "marks", "printed"),
    [
        ("20000", ((3, "."),), "200.00"),
        ("12242019", ((2, "/"), (4, "/")), "12/24/2019"),
        ("5?", ((2, "-"),), "5?-"),
        ("7", (), "7"),
    ],
)
def test_marks_in_the_text(text: str, marks: tuple[tuple[int, str], ...], printed: str) -> None:
    box = Box(0, 0, 5, 9)
    assert insert_marks(Line(tuple(Digit(sign, 0.9, box) for sign in text), 0.9, box, marks)) == printed


@pytest.mark.parametrize("sign", [".", ",", "-"])
def test_a_page_keeps_its_marks(sign: str) -> None:
    """Hooks, too far apart to be joined to one digit, with a sign between the second and the third."""
    page = np.zeros((160, 560), np.uint8)
    for x in (40, 160, 280, 400):
        stroke((0, -0.5), (0.5, -0.5), (0.5, 0.5))(page, x, 80, 64)
    comma, dash = (
        stroke((0.07, 0.43), (0, 0.6), width=0.07),
        stroke((0, 0), (0.16, 0), width=0.07),
    )  # too low for digits
    drawn = {".": POINT, ",": comma, "-": dash}[sign]
    drawn(page, 229, 80, 64)
    image = np.where(page > 0, INK, PAPER).astype(np.uint8)
    (line,) = read(Page(image, "x"), StubClassifier([7])).lines
    assert (line.text, line.marks) == ("7777", ((2, sign),))


def test_the_network_reads_an_amount() -> None:
    try:
        network = Classifier()
    except WeightsError as error:
        pytest.skip(f"the trained weights are not in the package: {error}")
    two, nought = "24 13 31 50 62 55 09 09 89", "50 21 05 28 59 88 95 81 50"
    cells = [draw(shape, np.random.default_rng(2), 80, shake=0.1)[:, 10:70] for shape in (two, *[nought] * 4)]
    cells.insert(3, np.zeros((80, 20), np.uint8))
    cv2.circle(cells[3], (8, 62), 5, 255, cv2.FILLED)
    page = cv2.copyMakeBorder(np.hstack(cells), 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=0)
    (line,) = read(Page(np.where(page > 100, INK, PAPER).astype(np.uint8), "x"), network).lines
    assert insert_marks(line) == "200.00"
