"""The report's pictures, as PNG."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.compare.photos import ALONE
from bench.compare.tables import mark, sort_best

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOTS = 100
"""Dots per inch."""

INK, PALE = "#1f4e79", "#9bb8d3"
"""The two colours: what is meant, and what stands beside it."""


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple["Figure", io.BytesIO]]:
    """Give a figure, width and height in inches, and the buffer that holds the PNG afterwards."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DOTS, layout="constrained")
    buffer = io.BytesIO()
    yield figure, buffer
    figure.savefig(buffer, format="png", metadata={"Software": None})


def draw_gap(report: dict[str, Any]) -> bytes | None:
    """Draw accuracy on MNIST's test digits beside that of strings and digits on photos; None without photos."""
    known = [each for each in sort_best(report) if each["photos"].get(ALONE, {}).get("digits") is not None]
    if not known:
        return None
    places, names = np.arange(len(known))[::-1], [mark(each) for each in known]
    bars: list[tuple[str, str, Callable[[dict[str, Any]], float]]] = [
        ("MNIST's test digits", PALE, lambda each: each["test"]["accuracy"]),
        ("digits on photos", INK, lambda each: max(0.0, each["photos"][ALONE]["digits"])),
        ("whole strings on photos", "#d1603d", lambda each: each["photos"][ALONE]["exact"]),
    ]
    with _figure(9, 1.2 + 0.5 * len(known)) as (figure, buffer):
        axes = figure.add_subplot()
        for number, (label, colour, value) in enumerate(bars):
            values = [100 * value(each) for each in known]
            drawn = axes.barh(places + 0.27 * (1 - number), values, 0.25, color=colour, label=label)
            axes.bar_label(drawn, fmt="%.1f", fontsize=7, padding=2)
        axes.set_yticks(places, names)
        axes.set(xlim=(0, 108), xlabel="right, %")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, fontsize=8, frameon=False)
        _bare(axes)
    return buffer.getvalue()


def draw_corruptions(report: dict[str, Any]) -> bytes | None:
    """Draw accuracy by contestant and kind of corruption, the mean over strengths; None without any."""
    known = [each for each in sort_best(report) if "corrupted" in each]
    if not known:
        return None
    kinds = list(known[0]["corrupted"]["kinds"])
    shares = np.array([[np.mean(each["corrupted"]["kinds"][kind]) for kind in kinds] for each in known])
    with _figure(10, 1.8 + 0.36 * len(known)) as (figure, buffer):
        axes = figure.add_subplot()
        axes.matshow(shares, cmap="Blues", vmin=0, vmax=1.1, aspect="auto")
        axes.xaxis.set_ticks_position("bottom")
        for (row, column), share in np.ndenumerate(shares):
            axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=8, color=_on(share))
        axes.set_xticks(range(len(kinds)), kinds, rotation=40, ha="right", fontsize=8)
        axes.set_yticks(range(len(known)), [mark(each) for each in known], fontsize=8)
        axes.set_title("right under each kind of corruption, %, mean of five strengths", fontsize=9)
    return buffer.getvalue()


def draw_pairs(report: dict[str, Any]) -> bytes | None:
    """Draw how many digits each has right beyond each other, white where chance may do it; None for fewer than two."""
    names = [each["name"] for each in sort_best(report)]
    if len(names) < 2:
        return None
    cells = np.zeros((len(names), len(names)))
    words: dict[tuple[int, int], str] = {}
    for pair in report["pairs"]:
        one, other = names.index(pair["one"]), names.index(pair["other"])
        for row, column, more in ((one, other, pair["only_one"] - pair["only_other"]),
                                  (other, one, pair["only_other"] - pair["only_one"])):  # fmt: skip
            cells[row, column] = np.sign(more) if pair["is_larger_than_chance"] else 0
            words[row, column] = f"{more:+d}"
    with _figure(2.2 + 0.55 * len(names), 1.6 + 0.42 * len(names)) as (figure, buffer):
        axes = figure.add_subplot()
        axes.matshow(cells, cmap="RdBu", vmin=-1.6, vmax=1.6, aspect="auto")
        axes.xaxis.set_ticks_position("bottom")
        for (row, column), word in words.items():
            axes.text(column, row, word, ha="center", va="center", fontsize=7, color="0.15")
        axes.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=8)
        axes.set_yticks(range(len(names)), names, fontsize=8)
    return buffer.getvalue()


def draw_curves(each: dict[str, Any]) -> bytes | None:
    """Draw loss and accuracy by epoch, of training and of validation; None where there are no epochs."""
    history = each["seeds"][0]["history"]
    epochs = len(history["loss"])
    if not epochs:
        return None
    with _figure(7, 2.6) as (figure, buffer):
        for place, name in enumerate(("accuracy", "loss"), 1):
            axes = figure.add_subplot(1, 2, place)
            steps = range(1, epochs + 1)
            axes.plot(steps, history[name], "o-", color=PALE, label="training", markersize=4)
            axes.plot(steps, history[f"valid_{name}"], "o-", color=INK, label="validation", markersize=4)
            axes.set(xlabel="epoch", title=name, xticks=list(steps))
            axes.title.set_fontsize(9)
            axes.grid(color="0.92")
            _bare(axes)
            axes.legend(fontsize=8, frameon=False)
    return buffer.getvalue()


def draw_verdicts(each: dict[str, Any]) -> bytes:
    """Draw the confusion matrix on the test digits, and beside it the share right over the confidence."""
    counts = np.array(each["test"]["confusion"])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with _figure(9, 3.9) as (figure, buffer):
        axes = figure.add_subplot(1, 2, 1)
        axes.matshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1.1)  # the root: rare errors show
        axes.xaxis.set_ticks_position("bottom")
        for (row, column), count in np.ndenumerate(counts):
            if count:
                colour = _on(float(np.sqrt(shares[row, column])))
                axes.text(column, row, str(count), ha="center", va="center", fontsize=6.5, color=colour)
        axes.set(xticks=range(10), yticks=range(10), xlabel="answer", ylabel="digit")
        beside = figure.add_subplot(1, 2, 2)
        _draw_reliability(beside, each["test"]["reliability"])
    return buffer.getvalue()


def _draw_reliability(axes: "Axes", bins: Sequence[tuple[int, float, float]]) -> None:
    axes.plot([0, 1], [0, 1], color="0.8", linewidth=1)
    largest = max(count for count, _, _ in bins)
    sizes = [12 + 160 * float(np.sqrt(count / largest)) for count, _, _ in bins]
    axes.scatter([sure for _, sure, _ in bins], [right for _, _, right in bins], s=sizes, color=INK, alpha=0.7)
    axes.set(xlim=(0, 1.03), ylim=(-0.03, 1.05), xlabel="confidence", ylabel="share right", aspect="equal")
    axes.grid(color="0.93")
    _bare(axes)


def _on(share: float) -> str:
    """Return the colour of words on a cell of this share."""
    return "white" if share > 0.6 else "black"


def _bare(axes: "Axes") -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
