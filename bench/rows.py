"""Rows of drawn pages as the lattice offers them, with what is right: what the network is taught whole strings by."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.cuts import LEFT, count_owners, find_owners
from bench.hand import SIGN, Owners
from bench.page import draw_page
from bench.paths import NEVER, NO_PLACE, Ints, Paths, sum_paths
from bench.sheet import LabelledPage
from model.classifier import Classifier
from model.context import CHANNELS
from model.data import NOT_A_DIGIT, Glyphs
from model.errors import DataError
from model.glyph import SIDE
from scanner.clean import to_grey
from scanner.ink import Ink
from scanner.lattice import Lattice
from scanner.pipeline import Options, find_candidates, find_ink, look_at_candidates
from scanner.ways import LEAST, find_terms

LIKE = 0.45
"""A candidate may be a digit when it agrees with it this far (shared ink over all ink of both): the right string tells
which of several is."""

PART = 0.5
"""A candidate that holds this share of a digit's ink, or more, may not be left out."""

INSIDE, OUTSIDE = 0.6, 0.1
"""A digit belongs to a row that holds at least the first share of its ink, and to another below the second; rows with
digits between the two are not taught."""

SHY = 0.5
"""The network's logarithms are multiplied with this before candidates are dropped, so that it is not asked whether it
errs."""

LEAST_SHARE = 0.02
"""Candidates that are less probable than this, as digits and as gaps between them, are dropped: they decide nothing."""

MOST_CANDIDATES = 160
"""Rows with more candidates after that are textures."""

EMPTY_ROWS = 2
"""Rows without any digit that are kept of a page, at most."""


@dataclass(frozen=True)
class Rows:
    """Many rows, one behind another."""

    views: NDArray[np.uint8]
    """(N, 28, 28, 2) uint8, all candidates."""
    first: Ints
    """(N,) as in Paths, and so on to labels."""
    last: Ints
    times: NDArray[np.float32]
    """(N, 2): for the digits, and for no digit."""
    gain: NDArray[np.float32]
    """(N, 2): the same."""
    place: Ints
    may_skip: NDArray[np.bool_]
    labels: Ints
    """(M,) of the digits of all rows."""
    ends: Ints
    """(R, 2) where each row ends among the candidates, and its digits among the labels."""

    def __len__(self) -> int:
        """How many rows."""
        return len(self.ends)

    def find_range(self, number: int) -> slice:
        """Return where a row's candidates lie."""
        return slice(int(self.ends[number - 1, 0]) if number else 0, int(self.ends[number, 0]))

    def take_paths(self, number: int) -> Paths:
        """Return one row."""
        here = self.find_range(number)
        start = int(self.ends[number - 1, 1]) if number else 0
        return Paths(
            self.first[here],
            self.last[here],
            _spread(self.times[here]),
            _spread(self.gain[here]),
            self.place[here],
            self.may_skip[here],
            self.labels[start : int(self.ends[number, 1])],
        )


def _spread(pair: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N, 2) for a digit and for none -> (N, 11)."""
    return np.repeat(pair.astype(np.float64), (NOT_A_DIGIT, 1), axis=1)


def make_rows(digits: Glyphs, pages: int, seed: int, jobs: int = 1) -> Iterator[Rows]:
    """Draw pages and take their rows. The same seed gives the same rows, whatever the number of jobs; one per page.

    digits: MNIST's shapes; give the training part. The shipped network says which candidates matter.
    """
    work = partial(_take_numbered, digits, seed)
    if jobs == 1:
        yield from map(work, range(pages))
        return
    # a forked child would inherit OpenCV's threads as they stand, locks and all
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(work, range(pages), chunksize=20)


def _take_numbered(digits: Glyphs, seed: int, number: int) -> Rows:
    return take_rows(draw_page(digits, np.random.default_rng([seed, number])), Classifier())


def take_rows(page: LabelledPage, classifier: Classifier) -> Rows:
    """Send a page through the scanner, and return its rows with what is right in each."""
    ink = find_ink(to_grey(page.image), Options(straighten=False))  # as the owners lie
    truth = _find_truth(page, ink)
    kept: list[Rows] = []
    empty = 0
    for found in find_candidates(ink):
        lattice = replace(found, candidates=tuple(sorted(found.candidates, key=lambda each: (each.last, each.first))))
        paths = find_paths(lattice, truth)
        if paths is None or (not len(paths.labels) and empty == EMPTY_ROWS):
            continue
        row = prune(paths, np.stack(look_at_candidates(lattice, ink)), classifier)
        if row is not None:
            empty += not len(paths.labels)
            kept.append(row)
    return join_rows(kept)


@dataclass(frozen=True)
class Truth:
    """Who wrote a page's ink, at working size."""

    owners: Owners
    """(H, W) uint16."""
    left: Ints
    """(D,) pixels that the binarisation left of each digit."""
    is_legible: NDArray[np.bool_]
    """(D,) whether that is enough to read it."""
    labels: Ints
    """(D,) 0..9."""


def _find_truth(page: LabelledPage, ink: Ink) -> Truth:
    owners = find_owners(page, ink)
    written = count_owners(owners, len(page.labels))[1:]
    left = count_owners(owners[ink.mask | ink.erased], len(page.labels))[1:]
    return Truth(owners, left, left >= LEFT * np.maximum(written, 1), np.array(page.labels, np.int64))


