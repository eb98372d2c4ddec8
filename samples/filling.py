"""Fills in the sample forms: what is written, and by which hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from benchmarks.pages import Hand, Ink, Picture, lay_ink, take_hand, write_digit
from model.strokes import smooth
from samples.blanks import NAMES, SIGNED, Frame, draw_application, draw_cheque, load_frames
from samples.capitals import CAPITALS
from scanner.checks import CHECKS

Writer = Callable[[str, np.random.Generator], Ink]
"""Draws one digit: (h, w) float32, 0 for paper and 1 for full ink, cropped to its ink."""

PENS = ((105.0, 48.0, 30.0), (48.0, 44.0, 46.0), (120.0, 60.0, 20.0))
"""Colours of ink, BGR: blue, black, blue."""

DIGIT_SHARE = 0.68
"""Height of a digit in a comb, as a share of its box."""

TEENS = ("TEN", "ELEVEN", "TWELVE", "THIRTEEN", "FOURTEEN", "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN")
UNITS = ("NOUGHT", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", *TEENS)
TENS = ("TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY")

PAYEES = ("MARTA KLEIN", "HARBOUR BOOKS", "J & V FLETCHER", "THE KITE SHOP", "ELENA QUIROGA")
PURPOSES = ("RENT", "A BICYCLE", "SAILS", "LESSONS", "WOOD")
SURNAMES = ("KLEIN", "FLETCHER", "QUIROGA", "WHITAKER", "VARGA")
GIVEN = ("MARTA", "JANE", "ELENA", "VERA MAY", "TOM")

FEES = (14400, 9600, 6000)
"""Of a rower, a cox and a supporter, in cents."""


@dataclass(frozen=True)
class Filled:
    """A form that somebody filled in."""

    pages: tuple[Picture, ...]
    """(H, W, 3) uint8 BGR each, as flat as they were printed."""
    texts: Mapping[str, str]
    """What stands in each field that is read: digits, and points where they are written; empty where nothing does."""


def choose_cheque(rng: np.random.Generator) -> dict[str, str]:
    """Choose what is written on a cheque."""
    return {
        "number": choose_digits(rng, 6),
        "date": choose_date(rng, 2015, 2026),
        "amount": f"{int(10 ** rng.uniform(0.5, 4.7))}.{rng.integers(100):02d}",
        "routing": _complete(choose_digits(rng, 8), 1, "aba"),
        "account": _complete(choose_digits(rng, 8), 2, "mod97"),
    }


def choose_application(rng: np.random.Generator) -> dict[str, str]:
    """Choose what is written on an application; some fields stay empty."""
    fee = int(rng.choice(FEES))
    storage = int(rng.integers(2_000, 90_000)) if rng.random() < 0.6 else 0
    return {
        "birth": choose_date(rng, 1930, 2010),
        "postcode": str(rng.integers(10_000, 100_000)),
        "phone": choose_digits(rng, int(rng.integers(7, 12))) if rng.random() < 0.8 else "",
        "member": _complete(choose_digits(rng, 9), 1, "luhn"),
        "persons": str(rng.integers(1, 7)) if rng.random() < 0.6 else "",
        "fee": str(fee),
        "storage": str(storage) if storage else "",
        "total": str(fee + storage),
        "account": _complete(choose_digits(rng, 10), 2, "mod97"),
        "start": choose_date(rng, 2024, 2027),
    }


def take_writer(hand: Hand) -> Writer:
    """Return what draws digits, or capitals, from pen strokes as a hand does."""
    able = replace(hand, forms={**CAPITALS, **hand.forms})
    side = round(4 * hand.height)

    def draw(sign: str, rng: np.random.Generator) -> Ink:
        ink: Ink = np.zeros((side, side), np.float32)
        x, y, width, height = write_digit(ink, sign, hand.height, hand.height, able, rng)
        return ink[y : y + height, x : x + width]

    return draw


def choose_hand(rng: np.random.Generator) -> Hand:
    """Return a hand with habits of its own; its height is that of the combs' digits."""
    pen, slant, gap = float(rng.uniform(2.4, 4.2)), float(rng.uniform(0, 0.25)), float(rng.uniform(0.12, 0.3))
    return take_hand(rng, 32, pen, slant, gap)


