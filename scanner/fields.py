"""From the ink of an upright form to its fields: all candidates in one batch, each field with what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from model.classifier import GlyphClassifier
from scanner.calibration import DIGIT
from scanner.cells import Place, build_lattices, find_field_blobs
from scanner.choice import settle_sum
from scanner.constraint import Constraint
from scanner.decode import Found
from scanner.ink import Ink, Taking
from scanner.lattice import Lattice
from scanner.lines import list_alternatives
from scanner.page import Box
from scanner.pipeline import Options, classify, list_takings
from scanner.reading import REFUSED, Digit, Field, Line
from scanner.registration import Homography, to_picture_box, to_quad
from scanner.second_look import look_again
from scanner.template import FieldSpec, Kind, Sum
from scanner.uncut import RowScorer, read_uncut
from scanner.upright import Upright
from scanner.written import Written, decide, merge

SURE = 0.99
"""Fields less sure than this (0..1) are looked at again."""

IN_PICTURE = 0.9
"""A field of which less than this share lies in the picture was cut off."""


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
    written, reasons = find_written(upright, fields, sums, classifier, list_takings(options))
    places = {name: place.box for (name, _), place in zip(fields, upright.places, strict=True)}
    found: list[Field] = []
    lines: list[Line] = []
    for name, each in written.items():
        line = to_line(each, each.confidence, upright.to_picture, options, shape)
        reason = _explain(each, line, places[name], upright, shape) or reasons.get(name, "")
        text = "" if line is None else line.text
        box = to_picture_box(places[name], upright.to_picture, shape[1], shape[0])
        value, number = each.constraint.to_value(text), None if line is None else len(lines)
        found.append(Field(name, text, value, each.confidence, box, not reason, reason, number))
        lines += [] if line is None else [line]
    return tuple(found), tuple(lines)


def find_written(
    upright: Upright,
    fields: Sequence[tuple[str, FieldSpec]],
    sums: Sequence[Sum],
    classifier: GlyphClassifier,
    takings: Sequence[Taking] = (),
) -> tuple[dict[str, Written], Mapping[str, str]]:
    """Return what is written in each field, by its name, and why sums are wrong, by the names of their fields.

    takings: how the ink of fields in doubt is taken again.
    """
    read = {name: (i, spec) for i, (name, spec) in enumerate(fields) if spec.kind is not Kind.CHECKBOX}
    written = _look(upright.ink, upright.places, read, classifier)
    doubtful = {
        name: read[name]
        for name in read
        if written[name].is_inked and (written[name].confidence < SURE or written[name].explain())
    }
    further = [
        _look(upright.retake(taking), upright.places, doubtful, classifier) for taking in (takings if doubtful else ())
    ]
    if further:
        written |= {name: merge([written[name], *(look[name] for look in further)]) for name in doubtful}
    return written, _settle_sums(written, sums)


def _look(
    ink: Ink,
    places: Sequence[Place],
    read: Mapping[str, tuple[int, FieldSpec]],
    classifier: GlyphClassifier,
) -> dict[str, Written]:
    """Return what some ink says of some fields.

    places: of all fields, which share the ink among them. read: which of them are read, by name, with their rules.
    """
    blobs = find_field_blobs(ink, places)
    lattices = [build_lattices(blobs[i], places[i], ink) for i, _ in read.values()]
    if isinstance(classifier, RowScorer):
        lattices = _read_uncut(lattices, ink, classifier)
    filled = [lattice for field in lattices for lattice in field if lattice is not None]
    guesses = iter(classify(filled, ink, classifier))
    first = []
    for (_, spec), field in zip(read.values(), lattices, strict=True):
        answers = [next(guesses) if lattice is not None else [] for lattice in field]
        first.append(decide(field, answers, Constraint(spec)))
    again = look_again(first, ink, classifier)
    return {
        name: decide(each.look.lattices, answers, each.constraint)
        for name, each, answers in zip(read, first, again, strict=True)
    }


def _read_uncut(fields: Sequence[Sequence[Lattice | None]], ink: Ink, scorer: RowScorer) -> list[list[Lattice | None]]:
    """Return the lattices of fields with what the network for whole rows says of them; each box of a comb is a row."""
    read = iter(read_uncut([lattice for field in fields for lattice in field if lattice is not None], ink, scorer))
    return [[None if lattice is None else next(read) for lattice in field] for field in fields]


def _settle_sums(written: dict[str, Written], sums: Sequence[Sum]) -> Mapping[str, str]:
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


def _explain(written: Written, line: Line | None, box: Box, upright: Upright, shape: tuple[int, ...]) -> str:
    """Return why a field is not valid; nothing where it is."""
    if _measure_inside(box, upright, shape) < IN_PICTURE:
        return "the picture cuts it off"
    if line is not None and REFUSED in line.text:
        return "a digit cannot be read"
    return written.explain()


def to_line(
    written: Written, confidence: float, to_picture: Homography, options: Options, shape: tuple[int, ...]
) -> Line | None:
    """Return the digits of a field as a line of the picture; None where it is empty.

    confidence: 0..1, of the whole field. to_picture: from working pixels of the upright form. shape: height and width
    of the picture.
    """
    if not written.row.found:
        return None
    digits = tuple(_to_digit(found, written.lowering, to_picture, options, shape) for found in written.row.found)
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    return Line(digits, confidence, box, written.marks)


def _to_digit(found: Found, factor: float, to_picture: Homography, options: Options, shape: tuple[int, ...]) -> Digit:
    confidence = DIGIT.apply(found.confidence) * factor
    text = str(found.label) if confidence >= options.reject_below else REFUSED
    return Digit(
        text,
        confidence,
        to_picture_box(found.candidate.box, to_picture, shape[1], shape[0]),
        list_alternatives(found, text),
    )


def _measure_inside(box: Box, upright: Upright, shape: tuple[int, ...]) -> float:
    """Return how much of a field lies in the picture, 0..1."""
    quad = to_quad(box, upright.to_picture).astype(np.float32)
    height, width = shape[:2]
    picture = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - np.float32(0.5)
    area, _ = cv2.intersectConvexConvex(quad, picture)
    return float(area) / max(1.0, cv2.contourArea(quad))
