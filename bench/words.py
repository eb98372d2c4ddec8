"""Print and handwriting that are no digits, and printed digits with their boxes, as ink.

Ink is (H, W) float32: 0 where the paper stays bare, 1 where the ink covers it. Printed words need the machine's fonts;
a seed gives the same picture on machines with the same fonts.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.paper import Picture
from model.alphabet import LETTERS, SIGNS
from model.strokes import PENS, draw
from scanner.page import Box

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
    "~/.fonts",
    "~/.local/share/fonts",
)
"""Where Linux, macOS and Windows keep fonts."""

CAPITALS, SMALL = "AACEEFGHJKLMNNRRTTUVWXÁÉÑÜ", "aacceehjkmnnprrttuvwxáéñü"
"""What printed words are made of; no letters that look like a digit when alone (O, I, S, g, ...)."""

PUNCTUATION = ".,;:!?()-/&%$#*'\""

TELLING = "0123456789AEaegñ\uffff"
"""Characters that look unlike one another in a usable font; the last is in none, and draws the box of the missing."""

MOST_FONTS = 120
"""Fonts beyond these are not opened: a machine may have thousands."""

BODY = 0.72
"""Height of a printed digit as a share of the font's size, about."""


@lru_cache(maxsize=1)
def find_fonts() -> tuple[Path, ...]:
    """Return the machine's scalable fonts that can print digits and Latin letters, in the order of their names."""
    folders = [Path(folder).expanduser() for folder in FOLDERS]
    files = {file for folder in folders if folder.is_dir() for file in folder.rglob("*") if _is_font(file)}
    return tuple(
        file for file in sorted(files, key=lambda file: (file.name, str(file)))[:MOST_FONTS] if _is_latin(file)
    )


def print_word(height: int, rng: np.random.Generator) -> Picture:
    """Return one printed word or a few, letters and punctuation only. height: of a capital, in pixels, at least 4."""
    words = []
    for _ in range(int(rng.integers(1, 4))):
        first, rest = ((SMALL, SMALL), (CAPITALS, CAPITALS), (CAPITALS, SMALL))[rng.integers(3)]
        word = "".join([rng.choice(list(first)), *rng.choice(list(rest), int(rng.integers(0, 10)))])
        words.append(word + (str(rng.choice(list(PUNCTUATION))) if rng.random() < 0.3 else ""))
    ink, _ = print_text(" ".join(words), height, rng)
    return ink


def print_digits(text: str, height: int, rng: np.random.Generator) -> tuple[Picture, list[Box]]:
    """Return a printed string of digits, and the box of each digit's ink. As print_text."""
    if not text.isdecimal() or not text.isascii():
        raise ValueError(f"print_digits needs the digits 0 to 9, got {text!r}; use print_text for other text")
    return print_text(text, height, rng)


def print_text(text: str, height: int, rng: np.random.Generator) -> tuple[Picture, list[Box]]:
    """Print a text in a random font, of random weight and spacing.

    height: of a capital or digit, in pixels, at least 4.
    Returns the ink (H, W) float32 0..1, cropped to it, and the box of each character that has ink.
    Raises ValueError for a smaller height, or a text without ink.
    """
    if not text.strip():
        raise ValueError(f"print_text needs a text with ink, got {text!r}")
    if height < 4:
        raise ValueError(f"print_text needs a height of at least 4 pixels, got {height}")
    characters = _print_with_pillow(text, height, rng) if find_fonts() else _print_with_opencv(text, height, rng)
    return _gather(characters)


def write_word(height: int, rng: np.random.Generator, letters: int | None = None) -> Picture:
    """Return a handwritten word: letters of model.alphabet side by side, touching now and then.

    height: of a letter in pixels, at least 8. letters: how many; random where not given.
    Returns ink (H, W) float32 0..1, cropped to it. Raises ValueError for a smaller height.
    """
    if height < 8:
        raise ValueError(f"write_word needs a height of at least 8 pixels, got {height}")
    side, x = round(height / 0.64), 0.0
    gap, pen = rng.uniform(-0.12, 0.3) * height, rng.uniform(*PENS)
    characters: list[tuple[Picture, float]] = []
    for index in rng.integers(len(LETTERS), size=letters or int(rng.integers(2, 9))):
        drawn = draw(LETTERS[index], rng, side, pen=pen)
        left, _, width, _ = cv2.boundingRect(drawn)
        x = max(x, 0.0)
        characters.append((_to_ink(drawn[:, left : left + width]), x))
        x += width + gap + rng.normal(0, 0.05) * height
    ink, _ = _gather(characters)
    return ink