def fill_cheque(texts: Mapping[str, str], rng: np.random.Generator, writer: Writer | None = None) -> Filled:
    """Write texts onto an empty cheque, and words around them. writer: draws digits; a hand by chance where None."""
    blank, frames, hand = draw_cheque(), load_frames("cheque"), choose_hand(rng)
    ink: Ink = np.zeros(blank.shape[:2], np.float32)
    for name, text in texts.items():
        _write(ink, text, frames[name], writer or take_writer(hand), hand, rng)
    whole, cents = texts["amount"].split(".")
    _write_words(ink, str(rng.choice(np.array(PAYEES))), (250, 236), 560, hand, rng)
    _write_words(ink, f"{spell(int(whole))} & {cents}/100", (180, 308), 870, hand, rng)
    _write_words(ink, str(rng.choice(np.array(PURPOSES))), (110, 380), 380, hand, rng)
    _sign(ink, (720, 372), 300, hand, rng)
    return Filled((_print(blank, ink, rng.choice(np.array(PENS))),), dict(texts))


def fill_application(texts: Mapping[str, str], rng: np.random.Generator, writer: Writer | None = None) -> Filled:
    """Write texts onto the empty pages of an application, with names, ticks and a signature. writer: as above."""
    blanks, frames, hand = draw_application(), load_frames("application"), choose_hand(rng)
    inks: list[Ink] = [np.zeros(blank.shape[:2], np.float32) for blank in blanks]
    for name, text in texts.items():
        _write(inks[frames[name].page - 1], text, frames[name], writer or take_writer(hand), hand, rng)
    for frame, names in zip(NAMES, (SURNAMES, GIVEN), strict=True):
        _write(inks[0], str(rng.choice(np.array(names))), frame, take_writer(hand), hand, rng)
    _tick(inks[0], frames[("rower", "cox", "supporter")[FEES.index(int(texts["fee"]))]], hand, rng)
    _tick(inks[1], frames["rules"], hand, rng)
    _write_words(inks[1], "FAIRWATER", (110, SIGNED - 6), 380, hand, rng)
    _sign(inks[1], (640, SIGNED - 10), 330, hand, rng)
    colour = rng.choice(np.array(PENS))
    return Filled(tuple(_print(*page, colour) for page in zip(blanks, inks, strict=True)), dict(texts))


def spell(number: int) -> str:
    """Return a number from 0 to 99,999 in words."""
    if number < 20:
        return UNITS[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f" {UNITS[number % 10]}" if number % 10 else "")
    word, size = ("HUNDRED", 100) if number < 1000 else ("THOUSAND", 1000)
    return f"{spell(number // size)} {word}" + (f" {spell(number % size)}" if number % size else "")


def choose_digits(rng: np.random.Generator, count: int) -> str:
    """Return so many digits by chance."""
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def choose_date(rng: np.random.Generator, first: int, last: int) -> str:
    """Return a day by chance as DDMMYYYY. first, last: of its year."""
    return f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}{rng.integers(first, last + 1)}"


def _complete(stem: str, count: int, check: str) -> str:
    """Append the check digits that a rule wants."""
    return next(text for k in range(10**count) if CHECKS[check].holds(text := f"{stem}{k:0{count}d}"))


def _write(ink: Ink, text: str, frame: Frame, writer: Writer, hand: Hand, rng: np.random.Generator) -> None:
    """Write a text into a field: one sign in each box of a comb, amounts to its right; or in a row."""
    if frame.boxes:
        first = frame.boxes - len(text) if frame.boxes == AMOUNT_BOXES else 0
        pitch = frame.width / frame.boxes
        for k, sign in enumerate(text, first):
            if sign != " ":
                patch = _fit(writer(sign, rng), DIGIT_SHARE * frame.height, pitch)
                x = frame.x + (k + 0.5 + rng.normal(0, 0.05)) * pitch - patch.shape[1] / 2
                _lay(ink, patch, x, _centre(frame, patch, rng))
        return
    x = frame.x + rng.uniform(0.05, 0.12) * frame.width
    for sign in text:
        height = 0.6 * frame.height
        if sign == ".":
            foot = frame.y + (frame.height + height) / 2
            cv2.circle(ink, (round(x), round(foot)), max(2, round(0.7 * hand.pen)), 1.0, cv2.FILLED, cv2.LINE_AA)
            x += 0.32 * height
            continue
        patch = _fit(writer(sign, rng), height, 2 * height)
        _lay(ink, patch, x, _centre(frame, patch, rng))
        x += patch.shape[1] + (hand.gap + rng.normal(0, 0.03)) * height


