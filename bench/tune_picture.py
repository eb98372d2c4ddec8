"""Draws a search for recipes: what mattered, what it cost, and how each choice did."""

import io
from collections.abc import Callable, Mapping
from functools import partial

import optuna
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from optuna.trial import FrozenTrial, TrialState

from bench.tune import COST

BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#B0B0B0"
"""Of Okabe and Ito's palette, and what was stopped early."""

LOGARITHMIC = frozenset({"rate", "batch"})
FEW = frozenset({"batch", "kernel", "depth"})
"""Choices of few whole numbers, each of which is named."""

Measure = Callable[[FrozenTrial], float]

DPI = 90


def draw_search(study: optuna.Study, importances: Mapping[str, float], most_multiply_adds: int) -> bytes:
    """Return the picture of a search, PNG. importances: 0..1 by the name of the choice; may be empty."""
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    stopped = [trial for trial in study.get_trials(deepcopy=False, states=(TrialState.PRUNED,)) if _reached(trial)]
    names = list(importances) or sorted(done[0].params if done else ())
    figure = Figure(figsize=(12, 6.6), layout="constrained")
    figure.suptitle(
        f"{len(done)} trials ended (blue), {len(stopped)} stopped early (grey: how far they came); best in orange"
    )
    grid = figure.add_gridspec(3, 6, height_ratios=(1.5, 0.05, 1))
    _draw_importances(figure.add_subplot(grid[0, :3]), importances)
    cost = figure.add_subplot(grid[0, 3:])
    _draw_trials(cost, study, done, stopped, lambda trial: trial.user_attrs[COST] / 1e6)
    cost.axvline(most_multiply_adds / 1e6, color=GREY, linestyle="--")
    cost.set_xlabel("million multiply-adds a glyph; dashed: the most allowed")
    cost.set_ylabel("accuracy, %")
    for place, name in enumerate(names[:6]):
        axes = figure.add_subplot(grid[2, place], sharey=cost)
        _draw_trials(axes, study, done, stopped, partial(_get_choice, name))
        axes.set_xlabel(name)
        if name in LOGARITHMIC:
            axes.set_xscale("log")
        if name in FEW:
            values = sorted({int(_get_choice(name, trial)) for trial in (*done, *stopped)})
            axes.set_xticks(values, [str(value) for value in values], minor=False)
            axes.minorticks_off()
        if place:
            axes.tick_params(labelleft=False)
        else:
            axes.set_ylabel("accuracy, %")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return file.getvalue()


def _draw_importances(axes: Axes, importances: Mapping[str, float]) -> None:
    axes.set_title("share of the accuracy's spread that each choice explains", fontsize=10)
    if not importances:
        axes.text(0.5, 0.5, "too few trials to tell", ha="center", transform=axes.transAxes)
        axes.set_axis_off()
        return
    names = list(importances)[::-1]
    bars = axes.barh(names, [importances[name] for name in names], color=BLUE)
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.set_xlim(0, 1.12 * max(importances.values()))
    axes.spines[["top", "right"]].set_visible(False)


def _draw_trials(
    axes: Axes,
    study: optuna.Study,
    done: list[FrozenTrial],
    stopped: list[FrozenTrial],
    measure: Measure,
) -> None:
    """Draw a point for each trial. measure: tells where a trial stands across."""
    best = study.best_trial if done else None
    for trials, colour in ((stopped, GREY), (done, BLUE), ([best] if best else [], ORANGE)):
        across, up = [measure(trial) for trial in trials], [100 * _reached(trial) for trial in trials]
        axes.scatter(across, up, color=colour, s=26)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)


def _get_choice(name: str, trial: FrozenTrial) -> float:
    return float(trial.params[name])


def _reached(trial: FrozenTrial) -> float:
    """Return the accuracy that a trial came to; 0 where it was never trained."""
    return (
        float(trial.value)
        if trial.state == TrialState.COMPLETE and trial.value
        else max(trial.intermediate_values.values(), default=0.0)
    )
