"""The likeliest readings of a row, each with its probability, and those alone that a rule lets begin.

A beam goes along the row's atoms and keeps the best texts before each (list Viterbi; Seshadri and Sundberg, 1994). Ways
of cutting that give one text are added up.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scanner.posterior import NEVER, add
from scanner.ways import Way

SPREAD = 9.0
"""Digits that are less likely than a piece's likeliest by more than this, in nats, are no readings of it."""


class Step(NamedTuple):
    """A piece of a reading."""

    way: Way
    label: int | None
    """0..9; None where the piece is left out."""


@dataclass(frozen=True)
class Hypothesis:
    """One reading of a row."""

    text: str
    share: float
    """0..1: how probable it is among all readings of the row, whatever a rule says."""
    steps: tuple[Step, ...]
    """The likeliest way to read it so, from left to right."""


class _Trail(NamedTuple):
    before: "_Trail | None"
    step: Step


class _Beam(NamedTuple):
    total: float
    """The logarithm of the sum over all ways to this text, in nats."""
    best: float
    """The score of the best of them, in nats."""
    trail: _Trail | None


def list_readings(
    ways: Sequence[Way], atoms: int, keep: int, may_begin: Callable[[str], bool], most: int, least: int = 0
) -> list[Hypothesis]:
    """Return the likeliest readings of a row, likeliest first, at most `keep`.

    ways: of a lattice's candidates, sorted by where they end. atoms: how many the lattice has. may_begin: tells whether
    a text with these first digits is of interest. most: digits, at most. least: digits of a text that has
    any: what too few atoms are left for is not followed.
    """
    beams: list[dict[str, _Beam]] = [{} for _ in range(atoms + 1)]
    beams[0][""] = _Beam(0.0, 0.0, None)
    all_ways = [0.0] + [NEVER] * atoms  # logarithm of the sum over all ways to here, with what no rule allows
    reached = 0
    for way in ways:
        first, last = way.candidate.first, way.candidate.last
        if last != reached:
            beams[reached] = _prune(beams[reached], keep)
            reached = last
        before, here = beams[first], beams[last]
        weights = [way.other, *(way.digits.tolist() if way.digits is not None else ())]
        all_ways[last] = add(all_ways[last], all_ways[first] + _sum(weights))
        likely = max(weights) - SPREAD
        needed = least - (atoms - last)
        for text, beam in before.items():
            if not text or len(text) >= needed:
                _offer(here, text, beam, way.other, Step(way, None))
            if len(text) >= most or len(text) + 1 < needed:
                continue
            for label, weight in enumerate(weights[1:]):
                longer = text + str(label)
                if weight >= likely and may_begin(longer):
                    _offer(here, longer, beam, weight, Step(way, label))
    found = _prune(beams[atoms], keep)
    return [
        Hypothesis(text, math.exp(min(0.0, beam.total - all_ways[atoms])), _trace(beam.trail))
        for text, beam in found.items()
    ]


def join_cells(
    cells: Sequence[Sequence[Hypothesis]], blank: str, keep: int, may_begin: Callable[[str], bool]
) -> list[Hypothesis]:
    """Return the likeliest readings of a comb, likeliest first, from those of its boxes.

    cells: the readings of each box, one digit or none. blank: stands for an empty box between digits.
    """
    beams = [Hypothesis("", 1.0, ())]
    for cell in cells:
        longer = [
            Hypothesis(beam.text + (each.text or blank), beam.share * each.share, beam.steps + each.steps)
            for beam in beams
            for each in cell
        ]
        allowed = (each for each in longer if each.text.endswith(blank) or may_begin(each.text.strip(blank)))
        beams = sorted(allowed, key=lambda each: -each.share)[:keep]
    merged: dict[str, Hypothesis] = {}
    for each in beams:
        text = each.text.strip(blank)
        known = merged.get(text)
        share, steps = (each.share, each.steps) if known is None else (known.share + each.share, known.steps)
        merged[text] = Hypothesis(text, share, steps)
    return sorted(merged.values(), key=lambda each: -each.share)


def _offer(beams: dict[str, _Beam], text: str, beam: _Beam, weight: float, step: Step) -> None:
    """Add a way to a text."""
    total, best = beam.total + weight, beam.best + weight
    known = beams.get(text)
    if known is None:
        beams[text] = _Beam(total, best, _Trail(beam.trail, step))
    elif best > known.best:
        beams[text] = _Beam(add(known.total, total), best, _Trail(beam.trail, step))
    else:
        beams[text] = known._replace(total=add(known.total, total))


def _prune(beams: dict[str, _Beam], keep: int) -> dict[str, _Beam]:
    ordered = sorted(beams.items(), key=lambda item: -item[1].total)
    return dict(ordered[:keep])


def _trace(trail: _Trail | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    while trail is not None:
        steps.append(trail.step)
        trail = trail.before
    return tuple(steps[::-1])


def _sum(logarithms: Sequence[float]) -> float:
    high = max(logarithms)
    return high + math.log(sum(math.exp(each - high) for each in logarithms))
