"""Fifteen ways to spoil a glyph, each at five strengths, after MNIST-C (Mu and Gilmer, 2019); drawn anew, not copied.

A glyph meets the same chance at every strength, so that a stronger one adds to what a weaker one did.
"""

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.data import Glyphs
from model.glyph import SIDE

STRENGTHS = 5

Picture = NDArray[np.float32]
"""(28, 28) float32, 0..1, white ink on black."""

Spoil = Callable[[Picture, int, np.random.Generator], Picture]
"""(picture, strength 1..5, chance) -> the spoilt picture; values beyond 0..1 are cut off afterwards."""

DOWN, ACROSS = np.mgrid[:SIDE, :SIDE].astype(np.float32)


class SpoiltGlyphs:
    """Glyphs in all their spoilt forms, each made once: many are asked about the same."""

    def __init__(self, glyphs: Glyphs, seed: int) -> None:
        self.glyphs, self.seed = glyphs, seed
        self._made: dict[tuple[str, int], NDArray[np.uint8]] = {}

    def get(self, kind: str, strength: int) -> NDArray[np.uint8]:
        """Return them spoilt in one way: (N, 28, 28) uint8."""
        if (kind, strength) not in self._made:
            self._made[kind, strength] = spoil(self.glyphs, kind, strength, self.seed)
        return self._made[kind, strength]


def spoil(glyphs: Glyphs, kind: str, strength: int, seed: int) -> NDArray[np.uint8]:
    """Return the glyphs spoilt in one of KINDS. strength: 1..STRENGTHS. The same seed gives the same glyphs.

    Returns (N, 28, 28) uint8. Raises ValueError for another strength.
    """
    if not 1 <= strength <= STRENGTHS:
        raise ValueError(f"spoil needs a strength from 1 to {STRENGTHS}, got {strength}")
    way, number = KINDS[kind], list(KINDS).index(kind)
    spoilt = np.empty_like(glyphs.images)
    for place, image in enumerate(glyphs.images):
        picture = image.astype(np.float32) / np.float32(255)
        seen = way(picture, strength, np.random.default_rng([seed, number, place]))
        spoilt[place] = np.round(np.clip(seen, 0, 1) * 255)
    return spoilt


