"""Draw a reading onto its image: boxes, digits and doubt. The scanner's `--annotate` and the live overlay share it.

Above each line stands its text: every digit over its own box, then how sure the whole line is. Blue is sure, orange is
unsure, and the scale gets lighter with doubt: people who confuse red and green see the difference, and so does a grey
print. A refused digit differs by shape too: its box is dashed, and its "?" is white on black.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.page import Box
from scanner.reading import REFUSED, Digit, Field, Line, Reading

Colour = tuple[int, int, int]
"""Blue, green, red; 0..255 each."""

CONFIDENCES = (0.5, 0.75, 1.0)
"""Where the colour scale has its three marks; digits below the first are refused, unless the person asks otherwise."""

SCALE = np.array([(0, 159, 230), (167, 121, 204), (178, 114, 0)], np.float64)
"""The colours at these marks, (3, 3) BGR: orange #E69F00, purple #CC79A7, blue #0072B2 of Okabe and Ito's palette."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (20, 20, 20)

SMALLEST_SIDE = 320
"""Pictures whose shorter side is smaller are enlarged to it, in pixels: a 40 px crop has no room for type."""

LARGEST_SIDE = 2400
"""The longer side of an enlarged picture, at most, in pixels: a strip of 40 x 4000 keeps its size."""

HEADROOM = 64
"""What an enlarged picture gets at its top, in pixels: a crop ends where its digits end."""

SMALLEST_TYPE = 12
"""Type is at least this high, in pixels: smaller digits run together on a screen."""

ASCENT = 0.76
"""Height of a digit of OpenCV's own sans face, as a share of the type's size."""

ADVANCE = 0.67
"""Width of a digit of that face with the gap that follows it, as a share of the type's size."""

PAD = 0.2
"""Ground on each side of a text, as a share of the type's size."""

NAME_SHARE = 110
"""A picture's longer side is this many times the size of the type that names fields."""

WEIGHT = 600
"""Semi-bold, of 100..1000: light type on a coloured ground looks thinner than it is."""


@dataclass(frozen=True)
class Chip:
    """A text on a ground of its own, so that it can be read on any picture."""

    text: str
    size: int
    """Of the type, in pixels."""
    ground: Colour = BLACK

    @property
    def pad(self) -> int:
        """Ground on each side of the text, in pixels."""
        return max(2, round(self.size * PAD))

    @property
    def width(self) -> int:
        """In pixels, ground included."""
        extent = cv2.getTextSize((0, 0), self.text, (0, 0), cv2.FontFace("sans"), self.size, WEIGHT)
        return int(extent[2]) + 2 * self.pad

    @property
    def height(self) -> int:
        """In pixels, ground included."""
        return round(self.size * ASCENT) + 2 * self.pad


def annotate(image: NDArray[np.uint8], reading: Reading) -> NDArray[np.uint8]:
    """Return a copy of the image with the reading drawn on it.

    image: (H, W, 3) BGR or (H, W) grey, uint8; the one whose pixels the reading's boxes count.
    Returns (h, w, 3) BGR uint8. A small image comes back larger by a whole factor, with HEADROOM added at its top; that
    depends on the image's size alone, so that all frames of a film keep one size.
    """
    factor = choose_enlargement(image)
    picture = _enlarge(image, factor)
    top = picture.shape[0] - factor * image.shape[0]
    draw_reading(picture, reading, lambda box: _moved(box.scaled(factor), top))
    return picture


def draw_reading(
    picture: NDArray[np.uint8], reading: Reading, place: Callable[[Box], Box], tells_confidence: bool = True
) -> None:
    """Draw a reading, in place: outlines, and above each line its text.

    picture: (h, w, 3) BGR uint8. place: tells where on the picture a box of the reading stands. tells_confidence: put
    how sure a line is behind its text.
    """
    rows = [(line, [place(digit.box) for digit in line.digits]) for line in reading.lines]
    for field in reading.fields:
        draw_field(picture, field, place(field.box))
    for line, boxes in rows:
        for digit, box in zip(line.digits, boxes, strict=True):
            draw_outline(picture, digit, box)
    for line, boxes in rows:  # after all outlines: type lies on top
        if boxes:
            _draw_text(picture, line, boxes, tells_confidence)


