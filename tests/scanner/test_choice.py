"""Rules rule out readings before the best is chosen, and a reading that they changed is less sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.choice import FAVOUR, choose, settle_sum
from scanner.constraint import Constraint
from scanner.nbest import Hypothesis
from scanner.template import FieldSpec


def make(**rules: object) -> Constraint:
    return Constraint(FieldSpec.model_validate({"box": [0, 0, 9, 9], **rules}))


def read(**shares: float) -> list[Hypothesis]:
    """Return readings: t12=0.9 is the text 12 with that share."""
    found = [Hypothesis(text[1:], share, ()) for text, share in shares.items()]
    return sorted(found, key=lambda each: -each.share)


def test_a_rule_chooses_the_second_reading() -> None:
    choice = choose(read(t18=0.6, t13=0.4), make(pattern="[0-9]3"))
    assert (choice.reading.text, choice.is_overruled, choice.reason) == ("13", True, "")
    assert 0.9 < choice.share < 1


def test_what_stands_there_stays_where_nothing_likely_obeys() -> None:
    choice = choose(read(t18=0.9999, t13=0.0001), make(pattern="[0-9]3"))
    assert (choice.reading.text, choice.is_overruled) == ("18", False)
    assert "pattern" in choice.reason


def test_a_rule_makes_the_first_reading_surer() -> None:
    free, bound = choose(read(t13=0.6, t18=0.4), make()), choose(read(t13=0.6, t18=0.4), make(pattern="[0-9]3"))
    assert free.share == pytest.approx(0.6)
    assert bound.share > 0.99
    assert not bound.is_overruled


def test_an_empty_field_stays_empty_whatever_is_required() -> None:
    choice = choose(read(t=0.7, t123=0.2), make(length=3, required=True))
    assert choice.reading.text == ""


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=6), st.integers(0, 5))
def test_shares_add_up_to_one_with_what_was_not_seen(parts: list[float], banned: int) -> None:
    whole = sum(parts) * 1.1
    readings = sorted((Hypothesis(f"{k}", part / whole, ()) for k, part in enumerate(parts)), key=lambda e: -e.share)
    choice = choose(readings, make(pattern=f"[^{banned}]"))
    assert 0 < choice.share <= 1
    assert sum(each.share for each in choice.others) <= 1 + 1e-9
    assert choice.share == pytest.approx(max(each.share for each in choice.others))


AMOUNT = make(kind="amount")


def settle(*readings: list[Hypothesis]) -> list[str] | None:
    settled = settle_sum([choose(each, AMOUNT) for each in readings], [AMOUNT] * len(readings))
    return None if settled is None else [each.reading.text for each in settled]


def test_a_sum_corrects_the_doubtful_part() -> None:
    total, part, doubtful = read(t300=0.99, t800=0.005), read(t100=0.99), read(t700=0.6, t200=0.4)
    choices = [choose(each, AMOUNT) for each in (total, part, doubtful)]
    settled = settle_sum(choices, [AMOUNT] * 3)
    assert settled is not None
    assert [each.reading.text for each in settled] == ["300", "100", "200"]
    assert [each.is_overruled for each in settled] == [False, False, True]


def test_a_sum_that_is_right_makes_its_fields_surer() -> None:
    choices = [choose(each, AMOUNT) for each in (read(t300=0.9), read(t100=0.9), read(t200=0.9))]
    settled = settle_sum(choices, [AMOUNT] * 3)
    assert settled is not None
    assert all(after.share > before.share for before, after in zip(choices, settled, strict=True))
    assert not any(each.is_overruled for each in settled)


def test_a_sum_that_is_wrong_stays_wrong() -> None:
    assert settle(read(t300=0.99), read(t100=0.99), read(t500=0.99)) is None
    unlikely = 0.5 / FAVOUR
    assert settle(read(t300=0.99), read(t100=0.99), read(t500=0.99, t200=unlikely / 2)) is None


def test_an_empty_part_counts_nothing() -> None:
    assert settle(read(t300=0.99), read(t300=0.99), read(t=1.0)) == ["300", "300", ""]
