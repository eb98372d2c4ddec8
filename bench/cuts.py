"""Labelled views that the pipeline cuts from synthetic pages: what the network will meet, with what it is.

The pages go through the scanner's own stages up to the classifier. A candidate that holds one digit whole and hardly
anything else is that digit; one that holds a part, two of them, or something else is no digit; between the two lies
what nobody could name, which is left out.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.hand import SIGN, Owners
from bench.page import LabelledPage, draw_page
from model.context import CHANNELS
from model.data import NOT_A_DIGIT, Glyphs
from model.glyph import FAINTEST, SIDE
from scanner.clean import to_grey
from scanner.lattice import Candidate
from scanner.pipeline import Options, find_candidates, find_ink, look_at_candidates
from scanner.ways import LOWEST_DIGIT

WHOLE = 0.92
"""A digit holds at least this share of its ink that the binarisation left,"""

LEFT = 0.72
"""which is at least this share of what was written;"""

FOREIGN = 0.07
"""and at most this share of a candidate's ink belongs to others."""

PART = 0.75
"""Candidates with less than this share of any digit's ink are no digit,"""

MIXED = 0.2
"""nor are those of whose ink at least this share belongs to others."""

SIGNS = 0.025
"""No more than this share of a digit's ink may be a point's or a comma's: the lattice is to part them."""

PATTERN = 0.45
"""Candidates of whose ink more than this share is nobody's are no clear digit."""

NEGATIVES = 0.8
"""Candidates that are no digit are kept up to this many times the digits of their page,"""

FEW = 4
"""and this many more: pages without digits have something to teach."""


STICKS = 0.25
"""This share of the upright strokes that are no digit is kept: forms have more walls than any hand writes 1s."""

SLENDER = 2.6
"""A glyph this many times higher than wide is a mere upright stroke."""


@dataclass(frozen=True)
class Cuts:
    """Labelled views."""

    views: NDArray[np.uint8]
    """(N, 28, 28, 2) uint8."""
    labels: NDArray[np.int64]
    """(N,) 0..9, or NOT_A_DIGIT."""


def make_cuts(digits: Glyphs, pages: int, seed: int, jobs: int = 1) -> Iterator[Cuts]:
    """Draw pages and cut them. The same seed gives the same cuts, whatever the number of jobs; yields one per page.

    digits: MNIST's shapes; give the training part for training, the held-out part for calibration.
    """
    work = partial(_cut_numbered, digits, seed)
    if jobs == 1:
        yield from map(work, range(pages))
        return
    with ProcessPoolExecutor(jobs, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(work, range(pages), chunksize=50)


def _cut_numbered(digits: Glyphs, seed: int, number: int) -> Cuts:
    rng = np.random.default_rng([seed, number])
    return cut(draw_page(digits, rng), rng)


def cut(page: LabelledPage, rng: np.random.Generator) -> Cuts:
    """Send a page through the scanner and label what it cuts out."""
    ink = find_ink(to_grey(page.image), Options())
    owners: Owners = np.asarray(
        cv2.resize(page.owners, ink.mask.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint16
    )
    written = _count(owners, len(page.labels))
    left = _count(owners[ink.mask | ink.erased], len(page.labels))
    views, labels = [np.zeros((0, SIDE, SIDE, CHANNELS), np.uint8)], []
    for lattice in find_candidates(ink):
        found = [label_candidate(each, owners, page.labels, written, left) for each in lattice.candidates]
        high = [each.box.height >= LOWEST_DIGIT * lattice.height for each in lattice.candidates]
        known = [i for i, label in enumerate(found) if label is not None and high[i]]
        if known:
            views.append(np.stack(look_at_candidates(lattice, ink))[known])
            labels += [found[i] for i in known]
    return _thin_out(Cuts(np.concatenate(views), np.array(labels, np.int64)), rng)


def label_candidate(
    candidate: Candidate,
    owners: Owners,
    labels: tuple[int, ...],
    written: NDArray[np.int64],
    left: NDArray[np.int64],
) -> int | None:
    """Return what a candidate is: 0..9, NOT_A_DIGIT, or None where nobody could say.

    written, left: pixels of each owner on the page, and of those which the binarisation left; index 0 is nobody.
    """
    box = candidate.box
    here = owners[box.y : box.bottom, box.x : box.right][candidate.ink]
    counts = _count(here, len(labels))
    if not len(labels) or not counts[1:].any():
        return NOT_A_DIGIT
    most = 1 + int(counts[1:].argmax())
    signs = int((here == SIGN).sum()) / len(here)
    foreign = int(counts[1:].sum() - counts[most]) / len(here) + signs
    share = counts[most] / left[most]
    if share < PART or foreign > MIXED:
        return NOT_A_DIGIT
    clean = foreign <= FOREIGN and signs <= SIGNS and counts[0] <= PATTERN * len(here)
    return labels[most - 1] if share >= WHOLE and left[most] >= LEFT * written[most] and clean else None


def _count(owners: NDArray[Any], digits: int) -> NDArray[np.int64]:
    """Return how many pixels each owner has; nobody first. Signs and shared ink are not counted."""
    known = owners[owners < SIGN]
    return np.bincount(known.ravel(), minlength=digits + 1).astype(np.int64)


def _thin_out(cuts: Cuts, rng: np.random.Generator) -> Cuts:
    digits, others = np.flatnonzero(cuts.labels != NOT_A_DIGIT), np.flatnonzero(cuts.labels == NOT_A_DIGIT)
    sticks = np.array([is_stick(cuts.views[i]) for i in others], np.bool_)
    others = others[~sticks | (rng.random(len(others)) < STICKS)]
    most = round(NEGATIVES * len(digits)) + FEW
    if len(others) > most:
        others = rng.choice(others, most, replace=False)
    kept = np.sort(np.concatenate([digits, others]))
    return Cuts(cuts.views[kept], cuts.labels[kept])


def is_stick(view: NDArray[np.uint8]) -> bool:
    """Tell whether a view (28, 28, 2) shows a mere upright stroke."""
    _, _, width, height = cv2.boundingRect((view[..., 0] >= FAINTEST).view(np.uint8))
    return bool(height >= SLENDER * width)


def save_cuts(path: Path, cuts: Iterable[Cuts]) -> int:
    """Write cuts as x (N, 28, 28, 2) and y (N,) into an .npz that `digits-model train --extra` takes; returns N."""
    parts = list(cuts)
    views, labels = np.concatenate([part.views for part in parts]), np.concatenate([part.labels for part in parts])
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"new-{path.name}")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, x=views, y=labels)
    unfinished.replace(path)
    return len(labels)
