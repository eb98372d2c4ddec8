"""Windows of strips laid end to end, changed as other hands and pens would: what the row network is trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.composing import compose
from model.data import NOT_A_DIGIT, Glyphs
from model.strip import CHANNELS, FRAME, HEIGHT, MARGIN, PEN, UNSURE, LabelledStrip

WIDTH = 256
"""Pixels: about a dozen digits."""

FRAMES = WIDTH // FRAME

MIDDLE = HEIGHT / 2

GREY = 2
"""The channel of how dark the page is; those before are ink."""

GREY_ALONE = np.array([0, 0, 1], np.uint8)
"""Keeps that channel, and nothing of the others."""

BLIND = 2
"""Frames at both ends of a window that may say anything: what is cut off there cannot be known."""

COMPOSED = 0.35
"""Share of the strips that are composed of single digits; the others were cut from pages."""


@dataclass(frozen=True)
class Window:
    """What the network sees at once, and what it is to say."""

    image: NDArray[np.uint8]
    """(HEIGHT, WIDTH, 3) uint8."""
    allowed: NDArray[np.bool_]
    """(FRAMES, 11) what each frame may say: the digits 0..9 that may have their middle in it, or none, last."""


def draw_window(strips: Sequence[LabelledStrip], digits: Sequence[Glyphs], rng: np.random.Generator) -> Window:
    """Return a window of random strips. strips: cut from pages. digits: sources of glyphs to compose strips of."""
    image = np.zeros((HEIGHT, WIDTH, CHANNELS), np.uint8)
    marks: list[NDArray[np.float32]] = []
    at = int(rng.integers(0, 24)) if rng.random() < 0.8 else -int(rng.integers(0, 100))
    while at < WIDTH:
        is_composed = rng.random() < COMPOSED
        strip = change(compose(digits, rng) if is_composed else strips[int(rng.integers(len(strips)))], rng)
        width = strip.image.shape[1]
        if width > WIDTH and rng.random() < 0.8:
            at = -int(rng.integers(0, width - WIDTH // 2))
        left, right = max(at, 0), min(at + width, WIDTH)
        if left < right:
            under = image[:, left:right]
            np.maximum(under, strip.image[:, left - at : right - at], out=under)
        marks.append(strip.marks + np.array([at, at, 0], np.float32))
        at += width + _draw_gap(rng)
    if rng.random() < 0.2:
        _add_neighbours(image, strips[int(rng.integers(len(strips)))].image, rng)
    allowed = aim(np.concatenate(marks), FRAMES)
    allowed[:BLIND] = allowed[-BLIND:] = True
    return Window(image, allowed)


def _draw_gap(rng: np.random.Generator) -> int:
    """Return how far the next strip begins behind one's end; strips end in MARGIN pixels of paper."""
    chance = rng.random()
    if chance < 0.25:  # their digits touch
        return -int(rng.integers(2 * MARGIN - 4, 2 * MARGIN + 3))
    return int(rng.integers(-MARGIN, MARGIN)) if chance < 0.5 else int(rng.integers(MARGIN, 60))


