"""What a field's digits must obey, and what may begin so."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.checks import DATE_ORDERS
from scanner.constraint import Constraint, to_number
from scanner.template import FieldSpec


def make(**rules: object) -> Constraint:
    return Constraint(FieldSpec.model_validate({"box": [0, 0, 9, 9], **rules}))


@pytest.mark.parametrize(
    ("rules", "text", "reason"),
    [
        ({"length": 3}, "12", "2 digits, expected 3"),
        ({"length": [3, 4]}, "12345", "5 digits, expected 3 to 4"),
        ({"length": 3, "required": True}, "", ""),
        ({"boxes": 4}, "1 23", "box 2 of its digits is empty"),
        ({"kind": "date", "order": "DDMMYYYY"}, "31022020", "no day of the calendar in the order DDMMYYYY"),
        ({"kind": "date", "order": "DDMMYYYY"}, "28022020", ""),
        ({"pattern": "4[0-9]"}, "42", ""),
        ({"pattern": "4[0-9]"}, "52", "does not fit the pattern 4[0-9]"),
        ({"allowed": ["01", "02"]}, "03", "not among what is allowed"),
        ({"most": 15}, "16", "out of range, expected at most 15"),
        ({"kind": "amount", "least": 0.5}, "49", "out of range, expected at least 0.5"),
        ({"kind": "amount", "least": 0.5, "most": 2}, "201", "out of range, expected 0.5 to 2"),
        ({"kind": "amount", "least": 0.5}, "50", ""),
        ({"check": "luhn"}, "4539578763621486", ""),
        ({"check": "luhn"}, "4539578763621487", "the check digit is wrong (luhn)"),
    ],
)
def test_a_broken_rule_is_named(rules: dict[str, object], text: str, reason: str) -> None:
    assert make(**rules).explain(text) == reason


@pytest.mark.parametrize(
    ("rules", "text", "value"),
    [
        ({}, "007", "007"),
        ({"kind": "amount"}, "1250", "12.50"),
        ({"kind": "amount"}, "5", "0.05"),
        ({"kind": "amount"}, "", ""),
        ({"kind": "amount"}, "1?50", "1?.50"),
        ({"kind": "amount", "decimals": 0}, "1250", "1250"),
        ({"kind": "date", "order": "DDMMYYYY"}, "31072026", "2026-07-31"),
        ({"kind": "date", "order": "YYMMDD"}, "260731", "2026-07-31"),
        ({"kind": "date", "order": "MMDDYYYY"}, "31072026", "31072026"),
    ],
)
def test_what_a_text_means(rules: dict[str, object], text: str, value: str) -> None:
    assert make(**rules).to_value(text) == value


def test_numbers_count_their_decimals() -> None:
    assert to_number("1250", make(kind="amount").spec) + to_number("", make().spec) == to_number(
        "125", make(kind="amount", decimals=1).spec
    )


RULES: Sequence[dict[str, object]] = (
    {"length": [2, 4]},
    {"pattern": "(12|3)[0-4]*5?"},
    {"allowed": ["01", "012", "4"]},
    {"least": 3, "most": 450},
    {"check": "luhn"},
)


@given(st.sampled_from(RULES), st.text("0123456789", max_size=5))
def test_what_obeys_may_begin_at_every_digit(rules: dict[str, object], text: str) -> None:
    rule = make(**rules)
    if text and not rule.explain(text):
        assert all(rule.may_begin(text[:end]) for end in range(len(text) + 1))


@given(st.sampled_from(DATE_ORDERS), st.dates())
def test_every_day_may_begin_at_every_digit(order: str, day: object) -> None:
    rule = make(kind="date", order=order)
    parts = {"DD": f"{day:%d}", "MM": f"{day:%m}", "YYYY": f"{day:%Y}".zfill(4), "YY": f"{day:%y}"}
    text = order.replace("DD", parts["DD"]).replace("MM", parts["MM"])
    text = text.replace("YYYY", parts["YYYY"]).replace("YY", parts["YY"])
    assert all(rule.may_begin(text[:end]) for end in range(len(text) + 1))


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"length": 2}, "123"),
        ({"pattern": "4[0-9]"}, "5"),
        ({"allowed": ["01"]}, "1"),
        ({"kind": "date", "order": "DDMMYYYY"}, "4"),
        ({"kind": "date", "order": "DDMMYYYY"}, "32"),
        ({"kind": "date", "order": "DDMMYYYY"}, "0113"),
        ({"kind": "date", "order": "MMDDYY"}, "2"),
    ],
)
def test_what_cannot_end_well_may_not_begin(rules: dict[str, object], text: str) -> None:
    assert not make(**rules).may_begin(text)


@given(st.from_regex(r"(12|3)[0-4]*5?", fullmatch=True, alphabet="012345"))
def test_every_beginning_of_what_fits_a_pattern_may_begin(text: str) -> None:
    rule = make(pattern="(12|3)[0-4]*5?")
    assert all(rule.may_begin(text[:end]) for end in range(min(len(text), rule.most) + 1))


@st.composite
def written_amounts(draw: st.DrawFn) -> tuple[int, str, list[tuple[int, str]]]:
    """Return an amount: its decimals, its digits, and its marks, those of thousands first and its point last."""
    places = draw(st.integers(1, 4))
    whole = draw(st.from_regex(r"[0-9]{1,9}", fullmatch=True, alphabet="0123456789"))
    decimals = draw(st.text("0123456789", min_size=places, max_size=places))
    point, other = draw(st.sampled_from([".,", ",.", ".."]))
    thousands = range(len(whole) % 3 or 3, len(whole), 3) if draw(st.booleans()) else ()
    return places, whole + decimals, [*((at, other) for at in thousands), (len(whole), point)]


@given(written_amounts())
def test_an_amount_that_is_written_well_is_valid(amount: tuple[int, str, list[tuple[int, str]]]) -> None:
    places, digits, marks = amount
    rule = make(kind="amount", decimals=places)
    assert rule.explain_point(len(digits), marks) == ""
    assert rule.to_value(digits) == f"{digits[:-places]}.{digits[-places:]}"


@given(written_amounts(), st.data())
def test_a_point_that_is_lost_or_moved_is_told(
    amount: tuple[int, str, list[tuple[int, str]]], data: st.DataObject
) -> None:
    places, digits, (*thousands, (at, sign)) = amount
    rule = make(kind="amount", decimals=places)
    assert rule.explain_point(len(digits), thousands)
    before = max((position for position, _ in thousands), default=0)
    moved = data.draw(st.integers(before + 1, len(digits)).filter(lambda position: position != at))
    assert "the point stands elsewhere" in rule.explain_point(len(digits), [*thousands, (moved, sign)])


@given(written_amounts())
def test_dashes_and_slashes_are_no_points(amount: tuple[int, str, list[tuple[int, str]]]) -> None:
    places, digits, (*thousands, point) = amount
    rule = make(kind="amount", decimals=places)
    assert rule.explain_point(len(digits), [*thousands, point, (len(digits), "-")]) == ""
    assert "no point is seen" in rule.explain_point(len(digits), [(len(digits) - places, "/")])