def write_sign(height: int, rng: np.random.Generator) -> Picture:
    """Return one handwritten sign, or a piece of a frame. As write_word."""
    if height < 8:
        raise ValueError(f"write_sign needs a height of at least 8 pixels, got {height}")
    ink, _ = _gather([(_to_ink(draw(SIGNS[rng.integers(len(SIGNS))], rng, round(height / 0.64))), 0.0)])
    return ink


def _print_with_pillow(text: str, height: int, rng: np.random.Generator) -> list[tuple[Picture, float]]:
    """Return each character's picture, all of one height, and its column."""
    fonts = find_fonts()
    font = ImageFont.truetype(str(fonts[rng.integers(len(fonts))]), height / BODY, layout_engine=ImageFont.Layout.BASIC)
    tracking = rng.uniform(-0.02, 0.25) * height if rng.random() < 0.4 else 0.0
    bold = int(rng.random() < 0.2 and height > 16)
    margin, characters, x = height, [], 0.0
    for character in text:
        advance = font.getlength(character)
        image = Image.new("L", (round(advance) + 2 * margin, 3 * height + 8))
        ImageDraw.Draw(image).text((margin, 2 * height), character, 255, font, anchor="ls", stroke_width=bold)
        characters.append((_to_ink(np.asarray(image, np.uint8)), x))
        x += advance + tracking
    return characters


def _print_with_opencv(text: str, height: int, rng: np.random.Generator) -> list[tuple[Picture, float]]:
    """As _print_with_pillow, in OpenCV's own type faces."""
    face, weight = cv2.FontFace(("sans", "italic")[rng.integers(2)]), int(rng.integers(200, 800))
    size, characters, x = round(height / BODY), [], 0.0
    for character in text:
        picture = np.zeros((3 * height + 8, 4 * height), np.uint8)
        (end, _), _ = cv2.putText(picture, character, (height, 2 * height), 255, face, size, weight)
        characters.append((_to_ink(picture), x))
        x += max(end - height, 0.3 * height)
    return characters


def _gather(characters: Sequence[tuple[Picture, float]]) -> tuple[Picture, list[Box]]:
    """Lay pictures of one height at their columns; return the whole cropped to its ink, and each picture's ink box."""
    right = max(round(x) + picture.shape[1] for picture, x in characters)
    ink = np.zeros((characters[0][0].shape[0], right), np.float32)
    boxes = []
    for picture, x in characters:
        left, top, width, height = cv2.boundingRect((picture > 0.3).astype(np.uint8))
        np.maximum(place := ink[:, round(x) : round(x) + picture.shape[1]], picture, out=place)
        if width:
            boxes.append(Box(left + round(x), top, width, height))
    left, top, width, height = cv2.boundingRect((ink > 0).astype(np.uint8))
    moved = [Box(box.x - left, box.y - top, box.width, box.height) for box in boxes]
    return ink[top : top + max(height, 1), left : left + max(width, 1)], moved


def _to_ink(grey: NDArray[np.uint8]) -> Picture:
    return np.asarray(grey, np.float32) / np.float32(255)


def _is_font(file: Path) -> bool:
    return file.suffix.lower() in (".ttf", ".otf")


def _is_latin(file: Path) -> bool:
    """Tell whether a font has a shape of its own for each digit and letter: others draw the same box for all."""
    try:
        font = ImageFont.truetype(str(file), 24, layout_engine=ImageFont.Layout.BASIC)
        shapes = {bytes(font.getmask(character)) for character in TELLING}
    except (OSError, ValueError):
        return False
    symbols = ("symbol", "dingbat", "d050", "s052", "standardsymbols", "emoji", "math")
    return len(shapes) == len(TELLING) and not any(name in file.name.lower() for name in symbols)
