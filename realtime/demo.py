"""A page under a lens, drawn: what `--source demo` shows, for those without a camera, for tests and benchmarks.

Three numbers stand on the page. A fourth is written, the lens wanders, and the fourth is rubbed out: then it begins
anew. The same number gives the same frame, to the last pixel, and what stands on it is known.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.strokes import DIGITS, parse, smooth
from scanner.page import Box

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

Points = NDArray[np.float64]
"""(N, 2), x before y, in pixels of the page."""

SIZE = (1280, 720)
"""Width and height of a frame in pixels, unless another one is asked for."""

FPS = 30.0
"""Frames a second, unless others are asked for."""

PERIOD = 16.0
"""Seconds until all begins anew."""

WRITING, ERASING, MOVING = (1.5, 4.0), (14.0, 15.0), (5.0, 13.0)
"""Seconds of the period from when to when the fourth number is written, rubbed out, and the lens moves."""

PAGE = (1600, 900)
"""Width and height of the page in pixels."""

PAPER, INK = (226, 234, 238), (96, 52, 38)
"""Colours, BGR."""

NUMBERS = (("31415", 130, 140), ("2718", 150, 390), ("0577", 930, 170), ("16180", 850, 590))
"""Text, and the upper left corner in pixels of the page. The last one is written and rubbed out."""

HEIGHT, STEP, PEN = 110, 122, 7
"""Height of a digit, from one to the next, and the pen's width, in pixels of the page."""

FORMS = {"0": 0, "1": 4, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 2, "8": 0, "9": 0}
"""Which of model.numerals' forms this hand writes."""

SHAKE, SLANT = 0.12, 0.12
"""How far the hand misses each point, in grid units (standard deviation); how far it leans, as a share of height."""

NOISE = 3.0
"""Of the sensor: standard deviation, in steps of 0..255."""

ROOM = 64
"""So many ways the noise lies over a frame, across and down."""

COARSE = 64
"""Places across and down at which the light is worked out; between them it is even enough."""

DARKEST = 0.72
"""Light in the corner that is farthest from the lamp; 1 beneath it."""

SWAY, TURN, ZOOM = (60.0, 35.0), 2.5, 0.07
"""How far the lens moves: pixels of the page, degrees, share of the size."""


@dataclass(frozen=True)
class Written:
    """A number as it stands on a frame."""

    text: str
    """As far as it is written: digits that are whole."""
    boxes: tuple[Box, ...]
    """Around the ink of each digit of the text, in pixels of the frame."""
    is_whole: bool
    """Whether no pen or rubber is at work on it."""


class Demo:
    """The page, the lens and the light."""

    def __init__(self, size: tuple[int, int] = SIZE, fps: float = FPS) -> None:
        """size: width and height of a frame in pixels. fps: frames a second."""
        self.size, self.fps = size, fps
        rng = np.random.default_rng(20_000)
        self._strokes = [[_write(sign, x + STEP * i, y, rng) for i, sign in enumerate(text)] for text, x, y in NUMBERS]
        self._page = np.full((PAGE[1], PAGE[0], 3), PAPER, np.uint8)
        for strokes in (strokes for number in self._strokes[:-1] for strokes in number):
            _draw(self._page, strokes)
        width, height = size
        noise = np.round(NOISE * rng.standard_normal((height + ROOM, width + ROOM), np.float32)).astype(np.int8)
        self._lighter, self._darker = (cv2.merge([np.maximum(part, 0).view(np.uint8)] * 3) for part in (noise, -noise))
        across, down = np.meshgrid(np.linspace(0, 1, COARSE), np.linspace(0, 1, COARSE))
        light = 255 * (1 - (1 - DARKEST) * (0.7 * across + 0.3 * down) ** 1.5)
        self._light = cv2.merge([cv2.resize(light.astype(np.float32), size).astype(np.uint8)] * 3)

    def draw(self, number: int) -> Picture:
        """Return a frame, (H, W, 3) BGR uint8. number: from 0."""
        lens = self._look(number)
        page, share = self._page, self._find_share(number)
        if share > 0:
            page = page.copy()
            for strokes in _take_share(self._strokes[-1], share):
                _draw(page, strokes)
        seen = cv2.warpAffine(page, lens, self.size, borderValue=PAPER)  # the paper goes on beyond what is written on
        seen = cv2.multiply(seen, self._light, scale=1 / 255)
        left, top = number * 37 % ROOM, number * 23 % ROOM
        place = np.s_[top : top + self.size[1], left : left + self.size[0]]
        return np.asarray(cv2.subtract(cv2.add(seen, self._lighter[place]), self._darker[place]), np.uint8)

    def tell(self, number: int) -> tuple[Written, ...]:
        """Return what stands on a frame. number: from 0. The one that is being written comes last."""
        lens, share = self._look(number), self._find_share(number)
        last = self._strokes[-1]
        shown = _take_share(last, share)
        whole = sum(_measure(some) >= _measure(all_) - 1 for some, all_ in zip(shown, last, strict=False))
        rows = [*self._strokes[:-1], last[:whole]]
        texts = [*(text for text, _, _ in NUMBERS[:-1]), NUMBERS[-1][0][:whole]]
        return tuple(
            Written(text, tuple(_bound(strokes, lens) for strokes in row), row is not rows[-1] or share in (0.0, 1.0))
            for text, row in zip(texts, rows, strict=True)
            if row or 0 < share < 1
        )

    def _find_share(self, number: int) -> float:
        """Return how much of the last number stands on a frame, 0..1."""
        now = number / self.fps % PERIOD
        return _rise(now, *WRITING) - _rise(now, *ERASING)

    def _look(self, number: int) -> Points:
        """Return how the lens sees the page: (2, 3), from its pixels to those of a frame."""
        now = number / self.fps % PERIOD
        way = _rise(now, *MOVING)
        calm = np.sin(np.pi * way) ** 2  # begins and ends without a jerk
        sway = np.array(SWAY) * np.sin(2 * np.pi * way * np.array([1, 2])) * calm
        scale = min(self.size[0] / PAGE[0], self.size[1] / PAGE[1])
        turned = cv2.getRotationMatrix2D(
            (PAGE[0] / 2, PAGE[1] / 2), TURN * np.sin(2 * np.pi * way) * calm, 1 + ZOOM * calm
        )
        lens = np.asarray(turned * scale, np.float64)
        lens[:, 2] += np.array(self.size) / 2 - scale * np.array(PAGE) / 2 + scale * sway
        return lens


