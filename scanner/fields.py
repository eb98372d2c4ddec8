"""From the ink of an upright form to its fields: all candidates in one batch, each field with what is known of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from model.classifier import GlyphClassifier, Guess
from model.data import NOT_A_DIGIT
from scanner.calibration import DIGIT, LINE
from scanner.cells import build_lattices, find_field_blobs
from scanner.choice import OVERRULED, Choice, choose, settle_sum
from scanner.constraint import BLANK, Constraint
from scanner.decode import Decoded, Found, part_points
from scanner.lattice import Lattice
from scanner.marks import find_marks
from scanner.nbest import Hypothesis, join_cells, list_readings
from scanner.page import Box
from scanner.pipeline import LEAST_ALTERNATIVE, Options, classify
from scanner.reading import REFUSED, Digit, Field, Line
from scanner.registration import to_picture_box, to_quad
from scanner.template import FieldSpec, Kind, Sum
from scanner.upright import Upright
from scanner.ways import SMALL, Way, weigh

FEW, MANY = 24, 400
"""Readings that are kept: at first, and where none of them obeys the rules."""

A_BOX = 11
"""Readings of one box of a comb: ten digits, and none."""

EMPTY = Hypothesis("", 1.0, ())
"""The one reading of a field without ink."""

IN_PICTURE = 0.9
"""A field of which less than this share lies in the picture was cut off."""

POINTS = frozenset(".,")
"""Marks behind which decimals begin."""

THOUSAND = 3
"""Digits behind a mark that parts thousands."""


@dataclass(frozen=True)
class _Written:
    """A field, its lattices and what they may say."""

    name: str
    constraint: Constraint
    box: Box
    """On the blank, in pixels of it; in those of the picture for a region."""
    lattices: tuple[Lattice | None, ...]
    guesses: tuple[list[Guess], ...]
    choice: Choice

    @property
    def spec(self) -> FieldSpec:
        return self.constraint.spec


def read_fields(
    upright: Upright,
    fields: Sequence[tuple[str, FieldSpec]],
    sums: Sequence[Sum],
    classifier: GlyphClassifier,
    options: Options,
    shape: tuple[int, ...],
) -> tuple[tuple[Field, ...], tuple[Line, ...]]:
    """Read the fields of a page, and return them with the lines of those that hold digits; check boxes are left out.

    shape: height and width of the picture in whose pixels boxes are.
    """
    blobs = find_field_blobs(upright.ink, upright.places)
    lattices = [build_lattices(*pair, upright.ink) for pair in zip(blobs, upright.places, strict=True)]
    read = [i for i, (_, spec) in enumerate(fields) if spec.kind is not Kind.CHECKBOX]
    filled = [lattice for i in read for lattice in lattices[i] if lattice is not None]
    guesses = iter(classify(filled, upright.ink, classifier))
    written: dict[str, _Written] = {}
    for i in read:
        name, spec = fields[i]
        answers = tuple(next(guesses) if lattice is not None else [] for lattice in lattices[i])
        constraint = Constraint(spec)
        choice = _choose(lattices[i], answers, constraint)
        written[name] = _Written(name, constraint, upright.places[i].box, tuple(lattices[i]), answers, choice)
    reasons = _settle_sums(written, sums)
    return _report(written.values(), reasons, upright, options, shape)


def decode_row(lattice: Lattice, guesses: list[Guess], constraint: Constraint) -> Choice:
    """Return the reading of a row that a rule allows."""
    return _choose([lattice], (guesses,), constraint)


def _choose(lattices: Sequence[Lattice | None], guesses: Sequence[list[Guess]], constraint: Constraint) -> Choice:
    """Return the reading of a field: few readings first, and many where no likely one obeys the rules."""
    free = _list(lattices, guesses, constraint.most, FEW, lambda text: True)
    choice = choose(free, constraint)
    if not choice.reason and not choice.is_overruled:
        return choice
    # the free readings stay among those that are weighed: they tell what the rules overrule
    allowed = _list(lattices, guesses, constraint.most, MANY, constraint.may_begin)
    seen = {each.text for each in free}
    return choose([*free, *(each for each in allowed if each.text not in seen)], constraint)


def _list(
    lattices: Sequence[Lattice | None],
    guesses: Sequence[list[Guess]],
    most: int,
    keep: int,
    may_begin: Callable[[str], bool],
) -> list[Hypothesis]:
    if len(lattices) == 1:
        return _list_row(lattices[0], guesses[0], most + 2, keep, may_begin)
    cells = [
        _list_row(lattice, answers, 1, A_BOX, lambda text: True)
        for lattice, answers in zip(lattices, guesses, strict=True)
    ]
    return join_cells(cells, BLANK, keep, may_begin)


def _list_row(
    lattice: Lattice | None, guesses: list[Guess], most: int, keep: int, may_begin: Callable[[str], bool]
) -> list[Hypothesis]:
    if lattice is None:
        return [EMPTY]
    found = list_readings(weigh(lattice, guesses), len(lattice.atoms), keep, may_begin, most)
    return sorted(found, key=lambda each: -each.share)


def _settle_sums(written: dict[str, _Written], sums: Sequence[Sum]) -> dict[str, str]:
    """Bring the fields of each sum to agree, where they may. Returns why those that do not are not valid, by name."""
    reasons: dict[str, str] = {}
    for each in sums:
        names = [each.total, *each.parts]
        if not all(name in written for name in names):
            continue  # they stand on another page
        settled = settle_sum([written[name].choice for name in names], [written[name].constraint for name in names])
        for i, name in enumerate(names):
            if settled is None:
                reasons[name] = f"the sum {each} is wrong"
            else:
                written[name] = replace(written[name], choice=settled[i])
    return reasons


def _report(
    written: Iterator[_Written] | Sequence[_Written],
    reasons: dict[str, str],
    upright: Upright,
    options: Options,
    shape: tuple[int, ...],
) -> tuple[tuple[Field, ...], tuple[Line, ...]]:
    fields: list[Field] = []
    lines: list[Line] = []
    for each in written:
        line = _to_line(each, upright, options, shape)
        confidence = _measure_confidence(each.choice)
        text = "" if line is None else line.text
        reason = _explain(each, line) or reasons.get(each.name, "")
        if _measure_inside(each.box, upright, shape) < IN_PICTURE:
            reason = "the picture cuts it off"
        place = to_picture_box(each.box, upright.to_picture, shape[1], shape[0])
        value = each.constraint.to_value(text)
        fields.append(
            Field(each.name, text, value, confidence, place, not reason, reason, None if line is None else len(lines))
        )
        if line is not None:
            lines.append(line)
    return tuple(fields), tuple(lines)


def _measure_confidence(choice: Choice) -> float:
    return LINE.apply(choice.share) * (OVERRULED if choice.is_overruled else 1.0)


def _explain(written: _Written, line: Line | None) -> str:
    """Return why a field is not valid; nothing where it is."""
    text = written.choice.reading.text
    if line is None:
        if any(_is_left_out(step.way.candidate.box, written) for step in written.choice.reading.steps):
            return "what stands there is no digit"
        return "it is empty, and it is required" if written.spec.required else ""
    if REFUSED in line.text:
        return "a digit cannot be read"
    return written.choice.reason or (_explain_point(text, line.marks, written.spec) if written.spec.is_point_written else "")


def _is_left_out(box: Box, written: _Written) -> bool:
    """Tell whether a piece is as high as a digit."""
    heights = [lattice.height for lattice in written.lattices if lattice is not None]
    return box.height >= SMALL * max(heights)


def _explain_point(text: str, marks: tuple[tuple[int, str], ...], spec: FieldSpec) -> str:
    """Return what is wrong with an amount's point; nothing where it stands before the decimals."""
    points = [position for position, sign in marks if sign in POINTS]
    if not points:
        return f"no point is seen before the last {spec.places} digits"
    *thousands, last = points
    if len(text) - last != spec.places or any((last - position) % THOUSAND for position in thousands):
        return f"the point stands elsewhere than before the last {spec.places} digits"
    return ""


