"""Synthetic pages with their truth: strips, sheets and forms, written by hand on a paper, under a light."""

from dataclasses import replace

import numpy as np

from bench.block import draw_block
from bench.frames import draw_boxes, draw_comb, draw_field_lines, draw_table
from bench.hand import SIGN, WRITTEN, Hand, Writing, take_hand, write
from bench.paper import Picture, draw_paper
from bench.sheet import LabelledPage, Sheet, choose_height
from bench.texture import draw_texture
from bench.words import print_text, print_word, write_word
from model.data import Glyphs
from scanner.page import Box


def draw_page(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return a page of a random kind. digits: MNIST's shapes."""
    kinds = (draw_strip, draw_sheet, draw_block, draw_comb_form, draw_table_form, draw_print, draw_nothing)
    return kinds[rng.choice(len(kinds), p=(0.42, 0.1, 0.15, 0.09, 0.08, 0.07, 0.09))](digits, rng)


def draw_strip(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return the crop around one string, as cut out of a cheque or a form."""
    hand = take_hand(rng, choose_height(rng, 18, 75))
    writing = write(choose_text(rng), hand, digits, rng)
    margins = rng.uniform(-0.02, 0.5, 4) * hand.height + 2
    sheet = Sheet(
        (
            max(16, round(writing.ink.shape[0] + margins[0] + margins[1])),
            max(20, round(writing.ink.shape[1] + margins[2] + margins[3])),
        )
    )
    box = sheet.lay(writing, round(margins[2]), round(margins[0]))
    paper = draw_paper(sheet.shape, rng)
    if rng.random() < 0.35:  # the line that is written on, or a frame
        paper = paper * draw_field_lines(sheet.shape, box, rng)
    return sheet.photograph(paper, rng, rng.uniform(0.1, 1))


def draw_sheet(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return a page with rows of strings, words between them."""
    height = choose_height(rng, 24, 80)
    hand, rows = take_hand(rng, height), int(rng.integers(2, 6))
    pitch, width = height * rng.uniform(1.6, 2.6), round(height * rng.uniform(10, 24))
    sheet = Sheet((round(pitch * (rows + 0.6)), width))
    for row in range(rows):
        left = rng.uniform(0.1, 1.5) * height
        while left < width - 2 * height:
            writing = _write_something(height, hand, digits, rng)
            if left + writing.ink.shape[1] > width - 2:
                break
            top = (row + 0.8) * pitch - writing.ink.shape[0] / 2 + rng.normal(0, 0.05) * height
            box = sheet.lay(writing, round(left), round(top))
            left = box.right + height * rng.uniform(1.2, 4)
    return sheet.photograph(draw_paper(sheet.shape, rng), rng, rng.uniform(0, 1))


def _write_something(height: float, hand: Hand, digits: Glyphs, rng: np.random.Generator) -> Writing:
    chance = rng.random()
    if chance < 0.12:
        return _sign(print_word(round(height * rng.uniform(0.3, 0.9)) + 4, rng))
    if chance < 0.25:
        return _sign(write_word(max(8, round(height * rng.uniform(0.6, 1.1))), rng))
    return write(choose_text(rng), hand, digits, rng)


def draw_comb_form(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return combs and rows of boxes, a digit in most cells, some crossing the lines."""
    height = choose_height(rng, 20, 60)
    hand, rows, cells = take_hand(rng, height), int(rng.integers(1, 4)), int(rng.integers(2, 11))
    wide, high = height * rng.uniform(0.9, 1.6), height * rng.uniform(1.8, 3.2)
    sheet = Sheet((round(rows * high + height), round((cells + 1.2) * wide)))
    paper = draw_paper(sheet.shape, rng)
    style = draw_comb if rng.random() < 0.6 else draw_boxes
    for row in range(rows):
        middle = (row + 0.5) * high + height / 2
        places = []
        for cell in range(cells):
            x = (cell + 1.1) * wide
            places.append(Box(round(x - 0.3 * height), round(middle - height / 2), round(0.6 * height), round(height)))
            if rng.random() < 0.85:
                writing = write(_draw_digits(rng, 1), hand, digits, rng)
                x += rng.normal(0, 0.07) * wide - writing.ink.shape[1] / 2
                sheet.lay(writing, round(x), round(middle + rng.normal(0, 0.07) * height - writing.ink.shape[0] / 2))
        paper = paper * style(sheet.shape, places, rng)[0]
    return sheet.photograph(paper, rng, rng.uniform(0, 1))


def draw_table_form(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return a ruled table with a short string in most cells."""
    height = choose_height(rng, 20, 60)
    hand, rows, columns = take_hand(rng, height), int(rng.integers(2, 6)), int(rng.integers(2, 7))
    return draw_table_by(hand, rows, columns, digits, rng)


def draw_table_by(hand: Hand, rows: int, columns: int, digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return a ruled table of so many rows and columns that one hand has filled."""
    height, length = hand.height, int(rng.integers(1, 4))
    wide, high = height * (0.8 + 0.75 * length) * rng.uniform(1, 1.6), height * rng.uniform(1.25, 2.2)
    sheet = Sheet((round(rows * high), round(columns * wide)))
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.15:
                continue
            text = _draw_digits(rng, int(rng.integers(1, length + 1)))
            writing = write(text, hand, digits, rng)
            x = (column + 0.5 + rng.normal(0, 0.05)) * wide - writing.ink.shape[1] / 2
            y = (row + 0.5 + rng.normal(0, 0.05)) * high - writing.ink.shape[0] / 2
            sheet.lay(writing, round(x), round(y))
    cell = Box(0, 0, round(wide), round(high))
    paper = draw_paper(sheet.shape, rng) * draw_table(sheet.shape, cell, rng)[0]
    return sheet.photograph(paper, rng, rng.uniform(0, 1))


def draw_print(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return a printed page: words, and strings of printed digits."""
    height = round(choose_height(rng, 16, 60))
    rows, width = int(rng.integers(1, 5)), round(height * rng.uniform(8, 20))
    sheet = Sheet((round(height * 2.2 * rows + height), width))
    for row in range(rows):
        left = rng.uniform(0.2, 2) * height
        while left < width - 2 * height:
            text = choose_text(rng)
            if rng.random() < 0.5:
                writing = _sign(print_word(height, rng))
            else:
                writing = _print(text.replace(" ", ""), height, rng)
            if left + writing.ink.shape[1] > width - 2:
                break
            box = sheet.lay(writing, round(left), round((row + 0.5) * 2.2 * height))
            left = box.right + height * rng.uniform(0.8, 3)
    return sheet.photograph(draw_paper(sheet.shape, rng), rng, rng.uniform(0, 0.8))


def draw_nothing(digits: Glyphs, rng: np.random.Generator) -> LabelledPage:
    """Return a picture without any digit: a texture, words, an empty form."""
    shape = int(rng.integers(100, 500)), int(rng.integers(150, 640))
    sheet = Sheet(shape)
    chance = rng.random()
    if chance < 0.5:
        return LabelledPage(draw_texture(shape, rng), sheet.owners, (), ())
    paper = draw_paper(shape, rng)
    if chance < 0.8:
        height = int(rng.integers(10, 50))
        for _ in range(int(rng.integers(1, 8))):
            word = (print_word, write_word)[rng.integers(2)](height, rng)
            sheet.lay(_sign(word), int(rng.integers(0, shape[1])), int(rng.integers(0, shape[0])))
    else:
        height, cells = int(rng.integers(20, 60)), int(rng.integers(2, 9))
        places = [Box(20 + round(k * height * 1.3), 30, height, height) for k in range(cells)]
        paper = paper * (draw_comb, draw_boxes)[rng.integers(2)](shape, places, rng)[0]
    return sheet.photograph(paper, rng, rng.uniform(0, 1))


def _sign(ink: Picture) -> Writing:
    """Ink that is no digit."""
    return Writing(ink, np.where(ink > WRITTEN, SIGN, 0).astype(np.uint16), ())


def _print(text: str, height: int, rng: np.random.Generator) -> Writing:
    """Digits and signs in print, with their owners."""
    ink, boxes = print_text(text, height, rng)
    writing = _sign(ink)
    labels = []
    for character, box in zip(text, boxes, strict=True):
        if character.isdigit():
            labels.append(int(character))
            place = np.s_[box.y : box.bottom, box.x : box.right]
            writing.owners[place][ink[place] > WRITTEN] = len(labels)
    return replace(writing, labels=tuple(labels))


def choose_text(rng: np.random.Generator) -> str:
    """Return an amount, a date, a number or a code, with the signs that people write around them."""
    kind = rng.random()
    if kind < 0.35:
        return _draw_digits(rng, int(rng.integers(1, 9)))
    if kind < 0.7:
        return _draw_amount(rng)
    if kind < 0.9:
        return _draw_date(rng)
    return str(rng.choice(list(" -."))).join(
        _draw_digits(rng, int(rng.integers(1, 5))) for _ in range(rng.integers(2, 4))
    )


def _draw_date(rng: np.random.Generator) -> str:
    """Day, month and year in some order; slashes most often, since they are so like a 1."""
    sign = str(rng.choice(list("////-. ")))
    day, month = f"{rng.integers(1, 32):02d}", f"{rng.integers(1, 13):02d}"
    parts = [part[int(part[0] == "0" and rng.random() < 0.5) :] for part in (day, month)]
    year = rng.choice([f"{rng.integers(1900, 2040)}", f"20{rng.integers(10, 30)}", f"{rng.integers(0, 100):02d}"])
    return sign.join([*parts, str(year)])


FREQUENCIES = (0.1, 0.19, *(0.71 / 8,) * 8)
"""Of the digits 0..9. A 1 is a mere stroke, which the network has to tell from walls, slashes and halves of digits."""


def _draw_digits(rng: np.random.Generator, length: int) -> str:
    """Digits by chance, with more ones and more zeros at the end than chance would have: dates, prices and sums."""
    digits = rng.choice(10, length, p=FREQUENCIES)
    if rng.random() < 0.3 and length > 2:
        digits[-int(rng.integers(1, min(length, 5))) :] = 0
    return "".join(map(str, digits))


def _draw_amount(rng: np.random.Generator) -> str:
    whole = _draw_digits(rng, int(rng.integers(3, 8)))
    if rng.random() < 0.6:
        sign = str(rng.choice(list(".,")))
        groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
        whole = sign.join(groups)
    cents = str(rng.choice(["", "", "", ".00", ",00", "-", "=", "=", ".", ",", "/100", ".-"]))
    if rng.random() < 0.15:
        cents = rng.choice([".", ","]) + _draw_digits(rng, 2)
    ends = str(rng.choice(["", "", "", "", "#", "$", "*", "$ "]))
    return ends + whole + str(cents) + (ends if ends in "#*" else "")
