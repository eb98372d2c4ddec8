"""The strip beside the frame, with the settled strings, and the help. Drawn in place."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.desk import Desk
from realtime.keys import KEYS, MOUSE
from realtime.lettering import LEADING, measure, put, shorten
from realtime.seen import Seen
from scanner.annotate import ASCENT, WHITE, Colour, choose_colour
from scanner.page import Box
from scanner.reading import REFUSED, Digit, Field, Line

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

GREY: Colour = (178, 172, 168)
STRIP: Colour = (52, 46, 44)
ORANGE: Colour = (0, 159, 230)
"""Of Okabe and Ito's palette: what the person should see or mend."""

LARGE = 1.5
"""Size of a string's type, as a share of the strip's."""

BAR = 6
"""Width of the bar before a string, whose colour says how sure it is, in pixels."""

DIM = 0.25
"""How bright the window is behind the help."""

LEAST_HELP = 9
"""Size of the help's type in a small window, in pixels."""


def draw_strip(strip: Picture, seen: Seen, desk: Desk, foot: Sequence[tuple[str, Colour]], size: int) -> None:
    """Draw the strip. strip: (H, W, 3), the part of the window that it fills. foot: the last rows, with their colours.

    size: of the type, in pixels. What does not fit between top and foot is counted.
    """
    cv2.rectangle(strip, (0, 0), strip.shape[1::-1], STRIP, cv2.FILLED)
    margin, row = size // 2 + 2, round(size * LEADING)
    below = strip.shape[0] - margin - len(foot) * row
    at = below
    for text, colour in foot:
        at = put(strip, shorten(text, size, strip.shape[1] - 2 * margin), margin, at, size, colour)
    if desk.shows_stages:
        below = _draw_stages(strip, seen, below - row // 2, margin, size)
    fields = seen.reading.fields
    entries: Sequence[Line | Field] = fields or seen.reading.lines
    step = round(LARGE * size * LEADING) + (row if fields else 0)
    room = max(0, (below - 2 * margin) // step)
    shown = entries if len(entries) <= room else entries[: max(0, room - 1)]
    at = margin
    for entry in shown:
        _draw_entry(strip, entry, at, margin, size)
        at += step
    if len(shown) < len(entries):
        put(strip, f"and {len(entries) - len(shown)} more", margin, at, size, GREY)
    if not entries and room:
        put(strip, shorten("nothing is read yet", size, strip.shape[1] - 2 * margin), margin, margin, size, GREY)


def draw_help(window: Picture, size: int) -> None:
    """Draw the keys and what they do over the whole window, in type that lets all of it be seen."""
    np.copyto(window, cv2.convertScaleAbs(window, alpha=DIM))
    rows = [*((key.name, key.does) for key in KEYS), MOUSE]
    height, width = window.shape[:2]
    while size > LEAST_HELP and not _fits(rows, size, width, height):
        size -= 1
    names = max(measure(name, size) for name, _ in rows) + size
    wide = min(width - 2 * size, names + max(measure(does, size) for _, does in rows))
    left, at = (width - wide) // 2, max(0, (height - round(len(rows) * size * LEADING)) // 2)
    for name, does in rows:
        put(window, name, left, at, size, ORANGE)
        at = put(window, shorten(does, size, wide - names), left + names, at, size, WHITE)


def _fits(rows: Sequence[tuple[str, str]], size: int, width: int, height: int) -> bool:
    names = max(measure(name, size) for name, _ in rows) + size
    return (
        names + max(measure(does, size) for _, does in rows) + 2 * size <= width
        and (len(rows) + 1) * size * LEADING <= height
    )


def _draw_entry(strip: Picture, entry: Line | Field, top: int, margin: int, size: int) -> None:
    """Draw a string, or a field below its name, with how sure it is."""
    large, right = round(LARGE * size), strip.shape[1] - margin
    left = margin + BAR + margin // 2
    if isinstance(entry, Field):
        top = put(strip, shorten(entry.name, size, right - left), left, top, size, GREY)
    text = entry.value if isinstance(entry, Field) else entry.text
    is_good = entry.valid if isinstance(entry, Field) else REFUSED not in entry.text
    colour = choose_colour(Digit("0", entry.confidence if is_good else 0.0, Box(0, 0, 1, 1)))
    bottom = top + round(large * ASCENT)
    cv2.rectangle(strip, (margin, top), (margin + BAR - 1, bottom), colour, cv2.FILLED)
    sure = f"{int(100 * entry.confidence)}%" if text else ""
    put(strip, sure, right - measure(sure, size), bottom - round(size * ASCENT), size, GREY)
    put(strip, shorten(text, large, right - left - measure(sure, size) - size // 2), left, top, large, WHITE)


def _draw_stages(strip: Picture, seen: Seen, below: int, margin: int, size: int) -> int:
    """Draw how long each stage took, above a row; returns the first row of it."""
    row, right = round(size * LEADING), strip.shape[1] - margin
    top = at = below - len(seen.stages) * row
    for name, seconds in seen.stages:
        time = f"{1000 * seconds:.1f} ms"
        put(strip, time, right - measure(time, size), at, size, GREY)
        at = put(strip, shorten(name, size, right - 2 * margin - measure(time, size)), margin, at, size, GREY)
    return top
