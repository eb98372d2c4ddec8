"""Check digits find the errors that their standards promise, and nothing but digits ever holds."""

import calendar
import pickle
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scanner.checks import (
    CHECKS,
    DATE_ORDERS,
    WeightedSum,
    is_date,
    is_in_range,
    is_luhn,
    is_mod97,
    is_routing_number,
    is_weighted_sum,
    parse_check,
)

Rule = Callable[[str], bool]
DIGITS = "0123456789"
EAN = WeightedSum((1, 3), 10)

KNOWN = [
    pytest.param(is_luhn, "79927398713", id="Luhn, of odd length"),
    pytest.param(is_luhn, "4111111111111111", id="Luhn, of even length"),
    pytest.param(is_mod97, "79444", id="794, completed"),
    pytest.param(is_mod97, "3214282912345698765432161182", id="the IBAN GB82 WEST 1234 5698 7654 32, in digits"),
    pytest.param(is_routing_number, "021000021", id="a routing number of New York"),
    pytest.param(EAN, "4006381333931", id="EAN-13"),
    pytest.param(WeightedSum((3, 1), 10), "73513537", id="EAN-8"),
    pytest.param(WeightedSum(tuple(range(10, 0, -1)), 11), "0306406152", id="ISBN-10"),
]
"""A rule, and a number that is printed somewhere."""

TAKERS = [
    *KNOWN,
    pytest.param(partial(is_in_range, least=None, most=None, decimals=2), "125000", id="an amount"),
    pytest.param(partial(is_date, order="DDMMYYYY"), "03122024", id="a date"),
]
"""All that takes digits, and digits that it takes."""

OTHER_SCRIPTS = "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹"  # noqa: RUF001


def complete_luhn(payload: str) -> str:
    """Return the payload with its check digit; what doubled digits count as is written out."""
    counted = [int(d) if at % 2 else int("0246813579"[int(d)]) for at, d in enumerate(reversed(payload))]
    return f"{payload}{-sum(counted) % 10}"


def complete_mod97(payload: str) -> str:
    """Return the payload with its two check digits, by the formula of the IBAN."""
    return f"{payload}{98 - int(payload) * 100 % 97:02d}"


def complete_routing(payload: str) -> str:
    """Return eight digits with their check digit, by the formula that the banks print."""
    a, b, c, d, e, f, g, h = map(int, payload)
    return f"{payload}{-(3 * (a + d + g) + 7 * (b + e + h) + c + f) % 10}"


payloads = st.text(DIGITS, min_size=1, max_size=20)
luhn_numbers, mod97_numbers = payloads.map(complete_luhn), payloads.map(complete_mod97)
routing_numbers = st.text(DIGITS, min_size=8, max_size=8).map(complete_routing)
numbers = {"luhn": luhn_numbers, "mod97": mod97_numbers, "aba": routing_numbers}
places = st.integers(0, 999)  # taken modulo the length
for_each_standard = pytest.mark.parametrize("word", numbers)


def swap(text: str, at: int) -> tuple[str, set[int]]:
    """Return the text with two neighbours swapped, and the two; where they are equal the example is passed over."""
    at %= len(text) - 1
    assume(text[at] != text[at + 1])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :], {int(text[at]), int(text[at + 1])}


@pytest.mark.parametrize(("rule", "number"), KNOWN)
def test_numbers_in_use_hold_with_their_last_digit_alone(rule: Rule, number: str) -> None:
    assert [last for last in DIGITS if rule(number[:-1] + last)] == [number[-1]]


@for_each_standard
@given(st.data(), places, st.integers(1, 9))
def test_a_number_holds_until_a_digit_is_wrong(word: str, data: st.DataObject, at: int, off: int) -> None:
    number = data.draw(numbers[word])
    at %= len(number)
    assert CHECKS[word].holds(number)
    assert not CHECKS[word].holds(f"{number[:at]}{(int(number[at]) + off) % 10}{number[at + 1 :]}")


@given(mod97_numbers, places)
def test_mod97_finds_every_swap_of_neighbours(number: str, at: int) -> None:
    assert not is_mod97(swap(number, at)[0])


@given(luhn_numbers, places)
@example(complete_luhn("1093"), 1)
def test_luhn_finds_every_swap_of_neighbours_but_09(number: str, at: int) -> None:
    swapped, pair = swap(number, at)
    assert is_luhn(swapped) == (pair == {0, 9})


@given(routing_numbers, places)
@example(complete_routing("16000000"), 0)
def test_a_routing_number_finds_every_swap_but_of_digits_5_apart(number: str, at: int) -> None:
    swapped, pair = swap(number, at)
    assert is_routing_number(swapped) == (max(pair) - min(pair) == 5)


