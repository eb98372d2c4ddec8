"""Candidates of a field: wide digits are not lost piece by piece, and many cuts make no label surer."""

import numpy as np
import pytest

from model.classifier import Guess, to_guesses
from scanner.field_ways import weigh_field
from scanner.lattice import Candidate, Lattice
from scanner.nbest import list_readings
from scanner.page import Box
from scanner.segment import Blob
from scanner.ways import weigh

HEIGHT = 50.0


def guess(**shares: float) -> Guess:
    """Return a guess: d2=0.3 is the digit 2 with that share; the rest is no digit's."""
    scores = np.full((1, 11), 1e-4, np.float32)
    for name, share in shares.items():
        scores[0, int(name[1:])] = share
    scores[0, 10] = 1 - scores[0, :10].sum()
    return to_guesses(scores)[0]


def cut_digit(pieces: int, whole: Guess) -> tuple[Lattice, list[Guess]]:
    """Return one wide digit, cut into low pieces of 10 pixels, none of which is a digit."""
    boxes = [Box(10 * i, 25 * (i % 2), 10, 24) for i in range(pieces)]
    atoms = tuple(Blob(box, np.ones((box.height, box.width), bool)) for box in boxes)
    alone = [Candidate(i, i + 1, box, atoms[i].ink, 1) for i, box in enumerate(boxes)]
    joined = Candidate(0, pieces, Box(0, 0, 10 * pieces, 49), np.ones((49, 10 * pieces), bool), 0)
    return Lattice(atoms, (*alone, joined), HEIGHT), [guess() for _ in alone] + [whole]


def test_a_doubtful_wide_digit_is_not_left_out_piece_by_piece() -> None:
    lattice, guesses = cut_digit(7, guess(d2=0.3))
    lost, *_ = list_readings(weigh(lattice, guesses), 7, 9, lambda text: True, 9)
    held, *_ = list_readings(weigh_field(lattice, guesses), 7, 9, lambda text: True, 9)
    assert (lost.text, held.text) == ("", "2")


@pytest.mark.parametrize("pieces", [2, 4, 7])
def test_many_cuts_make_no_label_surer(pieces: int) -> None:
    lattice, guesses = cut_digit(pieces, guess(d9=0.6, d4=0.3))
    readings = {each.text: each.share for each in list_readings(weigh_field(lattice, guesses), pieces, 9, bool, 9)}
    assert readings["9"] / readings["4"] == pytest.approx(2, rel=0.01)


def test_what_was_not_cut_is_weighed_as_anywhere() -> None:
    digit, point = Box(0, 0, 20, 48), Box(30, 40, 8, 8)
    atoms = tuple(Blob(box, np.ones((box.height, box.width), bool)) for box in (digit, point))
    candidates = tuple(Candidate(i, i + 1, atom.box, atom.ink, 0) for i, atom in enumerate(atoms))
    lattice, guesses = Lattice(atoms, candidates, HEIGHT), [guess(d7=0.9), guess()]
    for usual, here in zip(weigh(lattice, guesses), weigh_field(lattice, guesses), strict=True):
        assert here.other == usual.other
        if usual.digits is not None and here.digits is not None:
            assert np.allclose(here.digits, usual.digits)
