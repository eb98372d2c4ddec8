"""From the ink of an upright form to its fields: all candidates in one batch, each field with what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from model.classifier import GlyphClassifier
from scanner.calibration import DIGIT
from scanner.cells import build_lattices, find_field_blobs
from scanner.choice import settle_sum
from scanner.constraint import Constraint
from scanner.decode import Found
from scanner.page import Box
from scanner.pipeline import Options, classify, list_alternatives
from scanner.reading import REFUSED, Digit, Field, Line
from scanner.registration import to_picture_box, to_quad
from scanner.second_look import look_again
from scanner.template import FieldSpec, Kind, Sum
from scanner.upright import Upright
from scanner.written import Written, decide

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
    written, reasons = find_written(upright, fields, sums, classifier)
    places = {name: place.box for (name, _), place in zip(fields, upright.places, strict=True)}
    found: list[Field] = []
    lines: list[Line] = []
    for name, each in written.items():
        line = to_line(each, upright, options, shape)
        reason = _explain(each, line, places[name], upright, shape) or reasons.get(name, "")
        text = "" if line is None else line.text
        box = to_picture_box(places[name], upright.to_picture, shape[1], shape[0])
        value, number = each.constraint.to_value(text), None if line is None else len(lines)
        found.append(Field(name, text, value, each.confidence, box, not reason, reason, number))
        lines += [] if line is None else [line]
    return tuple(found), tuple(lines)


def find_written(
    upright: Upright, fields: Sequence[tuple[str, FieldSpec]], sums: Sequence[Sum], classifier: GlyphClassifier
) -> tuple[dict[str, Written], Mapping[str, str]]:
    """Return what is written in each field, by its name, and why sums are wrong, by the names of their fields."""
    blobs = find_field_blobs(upright.ink, upright.places)
    read = [i for i, (_, spec) in enumerate(fields) if spec.kind is not Kind.CHECKBOX]
    lattices = [build_lattices(blobs[i], upright.places[i], upright.ink) for i in read]
    filled = [lattice for field in lattices for lattice in field if lattice is not None]
    guesses = iter(classify(filled, upright.ink, classifier))
    first = []
    for i, field in zip(read, lattices, strict=True):
        answers = [next(guesses) if lattice is not None else [] for lattice in field]
        first.append(decide(field, answers, Constraint(fields[i][1])))
    again = look_again(first, upright.ink, classifier)
    written = {
        fields[i][0]: decide(each.lattices, answers, each.constraint)
        for i, each, answers in zip(read, first, again, strict=True)
    }
    return written, _settle_sums(written, sums)


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


def to_line(written: Written, upright: Upright, options: Options, shape: tuple[int, ...]) -> Line | None:
    """Return the digits of a field as a line of the picture; None where it is empty.

    shape: height and width of the picture.
    """
    if not written.row.found:
        return None
    digits = tuple(_to_digit(found, written.lowering, upright, options, shape) for found in written.row.found)
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    return Line(digits, written.confidence, box, written.marks)


def _to_digit(found: Found, factor: float, upright: Upright, options: Options, shape: tuple[int, ...]) -> Digit:
    confidence = DIGIT.apply(found.confidence) * factor
    text = str(found.label) if confidence >= options.reject_below else REFUSED
    return Digit(
        text,
        confidence,
        to_picture_box(found.candidate.box, upright.to_picture, shape[1], shape[0]),
        list_alternatives(found, text),
    )


def _measure_inside(box: Box, upright: Upright, shape: tuple[int, ...]) -> float:
    """Return how much of a field lies in the picture, 0..1."""
    quad = to_quad(box, upright.to_picture).astype(np.float32)
    height, width = shape[:2]
    picture = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - np.float32(0.5)
    area, _ = cv2.intersectConvexConvex(quad, picture)
    return float(area) / max(1.0, cv2.contourArea(quad))