class DemoCapture:
    """The demo as a camera: gives a frame when its time has come."""

    def __init__(
        self,
        size: tuple[int, int] | None = None,
        fps: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """size: width and height in pixels. fps: frames a second. clock, sleep: of seconds."""
        self._demo = Demo(size or SIZE, fps or FPS)
        self._clock, self._sleep = clock, sleep
        self._due: float | None = None
        self._number = -1

    def read(self) -> tuple[bool, Picture]:
        """Wait for the next frame and return it: none is left out, so that its number tells its scene.

        Where drawing takes too long, the scene runs slower.
        """
        self._number += 1
        picture = self._demo.draw(self._number)
        now = self._clock()
        self._due = now if self._due is None else max(self._due + 1 / self._demo.fps, now)
        self._sleep(self._due - now)
        return True, picture

    def get(self, propId: int, /) -> float:
        """Return the frame rate; it has no end, and no other property."""
        return self._demo.fps if propId == cv2.CAP_PROP_FPS else 0.0

    def release(self) -> None:
        """Nothing is held."""


def _rise(now: float, start: float, end: float) -> float:
    """Return 0 before the start, 1 from the end on."""
    return min(1.0, max(0.0, (now - start) / (end - start)))


def _write(sign: str, x: float, y: float, rng: np.random.Generator) -> list[Points]:
    """Return the strokes of a digit whose upper left corner is there."""
    strokes = []
    for points in parse(DIGITS[sign][FORMS[sign]]):
        path = smooth(points + rng.normal(0, SHAKE, points.shape)) * HEIGHT / 9
        path[:, 0] += SLANT * (HEIGHT - path[:, 1])
        strokes.append(path + np.array((x, y)))
    return strokes


def _draw(page: Picture, strokes: list[Points]) -> None:
    for path in strokes:
        cv2.polylines(page, [np.round(path * 16).astype(np.int32)], False, INK, PEN, cv2.LINE_AA, 4)


def _take_share(digits: list[list[Points]], share: float) -> list[list[Points]]:
    """Return the strokes of a number as far as the pen has come. share: 0..1 of its points."""
    left = round(share * sum(_measure(strokes) for strokes in digits))
    taken: list[list[Points]] = []
    for strokes in digits:
        taken.append([])
        for path in strokes:
            if left > 1:
                taken[-1].append(path[:left])
            left -= len(path)
    return [strokes for strokes in taken if strokes]


def _measure(strokes: list[Points]) -> int:
    return sum(len(path) for path in strokes)


def _bound(strokes: list[Points], lens: Points) -> Box:
    """Return the box around the ink of a digit, in pixels of a frame. OpenCV's smooth lines are a little wider."""
    points = np.concatenate(strokes) @ lens[:, :2].T + lens[:, 2]
    half = (PEN / 2 + 2) * float(np.hypot(*lens[:, 0]))
    left, top = np.floor(points.min(axis=0) - half).astype(int).tolist()
    right, bottom = np.ceil(points.max(axis=0) + half).astype(int).tolist()
    return Box(left, top, right - left, bottom - top)
