"""The camera: light, lens, noise and JPEG that stand between a page and its picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper import Picture, Shape, draw_clouds

Grey = NDArray[np.uint8]


def expose(reflectance: Picture, rng: np.random.Generator, strength: float = 1.0) -> Grey:
    """Photograph a page.

    reflectance: (H, W) float32, 1.0 for white paper. strength: 0 for a clean scan, 1 for a bad phone picture.
    Returns (H, W) uint8; what turns or shifts the page is not done here, so places stay true.
    Raises ValueError for a strength below 0 or above 1.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"expose needs a strength from 0 to 1, got {strength}")
    lit = reflectance * light(reflectance.shape, rng, strength)
    seen = blur(lit, rng, strength) ** np.float32(np.exp(rng.normal(0, 0.3) * strength))
    black, white = rng.uniform(0, 0.2) * strength, 1 - rng.uniform(0, 0.25) * strength
    grey = (black + (white - black) * seen) * 255
    grey = grey + _grain(reflectance.shape, rng) * rng.uniform(0, 9) * strength
    return compress(np.clip(grey, 0, 255).astype(np.uint8), rng, strength)


def light(shape: Shape, rng: np.random.Generator, strength: float) -> Picture:
    """Return how bright each place is lit, (H, W) float32 0.1..1: a lamp, a vignette, shadows."""
    lit = _lamp(shape, rng, rng.uniform(0, 0.5) * strength)
    if rng.random() < 0.5:
        lit *= _vignette(shape, rng.uniform(0, 0.6) * strength)
    for _ in range(int(rng.integers(0, 3))):
        lit *= 1 - rng.uniform(0, 0.5) * strength * _shadow(shape, rng)
    return np.clip(lit, 0.1, 1.0).astype(np.float32)


def blur(picture: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """Put the lens out of focus, or move the hand, by up to about 2 pixels."""
    focus = rng.uniform(0.2, 1.6) * strength
    if focus > 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), focus), np.float32)
    if rng.random() < 0.2 * strength:
        picture = np.asarray(cv2.filter2D(picture, -1, _motion(rng), borderType=cv2.BORDER_REPLICATE), np.float32)
    return np.clip(picture, 0, 1)


def compress(grey: Grey, rng: np.random.Generator, strength: float) -> Grey:
    """Write a picture as JPEG, of quality 95 down to 35 at full strength, and read it again."""
    quality = round(95 - rng.uniform(0, 60) * strength)
    _, data = cv2.imencode(".jpg", grey, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def draw_homography(shape: Shape, rng: np.random.Generator, strength: float = 1.0) -> NDArray[np.float64]:
    """Return a mild turn and tilt for picture and truth alike, (3, 3) float64, as cv2.warpPerspective takes it.

    Turns by about 2 degrees (deviation) about the picture's centre, and moves each corner by up to 3 % of its side.
    """
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = rng.normal(0, np.deg2rad(2)) * strength
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array([width / 2, height / 2])
    moved = (corners - centre) @ turn.T + centre + rng.uniform(-0.03, 0.03, (4, 2)) * (width, height) * strength
    return np.asarray(cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), np.float64)


def _lamp(shape: Shape, rng: np.random.Generator, fall: float) -> Picture:
    """Light that falls off to one side: 1 at the near edge, 1 - fall at the far one."""
    down, across = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (across - 0.5) * np.float32(np.cos(angle)) + (down - 0.5) * np.float32(np.sin(angle))
    return np.asarray(1 - fall * np.clip(slope + 0.5, 0, 1), np.float32)


def _vignette(shape: Shape, fall: float) -> Picture:
    down, across = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    return np.asarray(1 - fall * (across**2 + down**2) / 2, np.float32)


def _shadow(shape: Shape, rng: np.random.Generator) -> Picture:
    """The shadow of a hand or a phone: one side of a wavy or straight edge, soft or hard. 0 in the light, 1 in it."""
    down, across = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle, size = rng.uniform(0, 2 * np.pi), float(max(shape))
    edge = (across - rng.uniform(0, shape[1])) * np.cos(angle) + (down - rng.uniform(0, shape[0])) * np.sin(angle)
    if rng.random() < 0.5:
        edge = edge + draw_clouds(shape, rng, cell=size / 3) * rng.uniform(0, 0.1) * size
    softness = 1 + size * rng.choice((0.003, 0.02, 0.1)) * rng.random()
    return np.asarray(np.clip(edge / softness + 0.5, 0, 1), np.float32)


def _motion(rng: np.random.Generator) -> Picture:
    """A kernel of 5 x 5 that smears along one direction."""
    kernel = np.zeros((5, 5), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * 2
    start, end = np.round(2 - reach).astype(int).tolist(), np.round(2 + reach).astype(int).tolist()
    cv2.line(kernel, start, end, 1.0)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _grain(shape: Shape, rng: np.random.Generator) -> Picture:
    """Sensor noise, fine or as coarse as a denoiser leaves it. Deviation about 1."""
    grain = rng.normal(0, 1, shape).astype(np.float32)
    if rng.random() < 0.3:
        grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.8), np.float32) * np.float32(2.5)
    return grain
