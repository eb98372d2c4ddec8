"""Which reading of a field is taken, and how sure it is, when something is known of what may stand there (Bayes)."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter

from scanner.constraint import Constraint, to_number
from scanner.nbest import Hypothesis

FAVOUR = 300.0
"""How many times likelier a text that obeys its field's rules is than one that breaks them, before it is seen: people
fill in forms with care, and a rule excludes most texts."""

OVERRULED = 0.9
"""The confidence of a reading that was not the likeliest without the rules is lowered to this share."""

LEAST_SHARE = 1e-5
"""Readings less probable than this (0..1) are not taken, whatever the rules say: they are not what stands there."""

SUMMANDS = 12
"""Readings of a field that are tried in a sum."""


@dataclass(frozen=True)
class Choice:
    """The reading that is taken."""

    reading: Hypothesis
    share: float
    """0..1: how probable it is, the rules counted."""
    is_overruled: bool
    """Whether another reading would have been likelier without the rules."""
    reason: str
    """Which rule it breaks; empty where it obeys all."""
    others: tuple[Hypothesis, ...]
    """All readings, the chosen one among them, their shares those with the rules."""


def choose(readings: Sequence[Hypothesis], constraint: Constraint, favour: float = FAVOUR) -> Choice:
    """Return which reading is taken.

    readings: at least one, likeliest first. favour: how many times likelier a text is when it obeys the rules.

    A text that breaks a rule stays where nothing else is likely: it is what stands there, and a person must see it.
    """
    reasons = [constraint.explain(each.text) for each in readings]
    weighed = [each.share if reason else favour * each.share for each, reason in zip(readings, reasons, strict=True)]
    unseen = max(0.0, 1 - sum(each.share for each in readings))
    whole = sum(weighed) + unseen
    possible = [i for i, each in enumerate(readings) if each.share >= LEAST_SHARE] or [0]
    best = max(possible, key=weighed.__getitem__)
    others = tuple(replace(each, share=weight / whole) for each, weight in zip(readings, weighed, strict=True))
    return Choice(others[best], weighed[best] / whole, best != 0, reasons[best], others)


def settle_sum(choices: Sequence[Choice], constraints: Sequence[Constraint]) -> list[Choice] | None:
    """Return the likeliest readings of the fields of a sum that make it true; None where there are none.

    choices, constraints: of the total first, and then of its parts. What is unlikely on its own, by more than the sum's
    rule counts, is not taken.
    """
    combinations: list[tuple[Decimal, float, tuple[Hypothesis, ...]]] = [(Decimal(0), 1.0, ())]
    for choice, constraint in zip(choices[1:], constraints[1:], strict=True):
        longer = (
            (so_far + to_number(each.text, constraint.spec), share * each.share, (*chosen, each))
            for so_far, share, chosen in combinations
            for each in _list_numbers(choice)
        )
        combinations = heapq.nlargest(SUMMANDS**2, longer, key=itemgetter(1))
    totals = {to_number(each.text, constraints[0].spec): each for each in reversed(_list_numbers(choices[0]))}
    true = [
        (totals[number].share * share, (totals[number], *chosen))
        for number, share, chosen in combinations
        if number in totals
    ]
    if not true:
        return None
    share, best = max(true, key=itemgetter(0))
    if FAVOUR * share < math.prod(choice.share for choice in choices):
        return None
    possible = sum(each for each, _ in true)
    certainty = FAVOUR * share / (FAVOUR * possible + max(0.0, 1 - possible))
    return [_settle(choice, reading, certainty) for choice, reading in zip(choices, best, strict=True)]


def _list_numbers(choice: Choice) -> list[Hypothesis]:
    """Return the readings of a field that are numbers, likeliest first."""
    numbers = [each for each in choice.others if each.text.isdecimal() or not each.text]
    return sorted(numbers, key=lambda each: -each.share)[:SUMMANDS]


def _settle(choice: Choice, reading: Hypothesis, certainty: float) -> Choice:
    """Return a choice as a sum that is true has it: as sure as the sum where it stays, overruled where it changes."""
    if reading.text == choice.reading.text:
        return replace(choice, share=max(choice.share, certainty))
    return replace(choice, reading=reading, share=certainty, is_overruled=True, reason="")
