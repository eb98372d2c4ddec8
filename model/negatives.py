"""Glyphs that are no digit: wrong cuts, neighbours run together, letters, signs, lines and blots."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from model.augment import CANVAS, bend, recut
from model.strokes import OTHERS, draw

Glyph = NDArray[np.uint8]

TOP_IS_DIGIT, BOTTOM_IS_DIGIT = {0, 1, 7, 8, 9}, {0, 1, 4, 6, 7, 8, 9}
LEFT_IS_DIGIT, RIGHT_IS_DIGIT = {1, 6}, {0, 1, 4, 7, 9}
"""Labels whose upper, lower, left or right part can look like a digit of its own: such cuts are not negatives."""

PRINTED = "ACEFGHJKLMNPQRTUVWXYabcdefhkmnprtuvwxy&@%#$?!+=*~<>{}"


def make_negative(glyphs: Glyph, labels: NDArray[np.int64], rng: np.random.Generator) -> Glyph:
    """Return one glyph that is no digit, of a random kind.

    glyphs, labels: digits to cut and to join: (N, 28, 28) uint8 and (N,). Returns (28, 28) uint8.
    """
    kinds: tuple[tuple[float, Callable[[], Glyph]], ...] = (
        (0.20, lambda: _join_two(glyphs, rng)),
        (0.16, lambda: _cut_one(glyphs, labels, rng)),
        (0.36, lambda: recut(bend(draw(OTHERS[rng.integers(len(OTHERS))], rng), rng), rng)),
        (0.12, lambda: recut(bend(_print_letter(rng), rng), rng)),
        (0.08, lambda: recut(_scribble(rng), rng)),
        (0.08, lambda: recut(_blot(rng), rng)),
    )
    weights = np.array([weight for weight, _ in kinds])
    return kinds[rng.choice(len(kinds), p=weights / weights.sum())][1]()


def _join_two(glyphs: Glyph, rng: np.random.Generator) -> Glyph:
    """Two digits, or one and a half, side by side and touching."""
    left, right = (_trim(glyphs[i]) for i in rng.integers(len(glyphs), size=2))
    if rng.random() < 0.4:
        share = rng.uniform(0.35, 0.7)
        right = right[:, : max(3, round(right.shape[1] * share))]
        if rng.random() < 0.5:
            left, right = right, left
    height = max(left.shape[0], right.shape[0]) + 4
    overlap = min(int(rng.integers(-1, 4)), left.shape[1] // 2, right.shape[1] // 2)
    width = left.shape[1] + right.shape[1] - overlap
    both = np.zeros((height, width), np.uint8)
    top = int(rng.integers(0, height - left.shape[0] + 1))
    both[top : top + left.shape[0], : left.shape[1]] = left
    top = int(rng.integers(0, height - right.shape[0] + 1))
    place = both[top : top + right.shape[0], width - right.shape[1] :]
    np.maximum(place, right, out=place)
    return recut(bend(_square(both), rng), rng)


def _cut_one(glyphs: Glyph, labels: NDArray[np.int64], rng: np.random.Generator) -> Glyph:
    """A part of a digit that is no digit itself."""
    while True:
        index = int(rng.integers(len(glyphs)))
        label, ink = int(labels[index]), _trim(glyphs[index])
        height, width = ink.shape
        share = rng.uniform(0.3, 0.6)
        side = int(rng.integers(4))
        if label in (TOP_IS_DIGIT, BOTTOM_IS_DIGIT, LEFT_IS_DIGIT, RIGHT_IS_DIGIT)[side]:
            continue
        rows, columns = max(3, round(height * share)), max(3, round(width * share))
        part = (ink[:rows], ink[-rows:], ink[:, :columns], ink[:, -columns:])[side]
        if part.any() and not _is_upright_line(part):
            return recut(bend(_square(part), rng), rng)


def _is_upright_line(part: Glyph) -> bool:
    """A tall narrow piece looks like a 1, and may be read as one."""
    _, _, width, height = cv2.boundingRect((part > 64).view(np.uint8))
    return height > 2.2 * width


def _print_letter(rng: np.random.Generator) -> Glyph:
    """A printed letter in OpenCV's own type faces, so that training needs no font files."""
    picture = np.zeros((CANVAS, CANVAS), np.uint8)
    letter = PRINTED[rng.integers(len(PRINTED))]
    face = cv2.FontFace(("sans", "italic")[rng.integers(2)])
    cv2.putText(picture, letter, (14, 56), 255, face, 54, int(rng.integers(200, 800)))
    return picture


def _scribble(rng: np.random.Generator) -> Glyph:
    """One long stroke through random places, as a texture or a crossed-out word leaves."""
    picture = np.zeros((CANVAS, CANVAS), np.uint8)
    points = rng.integers(6, CANVAS - 6, (int(rng.integers(5, 14)), 2)).astype(np.int32)
    cv2.polylines(picture, [points], bool(rng.random() < 0.3), 255, int(rng.integers(2, 9)), cv2.LINE_AA)
    return picture


def _blot(rng: np.random.Generator) -> Glyph:
    """Filled shapes, specks and threshold noise: stones, shadows, thumbs."""
    if rng.random() < 0.5:
        field = cv2.resize(rng.normal(0, 1, (int(rng.integers(4, 14)),) * 2).astype(np.float32), (CANVAS, CANVAS))
        return np.where(cv2.GaussianBlur(field, (0, 0), 2) > rng.uniform(-0.2, 0.3), 255, 0).astype(np.uint8)
    picture = np.zeros((CANVAS, CANVAS), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        centre = rng.integers(20, CANVAS - 20, 2).tolist()
        shorter = int(rng.integers(5, 20))
        axes = [shorter, round(shorter * rng.uniform(1, 1.7))]  # not so slender that it could be a 1
        cv2.ellipse(picture, centre, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
    return picture


def _trim(glyph: Glyph) -> Glyph:
    x, y, width, height = cv2.boundingRect((glyph > 64).view(np.uint8))
    return glyph[y : y + height, x : x + width] if width else glyph


def _square(ink: Glyph) -> Glyph:
    """Put ink in the middle of a square with a margin, so that bending keeps it in the picture."""
    height, width = ink.shape
    side = round(max(height, width) * 1.35) + 2
    top, left = (side - height) // 2, (side - width) // 2
    out = np.zeros((side, side), np.uint8)
    out[top : top + height, left : left + width] = ink
    return out
