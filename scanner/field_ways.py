"""What the candidates of a field may be: as in any row, with what only holds in fields.

A page is full of other things than digits; a field is not. And a rule asks for the second and third reading of a digit,
so their probabilities must be right as well, not only which is the largest.
"""

import math
from dataclasses import replace

import numpy as np

from model.classifier import Guess
from model.data import NOT_A_DIGIT
from scanner.lattice import Lattice
from scanner.ways import CUT_COST, DIGIT_BONUS, LEAST, SMALL, Way, add_uncut, weigh_apart

REST_COST = 4.4
"""What it costs, in nats, to leave out a low piece that was cut from its neighbours, where it is as wide as the row is
high: a wide digit that was cut into many low pieces must not be lost piece by piece. A sliver costs next to nothing."""


def weigh_field(lattice: Lattice, guesses: list[Guess]) -> list[Way]:
    """Weigh all candidates of a field's lattice, sorted by where they end. guesses: one for each candidate."""
    ways = weigh_apart(lattice, guesses)
    return add_uncut(lattice, [_soften(_hold(way, lattice.height)) for way in ways])


def _hold(way: Way, height: float) -> Way:
    """Make it costlier to leave out what was cut from its neighbours."""
    box = way.candidate.box
    if not way.candidate.cuts or box.height >= SMALL * height:
        return way
    return replace(way, other=way.other - REST_COST * box.width / height)


def _soften(way: Way) -> Way:
    """Let a piece of many atoms speak as often for being a digit as before, and only once for which digit it is.

    It is cut into as many atoms as its strokes have places to cut, which says nothing of how sure its label is.
    """
    if way.digits is None:
        return way
    scores = np.maximum(way.guess.scores[:NOT_A_DIGIT], LEAST)
    whole, atoms = float(scores.sum()), way.candidate.last - way.candidate.first
    lead = (math.log(whole) + DIGIT_BONUS) * atoms - CUT_COST * way.candidate.cuts
    return replace(way, digits=lead + np.log(scores / whole))
