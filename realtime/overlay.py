"""Draws the window: the frame with what is read on it, hints, and beside it the strip. Pure: no window, no clock."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from realtime.desk import Desk, span
from realtime.frame import Frame
from realtime.layout import Layout
from realtime.lettering import LEADING, break_rows, put
from realtime.panel import GREY, ORANGE, draw_help, draw_strip
from realtime.rate import Rate
from realtime.seen import Seen
from scanner.annotate import BLACK, WHITE, Colour, choose_stroke, draw_reading
from scanner.page import Box

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

GROUND: Colour = (38, 34, 32)
"""What lies around a frame of other proportions than the window."""

OUTSIDE = 0.35
"""How bright the frame is beside the region that is read."""

TYPE_SHARE, LEAST_TYPE, MOST_TYPE = 1 / 42, 13, 24
"""Size of the type as a share of the window's height, and between which pixels it stays."""


@dataclass(frozen=True)
class Sight:
    """What the window shows at one moment."""

    frame: Frame
    seen: Seen
    rate: Rate
    desk: Desk
    message: str = ""
    """What was just done, in a sentence."""
    recorded: float | None = None
    """Seconds of the film that is being recorded; None where none is."""


def draw(sight: Sight, layout: Layout) -> Picture:
    """Return the window's picture, (layout.height, layout.width, 3) BGR uint8."""
    window = np.empty((layout.height, layout.width, 3), np.uint8)
    cv2.rectangle(window, (0, 0), (layout.width, layout.height), GROUND, cv2.FILLED)
    view = layout.view
    window[view.y : view.bottom, view.x : view.right] = scale_image(sight.frame.image, (view.width, view.height))
    left = window[:, : layout.strip.x]  # what is drawn on the frame ends where the strip begins
    region = sight.desk.wishes.region
    if region:
        _dim_outside(left, layout.to_window(region))
    draw_reading(left, sight.seen.reading, layout.to_window, tells_confidence=False)  # the strip tells it
    size = choose_type(layout)
    _draw_choice(left, sight.desk, layout, size)
    _draw_sentences(left, sight, size)
    draw_strip(window[:, layout.strip.x :], sight.seen, sight.desk, _describe(sight, layout), size)
    if sight.desk.shows_help:
        draw_help(window, size)
    return window


def choose_type(layout: Layout) -> int:
    """Return the size of the window's type in pixels."""
    return min(max(round(layout.height * TYPE_SHARE), LEAST_TYPE), MOST_TYPE)


def scale_image(image: NDArray[np.uint8], size: tuple[int, int]) -> Picture:
    """Return an image, grey or BGR, as BGR at a size (width and height in pixels), thin strokes kept."""
    while image.shape[1] >= 2 * size[0] and image.shape[0] >= 2 * size[1]:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.uint8)
    larger = size[0] > image.shape[1]
    if image.shape[1::-1] != size:
        how = cv2.INTER_CUBIC if larger else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8) if image.ndim == 2 else image


def describe_rate(rate: Rate) -> str:
    """Return frames in a second, and the age of what is shown in milliseconds."""
    fps = f"{rate.fps:.0f}" if rate.fps >= 9.5 else f"{rate.fps:.1f}"
    return f"{fps} fps   {1000 * rate.latency:.0f} ms"


def _describe(sight: Sight, layout: Layout) -> list[tuple[str, Colour]]:
    """Return the rows of the strip's foot."""
    height, width = sight.frame.image.shape[:2]
    wishes = sight.desk.wishes
    rows = [
        (describe_rate(sight.rate), WHITE),
        (f"{width}x{height}", GREY),
        (f"? below {wishes.reject_below:.2f}", GREY),
    ]
    if sight.desk.templates:
        name = sight.desk.templates[wishes.template - 1] if wishes.template else "none"
        rows.append((f"template: {name}", GREY))
    if wishes.region:
        rows.append(("only a part is read (m)", ORANGE))
    if wishes.is_frozen:
        rows.append(("frozen (space)", ORANGE))
    if sight.recorded is not None:
        minutes, seconds = divmod(int(sight.recorded), 60)
        rows.append((f"● recording {minutes}:{seconds:02}", ORANGE))
    rows.append(("h: help   q: quit", GREY))
    return rows


def _draw_sentences(picture: Picture, sight: Sight, size: int) -> None:
    """Draw what was done at the top of the frame, and what the person should mend at its foot."""
    width = picture.shape[1]
    if sight.message:
        _draw_rows(picture, break_rows(sight.message, size, width - 2 * size), 0, size, WHITE, BLACK)
    sentences = [sight.frame.trouble] if sight.frame.trouble else sight.seen.hints
    blocks = [break_rows(sentence, size, width - 2 * size) for sentence in sentences]
    top = picture.shape[0]
    for rows in reversed(blocks):
        top -= _measure_rows(rows, size)
        _draw_rows(picture, rows, top, size, BLACK, ORANGE)


def _measure_rows(rows: list[str], size: int) -> int:
    return round(len(rows) * size * LEADING) + size // 2


def _draw_rows(picture: Picture, rows: list[str], top: int, size: int, ink: Colour, ground: Colour) -> None:
    """Draw rows of text on a band across the whole picture, in place."""
    cv2.rectangle(picture, (0, top), (picture.shape[1] - 1, top + _measure_rows(rows, size) - 1), ground, cv2.FILLED)
    at = top + size // 2
    for row in rows:
        at = put(picture, row, size, at, size, ink)


def _dim_outside(picture: Picture, region: Box) -> None:
    """Darken all but a region, in place."""
    inside = np.s_[max(0, region.y) : region.bottom, max(0, region.x) : region.right]
    kept = picture[inside].copy()
    np.copyto(picture, cv2.convertScaleAbs(picture, alpha=OUTSIDE))
    picture[inside] = kept
    cv2.rectangle(picture, (region.x, region.y), (region.right - 1, region.bottom - 1), WHITE, 1)


def _draw_choice(picture: Picture, desk: Desk, layout: Layout, size: int) -> None:
    """Draw the region that is being drawn, or the digit that was picked, in place."""
    if desk.start and desk.end:
        box = span(desk.start, desk.end)
        cv2.rectangle(picture, (box.x, box.y), (box.right - 1, box.bottom - 1), ORANGE, 2)
    if desk.picked:
        box = layout.to_window(desk.picked.box)
        edge = 3 * choose_stroke(picture)
        corners = (box.x - edge, box.y - edge), (box.right + edge - 1, box.bottom + edge - 1)
        cv2.rectangle(picture, *corners, BLACK, edge + 2)
        cv2.rectangle(picture, *corners, ORANGE, edge)
