"""Glyphs of strings that people have looked at, as the network sees them: training data of one's own.

The page is read again up to the classifier. A typed string says which digits a row holds, though not where: the
likeliest way through the row's candidates that spells the string tells that (forced alignment, as speech recognisers
are trained; Viterbi, 1967).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier, GlyphClassifier, Guess
from model.context import CHANNELS
from model.data import NOT_A_DIGIT
from model.glyph import SIDE
from scanner.crops import FileChangedError, open_same
from scanner.debug import Recorder
from scanner.decode import Decoded
from scanner.errors import DigitlensError, OutputError
from scanner.ink import Ink
from scanner.lattice import Candidate, Lattice
from scanner.page import Box, Page
from scanner.pipeline import Options, read
from scanner.placement import Placement
from scanner.review import Doubt
from scanner.stages import Chosen, Classified, Cleaned, Cut
from scanner.views import look_at_candidates
from scanner.whole import open_whole

LEAST = 1e-4
"""Probabilities below this count as this: a digit that the network does not know may still be there."""

LEFT_OUT = 0.5
"""What it costs, in nats for each row height of width, to leave a piece out: points and dashes are narrow."""

SHARED = 0.5
"""A string that is read is the one that was looked at when its box covers at least this part of that one's."""

OWN = 0.7
"""And when it is filled by that one to this part at least: a row may have joined two strings since."""

NOWHERE = Box(0, 0, 0, 0)
"""The box of a row that is not read."""

Labelled = tuple[NDArray[np.uint8], list[int]]
"""Views (N, 28, 28, 2) and their N labels: 0..9 or NOT_A_DIGIT."""


def export_glyphs(folder: Path, identity: str, doubts: Sequence[Doubt]) -> tuple[Path, int, int]:
    """Write the glyphs of strings into a file of their own, x and y as `digits-model train --extra` takes them.

    identity: of the results; the same results write the same file. Returns its path, how many glyphs it holds, and how
    many strings gave none. Raises OutputError.
    """
    classifier = Classifier()
    views, labels, lost = [np.zeros((0, SIDE, SIDE, CHANNELS), np.uint8)], [], 0
    for (source, content), group in groupby(doubts, key=lambda doubt: (doubt.source, doubt.content)):
        found = _take_from_file(source, content, list(group), classifier)
        lost += sum(each is None for each in found)
        for each in found:
            views += [each[0]] if each else []
            labels += each[1] if each else []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: no folder can be made there ({error.strerror}). Name another one.") from error
    path = folder / f"glyphs-{identity[:8]}.npz"
    with open_whole(path) as file:
        np.savez_compressed(file, x=np.concatenate(views), y=np.array(labels, np.int64))
    return path, len(labels), lost


def _take_from_file(
    source: str, content: str, doubts: Sequence[Doubt], classifier: GlyphClassifier
) -> list[Labelled | None]:
    found: dict[int, Labelled | None] = {}
    try:
        for page in open_same(source, content, {doubt.page for doubt in doubts}):
            here = [doubt for doubt in doubts if doubt.page == page.number]
            found |= {id(doubt): each for doubt, each in zip(here, label_page(page, here, classifier), strict=True)}
    except (FileChangedError, OSError, ValueError, DigitlensError):
        pass  # the strings whose page was not seen are counted
    return [found.get(id(doubt)) for doubt in doubts]


@dataclass(frozen=True)
class _Offer:
    """A row of the page, or the part of it that lies in a field: where a string may stand."""

    lattice: Lattice
    guesses: list[Guess]
    """One for each candidate."""
    read: Decoded
    box: Box
    """In pixels of the picture."""
    first: int
    """Index of its first atom,"""
    last: int
    """and behind its last."""


