"""Both versions of a piece that a rule ran through are offered: with the line and without."""

import numpy as np

from scanner.lattice import Candidate, Lattice
from scanner.page import Box
from scanner.restore import restore
from scanner.segment import Blob

HEIGHT = 40


def one_piece(ink: np.ndarray, x: int, y: int) -> Lattice:
    box = Box(x, y, ink.shape[1], ink.shape[0])
    return Lattice((Blob(box, ink),), (Candidate(0, 1, box, ink, 0),), float(HEIGHT))


def stem() -> np.ndarray:
    """The upper part of a 2 whose foot lay in a rule."""
    ink = np.zeros((HEIGHT, 24), np.bool_)
    ink[:, 9:15] = True
    return ink


def erased_line(y: int, thick: int = 4) -> np.ndarray:
    page = np.zeros((120, 300), np.bool_)
    page[y : y + thick] = True
    return page


def test_the_foot_that_lay_in_a_rule_comes_back_as_a_second_version() -> None:
    lattice = restore(one_piece(stem(), 50, 30), erased_line(30 + HEIGHT))
    without, with_line = lattice.candidates
    assert (without.restored, with_line.restored) == (False, True)
    assert (without.first, without.last) == (with_line.first, with_line.last)
    assert with_line.box == Box(50, 30, 24, HEIGHT + 4)
    assert with_line.ink[-4:].all()
    assert np.array_equal(with_line.ink[:HEIGHT], without.ink)


def test_a_line_that_does_not_touch_stays_out() -> None:
    lattice = one_piece(stem(), 50, 30)
    assert restore(lattice, erased_line(30 + HEIGHT + 2)) is lattice
    assert restore(lattice, erased_line(5)) is lattice


def test_a_line_through_the_middle_comes_back_in_the_candidates_own_columns() -> None:
    ink = stem()
    ink[18:22] = False
    with_line = restore(one_piece(ink, 50, 30), erased_line(48)).candidates[1]
    assert with_line.box == Box(50, 30, 24, HEIGHT)
    assert with_line.ink[18:22].all()


def test_a_few_pixels_change_nothing() -> None:
    ink = np.ones((HEIGHT, 24), np.bool_)
    page = np.zeros((120, 300), np.bool_)
    page[30 + HEIGHT, 50:60] = True
    lattice = one_piece(ink, 50, 30)
    assert restore(lattice, page) is lattice


def test_at_the_pages_edge() -> None:
    page = np.zeros((HEIGHT, 60), np.bool_)
    page[-2:] = True
    ink = stem()
    ink[-2:] = False
    with_line = restore(one_piece(ink, 0, 0), page).candidates[1]
    assert with_line.ink[-1].all()
