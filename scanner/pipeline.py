"""The whole story on one screen: from a page to its reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress

import numpy as np

from model.classifier import GlyphClassifier, Guess
from model.context import CHANNELS
from model.glyph import SIDE
from scanner.agreement import agree, choose_near, find_unsettled, frame
from scanner.calibration import rate
from scanner.clean import CROP_SIDE, Grey, even_light, is_crop, to_grey
from scanner.decode import Decoded, decode
from scanner.heights import estimate_digit_height
from scanner.ink import Binarisation, Ink, Mask, Taking, drop_faint, limit_blur, take_ink
from scanner.lattice import Lattice, build_lattice, limit_candidates
from scanner.lines import to_line
from scanner.overlooked import add_overlooked
from scanner.page import Box, Page
from scanner.placement import Placement
from scanner.poses import SecondLook
from scanner.problems import find_problems
from scanner.reading import Reading
from scanner.restore import restore
from scanner.ruling import take_out_rules
from scanner.segment import Row, find_blobs, find_rows
from scanner.size import choose_scale, refine_scale, resize
from scanner.stacks import part_stacks
from scanner.stages import NOBODY, Agreed, Chosen, Classified, Cleaned, Cut, Notebook, Observer
from scanner.straighten import straighten
from scanner.trust import keep_digit_rows
from scanner.turn import find_turn, is_doubtful, may_lie_on_side
from scanner.uncut import RowScorer, read_uncut, weigh_blank, weigh_strings
from scanner.views import look_at_candidates
from scanner.walls import drop_edges, mark_walls, part_walls

Apart = tuple[Ink, list[Lattice], list[list[Guess]]]
"""A page's ink, its candidates, and what the network says of them."""


@dataclass(frozen=True)
class Options:
    """What the person chose, made once in `__main__` and handed down."""

    reject_below: float = 0.5
    """Digits less sure than this are printed as "?" (0..1)."""
    binarisation: Binarisation = Binarisation.SAUVOLA
    """How ink is told from paper."""
    straighten: bool = True
    """Whether pages that lie askew, are seen from aside or stand on their head are brought upright before."""
    again: bool = True
    """Whether all is read again from ink that is taken otherwise: takes 1.6 to 2 times as long, with fewer errors."""
    larger: bool = True
    """Whether a page whose digits are small is taken apart once more, larger: with the above, 3 times as long."""


ONCE = Options(again=False, larger=False)
"""One look: for a camera, whose frames check each other, and for whoever wants the stages of just what is read."""


def read(page: Page, classifier: GlyphClassifier, options: Options = Options(), observer: Observer = NOBODY) -> Reading:
    """Read all digit strings on a page. Boxes are in pixels of page.image. observer: is shown each stage."""
    height, width = page.image.shape[:2]
    grey = to_grey(page.image)
    ink, lattices, guesses = take_apart(grey, classifier, options, observer)
    _, decoded, rows = choose_rows(lattices, guesses, ink, classifier)
    observer.observe(Chosen(decoded, rows))
    if options.again:
        seen = list(zip(decoded, lattices, strict=True))
        rows = look_again(seen, rows, ink, classifier, options, is_crop(grey))
    observer.observe(Agreed(rows))
    lines = [to_line(row, grey.shape, ink.placement, options.reject_below) for row in rows]
    count = sum(len(lattice.candidates) for lattice in lattices)
    problems = find_problems(grey, is_crowded=count >= limit_candidates(ink.mask.size))
    return Reading(page.source, page.number, width, height, tuple(lines), problems)


def take_apart(grey: Grey, classifier: GlyphClassifier, options: Options, observer: Observer = NOBODY) -> Apart:
    """Take a page apart once it stands upright, and is as large as its digits need. grey: (H, W) uint8, as stored."""
    look = partial(_look_closely, grey, SecondLook(classifier), options)
    notes = Notebook(observer)
    upright = look(0, notes)
    ink, lattices, guesses = upright
    if options.straighten and is_doubtful(lattices, guesses):
        quarters = find_turn(ink, partial(lay_on_side, grey, options), classifier)
        if quarters:
            others = Notebook(observer)
            turned = look(quarters, others)
            if count_digits(*turned, classifier) > count_digits(*upright, classifier):
                others.show()
                return turned
    notes.show()
    return upright


