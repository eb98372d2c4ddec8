"""What a person said of a digit on the screen, and how it shows."""

import math
from dataclasses import dataclass, replace
from functools import reduce

from scanner.corrections import overlap
from scanner.page import Box
from scanner.reading import Digit, Line, Reading


@dataclass(frozen=True)
class Followed(Digit):
    """A digit that is followed through time, as it stands on one frame."""

    number: int = -1
    """Its own as long as it is followed."""


@dataclass(frozen=True)
class Said:
    """What a person said of a digit: it is believed as long as the digit's ink stays as it is."""

    digit: Digit
    """As it was shown; its box in pixels of that frame."""
    label: int | None
    """What it is, 0 to 9; None where it is no digit."""


def lay_said_over(reading: Reading, said: Said) -> Reading:
    """Return a reading of the frame on which a digit was shown, with what a person said of it.

    The digit that fits its box best becomes the label, or is left out where it is none; nothing changes where none is.
    """
    digits = [digit for line in reading.lines for digit in line.digits if overlap(digit.box, said.digit.box)]
    if not digits:
        return reading
    best = max(digits, key=lambda digit: digit.box.measure_likeness(said.digit.box))
    lines = (_amend(line, best, said.label) if best in line.digits else line for line in reading.lines)
    return replace(reading, lines=tuple(line for line in lines if line.digits))


def name_digit(digit: Digit, label: int) -> Digit:
    """Return a digit as a person named it: sure, with what it was read as first among its alternatives."""
    read = ((digit.text, digit.confidence),) if digit.text.isdigit() else ()
    others = tuple(each for each in (*read, *digit.alternatives) if each[0] != str(label))
    return replace(digit, text=str(label), confidence=1.0, alternatives=others)


def _amend(line: Line, digit: Digit, label: int | None) -> Line:
    """Return a line with one of its digits named, or without it."""
    if label is not None:
        digits = tuple(name_digit(each, label) if each == digit else each for each in line.digits)
        return replace(line, digits=digits, confidence=rate(digits))
    place = line.digits.index(digit)
    digits = line.digits[:place] + line.digits[place + 1 :]
    if not digits:
        return replace(line, digits=())
    marks = tuple((before - (before > place), sign) for before, sign in line.marks)
    return replace(line, digits=digits, confidence=rate(digits), marks=marks, box=frame(digits))


def rate(digits: tuple[Digit, ...]) -> float:
    """Return how likely all of some digits are right (0..1), where nobody rated them as a line."""
    return math.prod(digit.confidence for digit in digits)


def frame(digits: tuple[Digit, ...]) -> Box:
    """Return the box around some digits, at least one."""
    return reduce(Box.joined, (digit.box for digit in digits))
