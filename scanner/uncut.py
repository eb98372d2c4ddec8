"""What the network that reads whole rows says of each candidate of a lattice.

It tells for each frame of a row's strip which digit has its middle there, if any. A candidate spans some frames: it is
a digit if just one has its middle in them, and something else if none has. Two readers that look differently at the
same ink err differently, so that both together err less (Kittler et al., 1998).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from model.classifier import CLASSES
from model.data import NOT_A_DIGIT
from model.strip import FRAME
from scanner.ink import Ink
from scanner.lattice import Lattice
from scanner.strips import Course, lay_out

LEAST = -6.0
"""No candidate is less probable than this, in nats: a middle may lie a frame beside its piece."""


@runtime_checkable
class RowScorer(Protocol):
    """A classifier that reads whole rows as well."""

    def score_rows(self, strips: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """(HEIGHT, W, 3) uint8 strips -> log-probabilities (F, 11) of each, a frame for each FRAME pixels."""
        ...


def read_uncut(lattices: Sequence[Lattice], ink: Ink, scorer: RowScorer) -> list[Lattice]:
    """Return the lattices with what the row network says of them and of their candidates. All rows are one call."""
    strips = [lay_out(lattice, ink) for lattice in lattices]
    answers = scorer.score_rows([strip.image for strip in strips])
    return [
        replace(
            lattice, frames=frames, uncut=weigh_spans(frames, lattice, find_bounds(lattice, strip.course, len(frames)))
        )
        for lattice, strip, frames in zip(lattices, strips, answers, strict=True)
    ]


def weigh_blank(lattice: Lattice) -> float:
    """Return how probable the row network finds it that a row holds no digit at all, in nats, at most 0.

    lattice: with frames.
    """
    assert lattice.frames is not None, "the row was read uncut"
    return float(lattice.frames[:, NOT_A_DIGIT].sum())


def find_bounds(lattice: Lattice, course: Course, frames: int) -> NDArray[np.int64]:
    """Return the first frame of each atom and, last, the one behind all: (atoms + 1,), never falling.

    Frames between two atoms belong half to each.
    """
    boxes = [atom.box for atom in lattice.atoms]
    between = [(one.right + other.x) / 2 for one, other in pairwise(boxes)]
    places = np.array([course.to_strip(x) / FRAME for x in between], np.float64)
    inner = np.clip(np.round(np.maximum.accumulate(places)), 0, frames) if between else places
    return np.concatenate([[0], inner, [frames]]).astype(np.int64)


def weigh_spans(frames: NDArray[np.float32], lattice: Lattice, bounds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how probable each candidate is as each digit and, last, as none, in nats: (N, 11), at least LEAST.

    frames: (F, 11) log-probabilities. A digit is one run of its frames, with frames of none before and behind: summed
    over all such runs (as in connectionist temporal classification; Graves et al., 2006).
    """
    first = bounds[[candidate.first for candidate in lattice.candidates]]
    length = bounds[[candidate.last for candidate in lattice.candidates]] - first
    starts, place = np.unique(first, return_inverse=True)
    none = np.zeros(len(starts))
    begun = np.full((len(starts), NOT_A_DIGIT), -np.inf)  # the run is still going on
    ended = begun.copy()
    weights = np.full((len(length), CLASSES), -np.inf)
    for step in range(int(length.max(initial=0)) + 1):
        here = length == step
        weights[here, :NOT_A_DIGIT] = np.logaddexp(begun, ended)[place[here]]
        weights[here, NOT_A_DIGIT] = none[place[here]]
        now = frames[np.minimum(starts + step, len(frames) - 1)].astype(np.float64)
        ended = np.logaddexp(ended, begun) + now[:, NOT_A_DIGIT:]
        begun = np.logaddexp(begun, none[:, None]) + now[:, :NOT_A_DIGIT]
        none = none + now[:, NOT_A_DIGIT]
    return np.asarray(np.maximum(weights, LEAST), np.float64)


def weigh_strings(lattices: Sequence[Lattice], strings: Sequence[Sequence[int]]) -> list[float]:
    """Return how probable the row network finds it that each row holds just this string, in nats, at most 0.

    lattices: with frames. strings: of digits 0..9. Each digit is a run of its frames, with any number of frames of none
    before, between and behind, at least one between two like digits: summed over all such runs, as in connectionist
    temporal classification (Graves et al., 2006). All rows are one sum.
    """
    rows = [lattice.frames for lattice in lattices if lattice.frames is not None]
    if not rows:
        return []
    states = np.full((len(rows), 2 * max(map(len, strings)) + 1), NOT_A_DIGIT)  # none, digit, none, digit, none
    for row, string in zip(states, strings, strict=True):
        row[1 : 2 * len(string) : 2] = string
    follows = np.zeros(states.shape, bool)  # straight behind another digit, without paper between
    follows[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    said = np.full((len(rows), max(map(len, rows)) + 1, CLASSES), BEHIND, np.float32)
    for place, row in zip(said, rows, strict=True):
        place[: len(row)] = row
    sums = np.full(states.shape, -np.inf)
    sums[:, 0] = 0.0
    for frame in range(said.shape[1]):
        step, skip = np.full_like(sums, -np.inf), np.full_like(sums, -np.inf)
        step[:, 1:], skip[:, 2:] = sums[:, :-1], np.where(follows[:, 2:], sums[:, :-2], -np.inf)
        sums = np.logaddexp(np.logaddexp(sums, step), skip) + np.take_along_axis(said[:, frame], states, axis=1)
    return [float(ends[2 * len(string)]) for ends, string in zip(sums, strings, strict=True)]


BEHIND = np.where(np.arange(CLASSES) == NOT_A_DIGIT, 0.0, -np.inf)
"""(11,) what is said of a frame behind a row's end: surely no digit."""
