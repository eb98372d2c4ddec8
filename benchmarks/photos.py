"""How a flat page becomes a picture: scanned, tilted, in shadow, or photographed askew."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pages import colour_paper, expose, light_from

Picture = NDArray[np.uint8]
Ink = NDArray[np.float32]


@dataclass(frozen=True)
class Way:
    """How a form becomes a picture."""

    angle: float
    """It is turned by at most this, in degrees."""
    zoom: float
    """Pixels of the picture for one of the form."""
    sway: float
    """Each corner is moved by at most this share of the side: perspective."""
    table: float
    """What is seen around it, as a share of its sides."""
    dark: float
    """How much light is lost from one corner to the other (0..1)."""
    has_shadow: bool
    """Whether something stands in the light."""
    noise: float
    """Standard deviation, of 255."""
    blur: float
    """In pixels."""


WAYS = {
    "scan": Way(2, 1.1, 0.0, 0.03, 0.05, False, 2.0, 0.6),
    "tilt": Way(15, 1.0, 0.0, 0.16, 0.1, False, 2.5, 0.7),
    "shadow": Way(4, 1.1, 0.02, 0.06, 0.6, True, 3.0, 0.8),
    "phone": Way(12, 1.25, 0.08, 0.12, 0.4, True, 3.0, 0.9),
}


def photograph(page: Picture, way: str, rng: np.random.Generator) -> Picture:
    """Return a form as it comes in: one of WAYS. Its size may differ from the page's."""
    (height, width), how = page.shape[:2], WAYS[way]
    size = round(width * how.zoom * (1 + 2 * how.table)), round(height * how.zoom * (1 + 2 * how.table))
    angle, zoom = rng.uniform(-how.angle, how.angle), how.zoom * rng.uniform(0.9, 1.05)
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, zoom), [0, 0, 1]])
    shift = np.eye(3)
    shift[:2, 2] = (np.array(size) - (width, height)) / 2 + rng.normal(0, 0.01, 2) * width
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + (rng.uniform(-how.sway, how.sway, (4, 2)) * (width, height)).astype(np.float32)
    view = shift @ turn @ cv2.getPerspectiveTransform(corners, moved)
    ground = colour_paper((250, 250, 250) if way == "scan" else (90, 110, 130), (size[1], size[0]), rng, 4.0)
    paper = page.astype(np.float32) + colour_paper((-4, -4, -4), (height, width), rng, 1.5)
    border = cv2.BORDER_TRANSPARENT
    seen = cv2.warpPerspective(paper, view, size, dst=ground, flags=cv2.INTER_LINEAR, borderMode=border)
    light = light_from((size[1], size[0]), rng.uniform(), rng.uniform(), how.dark)
    if how.has_shadow:
        light *= _cast_shadow((size[1], size[0]), rng)
    return expose(np.asarray(seen * light[..., None], np.float32), how.noise, how.blur, rng)


def _cast_shadow(shape: tuple[int, int], rng: np.random.Generator) -> Ink:
    """Return the light beside a hand or a head: (H, W) float32, 1 where no shadow falls."""
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    edge = (x - width / 2) * np.cos(angle) + (y - height / 2) * np.sin(angle) + rng.normal(0, 0.15) * width
    soft = rng.uniform(0.01, 0.06) * width
    return np.asarray(1 - rng.uniform(0.2, 0.5) / (1 + np.exp(-edge / soft)), np.float32)
