"""The whole story on one screen: from a page to its reading."""

import math
from dataclasses import dataclass

import numpy as np

from model.classifier import GlyphClassifier, Guess
from model.data import NOT_A_DIGIT
from model.glyph import SIDE, normalise
from scanner.clean import Binarisation, Grey, Ink, binarise, drop_faint, even_light, is_crop, resize_to_working, to_grey
from scanner.decode import Decoded, Found, decode
from scanner.lattice import Lattice, build_lattice
from scanner.page import Page
from scanner.problems import find_problems
from scanner.reading import REFUSED, Digit, Line, Reading
from scanner.rules import erase_rules
from scanner.segment import estimate_digit_height, find_blobs, find_rows
from scanner.trust import keep_digit_rows


@dataclass(frozen=True)
class Options:
    """What the person chose, made once in `__main__` and handed down."""

    reject_below: float = 0.5
    """Digits less sure than this are printed as "?" (0..1)."""
    binarisation: Binarisation = Binarisation.SAUVOLA
    """How ink is told from paper."""


def read(page: Page, classifier: GlyphClassifier, options: Options = Options()) -> Reading:
    """Read all digit strings on a page. Boxes are in pixels of page.image."""
    height, width = page.image.shape[:2]
    grey = to_grey(page.image)
    ink = find_ink(grey, options)
    lattices = find_candidates(ink)
    guesses = classify(lattices, classifier)
    rows = keep_digit_rows([decode(lattice, here) for lattice, here in zip(lattices, guesses, strict=True)])
    lines = [to_line(row, grey.shape, ink.scale, options) for row in rows]
    return Reading(page.source, page.number, width, height, tuple(lines), find_problems(grey))


def find_ink(grey: Grey, options: Options) -> Ink:
    """Working size, even light, ink; ruled lines taken out. grey: (H, W) uint8, as stored."""
    working, scale = resize_to_working(grey)
    even = even_light(working, is_crop(grey))
    mask = binarise(even, options.binarisation)
    cleaned, rules = erase_rules(mask, estimate_digit_height(drop_faint(mask, even)))
    return Ink(drop_faint(cleaned, even), rules, scale)


def find_candidates(ink: Ink) -> list[Lattice]:
    """Pieces, rows, cuts and joins: one lattice for each row."""
    digit_height = estimate_digit_height(ink.mask)
    if digit_height == 0:
        return []
    rows = find_rows(find_blobs(ink.mask, digit_height), digit_height, ink.rules)
    return [build_lattice(row) for row in rows]


def classify(lattices: list[Lattice], classifier: GlyphClassifier) -> list[list[Guess]]:
    """Classify all candidates of a page in one batch; returns one list for each lattice."""
    inks = [candidate.ink for lattice in lattices for candidate in lattice.candidates]
    glyphs = np.stack([normalise(ink) for ink in inks]) if inks else np.zeros((0, SIDE, SIDE), np.uint8)
    guesses = iter(classifier.classify(glyphs))
    return [[next(guesses) for _ in lattice.candidates] for lattice in lattices]


CUT_TRUST = 0.93
"""A digit that was cut out of touching ink is right this much less often for each cut than the network says."""

LEFT_OUT_TRUST = 0.5
"""A line is right this much less often for each piece as high as a digit that was left out of it.

Both were fitted on synthetic strings (benchmarks/strings.py) and the development photos, by likelihood.
"""


def to_line(row: Decoded, shape: tuple[int, ...], scale: float, options: Options) -> Line:
    """Turn the digits of a row into a line, in pixels of the image as stored, whose height and width shape gives."""
    digits = tuple(_to_digit(found, shape, scale, options) for found in row.found)
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    whole = LEFT_OUT_TRUST ** len(row.left_out)
    return Line(digits, whole * math.prod(digit.confidence for digit in digits), box)


def _to_digit(found: Found, shape: tuple[int, ...], scale: float, options: Options) -> Digit:
    scores = found.guess.scores
    confidence = found.confidence * CUT_TRUST**found.candidate.cuts
    text = str(found.label) if confidence >= options.reject_below else REFUSED
    others = sorted(((str(k), scores[k]) for k in range(NOT_A_DIGIT) if str(k) != text), key=lambda pair: -pair[1])
    likely = tuple((other, share) for other, share in others[:3] if share >= LEAST_ALTERNATIVE)
    box = found.candidate.box.scaled(1 / scale).within(shape[1], shape[0])
    return Digit(text, confidence, box, likely)


LEAST_ALTERNATIVE = 0.001
"""Alternatives less probable than this are not worth naming (0..1)."""
