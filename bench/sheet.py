"""A page while it is being written, and the picture taken of it, with the truth."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.camera import draw_homography, expose
from bench.hand import SHARED, SIGN, Owners, Writing
from bench.paper import Picture, Shape
from scanner.page import Box


@dataclass(frozen=True)
class LabelledPage:
    """A picture of a page, and who wrote each of its pixels."""

    image: NDArray[np.uint8]
    """(H, W) uint8."""
    owners: Owners
    """(H, W) uint16: 0 for paper and print, 1.. for the digits, SIGN for signs and letters, SHARED."""
    labels: tuple[int, ...]
    """What each digit is, 0..9; the first belongs to owner 1."""
    strings: tuple[tuple[str, Box], ...]
    """Digit strings with their boxes, in pixels before the page was tilted."""


def choose_height(rng: np.random.Generator, least: float, most: float) -> float:
    """Return the height of a page's digits, in pixels: small ones are as likely as large ones, factor for factor."""
    return float(np.exp(rng.uniform(np.log(least), np.log(most))))


class Sheet:
    """A page while it is being written."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.ink = np.zeros(shape, np.float32)
        self.owners = np.zeros(shape, np.uint16)
        self.labels: list[int] = []
        self.strings: list[tuple[str, Box]] = []

    def lay(self, writing: Writing, left: int, top: int) -> Box:
        """Put writing onto the sheet; what stands out of it is lost. Returns its box."""
        height, width = self.ink.shape
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + writing.ink.shape[1], width), min(top + writing.ink.shape[0], height)
        box = Box(x0, y0, max(x1 - x0, 0), max(y1 - y0, 0))
        if not box.width or not box.height:
            return box
        inside = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        place = np.s_[y0:y1, x0:x1]
        np.maximum(self.ink[place], writing.ink[inside], out=self.ink[place])
        own = writing.owners[inside].copy()
        own[(own > 0) & (own < SIGN)] += len(self.labels)
        there = self.owners[place]
        there[...] = np.where(own > 0, np.where(there > 0, SHARED, own), there)
        if writing.labels:
            self.strings.append(("".join(map(str, writing.labels)), box))
        self.labels += writing.labels
        return box

    def photograph(self, paper: Picture, rng: np.random.Generator, strength: float) -> LabelledPage:
        """Lay the ink onto the paper and take a picture of it."""
        darkness = rng.uniform(0.2, 0.95)  # pencil to ink
        page = np.asarray(paper * (1 - darkness * self.ink), np.float32)
        owners = self.owners
        if rng.random() < 0.4:
            tilt = draw_homography(self.shape, rng, strength)
            size = self.shape[::-1]
            page = np.asarray(cv2.warpPerspective(page, tilt, size, borderMode=cv2.BORDER_REFLECT), np.float32)
            owners = np.asarray(cv2.warpPerspective(owners, tilt, size, flags=cv2.INTER_NEAREST), np.uint16)
        image = expose(page, rng, strength)
        if rng.random() < 0.08:  # a blackboard, a screen
            image = 255 - image
        return LabelledPage(image, owners, tuple(self.labels), tuple(self.strings))