def find_paths(lattice: Lattice, truth: Truth) -> Paths | None:
    """Return what is right in a row; None where nobody could say, since digits are lost or lie in two rows.

    lattice: its candidates sorted by where they end.
    """
    held, every = _count_held(lattice, truth)
    of_digit = held / np.maximum(truth.left, 1)
    alone = np.array([each.last - each.first == 1 and not each.restored for each in lattice.candidates])
    shares = of_digit[alone].sum(axis=0)
    inside = np.flatnonzero(shares >= INSIDE)
    if ((shares > OUTSIDE) & (shares < INSIDE)).any() or not truth.is_legible[inside].all():
        return None
    middles = [float(np.flatnonzero((truth.owners == owner + 1).any(axis=0)).mean()) for owner in inside]
    order = inside[np.argsort(middles, kind="stable")]
    likeness = held / np.maximum(every[:, None] + truth.left - held, 1)
    place = np.full(len(held), NO_PLACE, np.int64)
    for number, owner in enumerate(order):
        mine = (likeness[:, owner] >= LIKE) & (likeness[:, owner] == likeness.max(axis=1))
        place[mine] = number
    terms = [find_terms(each, lattice.height) for each in lattice.candidates]
    return Paths(
        np.array([each.first for each in lattice.candidates], np.int64),
        np.array([each.last for each in lattice.candidates], np.int64),
        _spread(np.array([(term.times, term.other_times) for term in terms], np.float32)),
        _spread(np.array([(max(term.gain, NEVER), term.other_gain) for term in terms], np.float32)),
        place,
        of_digit.max(axis=1, initial=0) < PART,
        truth.labels[order],
    )


def _count_held(lattice: Lattice, truth: Truth) -> tuple[Ints, Ints]:
    """Return how many pixels of each digit each candidate holds, (C, D), and how many that somebody wrote, (C,)."""
    held, every = [], []
    for candidate in lattice.candidates:
        box = candidate.box
        here = truth.owners[box.y : box.bottom, box.x : box.right][candidate.ink]
        held.append(count_owners(here, len(truth.labels))[1:])
        every.append(int(held[-1].sum()) + int(np.count_nonzero(here == SIGN)))
    return np.array(held, np.int64).reshape(len(held), len(truth.labels)), np.array(every, np.int64)


def prune(paths: Paths, views: NDArray[np.uint8], classifier: Classifier) -> Rows | None:
    """Return a row without the candidates that decide nothing; None for textures, and where no path is right.

    views: (N, 28, 28, 2) uint8. Single atoms stay, so that a way through remains.
    """
    logarithms = SHY * np.log(np.maximum(classifier.score(views).astype(np.float64), LEAST))
    sums = sum_paths(paths, logarithms)
    if not np.isfinite(sums.cost):
        return None
    needed = (sums.shares + sums.right_shares).sum(axis=1) >= LEAST_SHARE
    kept = np.flatnonzero(needed | (paths.last - paths.first == 1))
    if len(kept) > MOST_CANDIDATES:
        return None
    return Rows(
        views[kept],
        paths.first[kept],
        paths.last[kept],
        paths.times[kept][:, [0, NOT_A_DIGIT]].astype(np.float32),
        paths.gain[kept][:, [0, NOT_A_DIGIT]].astype(np.float32),
        paths.place[kept],
        paths.may_skip[kept],
        paths.labels,
        np.array([(len(kept), len(paths.labels))], np.int64),
    )


def join_rows(parts: Sequence[Rows]) -> Rows:
    """Return all rows of the parts, in their order."""
    none = Rows(
        views=np.zeros((0, SIDE, SIDE, CHANNELS), np.uint8),
        first=np.zeros(0, np.int64),
        last=np.zeros(0, np.int64),
        times=np.zeros((0, 2), np.float32),
        gain=np.zeros((0, 2), np.float32),
        place=np.zeros(0, np.int64),
        may_skip=np.zeros(0, np.bool_),
        labels=np.zeros(0, np.int64),
        ends=np.zeros((0, 2), np.int64),
    )
    offsets = np.cumsum([(0, 0), *[(len(part.views), len(part.labels)) for part in parts]], axis=0)
    ends = [part.ends + offset for part, offset in zip(parts, offsets, strict=False)]
    joined = {
        field.name: np.concatenate([getattr(part, field.name) for part in [none, *parts]])
        for field in fields(Rows)
        if field.name != "ends"
    }
    return Rows(**joined, ends=np.concatenate([none.ends, *ends]))


def save_rows(path: Path, rows: Iterable[Rows]) -> int:
    """Write rows into an .npz; returns how many."""
    joined = join_rows(list(rows))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"new-{path.name}")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, **{field.name: getattr(joined, field.name) for field in fields(Rows)})
    unfinished.replace(path)
    return len(joined)


def load_rows(path: Path) -> Rows:
    """Load what `save_rows` wrote. Raises DataError."""
    try:
        with np.load(path) as arrays:
            return Rows(**{field.name: arrays[field.name] for field in fields(Rows)})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: holds no rows ({error}). Make them: digits-bench rows.") from error
