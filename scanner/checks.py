"""Check digits and other rules that a string of digits must obey.

A rule holds or does not; where the error lies is not told. No rule ever holds for an empty string, or for one with
anything but the digits 0 to 9 in it: a "?", a blank, a digit of another script. Noughts alone obey Luhn, the rule of
routing numbers and every sum whose remainder is 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import cycle

DIGITS = frozenset("0123456789")
"""What counts as a digit: str.isdigit takes those of other scripts too."""

LUHN_LEAST = 2
"""Digits of a Luhn number, at least: one digit, and the one that checks it."""

MOD97_LEAST = 3
"""Digits of a MOD 97-10 number, at least: one digit, and the two that check it."""

ROUTING_LENGTH = 9
"""Digits of an American bank's routing number."""

ROUTING_WEIGHTS = (3, 7, 1)
"""As the American Bankers Association lays down; none shares a divisor with 10, so no single wrong digit passes."""

DATE_ORDERS = ("DDMMYYYY", "MMDDYYYY", "YYYYMMDD", "DDMMYY", "MMDDYY", "YYMMDD")
"""How forms order a date's digits: D of the day, M of the month, Y of the year."""

CENTURY = 2000
"""Added to a year of two digits. It settles 29 February of 00 alone: all other years leap alike in 19.. and 20.. ."""

EXAMPLE = "{weights = [1, 3], modulus = 10, remainder = 0}"
"""A check's table as a template writes it; this one is for EAN-13."""


@dataclass(frozen=True)
class WeightedSum:
    """The sum of digit times weight, divided by the modulus, leaves the remainder. EAN-13: (1, 3), 10, 0.

    The first weight goes to the first digit, and so on from the left; where the weights end before the digits, they
    start again. A string that is shorter than the weights lacks a digit and never holds; a longer one may.
    Raises ValueError when no weight counts, or when the modulus or the remainder is out of range.
    """

    weights: tuple[int, ...]
    """At least one; below 0 is allowed, and 0 passes over a digit. Not all are multiples of the modulus."""
    modulus: int
    """At least 2."""
    remainder: int = 0
    """0..modulus - 1."""

    def __post_init__(self) -> None:
        """Refuse a sum that would hold for all strings, or for none."""
        if self.modulus < 2:
            raise ValueError(f"a weighted sum needs a modulus of at least 2, such as 10 or 11, got {self.modulus}")
        if not any(weight % self.modulus for weight in self.weights):
            raise ValueError(
                f"a weighted sum needs a weight that is no multiple of its modulus {self.modulus}, such as 1, "
                f"got {list(self.weights)}"
            )
        if not 0 <= self.remainder < self.modulus:
            raise ValueError(
                f"a weighted sum modulo {self.modulus} needs a remainder from 0 to {self.modulus - 1}, "
                f"got {self.remainder}"
            )

    def __call__(self, digits: str) -> bool:
        """Tell whether the digits have this sum."""
        if not _is_digits(digits, len(self.weights)):
            return False
        total = sum(int(digit) * weight for digit, weight in zip(digits, cycle(self.weights), strict=False))
        return total % self.modulus == self.remainder


@dataclass(frozen=True)
class Check:
    """A rule with the name that a person knows it by."""

    name: str
    """The template's word, or "weighted sum modulo 11"."""
    rule: Callable[[str], bool]
    """Tells whether a string obeys."""

    def holds(self, digits: str) -> bool:
        """Tell whether the digits obey the rule; False for a string that is empty or has anything but 0 to 9 in it."""
        return self.rule(digits)


def is_luhn(digits: str) -> bool:
    """Tell whether the last digit checks the others as ISO/IEC 7812-1 has it: on bank cards, in phones' IMEI.

    It finds every single wrong digit, and every swap of neighbours but 09 and 90.
    """
    if not _is_digits(digits, LUHN_LEAST):
        return False
    values = [int(digit) for digit in reversed(digits)]
    doubled = sum(sum(divmod(2 * value, 10)) for value in values[1::2])  # 14 counts as 1 + 4
    return (sum(values[::2]) + doubled) % 10 == 0


def is_mod97(digits: str) -> bool:
    """Tell whether the last two digits check the others as ISO 7064 MOD 97-10 has it: the number leaves 1 modulo 97.

    It finds every single wrong digit and every swap of neighbours. Of an IBAN, the letters must be digits already, and
    the first four signs must stand last.
    """
    if not _is_digits(digits, MOD97_LEAST):
        return False
    remainder = 0
    for digit in digits:  # by digit: int() refuses a string of more than 4,300
        remainder = (10 * remainder + int(digit)) % 97
    return remainder == 1


