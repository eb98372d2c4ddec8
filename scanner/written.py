"""What is written in one field: its candidates, the reading that its rules allow, and what is wrong with it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from model.classifier import Guess
from scanner.choice import FAVOUR, OVERRULED, Choice, choose
from scanner.constraint import BLANK, MISSING, Constraint
from scanner.decode import Decoded, Found, part_points
from scanner.evidence import to_log_odds, weigh_opinion
from scanner.field_evidence import FIELD, MOST_LEFT_OUT, FieldEvidence
from scanner.field_ways import weigh_field
from scanner.lattice import Candidate, Lattice
from scanner.marks import find_marks
from scanner.nbest import Hypothesis, join_cells, list_readings
from scanner.template import FieldSpec
from scanner.uncut import weigh_strings
from scanner.ways import SMALL, Way

Weigher = Callable[[Lattice, list[Guess]], list[Way]]
"""Weighs the candidates of a lattice, sorted by where they end."""

FEW, MANY = 24, 400
"""Readings that are kept: at first, and where none of them obeys the rules."""

A_BOX = 11
"""Readings of one box of a comb: ten digits, and none."""

BEYOND = 2
"""A row is read with so many digits more than its rules allow, so that too many are seen as such."""

SILENT = 0.4
"""How much a further look counts that takes a field's ink for no digits, beside those that read some."""

EMPTY = Hypothesis("", 1.0, ())
"""The one reading of a field without ink."""


@dataclass(frozen=True)
class Look:
    """The candidates of a field, as its ink was taken in one way, and what they may be read as."""

    lattices: tuple[Lattice | None, ...]
    """One for each box of a comb, and one for a plain field; None where there is no ink."""
    guesses: tuple[list[Guess], ...]
    """One for each candidate of each lattice."""
    readings: tuple[Hypothesis, ...]
    """Likeliest first, their shares those without rules."""

    @property
    def is_inked(self) -> bool:
        """Whether there is any ink."""
        return any(lattice is not None for lattice in self.lattices)

    def holds(self, reading: Hypothesis) -> bool:
        """Tell whether a reading is made of this look's candidates; one without any is of no look."""
        pieces = {id(step.way.candidate) for step in reading.steps}
        return any(id(each) in pieces for lattice in self.lattices if lattice for each in lattice.candidates)


