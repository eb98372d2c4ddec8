"""Synthetic handwriting for tests: strings and pages drawn from the model's pen strokes, and files made of them."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.strokes import DIGITS, draw

PAPER, INK = 235, 40
"""Grey of paper and of ink: neither pure white nor pure black, as on a scan (0..255)."""


def draw_string(text: str, rng: np.random.Generator, height: int = 64) -> NDArray[np.uint8]:
    """Draw digits side by side. Returns (height, about 0.7 * height * len(text)) uint8, white ink on black."""
    cells = [draw(str(rng.choice(DIGITS[digit])), rng, height, shake=0.15) for digit in text]
    margin = round(0.13 * height)  # a drawn character keeps 0.18 of its side free on every side
    return np.hstack([cell[:, margin : height - margin] for cell in cells])


def draw_page(rows: Sequence[str], rng: np.random.Generator, height: int = 64, margin: int = 30) -> NDArray[np.uint8]:
    """Draw one string below the other, dark on light. height: of a row, in pixels. Returns (H, W) uint8."""
    strips = [draw_string(row, rng, height) for row in rows]
    width = max((strip.shape[1] for strip in strips), default=4 * height) + 2 * margin
    ink = np.zeros((2 * margin + max(1, len(strips)) * height, width), np.uint8)
    for number, strip in enumerate(strips):
        top = margin + number * height
        ink[top : top + height, margin : margin + strip.shape[1]] = strip
    return (PAPER - ink.astype(np.float32) * ((PAPER - INK) / 255)).round().astype(np.uint8)


def draw_paragraph(rows: Sequence[str], rng: np.random.Generator, height: int = 48) -> NDArray[np.uint8]:
    """Draw strings of one length below one another, a row's height of paper between them. Returns (H, W) uint8."""
    return np.vstack([draw_page([row], rng, height, height // 2) for row in rows])


def encode(picture: NDArray[np.generic] | Image.Image, form: str, **how: Any) -> bytes:
    """Return the bytes of an image file."""
    file = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(file, form, **how)
    return file.getvalue()


def encode_pages(pictures: list[NDArray[np.uint8]], **how: Any) -> bytes:
    """Return the bytes of a TIFF with one page per picture."""
    first, *others = [Image.fromarray(picture) for picture in pictures]
    return encode(first, "TIFF", save_all=True, append_images=others, **how)


PICTURE = draw_page(["07", "42"], np.random.default_rng(1), height=24, margin=6)
"""A small page, grey."""

COLOURED = np.dstack([PICTURE, np.flipud(PICTURE), 255 - PICTURE])
"""The same in three colours that differ."""


def whiten(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the page of even light on which just this is ink: (H, W) uint8, black on white."""
    return np.where(mask, np.uint8(0), np.uint8(255))
