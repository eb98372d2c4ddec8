"""Labelled views that the pipeline cuts from synthetic pages: what the network will meet, with what it is.

The pages go through the scanner's own stages up to the classifier. A candidate that holds one digit whole and hardly
anything else is that digit; one that holds a part, two of them, or something else is no digit; between the two lies
what nobody could name, which is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.hand import SIGN, Owners
from bench.page import draw_page
from bench.sheet import LabelledPage
from model.context import CHANNELS
from model.data import NOT_A_DIGIT, Glyphs
from model.glyph import FAINTEST, SIDE
from scanner.clean import to_grey
from scanner.ink import Ink
from scanner.lattice import Candidate
from scanner.pipeline import Options, find_candidates, find_ink
from scanner.views import look_at_candidates
from scanner.ways import LOWEST_DIGIT
from scanner.whole import SHARED, open_whole

Work = TypeVar("Work")

LIKE = 0.84
"""A candidate that agrees with a digit this far is the digit: shared ink over all ink of both (Jaccard, 1901)."""

BEST = 0.62
"""The best candidate for a digit is the digit even when it agrees only this far: touching ink parts no better."""

UNLIKE = 0.6
"""Candidates that agree less with any digit are no digit."""

LEFT = 0.72
"""What the binarisation left of a digit is at least this share of what was written."""

SIGNS = 0.025
"""No more than this share of a digit's ink may be a point's or a comma's: the lattice is to part them."""

PATTERN = 0.45
"""Candidates of whose ink more than this share is nobody's are no clear digit."""

NEGATIVES = 0.8
"""Candidates that are no digit are kept up to this many times the digits of their page,"""

FEW = 4
"""and this many more: pages without digits have something to teach."""

RARE = 5.0
"""Signs and letters are kept this many times as often as halves and pairs of digits: a slash is one stroke among many
cuts, and the likest to a 1."""

SLENDER = 2.6
"""A glyph this many times higher than its stroke is wide is a mere stroke,"""

UPRIGHT = 0.15
"""and a post when it leans by less than this share of its height (8 degrees); slashes lean more."""

STEM = 0.6
"""So much of its height, at least, is nothing but the stroke: rests of rules may hang on the others,"""

BROADER = 1.6
"""which are rows broader than the stroke by more than this factor."""

NARROW = 0.45
"""With its rests it is at most this many times as wide as high: crosses, brackets and letters are wider."""

STRAIGHT = 0.04
"""The stroke's middle strays from a straight line by at most this share of its height: half a 0 is bent."""


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
    yield from work_on_pages(_cut_numbered, digits, pages, seed, jobs)


def work_on_pages(
    work: Callable[[Glyphs, int, int], Work], digits: Glyphs, pages: int, seed: int, jobs: int
) -> Iterator[Work]:
    """Yield what `work` makes of each page, in order. work: gets the digits, the seed and the page's number."""
    task = partial(work, digits, seed)
    if jobs == 1:
        yield from map(task, range(pages))
        return
    # a forked child would inherit OpenCV's threads as they stand, locks and all
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(task, range(pages), chunksize=50)


def _cut_numbered(digits: Glyphs, seed: int, number: int) -> Cuts:
    rng = np.random.default_rng([seed, number])
    return cut(draw_page(digits, rng), rng)


def cut(page: LabelledPage, rng: np.random.Generator) -> Cuts:
    """Send a page through the scanner and label what it cuts out."""
    ink = find_ink(to_grey(page.image), Options(straighten=False))  # as the owners lie
    owners = find_owners(page, ink)
    written = count_owners(owners, len(page.labels))
    left = count_owners(owners[ink.mask | ink.erased], len(page.labels))
    views, labels, signs = [np.zeros((0, SIDE, SIDE, CHANNELS), np.uint8)], [], []
    for lattice in find_candidates(ink):
        holds = [compare(each, owners, left) for each in lattice.candidates]
        found = label_candidates(holds, page.labels, left >= LEFT * np.maximum(written, 1))
        high = [each.box.height >= LOWEST_DIGIT * lattice.height for each in lattice.candidates]
        known = [i for i, label in enumerate(found) if label is not None and high[i]]
        if known:
            named = replace(lattice, candidates=tuple(lattice.candidates[i] for i in known))
            views.append(np.stack(look_at_candidates(named, ink)))
            labels += [found[i] for i in known]
            signs += [holds[i].signs > 0.5 for i in known]
    return _thin_out(Cuts(np.concatenate(views), np.array(labels, np.int64)), np.array(signs, np.bool_), rng)


def find_owners(page: LabelledPage, ink: Ink) -> Owners:
    """Return who wrote each pixel of the page at working size."""
    size = ink.mask.shape[::-1]
    return np.asarray(cv2.resize(page.owners, size, interpolation=cv2.INTER_NEAREST), np.uint16)


