"""Labelled data sets: folders of images and drawn pages, and what the reader makes of them."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics import EVERYWHERE, Judged, Truth, judge
from bench.page import draw_page
from bench.sheet import LabelledPage
from model.classifier import GlyphClassifier
from model.data import Glyphs, load_mnist, split
from model.errors import DataError
from scanner.errors import ScanError
from scanner.page import Box, Page, open_pages
from scanner.pipeline import Options, read
from scanner.reading import REFUSED, Line, from_json, to_json

SPLIT_SEEDS = (1, 2)
"""The seeds of the splits under which the shipped network was trained, and then went on: digits held out under both are
those it never saw."""

DEFAULTS = Options()
"""The reader as it is shipped."""

CELL, PICTURE_HEIGHT = 300, 120
"""A picture of a misread string is at most this wide and this high, in pixels: as the contact sheet needs."""

CUT_MARGIN = 0.25
"""Paper shown around a misread string, as a share of its height."""

SYNTHETIC = "synthetic"
"""What the set of drawn pages is called."""


@dataclass(frozen=True)
class Sample:
    """One labelled image."""

    truth: Truth
    open_pages: Callable[[], Iterable[Page]]
    """Opens it when its turn comes: all images at once may not fit."""


@dataclass(frozen=True)
class Wrong:
    """A string that was read wrong, and its picture."""

    judged: Judged
    picture: NDArray[np.uint8]
    """(h, w) or (h, w, 3) uint8, cut to the string's box with a margin, at most as large as the sheet needs."""


@dataclass(frozen=True)
class Measured:
    """What was counted on one data set."""

    name: str
    images: int
    unread: int
    """Images that could not be opened."""
    complete: int
    """Images on which all digits are labelled: only there can a digit be false."""
    false: int
    """Digits where no string stands, on the complete images."""
    doubts: int
    """The same for refused ones, "?"."""
    judged: tuple[Judged, ...]
    """All labelled strings."""
    wrong: tuple[Wrong, ...]
    """Those answered wrong without a "?"; the others are no answers."""


def load_samples(folder: Path) -> list[Sample]:
    """Load the labels of a folder; its images are opened later. Raises DataError."""
    path = folder / "labels.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}). Give a folder that holds images and labels.jsonl."
        ) from error
    return [_to_sample(folder, path, line) for line in lines if line.strip()]


def _to_sample(folder: Path, path: Path, line: str) -> Sample:
    try:
        record = json.loads(line)
        file, strings, boxes = record["file"], tuple(record["strings"]), record.get("boxes")
        places = (EVERYWHERE,) * len(strings) if boxes is None else tuple(Box(*box) for box in boxes)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: {line[:60]!r} is no label ({error!r}). Expected a JSON object with file, strings and boxes."
        ) from error
    if len(places) != len(strings) or (boxes is None and len(strings) > 1):
        raise DataError(f"{path}: {file} has {len(strings)} strings, expected a box for each. Add their boxes.")
    truth = Truth(file, strings, places, record.get("repo", file), not record.get("partial_labels"))
    return Sample(truth, lambda: open_pages(folder / file))


def draw_samples(data: Path | None, count: int, seed: int) -> Iterator[Sample]:
    """Draw synthetic pages with digits of MNIST's that no training run has seen. Raises DataError."""
    held = hold_out(load_mnist(data))
    for number in range(count):
        drawn = draw_page(held, np.random.default_rng([seed, number]))
        yield to_sample(drawn, f"{SYNTHETIC} {number}")


def hold_out(mnist: Glyphs) -> Glyphs:
    """Return the digits that every split sets aside."""
    numbered = replace(mnist, labels=np.arange(len(mnist.labels)))
    unseen = [split(numbered, seed)[1].labels for seed in SPLIT_SEEDS]
    chosen = [k for k in unseen[0].tolist() if all(k in part for part in unseen[1:])]
    return replace(mnist, images=mnist.images[chosen], labels=mnist.labels[chosen])


def to_sample(drawn: LabelledPage, name: str) -> Sample:
    """Label a drawn page. The boxes are taken from who wrote which pixel: the page was tilted after it was written."""
    strings, boxes, first = [], [], 1
    for text, written in drawn.strings:
        found = [np.nonzero(drawn.owners == owner) for owner in range(first, first + len(text))]
        first += len(text)
        whole = all(len(rows) for rows, _ in found)  # the tilt may have pushed a digit off the page
        strings.append(text if whole else REFUSED)
        boxes.append(_box_around(found) if whole else written)
    page = Page(drawn.image, name)
    return Sample(Truth(name, tuple(strings), tuple(boxes), name), lambda: [page])


def _box_around(pixels: Sequence[tuple[NDArray[np.intp], ...]]) -> Box:
    rows, columns = (np.concatenate([each[axis] for each in pixels]) for axis in (0, 1))
    x, y = int(columns.min()), int(rows.min())
    return Box(x, y, int(columns.max()) + 1 - x, int(rows.max()) + 1 - y)


def measure(name: str, samples: Iterable[Sample], classifier: GlyphClassifier, options: Options = DEFAULTS) -> Measured:
    """Read the images and judge what was read."""
    images = unread = complete = false = doubts = 0
    judged: list[Judged] = []
    wrong: list[Wrong] = []
    for sample in samples:
        lines, first = read_sample(sample, classifier, options)
        found, strays = judge(sample.truth, lines)
        images += 1
        unread += first is None
        judged += found
        if sample.truth.complete:
            complete += 1
            refused = sum(digit.text == REFUSED for digit in strays)
            false, doubts = false + len(strays) - refused, doubts + refused
        if first is not None:
            misread = (each for each in found if each.offered and not each.right)
            wrong += [Wrong(each, cut_picture(first.image, each.box)) for each in misread]
    return Measured(name, images, unread, complete, false, doubts, tuple(judged), tuple(wrong))


def read_sample(
    sample: Sample, classifier: GlyphClassifier, options: Options = DEFAULTS
) -> tuple[list[Line], Page | None]:
    """Return the lines of all pages of an image as they would be printed, rounded, and its first page.

    The first page is None, and there are no lines, when the image cannot be opened.
    """
    lines: list[Line] = []
    first: Page | None = None
    try:
        for page in sample.open_pages():
            first = first or page
            lines += from_json(to_json(read(page, classifier, options))).lines
    except ScanError as error:
        sys.stderr.write(f"{error}\n")
    return lines, first


def cut_picture(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Cut a string out of its image with some paper around it, and bring it to the size of the contact sheet.

    image: (H, W) or (H, W, 3) uint8. Returns (h, w, 3) uint8, at most PICTURE_HEIGHT high and CELL wide.
    """
    height, width = image.shape[:2]
    inside = box.within(width, height)
    margin = round(CUT_MARGIN * inside.height) + 2
    wide = Box(inside.x - margin, inside.y - margin, inside.width + 2 * margin, inside.height + 2 * margin)
    place = wide.within(width, height)
    cut = image[place.y : place.bottom, place.x : place.right]
    scale = min((CELL - 8) / place.width, PICTURE_HEIGHT / place.height)
    size = max(1, int(place.width * scale)), max(1, int(place.height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(cut, size, interpolation=way), np.uint8)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8) if small.ndim == 2 else small
