"""Small pictures of strings, cut from the files that they were read in."""

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scanner.errors import DigitlensError
from scanner.opening import MOST_MEGAPIXELS, Opening
from scanner.page import Box, Page, decode_pages
from scanner.review import Doubt

MARGIN = 0.4
"""So much of a string's height is shown around it."""

HEIGHT = 72
"""Pixels of the height of a level string's crop, at most: a digit of 40 pixels shows all that a person needs."""

LARGEST = 240
"""Pixels of any crop's height, at most."""

WIDTH = 900
"""Pixels of a crop's width, at most."""

QUALITY = 50
"""Of WebP (0..100): a crop takes about 2 kB, and its strokes stay sharp."""

GONE = "The file is not there now. Start the review in the folder where the batch was started, or put the file back."
CHANGED = "The file has changed since it was read, so it is not shown. Run the batch again to read it anew."
UNREADABLE = "The file cannot be opened now, so it is not shown."


@dataclass(frozen=True)
class Crop:
    """A picture of a string."""

    picture: bytes
    """A WebP file; empty where there is none."""
    width: int = 0
    """Of the picture, in pixels."""
    height: int = 0
    boxes: tuple[Box, ...] = ()
    """Of the string's digits, in pixels of the picture."""
    trouble: str = ""
    """Why there is no picture, in a sentence."""


def cut_crops(doubts: Sequence[Doubt]) -> Iterator[tuple[int, Crop]]:
    """Yield the crop of each string with its index, file by file: each file is opened once. Raises nothing."""
    by_file: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, doubt in enumerate(doubts):
        by_file[doubt.source, doubt.content].append(index)
    for (source, content), indices in by_file.items():
        yield from zip(indices, cut_from_file(source, content, [doubts[i] for i in indices]), strict=True)


def cut_from_file(source: str, content: str, doubts: Sequence[Doubt]) -> list[Crop]:
    """Return the crops of strings of one file. content: SHA-256 of its bytes when it was read."""
    crops: dict[int, Crop] = {}
    trouble = UNREADABLE
    try:
        for page in open_same(source, content, {doubt.page for doubt in doubts}):
            crops |= {id(doubt): _cut(page, doubt) for doubt in doubts if doubt.page == page.number}
    except FileChangedError:
        trouble = CHANGED
    except FileNotFoundError:
        trouble = GONE
    except (OSError, ValueError, DigitlensError):  # ValueError: a name with a zero byte
        trouble = UNREADABLE
    return [crops.get(id(doubt), Crop(b"", trouble=trouble)) for doubt in doubts]


class FileChangedError(Exception):
    """The bytes of a file are not those that were read."""


def open_same(source: str, content: str, numbers: Collection[int]) -> Iterator[Page]:
    """Yield some pages of a file that has not changed since it was read.

    content: SHA-256 of its bytes then. numbers: of the pages, from 1. Raises FileChangedError, OSError, ScanError.
    """
    data = Path(source).read_bytes()
    if hashlib.sha256(data).hexdigest() != content:
        raise FileChangedError
    opening = Opening(max_pixels=MOST_MEGAPIXELS * 1_000_000, first=min(numbers))
    for page in decode_pages(data, source, opening):
        if page.number in numbers:
            yield page
        if page.number >= max(numbers):
            return


def _cut(page: Page, doubt: Doubt) -> Crop:
    """Cut a string out of its page. Pages of a PDF may have been read at another resolution than they have here."""
    height, width = page.image.shape[:2]
    factor = width / doubt.size[0]
    box = doubt.box.joined(doubt.line.box).scaled(factor)
    margin = round(MARGIN * box.height) + 2
    around = Box(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin).within(width, height)
    # on a page that lies askew a field's upright box is far higher than its digits
    tall = max((digit.box.height for digit in doubt.line.digits), default=doubt.box.height) * factor
    legible = min(HEIGHT / ((1 + 2 * MARGIN) * tall + 4), LARGEST / around.height)
    scale = min(1.0, max(HEIGHT / around.height, legible), WIDTH / around.width)
    size = (max(1, round(around.width * scale)), max(1, round(around.height * scale)))
    picture = page.image[around.y : around.bottom, around.x : around.right]
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    boxes = (digit.box.scaled(factor) for digit in doubt.line.digits)
    moved = (Box(box.x - around.x, box.y - around.y, box.width, box.height).scaled(scale) for box in boxes)
    return Crop(_encode(small), *size, tuple(moved))


def _encode(picture: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture if picture.ndim == 2 else picture[..., ::-1]).save(file, "WEBP", quality=QUALITY)
    return file.getvalue()