def _to_line(written: _Written, upright: Upright, options: Options, shape: tuple[int, ...]) -> Line | None:
    """Return the digits of a field as a line of the picture; None where it is empty."""
    row = _to_row(written)
    if not row.found:
        return None
    factor = OVERRULED if written.choice.is_overruled else 1.0
    digits = tuple(_to_digit(found, factor, upright, options, shape) for found in row.found)
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    marks = () if len(written.lattices) > 1 else find_marks(row)
    return Line(digits, _measure_confidence(written.choice), box, marks)


def _to_row(written: _Written) -> Decoded:
    """Part a reading into digits and what is none."""
    text = written.choice.reading.text.replace(BLANK, "")
    found: list[Found] = []
    left_out, small = [], []
    for way, taken in _list_pieces(written):
        candidate = way.candidate
        if taken:
            share = _measure_share(text, len(found), written.choice)
            found.append(Found(candidate, way.guess, int(text[len(found)]), share))
        elif _is_left_out(candidate.box, written):
            left_out.append(candidate)
        else:
            small.append(candidate)
    return Decoded(tuple(found), tuple(left_out), tuple(small))


def _list_pieces(written: _Written) -> list[tuple[Way, bool]]:
    """Return the pieces of a reading, and which of them are digits."""
    pieces = [(step.way, step.label is not None) for step in written.choice.reading.steps]
    lattice = written.lattices[0]
    if len(written.lattices) > 1 or lattice is None:
        return pieces
    return part_points(pieces, weigh(lattice, written.guesses[0]), lattice.height)


def _measure_share(text: str, place: int, choice: Choice) -> float:
    """Return how probable a digit is over all readings of as many digits, the rules counted."""
    texts = ((each.text.replace(BLANK, ""), each.share) for each in choice.others)
    alike = sum(share for other, share in texts if len(other) == len(text) and other[place] == text[place])
    return min(1.0, max(alike, choice.share))


def _to_digit(found: Found, factor: float, upright: Upright, options: Options, shape: tuple[int, ...]) -> Digit:
    scores = found.guess.scores
    confidence = DIGIT.apply(found.confidence) * factor
    text = str(found.label) if confidence >= options.reject_below else REFUSED
    others = sorted(((str(k), scores[k]) for k in range(NOT_A_DIGIT) if str(k) != text), key=lambda pair: -pair[1])
    likely = tuple((other, share) for other, share in others[:3] if share >= LEAST_ALTERNATIVE)
    return Digit(text, confidence, to_picture_box(found.candidate.box, upright.to_picture, shape[1], shape[0]), likely)


def _measure_inside(box: Box, upright: Upright, shape: tuple[int, ...]) -> float:
    """Return how much of a field lies in the picture, 0..1."""
    quad = to_quad(box, upright.to_picture).astype(np.float32)
    height, width = shape[:2]
    picture = np.array([(-0.5, -0.5), (width - 0.5, -0.5), (width - 0.5, height - 0.5), (-0.5, height - 0.5)], np.float32)
    area, _ = cv2.intersectConvexConvex(quad, picture)
    return float(area) / max(1.0, cv2.contourArea(quad))
