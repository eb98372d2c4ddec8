"""Strings as a hand writes them: MNIST's digits or drawn ones, one slant, one pen, natural gaps, signs between them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from bench.signs import TALL, Picture, draw_sign
from model.data import Glyphs
from model.strokes import FORMS, draw

Owners = NDArray[np.uint16]

SIGN = 60_000
"""Who owns the ink of separators, signs and letters."""

SHARED = 65_000
"""Who owns the ink where two digits overlap."""

CANVAS = 112
"""Side of the picture on which a digit is shaped, in pixels."""

WRITTEN = 0.4
"""Where ink covers a pixel more than this (0..1), the pixel is its writer's."""

HIGHEST = 2.8
"""Room that a string is given, in digit heights: a slash towers above the digits."""


@dataclass(frozen=True)
class Hand:
    """How one person writes with one pen."""

    height: float
    """Of a digit, in pixels."""
    slant: float
    """Horizontal shift for a rise of 1; positive leans right."""
    pen: float
    """Width of the strokes, in digit heights; 0 leaves them as they are."""
    gap: float
    """Between neighbours at their nearest, in digit heights; below 0 they run into one another."""
    unrest: float
    """How much size, place, slant and gap change from digit to digit (0..1)."""
    slim: float
    """Width of the digits, where 1 leaves them as they are."""
    drawn: float
    """Share of the digits that are drawn from strokes, not taken from MNIST."""
    forms: tuple[str, ...]
    """The hand's way to draw each digit 0..9, in the notation of model/strokes.py."""
    zero: float = 1.0
    """Height of its 0s, in digit heights; small ones, as many hands write them in amounts, stand on the line."""


@dataclass(frozen=True)
class Writing:
    """Ink with its truth."""

    ink: Picture
    """(H, W) float32, 0 for paper and 1 for full ink."""
    owners: Owners
    """(H, W) uint16: 0 for paper, 1.. for the digits in order, SIGN, SHARED."""
    labels: tuple[int, ...]
    """What each digit is, 0..9."""


STICK, STICKS = "50 59", 0.4
"""A 1 that is a mere stroke, and the share of the hands that write it so: MNIST's sticks lean and are thick, which a
comb's wall never is."""


SMALL_ZERO, SMALL_ZEROS = (0.55, 0.9), 0.25
"""Height of small 0s, in digit heights, and the share of the hands that write them."""


FINEST_PEN, ONE_PEN = 1.2, 0.85
"""The finest pen, in pixels (finer ones vanish), and the share of hands that write all with one, not MNIST's many."""


def take_hand(rng: np.random.Generator, height: float) -> Hand:
    """Return a hand whose habits are drawn by chance. height: of its digits, in pixels."""
    touching = rng.random() < 0.5
    return Hand(
        height=height,
        slant=float(np.clip(rng.normal(0.12, 0.2), -0.35, 0.7)),
        pen=max(float(rng.uniform(0.035, 0.16)), FINEST_PEN / height) if rng.random() < ONE_PEN else 0.0,
        gap=float(rng.uniform(-0.16, 0.03) if touching else rng.gamma(2.0, 0.09) + 0.01),
        unrest=float(rng.beta(1.5, 3)),
        slim=float(rng.uniform(0.75, 1.2)),
        drawn=float(rng.choice([0.0, 0.2, 0.5, 1.0])),
        forms=tuple(_choose_form(k, rng) for k in range(10)),
        zero=float(rng.uniform(*SMALL_ZERO)) if rng.random() < SMALL_ZEROS else 1.0,
    )


def _choose_form(label: int, rng: np.random.Generator) -> str:
    return STICK if label == 1 and rng.random() < STICKS else str(rng.choice(np.array(FORMS[str(label)])))