def is_routing_number(digits: str) -> bool:
    """Tell whether nine digits have the check digit of an American routing number (ABA); not whether the bank exists.

    It finds every single wrong digit, and every swap of neighbours but those that differ by 5.
    """
    return len(digits) == ROUTING_LENGTH and is_weighted_sum(digits, ROUTING_WEIGHTS, 10)


def is_weighted_sum(digits: str, weights: Sequence[int], modulus: int, remainder: int = 0) -> bool:
    """Tell whether the sum of digit times weight leaves the remainder: see WeightedSum, whose ValueErrors it raises."""
    return WeightedSum(tuple(weights), modulus, remainder)(digits)


CHECKS = {
    check.name: check for check in (Check("luhn", is_luhn), Check("mod97", is_mod97), Check("aba", is_routing_number))
}
"""The checks that a template names by a word."""


def parse_check(value: object) -> Check:
    """Return the check that a template's value says: a word of CHECKS, or a table like EXAMPLE.

    A table may leave out the remainder, which is then 0.
    Raises ValueError, with a sentence that names the value and what may stand there, for anything else.
    """
    if isinstance(value, dict):
        rule = _parse_sum(value)
        return Check(f"weighted sum modulo {rule.modulus}", rule)
    if isinstance(value, str) and value in CHECKS:
        return CHECKS[value]
    words = ", ".join(f'"{word}"' for word in CHECKS)
    raise ValueError(f"there is no check {value!r}: write one of {words}, or a table such as {EXAMPLE}")


def is_in_range(digits: str, least: Decimal | None, most: Decimal | None, decimals: int) -> bool:
    """Tell whether an amount lies from least to most, both included; None leaves that side open.

    decimals: how many of the digits stand behind the point, 0 or more: "1250" with 2 is 12.50, and "5" is 0.05.
    Raises ValueError when decimals is below 0, or least is above most.
    """
    if decimals < 0:
        raise ValueError(f"an amount needs 0 or more decimals, such as 2 for cents, got {decimals}")
    if least is not None and most is not None and least > most:
        raise ValueError(f"a range needs a least that is not above its most, got {least} to {most}: swap them")
    if not _is_digits(digits):
        return False
    amount = Decimal(f"{digits}E-{decimals}")  # exact, where scaleb would round to 28 digits
    return (least is None or least <= amount) and (most is None or amount <= most)


def is_date(digits: str, order: str) -> bool:
    """Tell whether the digits are a day of the calendar: 30 February is none, nor is any day of the year 0000.

    order: one of DATE_ORDERS; the digits are as many as its letters. Years of two digits are those from 2000 to 2099.
    Raises ValueError for another order.
    """
    if order not in DATE_ORDERS:
        raise ValueError(f"there is no order of dates {order!r}: write one of {', '.join(DATE_ORDERS)}")
    if len(digits) != len(order) or not _is_digits(digits):
        return False
    day, month, year = (int(digits[order.index(part) : order.rindex(part) + 1]) for part in "DMY")
    try:
        date(year if "YYYY" in order else CENTURY + year, month, day)
    except ValueError:
        return False
    return True


def _is_digits(text: str, least: int = 1) -> bool:
    """Tell whether a text is the digits 0 to 9 and nothing else, and at least so many; least is 1 or more."""
    return len(text) >= least and DIGITS.issuperset(text)


def _parse_sum(table: dict[object, object]) -> WeightedSum:
    """Return the sum that a table says. type(...) is int: True is an int too, and no number to a template."""
    weights, modulus, remainder = table.get("weights"), table.get("modulus"), table.get("remainder", 0)
    if not (
        table.keys() <= {"weights", "modulus", "remainder"}
        and isinstance(weights, list)
        and all(type(weight) is int for weight in weights)
        and type(modulus) is int
        and type(remainder) is int
    ):
        raise ValueError(
            f"a check's table needs weights, modulus and perhaps remainder, all whole numbers, and nothing else, "
            f"got {table!r}: write it like {EXAMPLE}"
        )
    try:
        return WeightedSum(tuple(weights), modulus, remainder)
    except ValueError as error:
        raise ValueError(f"the check's table {table!r} is no check: {error}") from error