def aim(marks: NDArray[np.float32], frames: int) -> NDArray[np.bool_]:
    """Return what so many frames may say, (frames, 11): digits 0..9 and, last, none.

    A digit is said in the frame of its middle; the frames beside may say it as well, or none, but no other digit. Ink
    that nobody could name may be anything. marks: as in LabelledStrip.
    """
    allowed = np.zeros((frames, NOT_A_DIGIT + 1), bool)
    allowed[:, NOT_A_DIGIT] = True
    sure = marks[marks[:, 2] != UNSURE]
    labels = sure[:, 2].astype(np.int64)
    middles = ((sure[:, 0] + sure[:, 1]) / 2 // FRAME).astype(np.int64)
    for at in (middles - 1, middles, middles + 1):
        inside = (at >= 0) & (at < frames)
        allowed[at[inside], labels[inside]] = True
    for begin, end, _ in marks[marks[:, 2] == UNSURE]:
        allowed[max(int(begin // FRAME), 0) : max(int(end // FRAME) + 1, 0)] = True
    inside = (middles >= 0) & (middles < frames)
    allowed[middles[inside]] = False
    allowed[middles[inside], labels[inside]] = True
    return allowed


def change(strip: LabelledStrip, rng: np.random.Generator) -> LabelledStrip:
    """Stretch a strip, lean and bend it, move it up or down, and write it with another pen."""
    wide = float(np.exp(rng.normal(0, 0.12)))
    image = _lean(strip.image, wide, rng)
    if rng.random() < 0.3:
        image = _bend(image, rng)
    image = _change_pen(image, rng)
    if rng.random() < 0.15:
        _scar(image, rng)
    if rng.random() < 0.15:
        _fade(image, rng)
    _change_light(image[..., GREY], rng)
    return LabelledStrip(image, strip.marks * np.array([wide, wide, 1], np.float32))


def _lean(image: NDArray[np.uint8], wide: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Stretch by `wide`, and lean about the middle of the strip, where the digits' middles stay."""
    width = max(2 * FRAME, round(image.shape[1] * wide))
    high, lean, up, turn = np.exp(rng.normal(0, 0.08)), rng.normal(0, 0.15), rng.normal(0, 1), rng.normal(0, 0.012)
    move = np.array(
        [
            [1 / wide, -lean / wide, lean * MIDDLE / wide],
            [turn, 1 / high, MIDDLE - MIDDLE / high - up - turn * width / 2],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, move, (width, HEIGHT), flags=flags), np.uint8)


def _bend(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Move all ink a little, neighbouring ink alike (elastic distortion: Simard et al., 2003)."""
    shape = image.shape[:2]
    strength = 8 * rng.uniform(0.8, 2.5)  # a smoothed field is about an eighth as strong
    along, down = (
        cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 4.0) * np.float32(strength)
        for _ in range(2)
    )
    x, y = np.meshgrid(np.arange(shape[1], dtype=np.float32), np.arange(shape[0], dtype=np.float32))
    return np.asarray(cv2.remap(image, x + along, y + down, cv2.INTER_LINEAR), np.uint8)


def _change_pen(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Write with a broader pen, or with one whose edges are softer, harder, or thinner."""
    chance = rng.random()
    if chance < 0.2:
        size = (2, 2) if rng.random() < 0.6 else (3, 3)
        return np.asarray(cv2.dilate(image, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, size)), np.uint8)
    if chance < 0.35:
        ink = np.ascontiguousarray(image[..., :GREY])
        soft = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.5, 0.9)).astype(np.float32)
        sharp = (soft - rng.uniform(60, 130)) * rng.uniform(1.5, 4) + rng.uniform(0, 128)
        return np.dstack([np.clip(sharp, 0, 255).astype(np.uint8), image[..., GREY]])
    return image


def _scar(image: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Take a thin line out of the row's ink, as a rule that was taken out leaves it."""
    for _ in range(int(rng.integers(1, 3))):
        thick = int(rng.integers(1, 3))
        if rng.random() < 0.5:
            at = int(rng.integers(HEIGHT))
            image[at : at + thick, :, 0] = 0
        else:
            at = int(rng.integers(image.shape[1]))
            image[:, at : at + thick, 0] = 0


def _fade(image: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Lose the ink where the pen was faint, as too high a threshold does: how dark the page is shows it still."""
    image[image[..., GREY] < rng.uniform(0.3, 0.9) * PEN] *= GREY_ALONE


def _change_light(grey: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Take how dark the page is otherwise: weaker or stronger, blurred, with noise; at times not at all."""
    chance = rng.random()
    if chance < 0.1:
        grey[:] = 0
        return
    light = grey.astype(np.float32)
    if chance < 0.4:
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), rng.uniform(0.4, 1.2)), np.float32)
    light *= np.float32(np.exp(rng.normal(0, 0.15)))
    light += rng.normal(0, rng.uniform(0, 14), light.shape).astype(np.float32)
    grey[:] = np.clip(light, 0, 255).astype(np.uint8)


def _add_neighbours(image: NDArray[np.uint8], other: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Let another row's feet stand in at the top, or its heads at the bottom: on the page, at times in the row."""
    deep, width = int(rng.integers(2, 8)), min(WIDTH, other.shape[1])
    at = int(rng.integers(0, WIDTH - width + 1))
    is_above = rng.random() < 0.5
    part = other[-MARGIN - deep : -MARGIN, :width] if is_above else other[MARGIN : MARGIN + deep, :width]
    edge = image[:deep] if is_above else image[-deep:]
    under = edge[:, at : at + width, 1:]
    np.maximum(under, part[..., ::GREY], out=under)  # its ink, and how dark it is
    if rng.random() < 0.3:
        np.maximum(edge[..., 0], edge[..., 1], out=edge[..., 0])
