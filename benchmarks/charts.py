"""Charts of the accuracy page, plain and readable in grey, and the contact sheet of the worst readings."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.datasets import CELL, PICTURE_HEIGHT
from bench.metrics import ANSWERS, Judged, fill_bins, measure_read_rate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Picture = NDArray[np.uint8]

ERROR_RATES = np.geomspace(0.001, 0.2, 120)
"""The read-rate curve's error axis: from one wrong string in a thousand to one in five."""

STYLES = (("black", "-"), ("black", "--"), ("black", ":"), ("0.5", "-"), ("0.5", "--"), ("0.5", "-."), ("0.7", "-"))
"""Grey and dash of each data set's curve: they differ without colour."""

CAPTION = 26
"""Height of the words beneath a picture of the contact sheet, in pixels."""

LARGEST_TYPE, SMALLEST_TYPE, WEIGHT = 17, 9, 500
"""Of those words: sizes in pixels, and the weight of the type (400 is regular)."""

COLUMNS = 4
"""Pictures in a row of the contact sheet."""

WHITE, BLACK, FRAME = 255, (0, 0, 0), 190
"""Greys of the contact sheet: its ground, its words, the frames of its pictures."""


@contextmanager
def _chart(width: float, height: float) -> Iterator[tuple["Axes", io.BytesIO]]:
    """Give axes to draw on, width and height in inches, and the buffer that holds the PNG afterwards."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    buffer = io.BytesIO()
    yield figure.add_subplot(), buffer
    figure.savefig(buffer, format="png", metadata={"Software": None})  # the same figures give the same bytes


def draw_confusion(counts: NDArray[np.int64], title: str) -> bytes:
    """Draw a confusion matrix as PNG: its counts, on a grey that tells each one's share of its row.

    counts: (12, 12), rows 0..9, "?", nothing for what stands there, the same columns for what was read. The row of "?"
    is left out: no string with one is counted.
    """
    rows = [*range(10), len(ANSWERS)]
    kept = counts[rows]
    shares = kept / np.maximum(kept.sum(axis=1, keepdims=True), 1)
    with _chart(8, 7) as (axes, buffer):
        axes.imshow(np.sqrt(shares), cmap="Greys", vmin=0, vmax=1, aspect="auto")  # the root: rare errors show
        for (row, column), count in np.ndenumerate(kept):
            if count:
                ink = "white" if shares[row, column] > 0.3 else "black"
                axes.text(column, row, f"{count}", ha="center", va="center", color=ink, fontsize=9)
        axes.set_xticks(range(len(ANSWERS) + 1), [*ANSWERS, "missed"])
        axes.set_yticks(range(11), [*ANSWERS[:10], "added"])
        axes.set(xlabel="read as", ylabel="stands there", title=title)
    return buffer.getvalue()


def draw_read_rates(data_sets: Mapping[str, Sequence[Judged]]) -> bytes:
    """Draw how many strings can be accepted at each error rate, as PNG: one curve for each data set."""
    with _chart(9.5, 5) as (axes, buffer):
        for (name, judged), (grey, dash) in zip(data_sets.items(), cycle(STYLES), strict=False):
            rates = [100 * measure_read_rate(judged, rate) for rate in ERROR_RATES.tolist()]
            label = f"{name} ({len(judged)} strings)"
            axes.plot(100 * ERROR_RATES, rates, dash, color=grey, label=label, drawstyle="steps-post", clip_on=False)
        axes.set_xscale("log")
        axes.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10, 20], ["0.1", "0.2", "0.5", "1", "2", "5", "10", "20"])
        axes.set_xticks([], minor=True)
        axes.set(xlim=(0.1, 20), ylim=(0, 100), xlabel="wrong among the accepted, %", ylabel="strings accepted, %")
        axes.grid(color="0.9")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    return buffer.getvalue()


def draw_calibration(data_sets: Mapping[str, Sequence[Judged]]) -> bytes:
    """Draw the share right over the confidence as PNG: a point for each bin, the diagonal is perfect."""
    with _chart(7.3, 6) as (axes, buffer):
        axes.plot([0, 1], [0, 1], color="0.8", linewidth=1)
        for (name, judged), (grey, dash), marker in zip(
            data_sets.items(), cycle(STYLES), cycle("os^Dvx+"), strict=False
        ):
            bins = fill_bins(judged)
            points = [each.confidence for each in bins], [each.right for each in bins]
            axes.plot(*points, dash, color=grey, marker=marker, markersize=5, linewidth=1, label=name, clip_on=False)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence of the string", ylabel="share exactly right")
        axes.grid(color="0.93")
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    return buffer.getvalue()


def draw_sheet(wrong: Sequence[tuple[Judged, Picture]]) -> Picture:
    """Lay pictures of misread strings on a sheet, beneath each what stands there, what was read and how sure.

    Returns (H, W, 3) uint8; one empty row when nothing was misread.
    """
    rows = max(1, -(-len(wrong) // COLUMNS))
    high = PICTURE_HEIGHT + CAPTION + 14
    sheet = np.full((rows * high, COLUMNS * CELL, 3), WHITE, np.uint8)
    for number, (judged, picture) in enumerate(wrong):
        x, y = number % COLUMNS * CELL, number // COLUMNS * high
        height, width = picture.shape[:2]
        top = y + 4 + PICTURE_HEIGHT - height
        sheet[top - 1 : top + height + 1, x + 3 : x + width + 5] = FRAME
        sheet[top : top + height, x + 4 : x + width + 4] = picture
        words = f"want {judged.want}  got {judged.got}  {judged.confidence:.2f}"
        sheet[y + PICTURE_HEIGHT + 6 :][:CAPTION, x : x + CELL] = _draw_caption(words)
    return sheet


def _draw_caption(words: str) -> Picture:
    """Write words on a white bar as wide as a cell, smaller where they are long."""
    bar = np.full((CAPTION, CELL, 3), WHITE, np.uint8)
    face, size = cv2.FontFace("sans"), LARGEST_TYPE
    while size > SMALLEST_TYPE and cv2.getTextSize((0, 0), words, (0, 0), face, size, WEIGHT)[2] > CELL - 8:
        size -= 1
    cv2.putText(bar, words, (4, CAPTION - 8), BLACK, face, size, WEIGHT, 0, (0, 1 << 20))
    return bar
