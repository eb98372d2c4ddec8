"""Glyphs of strings that people have looked at, as the network sees them: training data of one's own.

The page is read again up to the classifier. A typed string says which digits a row holds, though not where: the
likeliest way through the row's candidates that spells the string tells that (forced alignment, as speech recognisers
are trained; Viterbi, 1967).
"""

import math
from collections.abc import Sequence
from dataclasses import replace
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
from scanner.pipeline import Options, look_at_candidates, read
from scanner.review import Doubt
from scanner.stages import Chosen, Classified, Cleaned, Cut
from scanner.whole import open_whole

LEAST = 1e-4
"""Probabilities below this count as this: a digit that the network does not know may still be there."""

LEFT_OUT = 0.5
"""What it costs, in nats for each row height of width, to leave a piece out: points and dashes are narrow."""

SHARED = 0.5
"""A string that is read is the one that was looked at when its box covers at least this part of that one's."""

OWN = 0.7
"""And when it is filled by that one to this part at least: a row may join two fields of a form."""

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


def label_page(page: Page, doubts: Sequence[Doubt], classifier: GlyphClassifier) -> list[Labelled | None]:
    """Return the labelled views of each string of a page; None where its digits are not found again."""
    recorder = Recorder()
    reading = read(page, classifier, Options(), recorder)
    stages = (recorder.seen.get(kind) for kind in (Cleaned, Cut, Classified, Chosen))
    cleaned, cut, classified, chosen = stages
    if not (isinstance(cleaned, Cleaned) and isinstance(cut, Cut)):
        return [None] * len(doubts)
    assert isinstance(classified, Classified)
    assert isinstance(chosen, Chosen)
    numbers = {id(row): number for number, row in enumerate(chosen.decoded)}
    found: list[Labelled | None] = []
    for doubt in doubts:
        box = doubt.line.box.scaled(reading.width / doubt.size[0])
        shares = [_measure_shared(line.box, box) for line in reading.lines]
        best = int(np.argmax(shares)) if shares else -1
        if best < 0 or shares[best] < SHARED or _measure_shared(box, reading.lines[best].box) < OWN:
            found.append(None)
            continue
        row = chosen.kept[best]
        lattice, guesses = cut.lattices[numbers[id(row)]], classified.guesses[numbers[id(row)]]
        found.append(_label_string(doubt.line.text, row, (lattice, guesses), cleaned.ink))
    return found


def _label_string(text: str, row: Decoded, offer: tuple[Lattice, list[Guess]], ink: Ink) -> Labelled | None:
    """Return the views of a row's digits. text: what they are; where it is empty, they are no digits."""
    lattice, guesses = offer
    chosen = align(lattice, guesses, text) if text else [found.candidate for found in row.found]
    if not chosen:
        return None
    labels = [int(sign) for sign in text] or [NOT_A_DIGIT] * len(chosen)
    return np.stack(look_at_candidates(replace(lattice, candidates=tuple(chosen)), ink)), labels


def _measure_shared(line: Box, box: Box) -> float:
    """Return which part of a box a line's box covers, 0..1."""
    across, down = min(line.right, box.right) - max(line.x, box.x), min(line.bottom, box.bottom) - max(line.y, box.y)
    return max(0, across) * max(0, down) / (box.width * box.height)


def align(lattice: Lattice, guesses: Sequence[Guess], text: str) -> list[Candidate]:
    """Return the candidates of a row that spell a text of digits most likely, one for each digit; none where none can.

    guesses: one for each candidate.
    """
    count = len(lattice.atoms)
    best = [[-math.inf] * (len(text) + 1) for _ in range(count + 1)]
    steps: dict[tuple[int, int], tuple[int, Candidate | None]] = {}
    best[0][0] = 0.0
    order = sorted(zip(lattice.candidates, guesses, strict=True), key=lambda pair: pair[0].last)
    for candidate, guess in order:
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
    return _trace(steps, count, len(text)) if math.isfinite(best[count][len(text)]) else []


def _trace(steps: dict[tuple[int, int], tuple[int, Candidate | None]], at: int, done: int) -> list[Candidate]:
    chosen: list[Candidate] = []
    while at:
        at, candidate = steps[at, done]
        if candidate:
            chosen.append(candidate)
            done -= 1
    return chosen[::-1]
