"""Strings of single glyphs, set side by side as a pen does: apart, close, or touching. For training the row network."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.data import NOT_A_DIGIT, Glyphs
from model.glyph import FAINTEST
from model.strip import DIGIT, HEIGHT, MARGIN, PEN, LabelledStrip

Picture = NDArray[np.float32]

LONGEST = 8
"""Digits in a composed string, at most."""

BASELINE = 26.0
"""Row of a strip that digits stand on."""

SOLID = 90
"""Ink darker than this, of 255, touches what it meets."""

WIDEST = 34
"""Pixels that a digit takes, at most, with its gap."""

AROUND_GLYPH = 60
"""A glyph's box holds what is darker than this, of 255: a fainter rim is the blur of its making."""


@dataclass(frozen=True)
class Spacing:
    """How close the digits of a string stand."""

    mean: float
    """Pixels from ink to ink, where two come closest; below 0 they overlap."""
    spread: float
    by_ink: bool
    """Whether the distance is taken from ink to ink, or from box to box."""

    def draw(self, rng: np.random.Generator) -> float:
        """Return one distance."""
        return rng.normal(self.mean, self.spread)


SPACINGS = ((0.35, Spacing(2.5, 1.5, True)), (0.45, Spacing(-1.0, 0.9, True)), (0.2, Spacing(9.0, 4.0, False)))
"""With their shares: a plain hand, a hand whose digits touch, boxes."""

ROUND_SUMS = 0.25
"""Share of the strings that end in zeros, as amounts do: those touch most."""


def compose(sources: Sequence[Glyphs], rng: np.random.Generator) -> LabelledStrip:
    """Return a strip with a string of one source's digits.

    sources: glyphs (N, 28, 28) or views (N, 28, 28, 2) without labels of no digits.
    """
    source = sources[int(rng.integers(len(sources)))]
    spacing = SPACINGS[rng.choice(len(SPACINGS), p=[share for share, _ in SPACINGS])][1]
    count, is_round = int(rng.integers(1, LONGEST + 1)), rng.random() < ROUND_SUMS
    usual, foot = DIGIT * np.exp(rng.normal(0, 0.06)), BASELINE + rng.normal(0, 0.7)
    canvas = np.zeros((HEIGHT, count * WIDEST + 2 * MARGIN), np.float32)
    marks: list[tuple[float, float, float]] = []
    for place in range(count):
        glyph, label = _take(source, is_round and place >= count / 2, rng)
        digit = _resize(glyph, usual * np.exp(rng.normal(0, 0.07)), rng)
        top = int(np.clip(round(foot - len(digit) + rng.normal(0, 0.8)), 0, HEIGHT - len(digit)))
        left = _find_place(canvas, digit, top, marks, spacing.draw(rng), spacing.by_ink)
        right = left + digit.shape[1]
        if right > canvas.shape[1] - MARGIN:
            break
        under = canvas[top : top + len(digit), left:right]
        np.maximum(under, digit, out=under)
        marks.append((left, right, label))
    drawn = canvas[:, : int(marks[-1][1] if marks else 0) + MARGIN]
    return LabelledStrip(_ink(drawn, rng), np.array(marks, np.float32).reshape(-1, 3))


def _take(source: Glyphs, zero: bool, rng: np.random.Generator) -> tuple[NDArray[np.uint8], int]:
    """Return the ink of a random digit, cropped, and its label; zero: rather a 0, if one is met soon."""
    for _ in range(60 if zero else 1):
        index = int(rng.integers(len(source.labels)))
        if not zero or source.labels[index] == 0:
            break
    image = source.images[index]
    glyph = image[..., 0] if source.are_views else image
    ys, xs = np.nonzero(glyph > AROUND_GLYPH)
    if not len(ys):
        ys, xs = np.nonzero(np.ones_like(glyph))
    return glyph[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1], int(source.labels[index])


def _resize(digit: NDArray[np.uint8], height: float, rng: np.random.Generator) -> Picture:
    """Return a digit of some height, a little narrower or wider than it was."""
    high = int(np.clip(round(height), 4, HEIGHT - 2))
    wide = int(np.clip(round(digit.shape[1] * high / len(digit) * np.exp(rng.normal(0, 0.08))), 2, WIDEST - 4))
    way = cv2.INTER_AREA if high < len(digit) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(digit, (wide, high), interpolation=way), np.float32)


def _find_place(
    canvas: Picture, digit: Picture, top: int, marks: Sequence[tuple[float, float, float]], gap: float, by_ink: bool
) -> int:
    """Return where a digit begins so that it stands `gap` pixels from what is written."""
    if not marks:
        return MARGIN
    after = round(marks[-1][1] + gap)
    if by_ink:
        written, rows = canvas > SOLID, digit > SOLID
        ends = np.where(written.any(axis=1), canvas.shape[1] - written[:, ::-1].argmax(axis=1), -np.inf)
        begins = np.full(HEIGHT, np.inf)
        begins[top : top + len(digit)] = np.where(rows.any(axis=1), rows.argmax(axis=1), np.inf)
        # strokes meet across neighbouring rows too
        near = min(float((begins - np.roll(ends, step)).min()) for step in (-1, 0, 1))
        after = round(gap - near) if np.isfinite(near) else after
    return int(max(after, marks[-1][0] + 2))


def _ink(drawn: Picture, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a strip of all channels: edges harder or softer, strokes bolder or finer, at times an erased rule."""
    sharp = (drawn - rng.uniform(70, 150)) * rng.uniform(1.5, 6) + 128
    ink = np.clip(sharp, 0, 255).astype(np.uint8)
    strip = np.dstack([ink, ink, _shade(drawn)])
    if rng.random() < 0.25:
        row, thick = int(rng.integers(HEIGHT)), int(rng.integers(1, 3))
        strip[row : row + thick, :, 1] = 255
        strip[row : row + thick, :, 2] = np.maximum(strip[row : row + thick, :, 2], np.uint8(rng.integers(40, 256)))
        if rng.random() < 0.3:  # where it crosses a digit, the digit lost something
            part = strip[row : row + thick, :, 0]
            np.minimum(part, np.uint8(rng.integers(0, 255)), out=part)
    return strip


def _shade(drawn: Picture) -> NDArray[np.uint8]:
    """Return how dark a page with these glyphs would be: as they were scanned."""
    written = drawn[drawn > SOLID]
    pen = float(np.median(written)) if len(written) else 255.0
    return np.asarray(np.clip(drawn * (PEN / pen), 0, 255), np.uint8)


def drop_no_digits(source: Glyphs) -> Glyphs:
    """Return a source without what is no digit, and without glyphs that are empty."""
    flat = source.images.reshape(len(source.images), -1)
    kept = np.flatnonzero((source.labels != NOT_A_DIGIT) & (flat.max(axis=1, initial=0) > FAINTEST))
    return Glyphs(source.images[kept], source.labels[kept], source.sha256, source.name)