AMOUNT_BOXES = 7
"""Boxes of the combs for amounts, which are filled from the right."""


def _centre(frame: Frame, patch: Ink, rng: np.random.Generator) -> float:
    middle: float = frame.y + (frame.height - patch.shape[0]) / 2
    return middle + float(rng.normal(0, 0.04)) * frame.height


def _fit(patch: Ink, height: float, pitch: float) -> Ink:
    """Shrink a sign that is too large for its box; none is made larger."""
    scale = min(1.0, 1.15 * height / patch.shape[0], 0.92 * pitch / patch.shape[1])
    if scale == 1:
        return patch
    size = max(1, round(patch.shape[1] * scale)), max(1, round(patch.shape[0] * scale))
    return np.asarray(cv2.resize(patch, size, interpolation=cv2.INTER_AREA), np.float32)


def _lay(ink: Ink, patch: Ink, x: float, y: float) -> None:
    """Put a patch onto the ink, as far as it lies on the paper; the darker of both stays."""
    left, top = max(0, round(x)), max(0, round(y))
    there = ink[top : top + patch.shape[0], left : left + patch.shape[1]]
    np.maximum(there, patch[: there.shape[0], : there.shape[1]], out=there)


def _write_words(
    ink: Ink, text: str, foot: tuple[float, float], width: float, hand: Hand, rng: np.random.Generator
) -> None:
    """Write words of capitals and digits from a point on their line, small enough for the width."""
    height = min(27.0, width / (0.82 * len(text)))
    writer, x = take_writer(replace(hand, height=height, pen=min(hand.pen, 0.12 * height))), foot[0]
    for sign in text:
        if sign == " ":
            x += 0.45 * height
            continue
        patch = writer(sign, rng)
        _lay(ink, patch, x, foot[1] - patch.shape[0] + rng.normal(0, 0.04) * height)
        x += patch.shape[1] + 0.2 * height


def _sign(ink: Ink, foot: tuple[float, float], width: float, hand: Hand, rng: np.random.Generator) -> None:
    """Write a signature: a large loop, smaller ones, and a long stroke under them."""
    steps = int(rng.integers(9, 14))
    x = np.linspace(0, 0.8 * width, steps) + rng.normal(0, 6, steps)
    y = -np.where(np.arange(steps) % 2, rng.uniform(18, 26, steps), rng.uniform(-4, 4, steps))
    y[1], x[2] = -44, x[1] - 14
    tail = np.array([[0.95 * width, 2], [0.3 * width, 9], [width, 4]])
    path = smooth(np.vstack([np.stack([x, y], axis=1), tail])) + foot
    cv2.polylines(ink, [np.round(path * 8).astype(np.int32)], False, 1.0, max(1, round(0.8 * hand.pen)), cv2.LINE_AA, 3)


def _tick(ink: Ink, frame: Frame, hand: Hand, rng: np.random.Generator) -> None:
    """Put a cross into a check box; its ends reach out of it."""
    corners = np.array([(0.1, 0.1), (0.9, 0.9), (0.9, 0.05), (0.05, 0.95)]) + rng.normal(0, 0.07, (4, 2))
    ends = np.round(corners * frame.width + (frame.x, frame.y)).astype(int).tolist()
    for start, end in (ends[:2], ends[2:]):
        cv2.line(ink, start, end, 1.0, round(hand.pen), cv2.LINE_AA)


def _print(blank: Picture, ink: Ink, colour: np.ndarray) -> Picture:
    """Return the blank with ink on it."""
    blue, green, red = (float(part) for part in colour)
    page = lay_ink(np.asarray(blank, np.float32), ink, (blue, green, red))
    return np.asarray(np.clip(page, 0, 255).round(), np.uint8)
