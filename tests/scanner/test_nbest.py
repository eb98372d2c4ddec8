"""The list of readings is what counting all of them gives."""

import math
from collections import defaultdict
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.classifier import Guess
from scanner.lattice import Candidate
from scanner.nbest import Hypothesis, join_cells, list_readings
from scanner.page import Box
from scanner.ways import Way

NONE = Guess(None, 1.0, (0.0,) * 10 + (1.0,))


def make_way(first: int, last: int, other: float, digits: dict[int, float] | None) -> Way:
    weights = None
    if digits is not None:
        weights = np.full(10, -30.0)
        for label, weight in digits.items():
            weights[label] = weight
    return Way(
        Candidate(first, last, Box(first, 0, last - first, 9), np.ones((9, last - first), bool), 0),
        NONE,
        other,
        weights,
    )


WEIGHT = st.floats(-6, 0)
DIGITS = st.none() | st.dictionaries(st.integers(0, 9), WEIGHT, min_size=1, max_size=2)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[list[Way], int]:
    atoms = draw(st.integers(1, 4))
    spans = [(i, i + 1) for i in range(atoms)] + [(i, i + 2) for i in range(atoms - 1) if draw(st.booleans())]
    ways = [make_way(*span, draw(WEIGHT), draw(DIGITS)) for span in spans]
    return sorted(ways, key=lambda way: (way.candidate.last, way.candidate.first)), atoms


def count_all(ways: list[Way], atoms: int) -> dict[str, float]:
    """Return the share of every text, by going every way."""
    totals: defaultdict[str, float] = defaultdict(float)

    def go(at: int, text: str, score: float) -> None:
        if at == atoms:
            totals[text] += math.exp(score)
        for way in ways:
            if way.candidate.first == at:
                go(way.candidate.last, text, score + way.other)
                for label, weight in enumerate(() if way.digits is None else way.digits.tolist()):
                    if weight > -20:
                        go(way.candidate.last, text + str(label), score + weight)

    go(0, "", 0.0)
    whole = sum(totals.values())
    return {text: total / whole for text, total in totals.items()}


@given(lattices())
def test_shares_are_those_of_all_ways(made: tuple[list[Way], int]) -> None:
    ways, atoms = made
    expected = count_all(ways, atoms)
    found = list_readings(ways, atoms, 10_000, lambda text: True, 9)
    assert {each.text: pytest.approx(each.share, rel=1e-6, abs=1e-6) for each in found} == {
        text: share for text, share in expected.items() if text in {each.text for each in found}
    }
    assert found[0].share == pytest.approx(max(expected.values()), rel=1e-6)
    assert sum(expected.values()) - sum(each.share for each in found) < 0.01, "only what is unlikely is left out"


@given(lattices(), st.integers(0, 9))
def test_a_rule_leaves_the_shares_of_what_it_allows(made: tuple[list[Way], int], banned: int) -> None:
    ways, atoms = made
    free = {each.text: each.share for each in list_readings(ways, atoms, 10_000, lambda text: True, 9)}
    bound = list_readings(ways, atoms, 10_000, lambda text: str(banned) not in text, 2)
    assert {each.text for each in bound} == {text for text in free if str(banned) not in text and len(text) <= 2}
    assert all(each.share == pytest.approx(free[each.text], rel=1e-6) for each in bound)


@given(lattices(), st.integers(0, 5))
def test_a_least_length_leaves_the_shares_of_what_is_as_long_or_empty(made: tuple[list[Way], int], least: int) -> None:
    ways, atoms = made
    free = {each.text: each.share for each in list_readings(ways, atoms, 10_000, lambda text: True, 9)}
    long = list_readings(ways, atoms, 10_000, lambda text: True, 9, least)
    assert {each.text for each in long} == {text for text in free if not text or len(text) >= least}
    assert all(each.share == pytest.approx(free[each.text], rel=1e-6) for each in long)


def test_a_length_that_no_reading_can_have_costs_nothing() -> None:
    """Forty pieces of ten digits each cannot become ninety digits."""
    asked: list[str] = []
    ways = [make_way(i, i + 1, -1.0, dict.fromkeys(range(10), -2.0)) for i in range(40)]
    readings = list_readings(ways, 40, 400, lambda text: not asked.append(text), 90, 90)
    assert [each.text for each in readings] == [""]
    assert asked == []


@given(lattices(), st.integers(1, 4))
def test_few_are_the_first_of_many_on_one_atom(made: tuple[list[Way], int], keep: int) -> None:
    ways, _ = made
    alone = [way for way in ways if (way.candidate.first, way.candidate.last) == (0, 1)]
    many = list_readings(alone, 1, 99, lambda text: True, 9)
    assert list_readings(alone, 1, keep, lambda text: True, 9) == many[:keep]


@given(lattices())
def test_the_steps_spell_the_text_and_leave_nothing_out(made: tuple[list[Way], int]) -> None:
    ways, atoms = made
    for each in list_readings(ways, atoms, 50, lambda text: True, 9):
        assert "".join(str(step.label) for step in each.steps if step.label is not None) == each.text
        ends = [0, *(step.way.candidate.last for step in each.steps)]
        assert [step.way.candidate.first for step in each.steps] == ends[:-1]
        assert ends[-1] == atoms


CELL = st.lists(st.sampled_from(["", *"0123456789"]), min_size=1, max_size=3, unique=True)


@given(st.lists(CELL, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_comb_joins_its_boxes(texts: list[list[str]], chance: object) -> None:
    cells = [[Hypothesis(text, 1 / (k + 2), ()) for k, text in enumerate(cell)] for cell in texts]
    expected: defaultdict[str, float] = defaultdict(float)
    for chosen in product(*cells):
        expected["".join(each.text or " " for each in chosen).strip(" ")] += math.prod(each.share for each in chosen)
    found = join_cells(cells, " ", 10_000, lambda text: True)
    assert {each.text: pytest.approx(each.share) for each in found} == dict(expected)
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)


def test_a_comb_keeps_to_what_may_begin() -> None:
    cells = [[Hypothesis("1", 0.9, ()), Hypothesis("7", 0.1, ())], [Hypothesis("2", 1.0, ())]]
    assert [each.text for each in join_cells(cells, " ", 9, lambda text: text.startswith("7"))] == ["72"]
