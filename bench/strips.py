"""Labelled strips that the pipeline lays out from synthetic pages: what the row network will meet, with what it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.cuts import count_owners, find_owners, is_post, work_on_pages
from bench.hand import SIGN, Owners
from bench.page import draw_page
from bench.sheet import LabelledPage
from model.context import look_alone
from model.data import Glyphs
from model.glyph import normalise
from model.strip import UNSURE, LabelledStrip, write_strips
from scanner.clean import to_grey
from scanner.ink import Taking
from scanner.lattice import Lattice
from scanner.page import Box
from scanner.pipeline import AGAIN, Options, find_candidates, find_ink, take_otherwise
from scanner.strips import Strip, lay_out
from scanner.whole import SHARED, open_whole

Mark = tuple[float, float, int]
"""Where a digit begins and ends on a strip, in pixels, and its label."""

STRAY = 0.1
"""A piece is nobody's when no more than this share of its ink was written."""

MINE = 0.55
"""A row holds a digit when this share of the digit's ink is in the row's pieces; below, the digit is another row's."""

LEFT = 0.4
"""A digit is named when the binarisation left at least this share of it: the rest shows in how dark the page is."""

TOUCHED = 0.12
"""Below this share, the row does not know of the digit."""

SPLINTER = 0.04
"""A piece that holds less of a digit than this share does not tell where the digit ends."""

MOST_ATOMS = 120
"""Rows of more pieces are textures: they would fill the file, and teach little."""

LONGEST = 1600
"""Pixels of a strip, for the same reason."""

OTHERWISE = 0.4
"""Share of the pages of which the ink is taken as in another look than the first."""

EMPTY = 0.5
"""Share of the strips without any digit that are kept: there are many, and they are soon learnt."""


def make_strips(digits: Glyphs, pages: int, seed: int, jobs: int = 1) -> Iterator[list[LabelledStrip]]:
    """Draw pages and lay their rows out; yields one list per page.

    The same seed gives the same strips, whatever the number of jobs. digits: MNIST's shapes.
    """
    yield from work_on_pages(_lay_out_numbered, digits, pages, seed, jobs)


def _lay_out_numbered(digits: Glyphs, seed: int, number: int) -> list[LabelledStrip]:
    rng = np.random.default_rng([seed, number])
    page = draw_page(digits, rng)
    taking = AGAIN[int(rng.integers(len(AGAIN)))] if rng.random() < OTHERWISE else None
    strips = lay_out_page(page, taking)
    return [strip for strip in strips if len(strip.marks) or rng.random() >= EMPTY]


def lay_out_page(page: LabelledPage, taking: Taking | None = None) -> list[LabelledStrip]:
    """Send a page through the scanner up to the rows, and say what stands on each.

    taking: how its ink is taken, if not as in the first look.
    """
    ink = find_ink(to_grey(page.image), Options(straighten=False))  # as the owners lie
    ink = ink if taking is None else take_otherwise(ink, taking)
    owners = find_owners(page, ink)
    written = count_owners(owners, len(page.labels))
    left = count_owners(owners[ink.mask | ink.erased], len(page.labels))
    strips = []
    for lattice in find_candidates(ink):
        if len(lattice.atoms) > MOST_ATOMS:
            continue
        strip = lay_out(lattice, ink)
        if strip.image.shape[1] <= LONGEST:
            marks = _mark(_hold(lattice, owners, left), strip, page, written, left)
            marks += [
                (strip.course.to_strip(box.x), strip.course.to_strip(box.right), UNSURE)
                for box in _find_posts(lattice, owners)
            ]
            strips.append(LabelledStrip(strip.image, np.array(sorted(marks, key=_middle), np.float32).reshape(-1, 3)))
    return strips


@dataclass(frozen=True)
class _Held:
    """What a row holds of each digit of its page; index 0 is nobody."""

    ink: NDArray[np.int64]
    """Pixels."""
    begin: NDArray[np.float64]
    """Where it begins, in working pixels; infinite where the row holds none of it."""
    end: NDArray[np.float64]


def _hold(lattice: Lattice, owners: Owners, left: NDArray[np.int64]) -> _Held:
    held = _Held(np.zeros_like(left), np.full(len(left), np.inf), np.full(len(left), -np.inf))
    for atom in lattice.atoms:
        box = atom.box
        there = owners[box.y : box.bottom, box.x : box.right]
        there = np.where(atom.ink & (there < SIGN), there, 0)
        counts = count_owners(there, len(left) - 1)
        counts[0] = 0
        held.ink[:] += counts
        for owner in np.flatnonzero((counts > 0) & (counts >= SPLINTER * left)):
            columns = box.x + np.flatnonzero((there == owner).any(axis=0))
            held.begin[owner] = min(held.begin[owner], columns[0])
            held.end[owner] = max(held.end[owner], columns[-1] + 1)
    return held


def _mark(
    held: _Held, strip: Strip, page: LabelledPage, written: NDArray[np.int64], left: NDArray[np.int64]
) -> list[Mark]:
    """Return the marks of a strip's digits.

    written, left: pixels of each owner, and of what the binarisation left of it.
    """
    share = held.ink / np.maximum(left, 1)
    known = (share >= MINE) & (left >= LEFT * np.maximum(written, 1))
    return [
        (
            strip.course.to_strip(held.begin[owner]),
            strip.course.to_strip(held.end[owner]),
            page.labels[owner - 1] if known[owner] else UNSURE,
        )
        for owner in np.flatnonzero((share >= TOUCHED) & (held.end > held.begin))
    ]


def _find_posts(lattice: Lattice, owners: Owners) -> list[Box]:
    """Return the boxes of mere upright strokes that nobody wrote: walls, which look like 1s."""
    posts = []
    for atom in lattice.atoms:
        box = atom.box
        there = owners[box.y : box.bottom, box.x : box.right][atom.ink]
        is_written = np.count_nonzero(there) > STRAY * len(there)
        if not is_written and box.height > box.width and is_post(look_alone(normalise(atom.ink)[None])[0]):
            posts.append(box)
    return posts


def _middle(mark: Mark) -> float:
    return mark[0] + mark[1]


def save_strips(path: Path, pages: Iterable[list[LabelledStrip]]) -> int:
    """Write the strips of all pages as one .npz that `digits-model train-rows --strips` takes; returns how many."""
    strips = [strip for page in pages for strip in page]
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_whole(path, rights=SHARED) as file:
        write_strips(file, strips)
    return len(strips)
