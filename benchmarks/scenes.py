"""Scripted scenes before a camera: a page, what is written and erased when, a hand, light, a camera that moves.

Each frame can be drawn by itself, for any time, so that tests and measurements see the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pages import Hand, Ink, Picture, Place, colour_paper, light_from, take_hand, write_digit

SKIN = (140.0, 170.0, 210.0)
"""Colour of the hand, BGR."""

PEN = (70.0, 40.0, 40.0)
"""Colour of the pen that it holds, BGR."""

INK = (95.0, 45.0, 35.0)
"""Colour of what is written, BGR."""

FOREVER = 1e9
"""Later than any scene's end, in seconds."""

GRAINS = 16
"""So many pictures of noise are drawn beforehand, and taken in turn."""


@dataclass(frozen=True)
class Written:
    """A digit on the page."""

    text: str
    box: Place
    """x, y, width and height, in pixels of the page."""
    line: int
    """Which string it belongs to."""
    ink: Ink
    """(H, W) float32 of the whole page, 0..1."""
    begun: float = -1.0
    done: float = 0.0
    """When the pen is set down and lifted, in seconds."""
    rubbed: float = FOREVER
    gone: float = FOREVER
    """When an eraser is set down, and when nothing is left."""

    def share(self, time: float) -> float:
        """Return how much of it stands there, from its top on: 0..1."""
        came = np.clip((time - self.begun) / max(self.done - self.begun, 1e-6), 0, 1)
        left = np.clip((self.gone - time) / max(self.gone - self.rubbed, 1e-6), 0, 1)
        return float(min(came, left))


Path = Callable[[float], tuple[float, float] | None]
"""Where the tip of the pen is at some time, in pixels of the page; None when the hand is away."""


def nowhere(time: float) -> tuple[float, float] | None:
    """Keep the hand away."""
    return None


def steadily(time: float) -> float:
    """Light that stays."""
    return 1.0


def unmoved(time: float) -> NDArray[np.float64]:
    """Keep the camera where it is."""
    return np.eye(3)


@dataclass
class Scene:
    """What goes on before the camera."""

    name: str
    size: tuple[int, int]
    """Width and height of a frame, in pixels."""
    written: list[Written]
    seconds: float
    tip: Path = nowhere
    light: Callable[[float], float] = steadily
    """How bright it is: 1 as at the beginning, 0 in the dark."""
    move: Callable[[float], NDArray[np.float64]] = unmoved
    """(3, 3): takes the page's pixels to the frame's."""
    noise: float = 2.5
    """Standard deviation of the sensor's noise, 0..255."""
    seed: int = 0
    _paper: Ink = field(init=False)
    _grains: list[NDArray[np.int16]] = field(init=False)
    _skin: tuple[Ink, Ink] = field(init=False)
    _drawn: tuple[object, Ink] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        width, height = self.size
        shape = (height, width)
        self._paper = colour_paper((225, 232, 235), shape, rng) * light_from(shape, 0.3, 0.2, 0.25)[..., None]
        self._grains = [rng.normal(0, self.noise, (*shape, 3)).round().astype(np.int16) for _ in range(GRAINS)]
        self._skin = _draw_hand(height, rng)

    def draw(self, number: int, fps: float = 30.0) -> Picture:
        """Return the frame of a number, from 0: (H, W, 3) uint8 BGR."""
        time = number / fps
        shares, tip, move = tuple(digit.share(time) for digit in self.written), self.tip(time), self.move(time)
        state = (shares, tip, move.tobytes())
        if self._drawn is None or self._drawn[0] != state:
            self._drawn = (state, self._draw_page(shares, tip, move))
        seen = self._drawn[1] * np.float32(self.light(time))
        return np.asarray(np.clip(seen + self._grains[number * 7 % GRAINS], 0, 255), np.uint8)

    def _draw_page(self, shares: tuple[float, ...], tip: tuple[float, float] | None, move: NDArray[np.float64]) -> Ink:
        page = self._paper.copy()
        for digit, share in zip(self.written, shares, strict=True):
            if share > 0:
                left, top, wide, tall = digit.box
                place = np.s_[max(0, top - 3) : round(top + share * tall) + 3, max(0, left - 3) : left + wide + 3]
                ink = digit.ink[place][..., None]
                page[place] += (np.array(INK, np.float32) - page[place]) * ink
        if tip is not None:
            _lay_hand(page, self._skin, tip)
        if not np.array_equal(move, np.eye(3)):
            page = np.asarray(cv2.warpPerspective(page, move, self.size, borderMode=cv2.BORDER_REFLECT), np.float32)
        return np.asarray(cv2.GaussianBlur(page, (0, 0), 0.7), np.float32)

    def frames(self, fps: float = 30.0) -> Iterator[tuple[float, Picture]]:
        """Yield the time of each frame, in seconds, and the frame."""
        for number in range(round(self.seconds * fps)):
            yield number / fps, self.draw(number, fps)

    def expect(self, time: float) -> list[Written]:
        """Return the digits that stand on the page, whole, whether a hand hides them or not."""
        return [digit for digit in self.written if digit.done <= time < digit.rubbed]

    def place(self, digit: Written, time: float) -> tuple[float, float]:
        """Return where the middle of a digit is on the frame at some time, in pixels."""
        x, y, width, height = digit.box
        at = self.move(time) @ np.array([x + width / 2, y + height / 2, 1.0])
        return float(at[0] / at[2]), float(at[1] / at[2])