@pytest.mark.parametrize("number", ["0210000210", "00000000", "021000021021000021"])
def test_a_routing_number_has_nine_digits(number: str) -> None:
    assert is_weighted_sum(number, (3, 7, 1), 10), "the sum alone does not tell"
    assert not is_routing_number(number)


@pytest.mark.parametrize(("rule", "alone"), [(is_luhn, "0"), (is_mod97, "1"), (is_mod97, "01"), (is_mod97, "98")])
def test_check_digits_alone_check_nothing(rule: Rule, alone: str) -> None:
    assert not rule(alone)
    assert rule("00" + alone)


def test_mod97_reads_strings_that_are_too_long_for_int() -> None:
    assert is_mod97("0" * 5000 + "1")
    assert not is_mod97("0" * 5000 + "10")


@pytest.mark.parametrize(("rule", "number"), TAKERS)
def test_nothing_but_digits_holds(rule: Rule, number: str) -> None:
    foreign = [number.translate(str.maketrans(DIGITS, script)) for script in OTHER_SCRIPTS]
    spans = [(at, at + taken) for at in (0, 4, len(number)) for taken in (0, 1)]
    broken = [number[:first] + stray + number[last:] for stray in "? \n_-+.EX" for first, last in spans]
    assert rule(number)
    assert [text for text in ("", "?", *foreign, *broken) if rule(text)] == []


@for_each_standard
@given(st.data(), places, st.characters(exclude_characters=DIGITS))
def test_no_sign_but_a_digit_is_passed_over(word: str, data: st.DataObject, at: int, stray: str) -> None:
    number = data.draw(numbers[word])
    at %= len(number)
    assert not CHECKS[word].holds(number[:at] + stray + number[at:])
    assert not CHECKS[word].holds(number[:at] + stray + number[at + 1 :])


@given(st.text(DIGITS), st.lists(st.integers(-9, 9), min_size=1, max_size=5), st.integers(2, 99))
@example("000000000", list(range(10, 0, -1)), 11)
def test_weights_start_again_from_the_left_and_need_a_digit_each(digits: str, weights: list[int], modulus: int) -> None:
    assume(any(weight % modulus for weight in weights))
    total = sum(int(digits[at]) * weights[at % len(weights)] for at in range(len(digits)))
    holding = [left for left in range(modulus) if is_weighted_sum(digits, weights, modulus, left)]
    assert holding == ([total % modulus] if len(digits) >= len(weights) else [])


@pytest.mark.parametrize(
    ("weights", "modulus", "remainder", "said"),
    [
        ((), 10, 0, r"got \[\]"),
        ((10, 20), 10, 0, r"got \[10, 20\]"),
        ((1, 3), 1, 0, "got 1"),
        ((1, 3), 10, 10, "from 0 to 9, got 10"),
        ((1, 3), 10, -1, "from 0 to 9, got -1"),
    ],
)
def test_sums_that_say_nothing_are_refused(weights: tuple[int, ...], modulus: int, remainder: int, said: str) -> None:
    with pytest.raises(ValueError, match=f"^a weighted sum .*needs .*{said}$"):
        is_weighted_sum("12", weights, modulus, remainder)
    with pytest.raises(ValueError, match=f"^the check's table .*{said}$"):
        parse_check({"weights": list(weights), "modulus": modulus, "remainder": remainder})


@pytest.mark.parametrize(("word", "number"), [("luhn", "79927398713"), ("mod97", "79444"), ("aba", "111000025")])
def test_a_template_names_a_check(word: str, number: str) -> None:
    check = parse_check(word)
    assert check.name == word
    assert [other for other in ("79927398713", "79444", "111000025", "", "?") if check.holds(other)] == [number]


def test_a_template_gives_a_table() -> None:
    check = parse_check({"weights": [1, 3], "modulus": 10})
    assert (check.name, check.rule) == ("weighted sum modulo 10", EAN)
    assert [check.holds(number) for number in ("4006381333931", "4006381333932", "", "?")] == [True, *[False] * 3]
    check = parse_check({"weights": [1], "modulus": 9, "remainder": 4})
    assert [check.holds(number) for number in ("13", "22", "12", "23")] == [True, True, False, False]


@pytest.mark.parametrize("value", ["mod97", {"weights": [1, 3], "modulus": 10}], ids=["word", "table"])
def test_checks_travel_to_other_processes(value: object) -> None:
    assert pickle.loads(pickle.dumps(parse_check(value))) == parse_check(value)