def _shot_noise(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Few photons: the brighter, the noisier; some reach the dark, too."""
    light = picture + 0.1
    return picture + np.asarray(rng.normal(0, 1, light.shape) * np.sqrt(light) * 0.13 * strength, np.float32)


def _impulse_noise(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Pixels that are all black or all white."""
    hit = rng.random(picture.shape) < 0.06 * strength
    return np.where(hit, rng.integers(0, 2, picture.shape), picture).astype(np.float32)


def _glass_blur(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Seen through rough glass: each place shows one nearby."""
    shifts = rng.uniform(-1, 1, (2, SIDE, SIDE)).astype(np.float32) * np.float32(0.9 * strength)
    seen = cv2.remap(picture, ACROSS + shifts[0], DOWN + shifts[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), 0.5), np.float32)


def _motion_blur(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """A hand that moved while the shutter was open."""
    length, angle = 3 * strength, rng.uniform(0, np.pi)
    steps = np.linspace(-length / 2, length / 2, 2 * length + 1)
    seen = [_warp(picture, 1, 0, s * np.cos(angle), 0, 1, s * np.sin(angle)) for s in steps]
    return np.asarray(np.mean(seen, axis=0), np.float32)


def _shear(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Slanted to one side."""
    return _warp(picture, 1, _sign(rng) * 0.2 * strength, 0, 0, 1, 0)


def _scale(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Smaller than the box that it should fill."""
    factor = 1 - 0.12 * strength
    return _warp(picture, factor, 0, 0, 0, factor, 0)


def _rotate(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Turned by up to 60 degrees."""
    angle = _sign(rng) * np.deg2rad(12 * strength)
    return _warp(picture, np.cos(angle), -np.sin(angle), 0, np.sin(angle), np.cos(angle), 0)


def _brightness(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Paper that is no longer black."""
    return picture * np.float32(1 - 0.17 * strength) + np.float32(0.17 * strength)


def _translate(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Off the centre, to one of the corners' sides."""
    angle = rng.uniform(0, 2 * np.pi)
    return _warp(picture, 1, 0, 1.6 * strength * np.cos(angle), 0, 1, 1.6 * strength * np.sin(angle))


def _stripe(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """A broad stripe in which ink and paper change places."""
    middle, angle = rng.uniform(-4, 4), rng.uniform(0, np.pi)
    across = (ACROSS - 13.5) * np.cos(angle) + (DOWN - 13.5) * np.sin(angle)
    return np.where(np.abs(across - middle) < 0.8 * strength, 1 - picture, picture).astype(np.float32)


def _fog(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Clouds before it."""
    clouds = sum(
        cv2.resize(rng.random((side, side)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) / side
        for side in (3, 6, 12)
    )
    cover = np.clip((np.asarray(clouds) - 0.2) * 3, 0, 1) * np.float32(0.2 * strength)
    return np.asarray(picture * (1 - cover * np.float32(0.5)) + cover, np.float32)


def _spatter(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Drops of ink."""
    drops = rng.uniform((0, 0, 0.6), (SIDE, SIDE, 2.2), (3 * strength, 3)).astype(np.float32)
    return np.maximum(picture, _draw_dots(drops[:, :2], drops[:, 2:]))


def _dotted_line(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Dotted lines across."""
    steps = np.arange(0, 1, 0.09)
    dots: list[NDArray[np.float64]] = []
    for _ in range(strength):
        (start, _), (end, _) = rng.uniform(0, SIDE, 2), rng.uniform(0, SIDE, 2)
        line = [steps * (SIDE - 1), start + steps * (end - start)]
        dots.append(np.stack(line if rng.random() < 0.5 else line[::-1], axis=1))
    return np.maximum(picture, _draw_dots(np.concatenate(dots).astype(np.float32), np.float32(0.9)))


def _zigzag(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Short zigzag strokes."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(strength):
        middle, swing, level = rng.uniform(2, 26), rng.uniform(1.5, 3), bool(rng.random() < 0.5)
        along = rng.uniform(0, 14) + np.arange(0, 15, 3.0)
        aside = middle + swing * (-1.0) ** np.arange(len(along))
        points = np.stack((along, aside) if level else (aside, along), axis=1)
        cv2.polylines(canvas, [np.round(points * 16).astype(np.int32)], False, 255, 1, cv2.LINE_AA, 4)
    return np.asarray(np.maximum(picture, canvas.astype(np.float32) / np.float32(255)), np.float32)


def _canny_edges(picture: Picture, strength: int, rng: np.random.Generator) -> Picture:
    """Only the strokes' edges are left, more and more."""
    edges = cv2.Canny(np.round(picture * 255).astype(np.uint8), 80, 200).astype(np.float32) / np.float32(255)
    share = np.float32(strength / STRENGTHS)
    return np.asarray(picture * (1 - share) + edges * share, np.float32)


def _draw_dots(places: Picture, radius: Picture | np.float32) -> Picture:
    """Return dots with soft edges. places: (N, 2) of x and y; radius: one, or (N, 1), in pixels."""
    x, y = places[:, 0, None, None], places[:, 1, None, None]
    reach = np.asarray(radius, np.float32).reshape(-1, 1, 1) + np.float32(0.5)
    return np.asarray(np.clip(reach - np.hypot(ACROSS - x, DOWN - y), 0, 1).max(axis=0), np.float32)


def _warp(picture: Picture, *numbers: Any) -> Picture:
    """Map (x, y) from the centre to (a x + b y + c, d x + e y + f)."""
    a, b, c, d, e, f = map(float, numbers)
    middle = (SIDE - 1) / 2
    matrix = np.array([[a, b, c + middle - a * middle - b * middle], [d, e, f + middle - d * middle - e * middle]])
    return np.asarray(cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR), np.float32)


def _sign(rng: np.random.Generator) -> int:
    return 1 if rng.random() < 0.5 else -1


KINDS: Mapping[str, Spoil] = {
    "shot noise": _shot_noise,
    "impulse noise": _impulse_noise,
    "glass blur": _glass_blur,
    "motion blur": _motion_blur,
    "shear": _shear,
    "scale": _scale,
    "rotate": _rotate,
    "brightness": _brightness,
    "translate": _translate,
    "stripe": _stripe,
    "fog": _fog,
    "spatter": _spatter,
    "dotted line": _dotted_line,
    "zigzag": _zigzag,
    "canny edges": _canny_edges,
}
"""The fifteen, by name, in MNIST-C's order; a kind's place is part of its chance."""