def label_page(page: Page, doubts: Sequence[Doubt], classifier: GlyphClassifier) -> list[Labelled | None]:
    """Return the labelled views of each string of a page; None where its digits are not found again."""
    recorder = Recorder()
    reading = read(page, classifier, Options(again=False), recorder)
    stages = (recorder.seen.get(kind) for kind in (Cleaned, Cut, Classified, Chosen))
    cleaned, cut, classified, chosen = stages
    if not (isinstance(cleaned, Cleaned) and isinstance(cut, Cut)):
        return [None] * len(doubts)
    assert isinstance(classified, Classified)
    assert isinstance(chosen, Chosen)
    numbers = {id(row): number for number, row in enumerate(chosen.decoded)}
    boxes = {numbers[id(row)]: line.box for row, line in zip(chosen.kept, reading.lines, strict=True)}
    offers = zip(cut.lattices, classified.guesses, chosen.decoded, strict=True)
    rows = [_Offer(*offer, boxes.get(number, NOWHERE), 0, len(offer[0].atoms)) for number, offer in enumerate(offers)]
    found: list[Labelled | None] = []
    for doubt in doubts:
        factor = reading.width / doubt.size[0]
        box = doubt.line.box.scaled(factor)
        if doubt.field is None:
            here = [row for row in rows if _measure_shared(box, row.box) >= OWN]
        else:
            field = doubt.field.box.joined(doubt.line.box).scaled(factor)
            here = [part for row in rows if (part := _cut_out(row, field, cleaned.ink.placement)) is not None]
        best = max(here, key=lambda offer: _measure_shared(offer.box, box), default=None)
        is_there = best is not None and _measure_shared(best.box, box) >= SHARED
        found.append(_label_string(doubt.line.text, best, cleaned.ink) if best and is_there else None)
    return found


def _cut_out(row: _Offer, field: Box, placement: Placement) -> _Offer | None:
    """Return the part of a row whose pieces lie in a field, in pixels of the picture; None where none do."""
    boxes = [placement.place(atom.box) for atom in row.lattice.atoms]
    inside = [
        place
        for place, box in enumerate(boxes)
        if field.x <= box.centre_x < field.right and field.y <= box.centre_y < field.bottom
    ]
    if not inside:
        return None
    first, last = inside[0], inside[-1] + 1
    return replace(row, box=reduce(Box.joined, boxes[first:last]), first=first, last=last)


def _label_string(text: str, offer: _Offer, ink: Ink) -> Labelled | None:
    """Return the views of a string's digits; None where the lattice cannot spell it, or has not seen one of them.

    text: what they are; where it is empty, they are no digits.
    """
    if any(each.is_beyond and offer.first <= each.candidate.first <= offer.last for each in offer.read.found):
        return None
    if text:
        chosen = align(offer.lattice, offer.guesses, text, offer.first, offer.last)
    else:
        known = (found.candidate for found in offer.read.found)
        chosen = [each for each in known if offer.first <= each.first and each.last <= offer.last]
    if not chosen:
        return None
    labels = [int(sign) for sign in text] or [NOT_A_DIGIT] * len(chosen)
    return np.stack(look_at_candidates(replace(offer.lattice, candidates=tuple(chosen)), ink)), labels


def _measure_shared(line: Box, box: Box) -> float:
    """Return which part of a box a line's box covers, 0..1."""
    return box.measure_shared(line) / max(1, box.area)


def align(
    lattice: Lattice, guesses: Sequence[Guess], text: str, first: int = 0, last: int | None = None
) -> list[Candidate]:
    """Return the candidates of a row that spell a text of digits most likely, one for each digit; none where none can.

    guesses: one for each candidate. first, last: the row's atoms from which to which (excluded) the text stands.
    """
    end = len(lattice.atoms) if last is None else last
    best = [[-math.inf] * (len(text) + 1) for _ in range(end + 1)]
    steps: dict[tuple[int, int], tuple[int, Candidate | None]] = {}
    best[first][0] = 0.0
    order = sorted(zip(lattice.candidates, guesses, strict=True), key=lambda pair: pair[0].last)
    for candidate, guess in order:
        if candidate.first < first or candidate.last > end:
            continue
        skip = LEFT_OUT * candidate.box.width / lattice.height - math.log(max(guess.scores[NOT_A_DIGIT], LEAST))
        for done in range(len(text) + 1):
            start = best[candidate.first][done]
            if start - skip > best[candidate.last][done]:
                best[candidate.last][done] = start - skip
                steps[candidate.last, done] = (candidate.first, None)
            if done < len(text):
                there = start + math.log(max(guess.scores[int(text[done])], LEAST))
                if there > best[candidate.last][done + 1]:
                    best[candidate.last][done + 1] = there
                    steps[candidate.last, done + 1] = (candidate.first, candidate)
    return _trace(steps, first, end, len(text)) if math.isfinite(best[end][len(text)]) else []


def _trace(
    steps: dict[tuple[int, int], tuple[int, Candidate | None]], first: int, at: int, done: int
) -> list[Candidate]:
    chosen: list[Candidate] = []
    while at > first:
        at, candidate = steps[at, done]
        if candidate:
            chosen.append(candidate)
            done -= 1
    return chosen[::-1]