def lay_out(size: tuple[int, int], texts: list[str], hand: Hand, seed: int = 0) -> list[Written]:
    """Write strings below one another on a page. size: its width and height in pixels."""
    rng = np.random.default_rng(seed)
    width, height = size
    written = []
    for row, text in enumerate(texts):
        left = 0.1 * width
        top = (row + 0.5) * height / len(texts) - hand.height / 2
        for digit in text:
            ink = np.zeros((height, width), np.float32)
            box = write_digit(ink, digit, left, top + rng.normal(0, 0.03) * hand.height, hand, rng)
            written.append(Written(digit, box, row, ink))
            left = box[0] + box[2] + (hand.gap + abs(rng.normal(0, 0.03))) * hand.height
    return written


def _draw_hand(height: int, rng: np.random.Generator) -> tuple[Ink, Ink]:
    """Return a hand with its arm and pen, (h, w, 3) float32 BGR, and how it covers, (h, w) float32 in 0..1.

    The pen's tip is in the upper left corner; the arm goes on down to the right.
    """
    unit = height / 10
    size = (round(3.2 * height), round(3.2 * height))
    skin = np.zeros(size, np.uint8)
    arm = np.array([(2.2, 1.6), (3.6, 1.2), (30, 26), (30, 33), (3.4, 5.0), (2.0, 3.4)]) * unit
    cv2.fillPoly(skin, [arm.astype(np.int32)], 255, cv2.LINE_AA)
    for x, y, r in ((2.4, 2.2, 0.8), (2.9, 1.6, 0.7), (3.3, 3.4, 1.3), (2.2, 3.2, 0.7)):
        cv2.circle(skin, (round(x * unit), round(y * unit)), round(r * unit), 255, -1, cv2.LINE_AA)
    colour = np.array(SKIN, np.float32) * (1 + 0.06 * _cloud(size, unit, rng)[..., None])
    for x in (2.4, 2.8, 3.2):  # between the fingers
        start = (round(x * unit), round(2.0 * unit))
        cv2.line(
            colour, start, (round((x + 1.2) * unit), round(3.4 * unit)), (90.0, 115.0, 150.0), max(1, round(unit / 12))
        )
    pen = np.zeros(size, np.uint8)
    cv2.line(pen, (2, 2), (round(4.2 * unit), round(2.4 * unit)), 255, max(2, round(0.28 * unit)), cv2.LINE_AA)
    colour = np.where(pen[..., None] > 127, np.array(PEN, np.float32), colour)
    return np.asarray(colour, np.float32), np.maximum(skin, pen).astype(np.float32) / np.float32(255)


def _cloud(shape: tuple[int, int], grain: float, rng: np.random.Generator) -> Ink:
    coarse = rng.normal(0, 1, (round(shape[0] / grain) + 2, round(shape[1] / grain) + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _lay_hand(page: Ink, hand: tuple[Ink, Ink], tip: tuple[float, float]) -> None:
    """Lay the hand on the page, with its shadow; the page is changed."""
    height, width = page.shape[:2]
    x, y = round(tip[0]), round(tip[1])
    colour, cover = hand
    shadow = cv2.GaussianBlur(_shift(cover, x + height // 60, y + height // 40, (height, width)), (0, 0), height / 60)
    page *= 1 - 0.35 * shadow[..., None]
    over = _shift(cover, x, y, (height, width))[..., None]
    page *= 1 - over
    page += over * _shift(colour, x, y, (height, width))


def _shift(picture: Ink, x: int, y: int, shape: tuple[int, int]) -> Ink:
    """Return what of a picture whose corner lies at (x, y) is seen within a shape."""
    seen = np.zeros((*shape, *picture.shape[2:]), np.float32)
    top, left = max(0, y), max(0, x)
    part = picture[top - y : top - y + shape[0] - top, left - x : left - x + shape[1] - left]
    if part.size and top < shape[0] and left < shape[1]:
        seen[top : top + part.shape[0], left : left + part.shape[1]] = part
    return seen


def make_hand(size: tuple[int, int], rng: np.random.Generator, height: float = 0.11) -> Hand:
    """Return a hand that writes digits of a height, given as a share of the frame's."""
    return take_hand(rng, height * size[1], max(2.0, 0.009 * size[1]))
