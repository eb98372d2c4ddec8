"""Lines of digits as they are printed, from rows as they were read."""

from model.data import NOT_A_DIGIT
from scanner.calibration import DIGIT, rate
from scanner.decode import Decoded, Found
from scanner.marks import find_marks
from scanner.placement import Placement
from scanner.reading import REFUSED, Digit, Line

LEAST_ALTERNATIVE = 0.001
"""Alternatives less probable than this are not worth naming (0..1)."""


def to_line(row: Decoded, shape: tuple[int, ...], placement: Placement, reject_below: float) -> Line:
    """Turn the digits of a row into a line, in pixels of the image as stored, whose height and width shape gives.

    reject_below: digits less sure than this are printed as "?" (0..1).
    """
    whole = rate(row)
    sure = [DIGIT.apply(found.confidence) for found in row.found]
    if len(sure) == 1:  # it is right where its line is, and what speaks against the one speaks against the other
        sure = [min(whole, *sure)]
    digits = tuple(
        _to_digit(found, confidence, shape, placement, reject_below)
        for found, confidence in zip(row.found, sure, strict=True)
    )
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    # the two were fitted apart, and no string is surer than the weakest of its digits
    return Line(digits, min(whole, *sure), box, find_marks(row))


def _to_digit(
    found: Found, confidence: float, shape: tuple[int, ...], placement: Placement, reject_below: float
) -> Digit:
    text = str(found.label) if confidence >= reject_below else REFUSED
    box = placement.place(found.candidate.box).within(shape[1], shape[0])
    return Digit(text, confidence, box, list_alternatives(found, text))


def list_alternatives(found: Found, text: str) -> tuple[tuple[str, float], ...]:
    """Return what else a digit may be, likeliest first; what a refused one is read as stands first.

    By the glyph, or by the reader of rows where only that saw it. text: what is printed for it.
    """
    scores = found.guess.scores
    others = sorted((k for k in range(NOT_A_DIGIT) if str(k) != text), key=lambda k: (k != found.label, -scores[k]))
    return tuple((str(k), scores[k]) for k in others[:3] if scores[k] >= LEAST_ALTERNATIVE)
