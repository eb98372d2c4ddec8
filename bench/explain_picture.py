"""Draws explanations: a row for each digit, from its crop on the page to what decided."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.explain import Explanation
from bench.neighbours import Neighbour
from model.data import NOT_A_DIGIT
from model.glyph import SIDE
from scanner.annotate import WHITE
from scanner.debug import BLUE, DARK, FADED, VERMILION
from scanner.page import Box

Picture = NDArray[np.uint8]
"""(H, W, 3) BGR."""

ZOOM = 6
"""How many pixels wide a glyph's pixel is drawn."""

TILE = ZOOM * SIDE
"""Side of a tile, in pixels."""

GAP = 14
"""Between tiles, in pixels."""

TYPE, SMALL_TYPE = 17, 13
"""Sizes of type, in pixels."""

HEAD = 62
"""Height of what stands over a row's tiles: its title and their names, in pixels."""

NEIGHBOUR = 56
"""Side of a neighbour, in pixels: two glyph pixels for each of its own, twice."""

AROUND = 0.7
"""So much of a digit's longer side is shown around its crop."""

STRONG = 3.0
"""Nats of a pixel's effect that are drawn in full colour, at least: less is noise, and must not look like more."""

BARS = 190
"""Width of the bars of scores, in pixels."""


@dataclass(frozen=True)
class Panel:
    """What is drawn of one digit."""

    explanation: Explanation
    saliencies: tuple[tuple[int, NDArray[np.float32]], ...]
    """Labels, and what speaks for each: (28, 28) nats."""
    neighbours: tuple[Neighbour, ...] = ()


def draw_panels(page: NDArray[np.uint8], panels: Sequence[Panel]) -> Picture:
    """Return the picture of all explanations. page: (H, W, 3) BGR or (H, W), as stored."""
    rooms = max(len(panel.saliencies) for panel in panels)
    rows = [_draw_panel(page, panel, rooms) for panel in panels]
    width = max(row.shape[1] for row in rows)
    filled = [cv2.copyMakeBorder(row, 0, 0, 0, width - row.shape[1], cv2.BORDER_CONSTANT, value=WHITE) for row in rows]
    return np.asarray(cv2.copyMakeBorder(np.vstack(filled), 0, GAP, 0, 0, cv2.BORDER_CONSTANT, value=WHITE), np.uint8)


def _draw_panel(page: NDArray[np.uint8], panel: Panel, rooms: int) -> Picture:
    """Draw one digit's row. rooms: for saliencies, so that the tiles of all rows stand below one another."""
    known = panel.explanation
    tiles = [
        ("on the page", _draw_crop(page, known.box)),
        ("its ink", _draw_ink(known.ink)),
        ("as the network sees it", _enlarge(known.view[..., 0])),
        ("and around it", _enlarge(known.view[..., 1])),
        *(
            (f"blue speaks for {_name(label)}", _draw_saliency(known.view[..., 0], each))
            for label, each in panel.saliencies
        ),
        *[("", np.full((TILE, TILE, 3), 255, np.uint8))] * (rooms - len(panel.saliencies)),
        ("scores; grey: the glyph's", _draw_scores(known)),
    ]
    if panel.neighbours:
        tiles.append(("likest training glyphs", _draw_neighbours(panel.neighbours)))
    left = GAP
    width = GAP + sum(tile.shape[1] + GAP for _, tile in tiles)
    row = np.full((HEAD + TILE + GAP, width, 3), 255, np.uint8)
    cv2.line(row, (0, 0), (width, 0), FADED, 1)
    _write(row, f"{known.title}: {known.verdict}", GAP, TYPE + 8, TYPE, 650)
    for name, tile in tiles:
        _write(row, name, left, HEAD - 7, SMALL_TYPE)
        row[HEAD : HEAD + TILE, left : left + tile.shape[1]] = tile
        left += tile.shape[1] + GAP
    return row


def _draw_crop(page: NDArray[np.uint8], box: Box) -> Picture:
    """Draw the digit on its page, a frame around it."""
    colour = page if page.ndim == 3 else np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), np.uint8)
    side = max(box.width, box.height) * (1 + 2 * AROUND)
    scale = TILE / side
    move = np.array(
        [[scale, 0, TILE / 2 - scale * box.centre_x], [0, scale, TILE / 2 - scale * box.centre_y]], np.float64
    )
    reach = int(side) + 2  # a small part of the page, so that shrinking it means its pixels and does not skip them
    part, (x, y) = _cut_around(colour, box, reach)
    if scale < 1:
        size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
        tile = _paste(part, round(move[0, 2] + scale * x), round(move[1, 2] + scale * y))
    else:
        tile = np.asarray(
            cv2.warpAffine(colour, move, (TILE, TILE), flags=cv2.INTER_CUBIC, borderValue=FADED), np.uint8
        )
    half = scale * box.width / 2 + 3, scale * box.height / 2 + 3
    corners = [(round(TILE / 2 + sign * half[0]), round(TILE / 2 + sign * half[1])) for sign in (-1, 1)]
    cv2.rectangle(tile, corners[0], corners[1], BLUE, 2)
    return tile