@dataclass(frozen=True)
class Written:
    """A field and what may stand in it."""

    constraint: Constraint
    looks: tuple[Look, ...]
    """How its ink was seen, once or otherwise again."""
    choice: Choice
    """The reading that is taken."""

    @property
    def is_inked(self) -> bool:
        """Whether anything stands there, whatever it is."""
        return any(look.is_inked for look in self.looks)

    @cached_property
    def look(self) -> Look:
        """The look whose candidates the reading is made of."""
        return next((look for look in self.looks if look.holds(self.choice.reading)), self.looks[0])

    @property
    def spec(self) -> FieldSpec:
        """What the template says of the field."""
        return self.constraint.spec

    @property
    def confidence(self) -> float:
        """0..1: how likely the reading is right."""
        return FIELD.apply(self.evidence) * self.lowering

    @cached_property
    def evidence(self) -> FieldEvidence:
        """What speaks for and against the reading."""
        is_filled, breaks = bool(self.row.found), bool(self.explain())
        return FieldEvidence(
            odds=to_log_odds(self.choice.share),
            breaks=float(breaks),
            checked=float(is_filled and not breaks and self.constraint.is_checked),
            left_out=float(min(len(self.row.left_out), MOST_LEFT_OUT)),
            length=math.log(max(1, len(self.row.found))),
            uncut=self._ask_rows(),
        )

    def _ask_rows(self) -> float:
        """Return what the reader of rows thinks of the digits, in each box that it has read, as log-odds in nats."""
        if not self.look.is_inked:
            return weigh_opinion(0.0)  # whoever sees no ink is sure that no digit stands there
        read = [lattice for lattice in self.look.lattices if lattice is not None and lattice.frames is not None]
        if not read:
            return 0.0
        own = [set(map(id, lattice.candidates)) for lattice in read]
        strings = [[found.label for found in self.row.found if id(found.candidate) in here] for here in own]
        return weigh_opinion(sum(weigh_strings(read, strings)))

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
        return () if len(self.look.lattices) > 1 else find_marks(self.row)

    @property
    def _height(self) -> float:
        return max((lattice.height for lattice in self.look.lattices if lattice is not None), default=0.0)

    def _list_pieces(self) -> list[tuple[Way, bool]]:
        pieces = [(step.way, step.label is not None) for step in self.choice.reading.steps]
        lattice = self.look.lattices[0]
        if len(self.look.lattices) > 1 or lattice is None:
            return pieces
        return part_points(pieces, weigh_field(lattice, self.look.guesses[0]), lattice.height)

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

    lattices: as Look has them. guesses: one list for each of them, empty where there is no lattice. favour: how many
    times likelier a text is when it obeys the rules. weigher: weighs the candidates of each lattice.
    """
    ways = [
        [] if lattice is None else weigher(lattice, answers) for lattice, answers in zip(lattices, guesses, strict=True)
    ]
    free = _list(lattices, ways, constraint.most + BEYOND, FEW, lambda text: True)
    choice = choose(free, constraint, favour)
    if choice.reason or choice.is_overruled:
        # the free readings stay among those that are weighed: they tell what the rules overrule
        allowed = _list(lattices, ways, constraint.most, MANY, constraint.may_begin, constraint.least)
        seen = {each.text for each in free}
        free = [*free, *(each for each in allowed if each.text not in seen)]
        choice = choose(free, constraint, favour)
    return Written(constraint, (Look(tuple(lattices), tuple(guesses), tuple(free)),), choice)


def merge(seen: Sequence[Written]) -> Written:
    """Return one field, seen in several looks, with the reading that the mean of all makes likeliest.

    Looks err apart from one another, as readers do (the sum rule; Kittler et al., 1998). A further look that has no ink
    there says nothing; one that takes the ink for no digits counts as SILENT says.
    """
    first, *others = (look for each in seen for look in each.looks)
    looks = first, *(look for look in others if look.is_inked)
    weights = [1.0, *(1.0 if look.readings[0].text else SILENT for look in looks[1:])]
    whole = sum(weights)
    best: dict[str, Hypothesis] = {}
    shares: dict[str, float] = {}
    for look, weight in zip(looks, weights, strict=True):
        for reading in look.readings:
            shares[reading.text] = shares.get(reading.text, 0.0) + reading.share * weight / whole
            if reading.text not in best or reading.share > best[reading.text].share:
                best[reading.text] = reading
    readings = [replace(reading, share=shares[text]) for text, reading in best.items()]
    constraint = seen[0].constraint
    merged = Written(constraint, looks, choose(sorted(readings, key=lambda each: -each.share), constraint))
    return _find_point(merged) if merged.explain() else merged


def _find_point(written: Written) -> Written:
    """Return a field as another look sees it that reads the same there, but sees the point that belongs to it."""
    choice = written.choice
    alike = (reading for look in written.looks for reading in look.readings if reading.text == choice.reading.text)
    for reading in alike:
        other = replace(written, choice=replace(choice, reading=replace(reading, share=choice.share)))
        if not other.explain():
            return other
    return written


def _list(
    lattices: Sequence[Lattice | None],
    ways: Sequence[list[Way]],
    most: int,
    keep: int,
    may_begin: Callable[[str], bool],
    least: int = 0,
) -> list[Hypothesis]:
    if len(lattices) == 1:
        return _list_row(lattices[0], ways[0], most, keep, may_begin, least)
    cells = [
        _list_row(lattice, its_ways, 1, A_BOX, lambda text: True)
        for lattice, its_ways in zip(lattices, ways, strict=True)
    ]
    return join_cells(cells, BLANK, keep, may_begin)


def _list_row(
    lattice: Lattice | None, ways: list[Way], most: int, keep: int, may_begin: Callable[[str], bool], least: int = 0
) -> list[Hypothesis]:
    if lattice is None:
        return [EMPTY]
    return list_readings(ways, len(lattice.atoms), keep, may_begin, most, least)


def _measure_share(text: str, place: int, choice: Choice) -> float:
    """Return how probable a digit is over all readings of as many digits, the rules counted."""
    texts = ((each.text.replace(BLANK, ""), each.share) for each in choice.others)
    alike = sum(share for other, share in texts if len(other) == len(text) and other[place] == text[place])
    return min(1.0, max(alike, choice.share))
