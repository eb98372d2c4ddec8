"""Strips: rows of writing laid level, for the network that reads a row as a whole; labelled ones to and from a file.

A strip is (HEIGHT, W, 3) uint8: the row's own ink; all ink of the page, the row's included; 255 is ink; and how dark
the page is there, 0 for paper, PEN for what the row was written with. What is ink is a guess, and a stroke that it lost
is there to see in the last. A strip's digits are about DIGIT pixels high and stand in its middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from model.data import NOT_A_DIGIT, hash_file, read_npz, take_array
from model.errors import DataError

HEIGHT = 32
"""Pixels: digits are DIGIT of them high, the rest is room for what stands out."""

DIGIT = 20
"""Pixels that a row's usual digit is high: as in a glyph's box."""

MARGIN = 8
"""Pixels of paper at both ends of a strip."""

FRAME = 4
"""Pixels of a strip for which the network gives one answer: a narrow 1 and its gap take about two."""

CHANNELS = 3

PEN = 200
"""How dark the usual ink of a row is in the last channel, 0..255: there is room for what is darker."""

UNSURE = -1
"""The label of ink that nobody could name: a digit that reaches into another row, or that hardly was written."""


@dataclass(frozen=True)
class LabelledStrip:
    """A strip, and what stands on it."""

    image: NDArray[np.uint8]
    """(HEIGHT, W, 3) uint8."""
    marks: NDArray[np.float32]
    """(N, 3): where each digit begins and ends, in pixels from the left, and its label, 0..9 or UNSURE."""


@dataclass(frozen=True)
class Strips:
    """Labelled strips of one file."""

    items: Sequence[LabelledStrip]
    sha256: str
    """Checksum of the file they came from."""
    name: str
    """Name of that file, without its folder."""


def write_strips(file: IO[bytes], strips: Sequence[LabelledStrip]) -> None:
    """Write labelled strips as one .npz: all pictures end to end, and the marks of all."""
    pictures = [strip.image for strip in strips] or [np.zeros((HEIGHT, 0, CHANNELS), np.uint8)]
    marks = [strip.marks for strip in strips] or [np.zeros((0, 3), np.float32)]
    np.savez_compressed(
        file,
        strips=np.concatenate(pictures, axis=1),
        widths=np.array([strip.image.shape[1] for strip in strips], np.int64),
        marks=np.concatenate(marks),
        counts=np.array([len(strip.marks) for strip in strips], np.int64),
    )


def load_strips(path: Path) -> Strips:
    """Load what `write_strips` wrote. Raises DataError."""
    arrays = read_npz(path)
    pictures, widths = take_array(arrays, "strips", path), take_array(arrays, "widths", path)
    marks, counts = take_array(arrays, "marks", path), take_array(arrays, "counts", path)
    fits = pictures.ndim == 3 and pictures.dtype == np.uint8 and pictures.shape[::2] == (HEIGHT, CHANNELS)
    adds_up = len(widths) == len(counts) and widths.sum() == pictures.shape[1] and counts.sum() == len(marks)
    if not (fits and adds_up and len(widths) and marks.shape[1:] == (3,) and marks[:, 2].max(initial=0) < NOT_A_DIGIT):
        raise DataError(f"{path}: holds no labelled strips as digits-bench strips writes them. Make them again.")
    ends, stops = np.cumsum(widths), np.cumsum(counts)
    items = [
        LabelledStrip(pictures[:, end - width : end], marks[stop - count : stop].astype(np.float32))
        for end, width, stop, count in zip(ends, widths, stops, counts, strict=True)
    ]
    return Strips(items, hash_file(path), path.name)