def _cut_around(picture: Picture, box: Box, reach: int) -> tuple[Picture, tuple[int, int]]:
    """Return the part of a picture within `reach` pixels of a box's centre, and its upper left corner."""
    x, y = max(0, int(box.centre_x) - reach), max(0, int(box.centre_y) - reach)
    return picture[y : int(box.centre_y) + reach, x : int(box.centre_x) + reach], (x, y)


def _paste(part: Picture, left: int, top: int) -> Picture:
    """Return a tile on which a picture lies with its corner there, as far as it fits."""
    tile = np.full((TILE, TILE, 3), FADED, np.uint8)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(TILE, left + part.shape[1]), min(TILE, top + part.shape[0])
    tile[y0:y1, x0:x1] = part[y0 - top : y1 - top, x0 - left : x1 - left]
    return tile


def _draw_ink(ink: NDArray[np.bool_]) -> Picture:
    """Draw the crop before it was normalised, black on white."""
    room = TILE - 2 * GAP
    scale = room / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    grey = 255 - np.asarray(cv2.resize(ink.view(np.uint8) * np.uint8(255), size, interpolation=way), np.uint8)
    tile = np.full((TILE, TILE), 255, np.uint8)
    x, y = (TILE - size[0]) // 2, (TILE - size[1]) // 2
    tile[y : y + size[1], x : x + size[0]] = grey
    return _frame(np.asarray(cv2.cvtColor(tile, cv2.COLOR_GRAY2BGR), np.uint8))


def _enlarge(glyph: NDArray[np.uint8]) -> Picture:
    large = glyph.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)


def _draw_saliency(glyph: NDArray[np.uint8], effect: NDArray[np.float32]) -> Picture:
    """Draw ink that speaks for a label in blue, ink that speaks against it in vermilion, the rest in grey; on white."""
    share = np.clip(effect / max(STRONG, float(np.abs(effect).max())), -1, 1)[..., None]
    ink = (glyph.astype(np.float32) / 255)[..., None]
    full = np.where(share >= 0, np.array(BLUE, np.float32), np.array(VERMILION, np.float32))
    stroke = (1 - np.abs(share)) * np.array(FADED, np.float32) + np.abs(share) * full
    picture = np.asarray(np.round((1 - ink) * 255 + ink * stroke), np.uint8)
    return _frame(picture.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1))


def _draw_scores(known: Explanation) -> Picture:
    """Draw a bar for each of the eleven answers: in grey what the glyph says, in blue what all ways together say."""
    tile = np.full((TILE, BARS, 3), 255, np.uint8)
    glyph, whole = known.looks[1].scores, known.looks[-1].scores
    step, left, room = TILE / (NOT_A_DIGIT + 1), 40, BARS - 40 - 42
    for k in range(NOT_A_DIGIT + 1):
        top = round(k * step)
        bottom = round((k + 1) * step) - 3
        middle = (top + bottom) // 2
        _write(
            tile, "none" if k == NOT_A_DIGIT else str(k), 2, bottom - 1, SMALL_TYPE, 650 if k == known.label else 400
        )
        for y0, y1, share, colour in ((top, middle, glyph[k], FADED), (middle, bottom, whole[k], BLUE)):
            if length := round(room * float(share)):
                cv2.rectangle(tile, (left, y0), (left + length, y1), colour, cv2.FILLED)
        if whole[k] >= LEAST_SHOWN:
            _write(tile, f"{whole[k]:.2f}", BARS - 38, bottom - 1, SMALL_TYPE)
    return tile


LEAST_SHOWN = 0.005
"""Scores below this are 0.00 when they are written."""


def _draw_neighbours(neighbours: Sequence[Neighbour]) -> Picture:
    """Draw glyphs in two rows, each with its label and how like it is below it."""
    columns = -(-len(neighbours) // 2)
    tile = np.full((TILE, columns * (NEIGHBOUR + GAP), 3), 255, np.uint8)
    for i, each in enumerate(neighbours):
        x, y = i % columns * (NEIGHBOUR + GAP), i // columns * (TILE // 2)
        small = each.image.repeat(NEIGHBOUR // SIDE, axis=0).repeat(NEIGHBOUR // SIDE, axis=1)
        tile[y : y + NEIGHBOUR, x : x + NEIGHBOUR] = small[..., None]
        _write(tile, f"{_name(each.label)}  {each.likeness:.2f}", x, y + NEIGHBOUR + SMALL_TYPE + 3, SMALL_TYPE)
    return tile


def _name(label: int) -> str:
    return "none" if label == NOT_A_DIGIT else str(label)


def _frame(tile: Picture) -> Picture:
    cv2.rectangle(tile, (0, 0), (tile.shape[1] - 1, tile.shape[0] - 1), FADED, 1)
    return tile


def _write(picture: Picture, text: str, left: int, bottom: int, size: int, weight: int = 400) -> None:
    face, ink = cv2.FontFace("sans"), tuple(DARK)
    # the wrap range is wider than any text: what is too long is cut by the picture's edge, never broken into rows
    cv2.putText(picture, text, (left, bottom), ink, face, size, weight, 0, (0, 1 << 20))


def to_png(picture: Picture) -> bytes:
    """Return a picture as PNG, its bytes."""
    return bytes(cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1])
