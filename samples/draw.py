"""Draws the sample images, the same ones each time, and writes their strings into labels.jsonl.

    python -m samples.draw [FOLDER]

The hands, papers and lights are those of benchmarks/pages.py; nothing here was photographed.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pages import (
    Ink,
    Picture,
    Place,
    around,
    cloud,
    colour_paper,
    expose,
    lay_ink,
    light_from,
    take_hand,
    write,
)

QUALITY = 80
"""Of the JPEG files, as phones and scanners write them."""

BLUE_PEN, BLACK_PEN, PENCIL_RULE = (105.0, 48.0, 30.0), (48.0, 44.0, 46.0), (205.0, 178.0, 160.0)
"""Colours of ink, BGR, 0..255."""


COUNTS = (("007", "", "41"), ("250", "38", ""), ("", "6", "019"), ("53", "", "2"))
"""What stands in the cells of a table."""


@dataclass(frozen=True)
class Sample:
    """One image and what stands on it."""

    image: Picture
    strings: tuple[str, ...]
    boxes: tuple[Place, ...]
    notes: str


def draw_note(rng: np.random.Generator) -> Sample:
    """Draw three lines in blue pen, photographed under a lamp: shadow towards the corners, a little turned."""
    shape, texts = (720, 960), ("20731", "4816", "95024")
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, 92, 6.5, slant=0.2, gap=0.22)
    boxes = [write(ink, text, 215 + 60 * i, 120 + 175 * i, hand, rng) for i, text in enumerate(texts)]
    page = lay_ink(colour_paper((206, 224, 232), shape, rng), ink, BLUE_PEN)
    turn = np.asarray(cv2.getRotationMatrix2D((480, 360), 2.5, 1.02), np.float64)
    turned = cv2.warpAffine(page, turn, shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    lit = np.asarray(turned * light_from(shape, 0.68, 0.15, 0.55)[..., None], np.float32)
    return Sample(expose(lit, 3.0, 1.0, rng), texts, tuple(turn_box(box, turn) for box in boxes), "a lamp's light")


def draw_cheque(rng: np.random.Generator) -> Sample:
    """Draw an amount on security paper, its zeros touching."""
    shape, text = (170, 620), "182500"
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, 78, 5.0, slant=0.25, gap=0.12)
    first = write(ink, text[:-2], 90, 48, hand, rng)
    zeros = write(ink, text[-2:], first[0] + first[2] + 6, 50, replace(hand, gap=-0.06), rng)
    pattern = guilloche(shape, 7.0, 0.35) * 0.5 + guilloche(shape, 9.5, -0.6) * 0.35
    page = lay_ink(colour_paper((214, 232, 226), shape, rng), pattern, (165, 196, 150))
    page = lay_ink(page, frame_boxes(shape, [(22, 20, 576, 130)], 2), (70, 90, 60))
    box = around([first, zeros])
    return Sample(expose(lay_ink(page, ink, BLACK_PEN), 2.5, 0.8, rng), (text,), (box,), "guilloche, touching zeros")


def draw_form(rng: np.random.Generator) -> Sample:
    """Draw two combs of a scanned form, one digit in each box."""
    shape, texts, cell = (380, 900), ("31072026", "640985"), 74
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, 47, 3.6, slant=0.08)
    cells: list[Place] = []
    boxes = []
    for row, text in enumerate(texts):
        places = [(110 + cell * i, 80 + 150 * row, cell, 78) for i in range(len(text))]
        cells += places
        signs = [write(ink, sign, x + 22, y + 15, hand, rng) for sign, (x, y, _, _) in zip(text, places, strict=True)]
        boxes.append(around(signs))
    page = lay_ink(colour_paper((243, 245, 246), shape, rng, 0.8), frame_boxes(shape, cells, 2), (90, 120, 200))
    return Sample(expose(lay_ink(page, ink, BLUE_PEN), 2.0, 0.7, rng), texts, tuple(boxes), "combs of a form")


def draw_board(rng: np.random.Generator) -> Sample:
    """Draw chalk on a wiped blackboard."""
    shape, texts = (560, 900), ("7306", "159248")
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, 120, 9.5, slant=0.05, gap=0.2)
    boxes = tuple(write(ink, text, 110 + 30 * i, 80 + 215 * i, hand, rng) for i, text in enumerate(texts))
    wiped = cv2.GaussianBlur(cloud(shape, 26, rng), (0, 0), sigmaX=40, sigmaY=6)
    board = colour_paper((58, 66, 54), shape, rng, 2.0) + 14 * wiped[..., None]
    chalk = ink * np.clip(0.8 + 0.22 * cloud(shape, 2.2, rng), 0, 1)
    lit = lay_ink(np.asarray(board, np.float32), np.asarray(chalk, np.float32), (222, 232, 232))
    lit = np.asarray(lit * light_from(shape, 0.25, 0.2, 0.35)[..., None], np.float32)
    return Sample(expose(lit, 2.5, 0.9, rng), texts, boxes, "chalk")


def draw_counts(rng: np.random.Generator) -> Sample:
    """Draw a scanned table of counts, some of its cells empty."""
    shape, width, height = (460, 620), 170, 92
    ink, hand = np.zeros(shape, np.float32), take_hand(rng, 46, 4.2, slant=0.1, gap=0.2)
    cells = [(text, 56 + width * c, 46 + height * r) for r, row in enumerate(COUNTS) for c, text in enumerate(row)]
    boxes = tuple(write(ink, text, x + 34, y + 22, hand, rng) for text, x, y in cells if text)
    rules = frame_boxes(shape, [(x, y, width, height) for _, x, y in cells], 2)
    page = lay_ink(colour_paper((238, 241, 242), shape, rng, 0.8), rules, (120, 110, 104))
    texts = tuple(text for text, _, _ in cells if text)
    return Sample(expose(lay_ink(page, ink, BLACK_PEN), 2.0, 0.7, rng), texts, boxes, "a table")


def draw_blank(rng: np.random.Generator) -> Sample:
    """Draw ruled paper on which nothing was written."""
    shape = (700, 900)
    rules = np.zeros(shape, np.float32)
    for y in range(110, shape[0] - 30, 62):
        cv2.line(rules, (0, y), (shape[1], y + 6), 1.0, 2, cv2.LINE_AA)
    page = lay_ink(colour_paper((226, 234, 236), shape, rng), rules, PENCIL_RULE)
    lit = np.asarray(page * light_from(shape, 0.3, 0.3, 0.35)[..., None], np.float32)
    return Sample(expose(lit, 2.5, 0.8, rng), (), (), "ruled paper, empty")


def guilloche(shape: tuple[int, int], step: float, turn: float) -> Ink:
    """Return thin wavy lines, as security paper has them: (H, W) float32, 0 between them and 1 on them."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    phase = y * np.cos(turn) + x * np.sin(turn) + 5 * np.sin(x / 31) + 2 * np.sin(x / 11 + y / 17)
    return np.asarray(np.clip(np.sin(phase * 2 * np.pi / step) * 3 - 1.5, 0, 1), np.float32)


