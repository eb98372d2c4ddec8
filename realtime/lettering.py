"""Text in the window: measured, shortened, broken into rows, put; in OpenCV's own sans face."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.annotate import ASCENT, WEIGHT, Colour

LEADING = 1.35
"""From one row to the next, as a share of the type's size."""

CUT = "…"
"""Stands for what a text is too long for."""


@lru_cache(maxsize=4096)
def measure(text: str, size: int) -> int:
    """Return a text's width in pixels. size: of the type, in pixels."""
    return int(cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace("sans"), size, WEIGHT)[2])


def put(picture: NDArray[np.uint8], text: str, left: int, top: int, size: int, colour: Colour) -> int:
    """Put a text with its upper left corner there, in place; returns the first row that is free below it."""
    origin = left, top + round(size * ASCENT)
    # the wrap range is wider than any text: what is too long is cut by the picture's edge, never broken into rows
    cv2.putText(picture, text, origin, colour, cv2.FontFace("sans"), size, WEIGHT, 0, (0, 1 << 20))
    return top + round(size * LEADING)


def shorten(text: str, size: int, width: int) -> str:
    """Return as much of a text as is no wider than so many pixels, with CUT where some is left out."""
    if measure(text, size) <= width:
        return text
    while text and measure(text + CUT, size) > width:
        text = text[:-1]
    return text + CUT


def break_rows(text: str, size: int, width: int) -> list[str]:
    """Return a text in rows no wider than so many pixels, broken between words; a longer word is shortened."""
    rows: list[str] = []
    for word in text.split():
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and measure(joined, size) <= width:
            rows[-1] = joined
        else:
            rows.append(shorten(word, size, width))
    return rows