def write(text: str, hand: Hand, digits: Glyphs, rng: np.random.Generator, pitch: float = 0.0) -> Writing:
    """Write digits and signs from left to right.

    text: digits, blanks and ".,-/=$#*". digits: where MNIST's shapes come from. pitch: distance between the digits'
    centres in pixels, as in a comb; 0 sets them beside one another.
    """
    height = round(HIGHEST * hand.height) + 8
    width = round(max(pitch, 1.6 * hand.height) * (len(text) + 2)) + 16
    ink, owners = np.zeros((height, width), np.float32), np.zeros((height, width), np.uint16)
    front = np.full(height, 4.0)  # how far right each row is written
    middle, labels = height / 2, []
    for place, sign in enumerate(text):
        if sign == " ":
            front += hand.height * rng.uniform(0.3, 0.8)
            continue
        owner = SIGN
        if sign.isdigit():
            labels.append(int(sign))
            owner = len(labels)
        if sign.isdigit():
            patch = shape_digit(int(sign), hand, digits, rng)
        else:
            patch = draw_sign(sign, hand.height, hand.slant, hand.pen, rng)
        rise = rng.normal(0, 0.1) * hand.unrest * hand.height + _rise(sign, patch, hand)
        top = int(np.clip(round(middle - patch.shape[0] / 2 + rise), 0, height - patch.shape[0]))
        left = (
            round(4 + (place + 0.5) * pitch - patch.shape[1] / 2 + rng.normal(0, 0.05) * pitch)
            if pitch
            else _find_place(patch, front[top : top + patch.shape[0]], _choose_gap(sign, hand, rng), hand.height)
        )
        left = int(np.clip(left, 0, width - patch.shape[1]))
        _lay(ink, owners, patch, left, top, owner)
        _advance(front, patch, left, top)
    _join_some(ink, owners, hand, len(labels), rng)
    return _trim(Writing(ink, owners, tuple(labels)))


def shape_digit(label: int, hand: Hand, digits: Glyphs, rng: np.random.Generator) -> Picture:
    """Return one digit as the hand writes it, cropped to its ink: (h, w) float32 in 0..1."""
    if rng.random() < hand.drawn or (label == 1 and hand.forms[1] == STICK):
        picture = draw(hand.forms[label], rng, side=TALL, shake=0.15 + 0.3 * hand.unrest)
        pen = hand.pen or 0.1
    else:
        chosen = rng.choice(np.flatnonzero(digits.labels == label))
        picture, pen = digits.images[chosen], hand.pen
    fine = _warp(picture, hand, rng)
    if pen:
        fine = _retrace(fine, pen * TALL)
    size = hand.height * (1 + 0.12 * hand.unrest * rng.normal()) * (1.0 if label else hand.zero)
    return _crop_to(fine, max(6.0, size))


def _rise(sign: str, patch: Picture, hand: Hand) -> float:
    """Points, commas and small 0s stand on the baseline, half a digit below the middle."""
    tall = float(patch.shape[0])
    if sign == "." or (sign == "0" and hand.zero < 1):
        return (hand.height - tall) / 2
    return hand.height / 2 + 0.2 * tall if sign == "," else 0.0


def _choose_gap(sign: str, hand: Hand, rng: np.random.Generator) -> float:
    gap = hand.gap + float(rng.normal(0, 0.08)) * hand.unrest
    return gap if sign.isdigit() else max(0.03, gap) + float(rng.uniform(0, 0.1))