@dataclass(frozen=True)
class Holding:
    """Whose ink a candidate holds."""

    owner: int
    """The digit that it agrees with best, from 1; 0 for none."""
    likeness: float
    """How far it agrees with that: shared ink over all ink of both, 0..1."""
    signs: float
    """Share of its ink that belongs to signs and letters, 0..1."""
    pattern: float
    """Share of its ink that is nobody's: paper, rules; 0..1."""


def compare(candidate: Candidate, owners: Owners, left: NDArray[np.int64]) -> Holding:
    """Tell which digit a candidate agrees with best.

    left: pixels of each owner that the binarisation left; index 0 is nobody.
    """
    box = candidate.box
    here = owners[box.y : box.bottom, box.x : box.right][candidate.ink]
    counts = count_owners(here, len(left) - 1)
    signs = int((here == SIGN).sum())
    owner = 1 + int(counts[1:].argmax()) if counts[1:].any() else 0
    every = int(counts[1:].sum()) + signs + int(left[owner]) - int(counts[owner])
    likeness = counts[owner] / max(every, 1) if owner else 0.0
    return Holding(owner, float(likeness), signs / len(here), int(counts[0]) / len(here))


def label_candidates(holds: Sequence[Holding], labels: tuple[int, ...], legible: NDArray[np.bool_]) -> list[int | None]:
    """Return what each candidate of a row is: 0..9, NOT_A_DIGIT, or None where nobody could say.

    labels: of the digits on the page. legible: (1 + digits,) whether enough is left of each to be read; nobody first.
    """
    best: dict[int, float] = {}
    for hold in holds:
        best[hold.owner] = max(hold.likeness, best.get(hold.owner, BEST))
    found: list[int | None] = []
    for hold in holds:
        clean = hold.signs <= SIGNS and hold.pattern <= PATTERN
        if hold.owner and hold.likeness >= min(LIKE, best[hold.owner]):
            found.append(labels[hold.owner - 1] if clean and legible[hold.owner] else None)
        else:
            found.append(None if hold.likeness >= UNLIKE else NOT_A_DIGIT)
    return found


def count_owners(owners: NDArray[Any], digits: int) -> NDArray[np.int64]:
    """Return how many pixels each owner has; nobody first. Signs and shared ink are not counted."""
    known = owners[owners < SIGN]
    return np.bincount(known.ravel(), minlength=digits + 1).astype(np.int64)


def _thin_out(cuts: Cuts, signs: NDArray[np.bool_], rng: np.random.Generator) -> Cuts:
    """Leave out the posts that are no 1, and what else is no digit where there is much of it.

    signs: (N,) which views are mostly ink of signs and letters.

    A wall, half a 0 and a plain 1 are one stroke: nobody can tell by the view, so the rules and the lattice must.
    A network that is shown walls as no digit loses the 1s.
    """
    digits, others = np.flatnonzero(cuts.labels != NOT_A_DIGIT), np.flatnonzero(cuts.labels == NOT_A_DIGIT)
    others = others[np.array([not is_post(cuts.views[i]) for i in others], np.bool_)]
    most = round(NEGATIVES * len(digits)) + FEW
    if len(others) > most:
        weights = np.where(signs[others], RARE, 1.0)
        others = rng.choice(others, most, replace=False, p=weights / weights.sum())
    kept = np.sort(np.concatenate([digits, others]))
    return Cuts(cuts.views[kept], cuts.labels[kept])


def is_post(view: NDArray[np.uint8]) -> bool:
    """Tell whether a view (28, 28, 2) shows a mere upright stroke, with or without rests of rules at it."""
    ink = view[..., 0] >= FAINTEST
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows):
        return False
    left, right = ink[rows].argmax(axis=1), SIDE - ink[rows][:, ::-1].argmax(axis=1)
    widths, height = right - left, rows[-1] + 1 - rows[0]
    width = float(np.median(widths))
    stem = widths <= BROADER * width
    if height < SLENDER * width or np.count_nonzero(stem) < STEM * height or np.ptp(rows) == 0:
        return False
    if right.max() - left.min() > NARROW * height:
        return False
    x, y = (left + right)[stem] / 2, rows[stem]
    course = np.polynomial.Polynomial.fit(y, x, 1)
    slope = abs(float(course(1.0) - course(0.0)))
    return slope < UPRIGHT and float(np.std(x - course(y))) <= STRAIGHT * height


def save_cuts(path: Path, cuts: Iterable[Cuts]) -> int:
    """Write cuts as x (N, 28, 28, 2) and y (N,) into an .npz that `digits-model train --extra` takes; returns N."""
    parts = list(cuts)
    views, labels = np.concatenate([part.views for part in parts]), np.concatenate([part.labels for part in parts])
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_whole(path, rights=SHARED) as file:
        np.savez_compressed(file, x=views, y=labels)
    return len(labels)
