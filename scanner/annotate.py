"""Draw a reading onto its image: boxes, digits and doubt. The scanner's `--annotate` and the live overlay share it.

Blue is sure and orange is unsure, on a scale that gets lighter with doubt: people who confuse red and green see the
difference, and so does a grey print. A refused digit differs by shape too: a dashed box and a white "?" on black.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.reading import REFUSED, Digit, Line, Reading

Colour = tuple[int, int, int]
"""Blue, green, red; 0..255 each."""

SURE: Colour = (178, 114, 0)
"""Okabe and Ito's blue, #0072B2: a digit of confidence 1."""

UNSURE: Colour = (0, 159, 230)
"""Okabe and Ito's orange, #E69F00: a digit of confidence LEAST or less."""

LEAST = 0.5
"""The confidence at which the scale ends: below it digits are refused, unless the person asks otherwise."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (20, 20, 20)

SMALLEST_SIDE = 320
"""Pictures whose shorter side is smaller are enlarged to it, in pixels: a 40 px crop has no room for type."""

LARGEST_SIDE = 2400
"""The longer side of an enlarged picture, at most, in pixels: a strip of 40 x 4000 keeps its size."""

SMALLEST_TYPE = 12
"""Type is at least this high, in pixels: smaller digits run together on a screen."""

ASCENT = 0.76
"""Height of a digit of OpenCV's own sans face, as a share of the type's size."""

ADVANCE = 0.67
"""Width of a digit of that face with the gap that follows it, as a share of the type's size."""

WEIGHT = 600
"""Semi-bold: light type on a coloured ground looks thinner than it is."""


@dataclass(frozen=True)
class Chip:
    """A piece of text on a ground of its own, so that it can be read on any picture."""

    text: str
    size: int
    """Of the type, in pixels."""
    ground: Colour

    @property
    def pad(self) -> int:
        """Ground around the text, in pixels."""
        return max(2, round(self.size * 0.2))

    @property
    def width(self) -> int:
        """In pixels, ground included."""
        return cv2.getTextSize((0, 0), self.text, (0, 0), cv2.FontFace("sans"), self.size, WEIGHT)[2] + 2 * self.pad

    @property
    def height(self) -> int:
        """In pixels, ground included."""
        return round(self.size * ASCENT) + 2 * self.pad


def annotate(image: NDArray[np.uint8], reading: Reading) -> NDArray[np.uint8]:
    """Return a copy of the image with the reading drawn on it.

    image: (H, W, 3) BGR or (H, W) grey, uint8; the one whose pixels the reading's boxes count.
    Returns (h, w, 3) BGR uint8; larger than the image by a whole factor when that is small (see SMALLEST_SIDE).
    """
    factor = find_enlargement(image)
    picture = _enlarge(image, factor)
    for line in reading.lines:
        for digit in line.digits:
            draw_box(picture, digit.box.scaled(factor), digit)
    for line in reading.lines:  # after all boxes: type lies on top
        _draw_labels(picture, line, factor)
    return picture