def choose_enlargement(image: NDArray[np.uint8]) -> int:
    """Return the whole factor by which `annotate` enlarges an image: 1 or more."""
    shorter, longer = sorted(int(side) for side in image.shape[:2])
    return max(1, min(-(-SMALLEST_SIDE // max(shorter, 1)), LARGEST_SIDE // max(longer, 1)))


def choose_colour(digit: Digit) -> Colour:
    """Return the digit's colour on the scale of confidence; BLACK when it is refused."""
    if digit.text == REFUSED:
        return BLACK
    blue, green, red = (round(float(np.interp(digit.confidence, CONFIDENCES, channel))) for channel in SCALE.T)
    return blue, green, red


def choose_type_size(picture: NDArray[np.uint8], boxes: Sequence[Box]) -> int:
    """Return the type size in pixels for labels over these boxes: half a digit's height.

    It keeps within 1/110 and 1/25 of the picture's longer side, to be readable where the whole picture fills a screen,
    and within the digits' spacing, so that neighbours' labels do not push each other away.
    """
    longer = max(picture.shape[:2])
    size = min(max(0.5 * median(box.height for box in boxes), longer / 110), longer / 25)
    # on a page that stands on its side or its head, a row's next digit lies below, above or to the left
    steps = [max(abs(b.centre_x - a.centre_x), abs(b.centre_y - a.centre_y)) for a, b in pairwise(boxes)]
    room = median(steps) / (ADVANCE + 2 * PAD) if steps else size
    return max(SMALLEST_TYPE, int(min(size, room)))


def choose_stroke(picture: NDArray[np.uint8]) -> int:
    """Return the width of outlines in pixels: it grows with the picture."""
    return max(1, int(max(picture.shape[:2])) // 600)


def draw_outline(picture: NDArray[np.uint8], digit: Digit, box: Box) -> None:
    """Draw the digit's outline just outside its box, in place: coloured; dashed black and white when it is refused."""
    stroke = choose_stroke(picture)
    left, top, right, bottom = box.x - stroke, box.y - stroke, box.right + stroke - 1, box.bottom + stroke - 1
    if digit.text != REFUSED:
        cv2.rectangle(picture, (left, top), (right, bottom), choose_colour(digit), stroke)
        return
    cv2.rectangle(picture, (left, top), (right, bottom), WHITE, stroke)
    dash = 4 * stroke
    for x in range(left, right, 2 * dash):
        for y in (top, bottom):
            cv2.line(picture, (x, y), (min(x + dash, right), y), BLACK, stroke)
    for y in range(top, bottom, 2 * dash):
        for x in (left, right):
            cv2.line(picture, (x, y), (x, min(y + dash, bottom)), BLACK, stroke)


def draw_field(picture: NDArray[np.uint8], field: Field, box: Box) -> None:
    """Draw a form's field with its name below it, in place: blue, or orange where it is not valid."""
    stroke = choose_stroke(picture)
    colour = choose_colour(Digit("0", 1.0 if field.valid else CONFIDENCES[0], box))
    cv2.rectangle(picture, (box.x, box.y), (box.right - 1, box.bottom - 1), colour, stroke)
    size = max(SMALLEST_TYPE, max(picture.shape[:2]) // NAME_SHARE)
    chip = Chip(field.name, size, colour)
    draw_chip(picture, chip, box.x, box.bottom + chip.height)


def draw_chip(picture: NDArray[np.uint8], chip: Chip, left: int, bottom: int) -> int:
    """Draw the chip with its lower left corner there, or as near as the picture's edges let it; in place.

    Returns the first column right of it.
    """
    width, height = chip.width, chip.height
    left = max(0, min(left, picture.shape[1] - width))
    bottom = min(picture.shape[0], max(bottom, height))
    corners = (left, bottom - height), (left + width - 1, bottom - 1)
    cv2.rectangle(picture, *corners, chip.ground, cv2.FILLED)
    if chip.ground == BLACK:
        cv2.rectangle(picture, *corners, WHITE, max(1, chip.size // 16))  # else it has no edge on a black ground
    ink = BLACK if _lightness(chip.ground) > 0.45 else WHITE
    origin = (left + chip.pad, bottom - chip.pad)
    # the wrap range is wider than any text: what is too long is cut by the picture's edge, never broken into rows
    cv2.putText(picture, chip.text, origin, ink, cv2.FontFace("sans"), chip.size, WEIGHT, 0, (0, 1 << 20))
    return left + width


def _draw_text(picture: NDArray[np.uint8], line: Line, boxes: Sequence[Box], tells_confidence: bool) -> None:
    """Draw each digit's label above its box and, where it is told, the line's confidence after the last one."""
    size, gap = choose_type_size(picture, boxes), 2 * choose_stroke(picture)
    left, end, before = 0, 0, boxes[0]
    for digit, box in zip(line.digits, boxes, strict=True):
        chip = Chip(digit.text, size, choose_colour(digit))
        left = round(box.centre_x - chip.width / 2)
        follows = box.centre_x >= before.centre_x and abs(box.y - before.y) < chip.height
        end, before = draw_chip(picture, chip, max(end, left) if follows else left, box.y - gap), box
    if not tells_confidence:
        return
    sure = Chip(f"{int(100 * line.confidence)}%", size)  # rounded down: 100% is said of nothing less
    after = end + sure.pad
    if boxes[-1].centre_x < boxes[0].centre_x:  # the row runs to the left
        after = left - sure.pad - sure.width
    beside = after >= 0 and after + sure.width <= picture.shape[1]
    draw_chip(picture, sure, after, boxes[-1].y - gap - (0 if beside else sure.height))


def _enlarge(image: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    colour = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image.copy()
    if factor > 1:
        colour = cv2.resize(colour, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        colour = cv2.copyMakeBorder(colour, HEADROOM, 0, 0, 0, cv2.BORDER_REPLICATE)
    return np.asarray(colour, np.uint8)


def _moved(box: Box, down: int) -> Box:
    return Box(box.x, box.y + down, box.width, box.height)


def _lightness(colour: Colour) -> float:
    """Return 0..1 by Rec. 709's weights; without gamma, as it only decides between black and white ink."""
    blue, green, red = colour
    return (0.0722 * blue + 0.7152 * green + 0.2126 * red) / 255