def _look_closely(
    grey: Grey, classifier: GlyphClassifier, options: Options, quarters: int, observer: Observer
) -> Apart:
    """Take a page apart as it stands, and where its digits are small once more, larger."""
    scale = choose_scale(grey.shape)
    if not options.larger:
        return _look(grey, classifier, options, quarters, scale, observer)
    notes = Notebook(observer)
    ink, lattices, guesses = _look(grey, classifier, options, quarters, scale, notes)
    # by rows that are digits: on a form most that looks like one is small print
    rows = keep_digit_rows([decode(lattice, here) for lattice, here in zip(lattices, guesses, strict=True)])
    finer = refine_scale(scale, grey.shape, rows)
    if finer > scale:
        del ink, lattices, guesses, rows, notes  # they would fill a hundred megabytes meanwhile
        return _look(grey, classifier, options, quarters, finer, observer)
    notes.show()
    return ink, lattices, guesses


def _look(
    grey: Grey, classifier: GlyphClassifier, options: Options, quarters: int, scale: float, observer: Observer
) -> Apart:
    ink = find_ink(grey, options, observer, quarters, scale)
    lattices = find_candidates(ink, observer)
    return ink, lattices, classify(lattices, ink, classifier, observer)


def count_digits(ink: Ink, lattices: list[Lattice], guesses: list[list[Guess]], classifier: GlyphClassifier) -> float:
    """Return how many digits a page shows, each as far as its row is sure: the right way up, they are more."""
    return sum(rate(row) * len(row.found) for row in choose_rows(lattices, guesses, ink, classifier)[2])


def find_ink(
    grey: Grey, options: Options, observer: Observer = NOBODY, quarters: int = 0, scale: float | None = None
) -> Ink:
    """Turned, working size, even light, straightened, ink; ruled lines taken out.

    grey: (H, W) uint8, as stored. quarters: how often it is turned by 90 degrees, against the clock. scale: working
    pixels per stored pixel; None where the digits' size is not known.
    """
    scale = choose_scale(grey.shape) if scale is None else scale
    working = resize(np.ascontiguousarray(np.rot90(grey, quarters)), scale)
    even = even_light(working, is_crop(grey))
    placement = Placement.of_turn(quarters, grey.shape[1], grey.shape[0]).after(Placement.of_scale(scale).to_stored)
    if options.straighten:
        even, move = straighten(even, working, is_crop(grey))
        placement = placement if move is None else placement.after(move)
    ink, written = clean(even, placement, Taking(options.binarisation))
    observer.observe(Cleaned(grey, even, written, ink))
    return ink


def clean(even: Grey, placement: Placement, taking: Taking) -> tuple[Ink, Mask]:
    """Return the ink of a page of even light, ruled lines taken out, and all ink, (H, W) bool."""
    written = take_ink(even, taking)
    cleaned, clear, rules = take_out_rules(written, partial(drop_faint, grey=even, share=taking.faint))
    return Ink(clear, rules, placement, written.mask & ~cleaned, even), written.mask


def lay_on_side(grey: Grey, options: Options) -> Ink | None:
    """Return the ink of a page turned by a quarter; None where its rows cannot run upright. grey: as stored."""
    return find_ink(grey, options, quarters=1) if may_lie_on_side(grey) else None


def find_candidates(ink: Ink, observer: Observer = NOBODY) -> list[Lattice]:
    """Pieces, rows, cuts and joins: one lattice for each row."""
    digit_height = estimate_digit_height(ink.pieces)
    if digit_height == 0:
        return []
    blobs, walls = part_walls(find_blobs(ink.pieces, digit_height), ink.erased, digit_height)
    if (min(ink.mask.shape) + 1) / ink.placement.scale > CROP_SIDE:  # a crop may cut close to its 1s
        blobs = drop_edges(blobs, ink.mask.shape[1])
    rows = find_rows(part_stacks(blobs, digit_height), digit_height, mark_walls(ink.rules, walls))
    rows, lattices = build_lattices(rows, ink)
    observer.observe(Cut(rows, lattices))
    return lattices


def build_lattices(rows: list[Row], ink: Ink) -> tuple[list[Row], list[Lattice]]:
    """Return the rows that are looked at and their lattices: of a texture, only the highest rows."""
    built: dict[int, Lattice] = {}
    left = limit_candidates(ink.mask.size)
    for i in sorted(range(len(rows)), key=lambda i: -rows[i].height):
        if left <= 0:
            break
        built[i] = restore(build_lattice(rows[i]), ink.erased)
        left -= len(built[i].candidates)
    kept = sorted(built)
    return [rows[i] for i in kept], [built[i] for i in kept]