def frame_boxes(shape: tuple[int, int], boxes: list[Place], thickness: int) -> Ink:
    """Return printed rectangles: (H, W) float32, 1 on the lines."""
    lines = np.zeros(shape, np.float32)
    for x, y, width, height in boxes:
        cv2.rectangle(lines, (x, y), (x + width, y + height), 1.0, thickness)
    return lines


def turn_box(box: Place, turn: NDArray[np.float64]) -> Place:
    """Return the upright box around a box that an affine map, (2, 3), has turned."""
    x, y, width, height = box
    corners = np.array([[x, y, 1], [x + width, y, 1], [x, y + height, 1], [x + width, y + height, 1]], np.float64)
    moved = corners @ turn.T
    left, top = moved.min(axis=0).round().astype(int)
    right, bottom = moved.max(axis=0).round().astype(int)
    return int(left), int(top), int(right - left), int(bottom - top)


SAMPLES: dict[str, tuple[Callable[[np.random.Generator], Sample], int]] = {
    "note.jpg": (draw_note, 1),
    "cheque.jpg": (draw_cheque, 2),
    "form.jpg": (draw_form, 3),
    "board.jpg": (draw_board, 4),
    "blank.jpg": (draw_blank, 5),
    "counts.jpg": (draw_counts, 6),
}
"""File name -> who draws it, and where its chance starts."""


def main(folder: Path) -> None:
    """Write the images and labels.jsonl into the folder."""
    records = []
    for name, (draw, seed) in SAMPLES.items():
        sample = draw(np.random.default_rng(seed))
        cv2.imwrite(str(folder / name), sample.image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        record = {"file": name, "strings": sample.strings, "boxes": sample.boxes, "notes": sample.notes}
        records.append(json.dumps(record))
    (folder / "labels.jsonl").write_text("\n".join(records) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
