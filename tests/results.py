"""Results of a small batch for tests: files with lines of a known place, without reading them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from scanner.page import Box
from scanner.reading import Digit, Line, Reading
from scanner.store import FileResult, PageResult, Store

HEIGHT = 40
"""Pixels from one line to the next on a page of tests."""


def make_line(text: str, row: int = 0, confidence: float = 0.5) -> Line:
    """Return a line whose digits are 12 pixels wide and 20 high, with an alternative for each."""
    digits = tuple(
        Digit(sign, confidence, Box(10 + 15 * place, 10 + HEIGHT * row, 12, 20), (("7" if sign != "7" else "1", 0.2),))
        for place, sign in enumerate(text)
    )
    box = digits[0].box
    for digit in digits[1:]:
        box = box.joined(digit.box)
    return Line(digits, confidence, box)


def draw_file(path: Path, lines: int) -> str:
    """Write a page with grey bars where the digits of such lines stand. Returns its SHA-256."""
    page = np.full((HEIGHT * lines + 10, 200), 240, np.uint8)
    for row in range(lines):
        for x in range(10, 180, 15):
            page[10 + HEIGHT * row : 30 + HEIGHT * row, x + 4 : x + 8] = 30
    page[-1] = np.frombuffer(hashlib.sha256(path.name.encode()).digest(), np.uint8)[np.arange(200) % 32]  # files differ
    Image.fromarray(page).save(path, "PNG")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fill_store(path: Path, folder: Path, files: dict[str, Sequence[tuple[str, float]]]) -> list[FileResult]:
    """Fill a store with files of these lines (text and confidence), and draw the files. Returns what is in it."""
    results = []
    for name, lines in files.items():
        content = draw_file(folder / name, len(lines))
        kept = tuple(make_line(text, row, confidence) for row, (text, confidence) in enumerate(lines))
        reading = Reading(str(folder / name), 1, 200, HEIGHT * len(lines) + 10, kept)
        results.append(FileResult(reading.source, content, (PageResult(reading),)))
    with Store(path) as store:
        for result in results:
            store.add(result, "options")
        store.finish([result.source for result in results], None)
    return results