def classify(
    lattices: list[Lattice], ink: Ink, classifier: GlyphClassifier, observer: Observer = NOBODY
) -> list[list[Guess]]:
    """Classify all candidates of a page in one batch; returns one list for each lattice."""
    ends = np.cumsum([0, *(len(lattice.candidates) for lattice in lattices)])
    glyphs = np.empty((ends[-1], SIDE, SIDE, CHANNELS), np.uint8)  # a texture's views would lie in memory twice
    for lattice, start, end in zip(lattices, ends, ends[1:], strict=False):
        glyphs[start:end] = look_at_candidates(lattice, ink)
    answers = iter(classifier.classify(glyphs))
    guesses = [[next(answers) for _ in lattice.candidates] for lattice in lattices]
    observer.observe(Classified(glyphs, guesses))
    return guesses


def choose_rows(
    lattices: list[Lattice],
    guesses: list[list[Guess]],
    ink: Ink,
    classifier: GlyphClassifier,
    company: Sequence[Decoded] = (),
) -> tuple[list[Lattice], list[Decoded], list[Decoded]]:
    """Tell which rows are digits, and read those once more with what the network for whole rows says.

    company: what else stands on the page, as the first look read it. Returns the lattices, those of digits with that
    network's opinion; all rows as they are read; and the rows of digits among them.
    """
    lattices = list(lattices)
    decoded = [decode(lattice, here) for lattice, here in zip(lattices, guesses, strict=True)]
    weighed: dict[int, Lattice] = {}
    if isinstance(classifier, RowScorer):
        asked = [i for i, row in enumerate(decoded) if row.found]
        weighed = dict(zip(asked, read_uncut([lattices[i] for i in asked], ink, classifier), strict=True))
        for i, lattice in weighed.items():
            decoded[i] = replace(decoded[i], blank=weigh_blank(lattice))
    kept = set(map(id, keep_digit_rows([*decoded, *company])))
    places = [i for i, row in enumerate(decoded) if id(row) in kept]
    if weighed:
        again = [decode(weighed[i], guesses[i]) for i in places]
        again = add_overlooked(again, [weighed[i] for i in places], ink)
        opinions = weigh_strings([weighed[i] for i in places], [row.labels for row in again])
        for i, row, opinion in zip(places, again, opinions, strict=True):
            lattices[i] = weighed[i]
            decoded[i] = replace(row, uncut=opinion, blank=decoded[i].blank)
    return lattices, decoded, [decoded[i] for i in places if decoded[i].found]


def look_again(
    seen: Sequence[tuple[Decoded, Lattice]],
    rows: list[Decoded],
    ink: Ink,
    classifier: GlyphClassifier,
    options: Options,
    may_add: bool,
) -> list[Decoded]:
    """Read a page again, from ink that is taken otherwise, and return the rows on which the looks agree.

    seen: all rows of the first look; rows: those of digits. may_add: the picture is a crop around a string, so that
    what the first look did not see may be there. A third look goes where the first two differ.
    """
    looks, places = [rows], [frame(row) for row in rows]
    for taking in list_takings(options):
        if not (places or (may_add and not any(looks))):
            break
        looks.append(_look_otherwise(taking, seen, ink, classifier, None if may_add else places))
        places = find_unsettled(looks, may_add)
    return agree(looks, may_add) if len(looks) > 1 else rows


def _look_otherwise(
    taking: Taking,
    seen: Sequence[tuple[Decoded, Lattice]],
    ink: Ink,
    classifier: GlyphClassifier,
    places: Sequence[Box] | None,
) -> list[Decoded]:
    """Return the rows of digits on a page whose ink is taken otherwise, at some places of it; None looks everywhere.

    As `look_again` otherwise. What it takes of memory is free again before the next look.
    """
    other = take_otherwise(ink, taking)
    lattices = find_candidates(other)
    company: list[Decoded] = []
    if places is not None:
        lattices = list(compress(lattices, choose_near(lattices, places)))
        near = choose_near([lattice for _, lattice in seen], places)
        company = [row for (row, _), is_near in zip(seen, near, strict=True) if not is_near]
    return choose_rows(lattices, classify(lattices, other, classifier), other, classifier, company)[2]


def list_takings(options: Options) -> list[Taking]:
    """Return how ink is taken in further looks; none where the person wants but one."""
    return [each for each in AGAIN if each != Taking(options.binarisation)] if options.again else []


def take_otherwise(ink: Ink, taking: Taking) -> Ink:
    """Return the ink of the same page taken otherwise; rules that only the first look saw part strings still."""
    other, _ = clean(ink.even, ink.placement, limit_blur(taking, ink))
    return replace(other, rules=other.rules | ink.rules)


AGAIN = (Taking(Binarisation.OTSU), Taking(blur=2.0, weak=0.4, strong=0.6, faint=0.45))
"""How ink is taken in the other looks: one threshold for all of the page; and smooth and strict, so that fine patterns
are no ink. Of 15 ways tried, these two beside the usual one read most crops right of those drawn with digits held out
of training."""
