"""Blocks of numbers, as in tallies and ledgers: row close upon row, between rules that print and copies have worn."""

import cv2
import numpy as np

from bench.frames import Rule, draw_rules
from bench.hand import SIGN, WRITTEN, Hand, Writing, take_hand, write
from bench.paper import draw_paper, draw_plain
from bench.sheet import LabelledPage, Sheet, choose_height
from bench.signs import Picture
from model.data import Glyphs

CLOSEST, WIDEST = 1.02, 1.8
"""From one row to the next, in digit heights: tails reach into the row below."""

WORN = 0.6
"""Share of the blocks whose rules are worn."""

PLAIN = 0.6
"""Share of the blocks on bare paper: forms for counts have no pattern."""

RULED, WALLS = 0.85, 0.6
"""Share of the blocks that are ruled, and of the columns that end at a wall."""

PADDED = 0.4
"""Share of the blocks whose numbers are all of one length, with zeros before small ones."""

LEADERS = 0.4
"""Share of the blocks where a stroke stands before each number, to keep others from adding to it."""


def draw_block(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return numbers in close rows, one or two to a row, behind which a wall may stand. digits: MNIST's shapes."""
    height = choose_height(rng, 18, 80)
    hand, rows, columns = take_hand(rng, height), int(rng.integers(3, 8)), int(rng.integers(1, 3))
    pitch, wide = height * rng.uniform(CLOSEST, WIDEST), height * rng.uniform(3, 6)
    ends = np.round((np.arange(columns) + 1) * wide + rng.uniform(0, 0.5) * height)
    sheet = Sheet((round(pitch * (rows + 1)), round(float(ends[-1]) + height * rng.uniform(0.05, 1.5))))
    length, has_leaders, indent = _choose_length(rng), rng.random() < LEADERS, rng.uniform(0, 0.4) * height
    for row in range(rows):
        middle = (row + 1) * pitch + rng.normal(0, 0.04) * height
        for end in ends:
            writing = write(_choose_number(length, rng), hand, digits, rng)
            left = end - writing.ink.shape[1] - abs(rng.normal(0, 0.3)) * height - indent
            sheet.lay(writing, round(left), round(middle - writing.ink.shape[0] / 2))
            if has_leaders:
                leader = _draw_leader(hand, rng)
                sheet.lay(leader, round(left - leader.ink.shape[1] - 0.2 * height), round(middle))
    paper = (draw_plain if rng.random() < PLAIN else draw_paper)(sheet.shape, rng)
    return sheet.photograph(paper * _draw_rules(sheet, pitch, ends, rng), rng, rng.uniform(0, 1))


def _choose_length(rng: np.random.Generator) -> int:
    """Return how many digits each number has; 0 where each has its own."""
    return int(rng.integers(2, 6)) if rng.random() < PADDED else 0


def _choose_number(length: int, rng: np.random.Generator) -> str:
    """Small numbers are more frequent than large ones, as in all counts."""
    value = int(10 ** rng.uniform(0, length or 5)) - int(rng.random() < 0.3)
    return f"{value:0{length}d}"


def _draw_leader(hand: Hand, rng: np.random.Generator) -> Writing:
    """Return a level stroke in the hand's pen."""
    size = round(hand.height * rng.uniform(0.4, 1.6)), max(1, round((hand.pen or 0.1) * hand.height))
    ink = np.zeros((size[1] + 6, size[0] + 2), np.float32)
    rise = int(rng.integers(-2, 3))
    cv2.line(ink, (1, 3 + size[1] // 2 + rise // 2), (size[0], 3 + size[1] // 2 - rise // 2), 1.0, size[1], cv2.LINE_AA)
    return Writing(ink, np.where(ink > WRITTEN, SIGN, 0).astype(np.uint16), ())


def _draw_rules(sheet: Sheet, pitch: float, ends: np.ndarray, rng: np.random.Generator) -> Picture:
    """Return the rules between rows, and a wall behind some columns."""
    gaps = rng.uniform(0.1, 0.7) if rng.random() < WORN else 0.0
    rule = Rule(rng.uniform(0.8, 3.5), rng.uniform(0.08, 0.8), rng.normal(0, 0.012), gaps)
    levels = np.arange(0.5 + rng.normal(0, 0.05), sheet.shape[0] / pitch) * pitch
    kept = levels[: len(levels) * int(rng.random() < RULED)]
    return draw_rules(sheet.shape, kept, ends[rng.random(len(ends)) < WALLS], rule, rng)