def find_enlargement(image: NDArray[np.uint8]) -> int:
    """Return the factor by which `annotate` enlarges an image: 1 or more. It depends on the image's size alone,
    so that a film's frames keep one size."""
    shorter, longer = sorted(image.shape[:2])
    return max(1, min(-(-SMALLEST_SIDE // max(shorter, 1)), LARGEST_SIDE // max(longer, 1)))


def choose_colour(digit: Digit) -> Colour:
    """Return the digit's colour on the scale from UNSURE to SURE; BLACK when it is refused."""
    if digit.text == REFUSED:
        return BLACK
    share = min(max((digit.confidence - LEAST) / (1 - LEAST), 0.0), 1.0)
    blue, green, red = (round(unsure + share * (sure - unsure)) for unsure, sure in zip(UNSURE, SURE, strict=True))
    return blue, green, red


def choose_type_size(picture: NDArray[np.uint8], digits: Sequence[Box]) -> int:
    """Return the type size in pixels for labels over these boxes: about half a digit's height.

    It keeps within 1/80 and 1/25 of the picture's longer side, so that labels are readable when the whole picture fills
    a screen, and within the digits' spacing, so that neighbours' labels do not cover each other.
    """
    longer = max(picture.shape[:2])
    size = min(max(0.5 * median(box.height for box in digits), longer / 80), longer / 25)
    steps = [after.centre_x - before.centre_x for before, after in zip(digits, digits[1:], strict=False)]
    room = median(steps) / (ADVANCE + 0.4) if steps else size  # 0.4: the ground's two sides
    return max(SMALLEST_TYPE, round(min(size, room)))


def draw_box(picture: NDArray[np.uint8], box: Box, digit: Digit) -> None:
    """Draw the digit's outline around its box, in place: coloured; dashed black and white when it is refused."""
    stroke = choose_stroke(picture)
    left, top, right, bottom = box.x - stroke, box.y - stroke, box.right + stroke - 1, box.bottom + stroke - 1
    if digit.text == REFUSED:
        cv2.rectangle(picture, (left, top), (right, bottom), WHITE, stroke)
        _draw_dashes(picture, (left, top, right, bottom), stroke)
    else:
        cv2.rectangle(picture, (left, top), (right, bottom), choose_colour(digit), stroke)


def draw_chip(picture: NDArray[np.uint8], chip: Chip, left: int, bottom: int) -> None:
    """Draw the chip with its lower left corner there, or as near as the picture's edges let it; in place."""
    height, width = picture.shape[:2]
    left = max(0, min(left, width - chip.width))
    bottom = min(height, max(bottom, chip.height))
    cv2.rectangle(picture, (left, bottom - chip.height), (left + chip.width - 1, bottom - 1), chip.ground, cv2.FILLED)
    origin = (left + chip.pad, bottom - chip.pad)
    ink = BLACK if _lightness(chip.ground) > 0.4 else WHITE
    # a wrap range wider than the text: long text is cut by the picture's edge and never broken into rows
    cv2.putText(picture, chip.text, origin, ink, cv2.FontFace("sans"), chip.size, WEIGHT, 0, (0, 1 << 20))


def choose_stroke(picture: NDArray[np.uint8]) -> int:
    """Return the width of outlines in pixels: it grows with the picture."""
    return max(1, round(min(picture.shape[:2]) / 400))


def _draw_labels(picture: NDArray[np.uint8], line: Line, factor: int) -> None:
    """Draw each digit's label above its box, and the line's text above those; one digit alone needs one label only."""
    boxes = [digit.box.scaled(factor) for digit in line.digits]
    if not boxes:
        return
    size, gap = choose_type_size(picture, boxes), 2 * choose_stroke(picture)
    whole = f"{line.text}  {line.confidence:.0%}"
    if len(boxes) == 1:
        draw_chip(picture, Chip(whole, size, choose_colour(line.digits[0])), boxes[0].x, boxes[0].y - gap)
        return
    chips = [Chip(digit.text, size, choose_colour(digit)) for digit in line.digits]
    for chip, box in zip(chips, boxes, strict=True):
        draw_chip(picture, chip, round(box.centre_x - chip.width / 2), box.y - gap)
    top = min(max(0, box.y - gap - chip.height) for chip, box in zip(chips, boxes, strict=True))
    draw_chip(picture, Chip(whole, size, BLACK), boxes[0].x, top)


def _enlarge(image: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    colour = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image.copy()
    if factor == 1:
        return np.asarray(colour, np.uint8)
    return np.asarray(cv2.resize(colour, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)


def _draw_dashes(picture: NDArray[np.uint8], corners: tuple[int, int, int, int], stroke: int) -> None:
    left, top, right, bottom = corners
    dash = 4 * stroke
    for x in range(left, right, 2 * dash):
        for y in (top, bottom):
            cv2.line(picture, (x, y), (min(x + dash, right), y), BLACK, stroke)
    for y in range(top, bottom, 2 * dash):
        for x in (left, right):
            cv2.line(picture, (x, y), (x, min(y + dash, bottom)), BLACK, stroke)


def _lightness(colour: Colour) -> float:
    """Return the relative luminance, 0..1 (Rec. 709 weights; the gamma is left out: it only picks black or white ink)."""
    blue, green, red = colour
    return (0.0722 * blue + 0.7152 * green + 0.2126 * red) / 255
