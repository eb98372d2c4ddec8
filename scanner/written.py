"""What is written in one field: its candidates, the reading that its rules allow, and what is wrong with it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.classifier import Guess
from scanner.choice import FAVOUR, OVERRULED, Choice, choose
from scanner.constraint import BLANK, MISSING, Constraint
from scanner.decode import Decoded, Found, part_points
from scanner.evidence import to_log_odds
from scanner.field_evidence import FIELD, MOST_LEFT_OUT, FieldEvidence
from scanner.field_ways import weigh_field
from scanner.lattice import Candidate, Lattice
from scanner.marks import find_marks
from scanner.nbest import Hypothesis, join_cells, list_readings
from scanner.template import FieldSpec
from scanner.ways import SMALL, Way

Weigher = Callable[[Lattice, list[Guess]], list[Way]]
"""Weighs the candidates of a lattice, sorted by where they end."""

FEW, MANY = 24, 400
"""Readings that are kept: at first, and where none of them obeys the rules."""

A_BOX = 11
"""Readings of one box of a comb: ten digits, and none."""

BEYOND = 2
"""A row is read with so many digits more than its rules allow, so that too many are seen as such."""

EMPTY = Hypothesis("", 1.0, ())
"""The one reading of a field without ink."""


@dataclass(frozen=True)
class Written:
    """A field and what may stand in it."""

    constraint: Constraint
    lattices: tuple[Lattice | None, ...]
    """One for each box of a comb, and one for a plain field; None where there is no ink."""
    guesses: tuple[list[Guess], ...]
    """One for each candidate of each lattice."""
    choice: Choice
    """The reading that is taken."""

    @property
    def spec(self) -> FieldSpec:
        """What the template says of the field."""
        return self.constraint.spec

    @property
    def confidence(self) -> float:
        """0..1: how likely the reading is right."""
        return FIELD.apply(self.evidence) * self.lowering

    @property
    def evidence(self) -> FieldEvidence:
        """What speaks for and against the reading."""
        is_filled, breaks = bool(self.row.found), bool(self.explain())
        return FieldEvidence(
            odds=to_log_odds(self.choice.share),
            breaks=float(breaks),
            checked=float(is_filled and not breaks and self.constraint.is_checked),
            left_out=float(min(len(self.row.left_out), MOST_LEFT_OUT)),
            length=math.log(max(1, len(self.row.found))),
        )

    @property
    def lowering(self) -> float:
        """By what confidences are lowered where the reading is not what the classifier would have chosen."""
        return OVERRULED if self.choice.is_overruled else 1.0

    @cached_property
    def row(self) -> Decoded:
        """The reading as digits and what is none of them; each digit is as sure as all likely readings make it."""
        text = self.choice.reading.text.replace(BLANK, "")
        found: list[Found] = []
        left_out: list[Candidate] = []
        small: list[Candidate] = []
        for way, taken in self._list_pieces():
            if taken:
                share = _measure_share(text, len(found), self.choice)
                found.append(Found(way.candidate, way.guess, int(text[len(found)]), share))
            else:
                (left_out if way.candidate.box.height >= SMALL * self._height else small).append(way.candidate)
        return Decoded(tuple(found), tuple(left_out), tuple(small))

    @cached_property
    def marks(self) -> tuple[tuple[int, str], ...]:
        """Points and other marks between the digits of a plain field; combs have none."""
        return () if len(self.lattices) > 1 else find_marks(self.row)

    @property
    def _height(self) -> float:
        return max((lattice.height for lattice in self.lattices if lattice is not None), default=0.0)

    def _list_pieces(self) -> list[tuple[Way, bool]]:
        pieces = [(step.way, step.label is not None) for step in self.choice.reading.steps]
        lattice = self.lattices[0]
        if len(self.lattices) > 1 or lattice is None:
            return pieces
        return part_points(pieces, weigh_field(lattice, self.guesses[0]), lattice.height)

    def explain(self) -> str:
        """Return why the field is not valid, refused digits aside, in a sentence; nothing where it is."""
        if not self.row.found:
            if self.row.left_out:
                return "what stands there is no digit"
            return MISSING if self.spec.required else ""
        return self.choice.reason or self.constraint.explain_point(len(self.row.found), self.marks)


def decide(
    lattices: Sequence[Lattice | None],
    guesses: Sequence[list[Guess]],
    constraint: Constraint,
    favour: float = FAVOUR,
    weigher: Weigher = weigh_field,
) -> Written:
    """Return a field with the reading that is taken: of few readings first, of many where none of those obeys.

    lattices: as Written has them. guesses: one list for each of them, empty where there is no lattice. favour: how many
    times likelier a text is when it obeys the rules. weigher: weighs the candidates of each lattice.
    """
    ways = [
        [] if lattice is None else weigher(lattice, answers) for lattice, answers in zip(lattices, guesses, strict=True)
    ]
    free = _list(lattices, ways, constraint.most + BEYOND, FEW, lambda text: True)
    choice = choose(free, constraint, favour)
    if choice.reason or choice.is_overruled:
        # the free readings stay among those that are weighed: they tell what the rules overrule
        allowed = _list(lattices, ways, constraint.most, MANY, constraint.may_begin)
        seen = {each.text for each in free}
        choice = choose([*free, *(each for each in allowed if each.text not in seen)], constraint, favour)
    return Written(constraint, tuple(lattices), tuple(guesses), choice)


def _list(
    lattices: Sequence[Lattice | None],
    ways: Sequence[list[Way]],
    most: int,
    keep: int,
    may_begin: Callable[[str], bool],
) -> list[Hypothesis]:
    if len(lattices) == 1:
        return _list_row(lattices[0], ways[0], most, keep, may_begin)
    cells = [
        _list_row(lattice, its_ways, 1, A_BOX, lambda text: True)
        for lattice, its_ways in zip(lattices, ways, strict=True)
    ]
    return join_cells(cells, BLANK, keep, may_begin)


def _list_row(
    lattice: Lattice | None, ways: list[Way], most: int, keep: int, may_begin: Callable[[str], bool]
) -> list[Hypothesis]:
    if lattice is None:
        return [EMPTY]
    return list_readings(ways, len(lattice.atoms), keep, may_begin, most)


def _measure_share(text: str, place: int, choice: Choice) -> float:
    """Return how probable a digit is over all readings of as many digits, the rules counted."""
    texts = ((each.text.replace(BLANK, ""), each.share) for each in choice.others)
    alike = sum(share for other, share in texts if len(other) == len(text) and other[place] == text[place])
    return min(1.0, max(alike, choice.share))
