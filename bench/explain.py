"""Why did it say 3? What each stage made of one digit of a page, from its crop to the row that decided."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.looks import ALL, ALONE, AROUND, POSES, ROW, Look, tell_changes
from model.classifier import CLASSES, Classifier, Guess
from model.context import look_alone
from model.data import NOT_A_DIGIT
from scanner.clean import is_crop, to_grey
from scanner.debug import Recorder
from scanner.decode import Decoded, Found
from scanner.errors import UsageError
from scanner.lattice import Candidate, Lattice
from scanner.lines import to_line
from scanner.page import Box, Page
from scanner.pipeline import Options, choose_rows, look_again, take_apart
from scanner.posterior import find_posterior
from scanner.reading import REFUSED, Digit
from scanner.stages import Classified
from scanner.views import look_at_candidates
from scanner.ways import weigh

SAME = 1e-3
"""Probabilities that differ by less are the same: the same view, classified in another batch."""


@dataclass(frozen=True)
class Explanation:
    """All that is known of one piece of ink."""

    title: str
    """Where it stands: "digit 3, in line 1"."""
    box: Box
    """In pixels of the image as stored."""
    ink: NDArray[np.bool_]
    """(H, W) bool, in working pixels: the crop before it was normalised."""
    view: NDArray[np.uint8]
    """(28, 28, 2) uint8: what the network saw."""
    looks: tuple[Look, ...]
    verdict: str
    """What is printed for it, and how sure."""
    reasons: tuple[str, ...]
    """Sentences: who changed what."""
    label: int
    """0..9 or NOT_A_DIGIT: as what it is read."""
    rival: int
    """What it might be instead: the next likely."""


@dataclass(frozen=True)
class _Piece:
    """A piece of ink that the decoder chose, read or not."""

    row: int
    candidate: Candidate
    found: Found | None
    digit: Digit | None
    title: str
    fate: str
    """Why it is not read; empty where it is."""


class Explainer:
    """Knows all of one page, as the first look at it has seen it, and where other looks outvote that."""

    def __init__(self, page: Page, classifier: Classifier, options: Options = Options()) -> None:
        self._page, self._classifier, self._options = page, classifier, options
        recorder = Recorder()
        grey = to_grey(page.image)
        self._ink, before, guesses = take_apart(grey, classifier, options, recorder)
        self._lattices, decoded, kept = choose_rows(before, guesses, self._ink, classifier)
        self._guesses = guesses
        classified = recorder.seen.get(Classified)
        self._views = _share_out(classified.glyphs, before) if isinstance(classified, Classified) else []
        lines = {id(row): to_line(row, grey.shape, self._ink.placement, options.reject_below) for row in kept}
        order = {id(row): number for number, row in enumerate(decoded)}
        self._digits = [
            _Piece(order[id(row)], found.candidate, found, digit, f"digit {{}}, in line {number}", "")
            for number, row in enumerate(kept, start=1)
            for found, digit in zip(row.found, lines[id(row)].digits, strict=True)
        ]
        self._others = [piece for i, row in enumerate(decoded) for piece in _list_unread(i, row, id(row) in lines)]
        self._first = [digit for line in lines.values() for digit in line.digits]
        self._printed = self._first
        if options.again:
            seen = list(zip(decoded, self._lattices, strict=True))
            rows = look_again(seen, kept, self._ink, classifier, options, is_crop(grey))
            agreed = (to_line(row, grey.shape, self._ink.placement, options.reject_below) for row in rows)
            self._printed = [digit for line in agreed for digit in line.digits]

    @property
    def count(self) -> int:
        """How many digits the page has."""
        return len(self._digits)

    def explain_digit(self, number: int) -> Explanation:
        """Explain a digit, counted from 1 in reading order. Raises UsageError where there is none."""
        if not 1 <= number <= self.count:
            known = f"digits 1 to {self.count}" if self.count else "no digits"
            raise UsageError(
                f"{self._page.source}: there is no digit {number}, {known} were read here. "
                "Give another --digit, or --at x,y."
            )
        piece = self._digits[number - 1]
        return self._explain(piece, piece.title.format(number))

    def explain_at(self, x: int, y: int) -> Explanation:
        """Explain what stands at a point, read or not. x, y: in pixels of the image as stored. Raises UsageError."""
        here = [piece for piece in [*self._digits, *self._others] if _holds(self._place(piece), x, y)]
        if not here:
            height, width = self._page.image.shape[:2]
            raise UsageError(
                f"{self._page.source}: no piece of ink was looked at around {x},{y}. Give a point on a stroke, 0,0 "
                f"to {width - 1},{height - 1}."
            )
        piece = min(here, key=lambda piece: (bool(piece.fate), self._place(piece).area))
        number = next((i for i, digit in enumerate(self._digits, start=1) if digit is piece), 0)
        return self._explain(piece, piece.title.format(number))

    def _place(self, piece: _Piece) -> Box:
        height, width = self._page.image.shape[:2]
        return self._ink.placement.place(piece.candidate.box).within(width, height)

    def _explain(self, piece: _Piece, title: str) -> Explanation:
        lattice, guesses = self._lattices[piece.row], self._guesses[piece.row]
        # by identity: candidates of one span may differ in their ink alone
        index = next((i for i, candidate in enumerate(lattice.candidates) if candidate is piece.candidate), None)
        if index is None:
            view = look_at_candidates(replace(lattice, candidates=(piece.candidate,)), self._ink)[0]
            looks = tuple(self._list_looks_beyond(view, piece))
        else:
            view = self._views[piece.row][index]
            looks = tuple(self._list_looks(view, lattice, guesses, index))
        label = piece.found.label if piece.found else NOT_A_DIGIT
        order = np.argsort(-looks[-1].scores, kind="stable").tolist()
        rival = next(k for k in [*order] if k != label)
        return Explanation(
            title,
            self._place(piece),
            piece.candidate.ink,
            view,
            looks,
            _tell_verdict(piece),
            tuple(self._list_reasons(piece, looks, label)),
            label,
            rival,
        )

    def _list_looks(
        self, view: NDArray[np.uint8], lattice: Lattice, guesses: list[Guess], index: int
    ) -> Iterator[Look]:
        alone, around = self._look_at_glyph(view)
        yield from (alone, around)
        known = np.array(guesses[index].scores)
        if np.abs(known - around.scores).max() > SAME:
            yield Look(POSES, known)
        if lattice.uncut is not None:
            powers = np.exp(lattice.uncut[index] - lattice.uncut[index].max())
            yield Look(ROW, powers / powers.sum())
        shares = find_posterior(lattice, weigh(lattice, guesses)).of(lattice.candidates[index])
        yield Look(ALL, np.append(shares, max(0.0, 1 - float(shares.sum()))))

    def _list_looks_beyond(self, view: NDArray[np.uint8], piece: _Piece) -> Iterator[Look]:
        """Yield what is said of a digit that no candidate is."""
        assert piece.found, "what is not read is a candidate"
        yield from self._look_at_glyph(view)
        if piece.found.is_beyond:
            yield Look(ROW, np.array(piece.found.guess.scores))
        sure = np.zeros(CLASSES)
        sure[[piece.found.label, NOT_A_DIGIT]] = piece.found.confidence, 1 - piece.found.confidence
        yield Look(ALL, sure)

    def _look_at_glyph(self, view: NDArray[np.uint8]) -> tuple[Look, Look]:
        views = np.stack([look_alone(view[None, ..., 0])[0], view])
        alone, around = self._classifier.score(views).astype(np.float64)
        return Look(ALONE, alone), Look(AROUND, around)

    def _list_reasons(self, piece: _Piece, looks: Sequence[Look], label: int) -> Iterator[str]:
        candidate = piece.candidate
        if piece.fate:
            yield piece.fate
        if piece.found and piece.found.is_beyond:
            yield "Only the network for whole rows sees it: its ink was taken out, or runs through its neighbour's."
        elif candidate.cuts:
            yield f"It was cut from its neighbour{'s on both sides' if candidate.cuts > 1 else ''}."
        elif candidate.last - candidate.first > 1:
            yield f"It was put together from {candidate.last - candidate.first} pieces."
        if candidate.restored:
            yield "It holds ink that was first taken out with a ruled line."
        yield from tell_changes(looks, label if piece.found else None)
        yield from self._tell_other_looks(piece)
        if piece.digit and piece.digit.text == REFUSED:
            yield (
                f"It prints as {REFUSED}, because {piece.digit.confidence:.2f} is less than "
                f"{self._options.reject_below:g}."
            )

    def _tell_other_looks(self, piece: _Piece) -> Iterator[str]:
        box = self._place(piece)
        before, text = (
            "".join(each.text for each in digits if _holds(box, round(each.box.centre_x), round(each.box.centre_y)))
            for digits in (self._first, self._printed)
        )
        if text == REFUSED and piece.digit and piece.digit.text != REFUSED:
            sure = f"{self._options.reject_below:g}"
            yield f"With what the other looks read, it is less sure than {sure}, and prints as {REFUSED}."
        elif text != before:
            yield f"So it was at first. Other looks, at ink taken otherwise, see {text or 'no digit'} here: it stands."


def _tell_verdict(piece: _Piece) -> str:
    if not piece.found or not piece.digit:
        return "not read"
    read = f"{piece.digit.text}" if piece.digit.text != REFUSED else f"{REFUSED}, perhaps a {piece.found.label}"
    return f"read as {read}, sure {math.floor(100 * piece.digit.confidence) / 100:.2f}"


def _list_unread(number: int, row: Decoded, is_kept: bool) -> Iterator[_Piece]:
    """Yield the pieces of a row that are not read."""
    text = "".join(str(found.label) for found in row.found)
    if not is_kept:
        fate = f"Its row would read {text}, but is not trusted to be digits."
        if row.blank is not None:
            fate += f" The reader of whole rows finds it {math.exp(row.blank):.2f} probable that no digit stands there."
        yield from (_Piece(number, found.candidate, None, None, "ink", fate) for found in row.found)
    for candidate in row.left_out:
        yield _Piece(number, candidate, None, None, "ink", "The likeliest way to read its row leaves it out.")
    for candidate in row.small:
        yield _Piece(number, candidate, None, None, "ink", "It is too low beside its row to be a digit.")


def _share_out(views: NDArray[np.uint8], lattices: Sequence[Lattice]) -> list[NDArray[np.uint8]]:
    """Part the views of all candidates by their lattices."""
    ends = np.cumsum([len(lattice.candidates) for lattice in lattices])[:-1]
    return np.split(views, ends.tolist())


def _holds(box: Box, x: int, y: int) -> bool:
    return box.x <= x < box.right and box.y <= y < box.bottom
