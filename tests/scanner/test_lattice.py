"""Cuts lose no ink and double none; candidates are runs of atoms; touching digits get a cut between them."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from model.strokes import DIGITS, draw
from scanner.lattice import MOST_ATOMS, Candidate, Lattice, build_lattice, cut
from scanner.page import Box
from scanner.segment import Blob, Row

Mask = NDArray[np.bool_]

HEIGHT = 60
"""Of a row here, in pixels."""

ways = st.sampled_from([way for of_digit in DIGITS.values() for way in of_digit])
touching = st.tuples(st.lists(ways, min_size=2, max_size=4), st.integers(0, 10_000), st.floats(-8, 6))
any_ink = arrays.arrays(np.bool_, st.tuples(st.integers(1, 70), st.integers(1, 120)), fill=st.booleans())


def crop(picture: Mask, x: int = 0, y: int = 0) -> Blob:
    """Return the ink of a picture as one piece, moved by (x, y)."""
    left, top, width, height = cv2.boundingRect(picture.view(np.uint8))
    return Blob(Box(x + left, y + top, width, height), picture[top : top + height, left : left + width])


def draw_touching(digits: list[str], seed: int, gap: float) -> Blob:
    """Draw digits side by side as one piece, whether it hangs together or not. gap: in pixels."""
    rng = np.random.default_rng(seed)
    pictures = [crop(draw(way, rng, 94) > 127).ink for way in digits]
    height = max(picture.shape[0] for picture in pictures)
    page, x = np.zeros((height, sum(picture.shape[1] for picture in pictures) + 40), bool), 0
    for picture in pictures:
        page[: picture.shape[0], x : x + picture.shape[1]] |= picture
        x = max(0, x + picture.shape[1] + round(gap))
    return crop(page, 17, 5)


def paste(pieces: tuple[Blob, ...] | list[Blob] | tuple[Candidate, ...], box: Box) -> NDArray[np.int64]:
    """Count, for each pixel of the box, in how many of the pieces it is ink."""
    counts = np.zeros((box.height, box.width), np.int64)
    for piece in pieces:
        x, y = piece.box.x - box.x, piece.box.y - box.y
        counts[y : y + piece.box.height, x : x + piece.box.width] += piece.ink
    return counts


def is_tight(piece: Blob | Candidate) -> bool:
    """Tell whether there is ink on each side of the box."""
    ink = piece.ink
    shape = ink.shape == (piece.box.height, piece.box.width)
    return bool(shape and ink[0].any() and ink[-1].any() and ink[:, 0].any() and ink[:, -1].any())


def join(atoms: tuple[Blob, ...]) -> Box:
    box = atoms[0].box
    for atom in atoms[1:]:
        box = box.joined(atom.box)
    return box


@given(touching)
@settings(max_examples=30)
def test_a_cut_parts_the_ink_exactly(word: tuple[list[str], int, float]) -> None:
    blob = draw_touching(*word)
    atoms = cut(blob, HEIGHT)
    assert np.array_equal(paste(atoms, blob.box), blob.ink)
    assert all(is_tight(atom) for atom in atoms)


@given(any_ink, st.integers(5, 80))
@settings(max_examples=60)
def test_any_ink_is_parted_exactly(ink: Mask, row_height: int) -> None:
    if ink.any():
        blob = crop(ink)
        assert np.array_equal(paste(cut(blob, row_height), blob.box), blob.ink)


def assert_candidates_are_runs(lattice: Lattice) -> None:
    for candidate in lattice.candidates:
        atoms = lattice.atoms[candidate.first : candidate.last]
        assert 1 <= len(atoms) <= MOST_ATOMS
        assert candidate.box == join(atoms)
        assert np.array_equal(candidate.ink, paste(atoms, candidate.box) > 0)
    runs = [(candidate.first, candidate.last) for candidate in lattice.candidates]
    assert len(set(runs)) == len(runs)
    assert {(i, i + 1) for i in range(len(lattice.atoms))} <= set(runs), "each atom alone is a candidate"


@given(st.lists(touching, min_size=1, max_size=3), st.integers(0, 40))
@settings(max_examples=25)
def test_candidates_are_runs_of_atoms(words: list[tuple[list[str], int, float]], gap: int) -> None:
    blobs, x = [], 0
    for word in words:
        blob = draw_touching(*word)
        blobs.append(Blob(Box(x, 10, blob.box.width, blob.box.height), blob.ink))
        x += blob.box.width + gap
    assert_candidates_are_runs(build_lattice(Row(tuple(blobs), HEIGHT)))


def zeros(between: int, thickness: int) -> tuple[Blob, int]:
    """Draw two zeros as one piece. between: how far their centres are apart. Returns it and the column between them."""
    page = np.zeros((80, 160), np.uint8)
    for x in (40, 40 + between):
        cv2.ellipse(page, (x, 40), (18, HEIGHT // 2), 0, 0, 360, 1, thickness)
    return crop(page > 0, 100, 30), 140 + between // 2


def linked_bars() -> tuple[Blob, int]:
    """Draw two upright bars, each as high as the row, with a thin stroke between them."""
    page = np.zeros((80, 160), bool)
    page[10:70, 30:40] = page[10:70, 80:90] = page[35:40, 30:90] = True
    return crop(page, 100, 30), 160


def has_cut_at(middle: int, blob: Blob) -> bool:
    """Tell whether the piece may be read as two, one on each side of a column."""
    lattice = build_lattice(Row((blob,), HEIGHT))
    count = len(lattice.atoms)
    found = {(c.first, c.last): c.box for c in lattice.candidates}
    pairs = [(found[0, i], found[i, count]) for i in range(1, count) if {(0, i), (i, count)} <= set(found)]
    return any(max(left.right - middle, middle - right.x) <= 0.15 * HEIGHT for left, right in pairs)


def test_zeros_that_just_touch_get_a_cut_between_them() -> None:
    blob, middle = zeros(between=42, thickness=4)
    assert has_cut_at(middle, blob)


@pytest.mark.parametrize("between", [36, 38, 40])
def test_zeros_pressed_together_get_a_cut_between_them(between: int) -> None:
    blob, middle = zeros(between, thickness=4)
    assert has_cut_at(middle, blob)


def test_strokes_with_a_link_get_a_cut_between_them() -> None:
    blob, middle = linked_bars()
    lattice = build_lattice(Row((blob,), HEIGHT))
    assert len(lattice.atoms) >= 2
    assert all(atom.box.right <= middle + 25 or atom.box.x >= middle - 25 for atom in lattice.atoms)


def test_sides_that_are_cuts_are_counted() -> None:
    blob, _ = linked_bars()
    lattice = build_lattice(Row((blob,), HEIGHT))
    count = len(lattice.atoms)
    assert count >= 2
    for candidate in lattice.candidates:
        assert candidate.cuts == (candidate.first > 0) + (candidate.last < count)


def test_a_gap_is_no_cut() -> None:
    blobs = tuple(Blob(Box(x, 0, 20, HEIGHT), np.ones((HEIGHT, 20), bool)) for x in (0, 30, 60))
    assert {candidate.cuts for candidate in build_lattice(Row(blobs, HEIGHT)).candidates} == {0}


def test_narrow_pieces_stay_whole() -> None:
    one, zero = (crop(draw(DIGITS[digit][0], np.random.default_rng(1), 94) > 127) for digit in "10")
    assert len(build_lattice(Row((one,), HEIGHT)).atoms) == 1
    assert len(build_lattice(Row((zero,), 2 * HEIGHT)).atoms) == 1


def test_pieces_that_are_close_are_joined_and_those_far_apart_not() -> None:
    def candidates(gap: int) -> set[tuple[int, int]]:
        blobs = tuple(Blob(Box(x, 0, 16, HEIGHT), np.ones((HEIGHT, 16), bool)) for x in (0, 16 + gap))
        return {(c.first, c.last) for c in build_lattice(Row(blobs, HEIGHT)).candidates}

    assert (0, 2) in candidates(6)
    assert (0, 2) not in candidates(40)


def test_the_pieces_of_a_broken_digit_are_joined_in_their_places() -> None:
    bar, body = np.ones((4, 20), bool), np.ones((50, 24), bool)
    row = Row((Blob(Box(0, 12, 24, 50), body), Blob(Box(8, 3, 20, 4), bar)), HEIGHT)
    (whole,) = (c for c in build_lattice(row).candidates if (c.first, c.last) == (0, 2))
    assert whole.box == Box(0, 3, 28, 59)
    assert whole.ink[:4, 8:].all()
    assert not whole.ink[4:9].any()
    assert whole.ink[9:, :24].all()