def _warp(picture: NDArray[np.uint8], hand: Hand, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Slant, turn, stretch and bend a digit onto the canvas, about TALL high."""
    height, width = picture.shape
    ink_height = max(1, cv2.boundingRect((picture > 90).view(np.uint8))[3])
    zoom = ink_height / TALL
    angle = rng.normal(0, 0.08) * (0.3 + hand.unrest)
    slant = hand.slant * rng.uniform(0.6, 1.0) + rng.normal(0, 0.06) * hand.unrest
    slim = hand.slim * (1 + 0.12 * hand.unrest * rng.normal())
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.diag([zoom / max(slim, 0.5), zoom]) @ turn @ np.array([[1, slant], [0, 1]])
    y, x = np.mgrid[:CANVAS, :CANVAS].astype(np.float32) - CANVAS / 2
    field = rng.normal(0, 1, (5, 5, 2)).astype(np.float32) * float(rng.uniform(0, 0.03) * TALL * zoom)
    bent = cv2.resize(field, (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
    map_x = (matrix[0, 0] * x + matrix[0, 1] * y + width / 2 + bent[..., 0]).astype(np.float32)
    map_y = (matrix[1, 0] * x + matrix[1, 1] * y + height / 2 + bent[..., 1]).astype(np.float32)
    return np.asarray(cv2.remap(picture, map_x, map_y, cv2.INTER_CUBIC), np.uint8)


def _retrace(fine: NDArray[np.uint8], pen: float) -> NDArray[np.uint8]:
    """Draw the strokes anew along their middle lines, with a pen of the given width in canvas pixels."""
    middle = skeletonize(  # type: ignore[no-untyped-call]
        cv2.GaussianBlur(fine, (0, 0), 1.5) > 110
    )
    width = max(1, round(pen))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    return np.asarray(cv2.dilate(middle.astype(np.uint8) * np.uint8(255), kernel), np.uint8)


def _crop_to(fine: NDArray[np.uint8], height: float) -> Picture:
    x, y, width, tall = cv2.boundingRect((fine > 100).view(np.uint8))
    if not width:
        return np.zeros((1, 1), np.float32)
    scale = height / TALL  # not by the ink's own height: a flat digit stays flat
    size = (max(1, round(width * scale)), max(1, round(tall * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    patch = cv2.resize(fine[y : y + tall, x : x + width].astype(np.float32) / 255, size, interpolation=way)
    return np.asarray(np.clip(patch, 0, 1), np.float32)


def _find_place(patch: Picture, front: NDArray[np.float64], gap: float, height: float) -> int:
    """Return the left edge at which the patch comes as near as `gap` (in digit heights) to what is written."""
    written = patch > WRITTEN
    rows = written.any(axis=1)
    if not rows.any():
        return round(float(front.max()))
    begins = np.where(rows, written.argmax(axis=1), patch.shape[1])
    reach = 2 * max(1, round(0.12 * height)) + 1  # a neighbour a little higher or lower is near as well
    wide = cv2.dilate(front.astype(np.float32).reshape(-1, 1), np.ones((reach, 1), np.uint8)).ravel()
    return round(float((wide - begins)[rows].max() + gap * height))


def _advance(front: NDArray[np.float64], patch: Picture, left: int, top: int) -> None:
    written = patch > WRITTEN
    ends = np.where(written.any(axis=1), left + patch.shape[1] - written[:, ::-1].argmax(axis=1), 0)
    np.maximum(front[top : top + len(ends)], ends, out=front[top : top + len(ends)])
    # nothing may slip far under an overhang
    np.maximum(front, left + 0.35 * patch.shape[1], out=front)


def _lay(ink: Picture, owners: Owners, patch: Picture, left: int, top: int, owner: int) -> None:
    place = np.s_[top : top + patch.shape[0], left : left + patch.shape[1]]
    np.maximum(ink[place], patch, out=ink[place])
    mine, there = patch > WRITTEN, owners[place]
    there[...] = np.where(mine, np.where(there > 0, SHARED, owner), there)


def _join_some(ink: Picture, owners: Owners, hand: Hand, count: int, rng: np.random.Generator) -> None:
    """Run now and then a thin stroke from one digit to the next, as quick hands do."""
    if rng.random() > 0.2:
        return
    for owner in range(1, count):
        if rng.random() > 0.4:
            continue
        (ys, xs), (ys2, xs2) = (np.nonzero(owners == each) for each in (owner, owner + 1))
        if not len(ys) or not len(ys2):
            continue
        upper = np.flatnonzero(ys <= np.percentile(ys, 60))
        start = upper[np.argmax(xs[upper])]
        end = int(np.argmin(np.hypot(ys2 - ys[start], xs2 - xs[start])))
        if abs(int(xs2[end]) - int(xs[start])) > 0.5 * hand.height:
            continue
        stroke = np.zeros(ink.shape, np.uint8)
        ends = (int(xs[start]), int(ys[start])), (int(xs2[end]), int(ys2[end]))
        cv2.line(stroke, *ends, 255, max(1, round((hand.pen or 0.1) * hand.height * 0.8)), cv2.LINE_AA)
        np.maximum(ink, stroke.astype(np.float32) / 255, out=ink)
        owners[(stroke > WRITTEN * 255) & (owners == 0)] = SHARED


def _trim(writing: Writing) -> Writing:
    x, y, width, height = cv2.boundingRect((writing.ink > 0.1).view(np.uint8))
    place = np.s_[y : y + height, x : x + width]
    return Writing(writing.ink[place], writing.owners[place], writing.labels)
