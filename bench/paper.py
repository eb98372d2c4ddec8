"""Papers: plain, ruled, graph, and the fine patterns of cheques, as reflectance.

A picture is (H, W) float32, 1.0 where it is as bright as white paper. Pictures are multiplied with one another.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Shape = tuple[int, int]
Pattern = Callable[[Shape, np.random.Generator], Picture]

FAINTEST, STRONGEST = 0.03, 0.25
"""Contrast of a printed pattern: the share of light that its lines swallow."""


def draw_paper(shape: Shape, rng: np.random.Generator) -> Picture:
    """Return a sheet of a random kind. shape: (H, W) in pixels. Reflectance 0.4..1."""
    kinds: tuple[Pattern, ...] = (draw_plain, draw_ruled, draw_graph, draw_guilloche)
    sheet = kinds[rng.choice(len(kinds), p=(0.35, 0.15, 0.15, 0.35))](shape, rng)
    return np.clip(sheet, 0.4, 1.0)


def draw_plain(shape: Shape, rng: np.random.Generator) -> Picture:
    """Return bare paper: an even tint, clouds and fibre. Reflectance 0.6..1."""
    tint = 1.0 if rng.random() < 0.5 else rng.uniform(0.72, 1.0)
    clouds = draw_clouds(shape, rng, cell=rng.uniform(30, 120)) * rng.uniform(0, 0.02)
    fibre = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), rng.uniform(0.6, 2.0))
    return np.clip(tint + clouds + fibre * rng.uniform(0, 0.03), 0.6, 1.0).astype(np.float32)


def draw_ruled(shape: Shape, rng: np.random.Generator) -> Picture:
    """Return writing paper with level lines, at times with a margin line. Reflectance 0.4..1."""
    across, down = _turned(shape, rng.normal(0, 0.01))
    pitch, width = rng.uniform(28, 90), rng.uniform(1, 3)
    dark = rng.uniform(0.08, 0.45)
    sheet = draw_plain(shape, rng) * (1 - dark * _lines(down + rng.uniform(0, pitch), pitch, width))
    if rng.random() < 0.3:
        margin = np.abs(across - rng.uniform(0.02, 0.3) * shape[1])
        sheet *= 1 - rng.uniform(0.1, 0.4) * np.clip(width / 2 + 0.5 - margin, 0, 1)
    return np.clip(sheet, 0.4, 1.0).astype(np.float32)


def draw_graph(shape: Shape, rng: np.random.Generator) -> Picture:
    """Return squared paper, at times with every fifth line darker. Reflectance 0.4..1."""
    across, down = _turned(shape, rng.normal(0, 0.01))
    pitch, width, dark = rng.uniform(14, 50), rng.uniform(0.8, 2), rng.uniform(0.06, 0.35)
    sheet = draw_plain(shape, rng)
    for steps in (across + rng.uniform(0, pitch), down + rng.uniform(0, pitch)):
        sheet *= 1 - dark * _lines(steps, pitch, width)
    if rng.random() < 0.3:
        sheet *= 1 - dark / 2 * np.maximum(_lines(across, 5 * pitch, 1.5 * width), _lines(down, 5 * pitch, 1.5 * width))
    return np.clip(sheet, 0.4, 1.0).astype(np.float32)


def draw_guilloche(shape: Shape, rng: np.random.Generator) -> Picture:
    """Return security paper: one or two fine patterns of contrast 0.03..0.25 on a tint. Reflectance 0.4..1."""
    sheet = np.full(shape, rng.uniform(0.62, 1.0), np.float32) * draw_plain(shape, rng) ** 0.5
    if rng.random() < 0.4:  # a ground that runs from one colour to another
        sheet *= 1 - rng.uniform(0, 0.2) * (0.5 + 0.25 * draw_clouds(shape, rng, cell=max(shape)))
    for _ in range(int(rng.integers(1, 3))):
        pattern = GUILLOCHES[rng.integers(len(GUILLOCHES))](shape, rng)
        sheet *= 1 - np.exp(rng.uniform(np.log(FAINTEST), np.log(STRONGEST))) * pattern
    return np.clip(sheet, 0.4, 1.0).astype(np.float32)


def weave_waves(shape: Shape, rng: np.random.Generator) -> Picture:
    """Bundles of wavy lines that run together and apart. Coverage 0..1, as of all weave functions."""
    across, down = _turned(shape, rng.uniform(-0.6, 0.6))
    pitch, length = rng.uniform(4, 12), rng.uniform(60, 300)
    swing = np.sin(across * (2 * np.pi / length) + rng.uniform(0, 6)) * rng.uniform(3, 25)
    spread = 1 + rng.uniform(0, 0.5) * np.sin(across * (2 * np.pi / (length * rng.uniform(0.7, 3))))
    return _lines((down + swing) * spread, pitch, rng.uniform(0.8, 2))


def weave_rosettes(shape: Shape, rng: np.random.Generator) -> Picture:
    """Rings with petals around one to three centres."""
    pattern = np.zeros(shape, np.float32)
    pitch = rng.uniform(5, 12)
    for _ in range(int(rng.integers(1, 4))):
        radius, angle = _polar(shape, rng.uniform(0, 1) * shape[1], rng.uniform(-0.5, 1.5) * shape[0])
        petals = 1 + rng.uniform(0.03, 0.25) * np.sin(angle * int(rng.integers(5, 24)) + rng.uniform(0, 6))
        pattern = np.maximum(pattern, _lines(radius * petals, pitch, rng.uniform(0.8, 2)))
    return pattern


def weave_fans(shape: Shape, rng: np.random.Generator) -> Picture:
    """Two fans of rays from points off the sheet, whose crossing makes a moire."""
    pattern = np.zeros(shape, np.float32)
    for side in (-1.0, 1.0):
        far = rng.uniform(0.6, 1.5) * max(shape)
        radius, angle = _polar(shape, shape[1] / 2 + side * far, shape[0] * rng.uniform(-0.5, 1.5))
        bent = angle + rng.uniform(0, 0.05) * np.sin(radius * (2 * np.pi / rng.uniform(60, 300)))
        turned = np.where(bent < 0, bent + 2 * np.pi, bent) if side > 0 else bent
        pattern = np.maximum(
            pattern, _lines(turned.astype(np.float32) * far, rng.uniform(5, 12), rng.uniform(0.8, 1.6))
        )
    return pattern


def weave_dots(shape: Shape, rng: np.random.Generator) -> Picture:
    """Crosshatch or dots on a turned grid."""
    across, down = _turned(shape, rng.uniform(0, np.pi / 2))
    pitch = rng.uniform(3.5, 9)
    if rng.random() < 0.5:
        return np.maximum(_lines(across, pitch, 1.0), _lines(down, pitch, 1.0))
    waves = np.cos(across * (2 * np.pi / pitch)) + np.cos(down * (2 * np.pi / pitch))
    return np.asarray(np.clip(waves * 1.5 - rng.uniform(0, 2), 0, 1), np.float32)


def weave_stripes(shape: Shape, rng: np.random.Generator) -> Picture:
    """Fine slanting stripes."""
    _, down = _turned(shape, rng.uniform(0.3, 1.3) * rng.choice((-1, 1)))
    return _lines(down, rng.uniform(4, 10), rng.uniform(0.8, 2.5))


def weave_ripples(shape: Shape, rng: np.random.Generator) -> Picture:
    """Fine wavy lines, level and close together."""
    across, down = _turned(shape, rng.normal(0, 0.05))
    swing = np.sin(across * (2 * np.pi / rng.uniform(15, 80)) + down * rng.uniform(0, 0.1)) * rng.uniform(0.5, 3)
    return _lines(down + swing, rng.uniform(3, 7), rng.uniform(0.8, 1.8))


GUILLOCHES: tuple[Pattern, ...] = (
    weave_waves,
    weave_rosettes,
    weave_fans,
    weave_dots,
    weave_stripes,
    weave_ripples,
    weave_ripples,  # twice: cheques love them
)
"""The families of fine patterns."""


def draw_clouds(shape: Shape, rng: np.random.Generator, cell: float) -> Picture:
    """Return smooth noise of deviation about 1; cell: the size of its spots in pixels."""
    coarse = (max(2, round(shape[0] / cell) + 2), max(2, round(shape[1] / cell) + 2))
    field = rng.normal(0, 1, coarse).astype(np.float32)
    return np.asarray(cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _lines(steps: NDArray[np.floating], pitch: float, width: float) -> Picture:
    """Return the coverage of lines of this width, one every pitch, across a field of distances in pixels."""
    nearest = np.abs(steps / pitch - np.round(steps / pitch)) * pitch
    return np.asarray(np.clip(width / 2 + 0.5 - nearest, 0, 1), np.float32)


def _turned(shape: Shape, angle: float) -> tuple[Picture, Picture]:
    """Return for each pixel its place along and across a direction, in pixels; angle in radians."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return x * cos + y * sin, y * cos - x * sin


def _polar(shape: Shape, x: float, y: float) -> tuple[Picture, Picture]:
    """Return for each pixel its distance from a point in pixels, and its direction in radians."""
    down, across = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return np.hypot(across - np.float32(x), down - np.float32(y)), np.arctan2(
        down - np.float32(y), across - np.float32(x)
    )