@pytest.mark.parametrize("value", ["Luhn", "luhn ", "mod 97", "", 97, None, True, ["luhn"], 1.5], ids=repr)
def test_an_unknown_check_is_named_with_those_there_are(value: object) -> None:
    with pytest.raises(ValueError, match=r"^there is no check") as caught:
        parse_check(value)
    parts = (repr(value), '"luhn"', '"mod97"', '"aba"', "{weights = [1, 3], modulus = 10, remainder = 0}")
    assert [part for part in parts if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"weights": [1, 3]},
        {"modulus": 10},
        *({"modulus": 10, "weights": weights} for weights in (13, "13", [1, "3"], [1, 3.0], [True, 3])),
        *({"weights": [1, 3], "modulus": modulus} for modulus in ("10", 10.0, True)),
        *({"weights": [1, 3], "modulus": 10, "remainder": remainder} for remainder in ("0", 0.0, False)),
        {"weights": [1, 3], "modulus": 10, "reminder": 1},
    ],
    ids=repr,
)
def test_a_table_that_is_no_check_is_shown_with_one_that_is(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"^a check's table needs weights, modulus and perhaps remainder") as caught:
        parse_check(table)
    assert repr(table) in str(caught.value)
    assert "{weights = [1, 3], modulus = 10, remainder = 0}" in str(caught.value)


bounds = st.none() | st.decimals(-10, 10**6, places=3)


@given(st.text(DIGITS, min_size=1, max_size=40), bounds, bounds, st.integers(0, 6))
def test_amounts_are_compared_exactly(digits: str, least: Decimal | None, most: Decimal | None, decimals: int) -> None:
    if least is not None and most is not None:
        least, most = sorted((least, most))
    amount = Fraction(int(digits), 10**decimals)
    is_inside = (least is None or amount >= Fraction(least)) and (most is None or amount <= Fraction(most))
    assert is_in_range(digits, least, most, decimals) == is_inside


@pytest.mark.parametrize(
    ("digits", "decimals", "amount"), [("1250", 2, "12.5"), ("1250", 0, "1250"), ("5", 2, "0.05"), ("0012", 1, "1.2")]
)
def test_both_ends_of_a_range_are_in_it(digits: str, decimals: int, amount: str) -> None:
    exact, bit = Decimal(amount), Decimal("0.0001")
    assert is_in_range(digits, exact, exact, decimals)
    assert not is_in_range(digits, exact + bit, None, decimals)
    assert not is_in_range(digits, None, exact - bit, decimals)


def test_long_amounts_are_not_rounded() -> None:
    assert not is_in_range("1" + 28 * "0" + "1", None, Decimal("1E29"), 0)
    assert is_in_range(5000 * "9", Decimal(1), None, 2)


def test_ranges_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match=r"needs 0 or more decimals.*got -1$"):
        is_in_range("1250", None, None, -1)
    with pytest.raises(ValueError, match=r"least that is not above its most, got 7 to 6\.5"):
        is_in_range("1250", Decimal(7), Decimal("6.5"), 2)


DATES = {
    "DDMMYYYY": "{0:%d}{0:%m}{0.year:04}",
    "MMDDYYYY": "{0:%m}{0:%d}{0.year:04}",
    "YYYYMMDD": "{0.year:04}{0:%m}{0:%d}",
    "DDMMYY": "{0:%d%m%y}",
    "MMDDYY": "{0:%m%d%y}",
    "YYMMDD": "{0:%y%m%d}",
}
"""How a day is written in each order; %Y would drop the noughts of the year 33."""


@pytest.mark.parametrize("order", DATE_ORDERS)
@given(st.data())
def test_every_day_is_a_date(order: str, data: st.DataObject) -> None:
    first, last = (date.min, date.max) if "YYYY" in order else (date(2000, 1, 1), date(2099, 12, 31))
    text = DATES[order].format(data.draw(st.dates(first, last)))
    assert is_date(text, order)
    assert [part for part in (text[:-1], text[:-2], text[2:], text + "0", text + "20") if is_date(part, order)] == []


@pytest.mark.parametrize("order", DATE_ORDERS)
@pytest.mark.parametrize("year", [2000, 2023, 2024])
def test_a_year_has_its_days_and_no_others(order: str, year: int) -> None:
    parts = order.replace("YYYY", f"{year}").replace("YY", f"{year % 100:02d}")
    texts = {(m, d): parts.replace("DD", f"{d:02d}").replace("MM", f"{m:02d}") for m in range(15) for d in range(35)}
    days = {(m, d) for m in range(1, 13) for d in range(1, calendar.monthrange(year, m)[1] + 1)}
    assert {day for day, text in texts.items() if is_date(text, order)} == days


@pytest.mark.parametrize("text", ["30022024", "29021900", "01010000", "12132024", "20241213"])
def test_no_such_day(text: str) -> None:
    assert not is_date(text, "DDMMYYYY")


@pytest.mark.parametrize("order", ["", "ddmmyyyy", "DMY", "DDYYYYMM", "DDMM"])
def test_an_unknown_order_is_named_with_those_there_are(order: str) -> None:
    with pytest.raises(ValueError, match=r"^there is no order of dates") as caught:
        is_date("", order)
    assert [known for known in (repr(order), *DATE_ORDERS) if known not in str(caught.value)] == []
