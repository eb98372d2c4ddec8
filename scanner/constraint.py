"""What a field's digits must obey: whether a text does, and whether some text that begins so could."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import regex

from scanner.checks import is_date, is_in_range
from scanner.template import FieldSpec, Kind

BLANK = " "
"""Stands for an empty box of a comb between two digits."""

FIRST_DIGITS = {"D": "0123", "M": "01"}
"""What the first digit of a day and of a month may be."""


POINTS = frozenset(".,")
"""Marks behind which decimals begin."""

THOUSAND = 3
"""Digits behind a mark that parts thousands."""

MISSING = "it is empty, and it is required"
"""What is wrong with a field that must not be empty, and is."""


@dataclass(frozen=True)
class Constraint:
    """The rules of a field."""

    spec: FieldSpec

    @cached_property
    def _pattern(self) -> "regex.Pattern[str] | None":
        return None if self.spec.pattern is None else regex.compile(self.spec.pattern)

    @property
    def least(self) -> int:
        """The fewest digits that the field may have, where it is not empty."""
        return self.spec.lengths[0]

    @property
    def most(self) -> int:
        """The most digits that the field may have."""
        return self.spec.lengths[1]

    @property
    def is_checked(self) -> bool:
        """Whether a misread digit most often breaks a rule: a check digit, or a list of what is allowed."""
        return self.spec.check is not None or bool(self.spec.allowed)

    def may_begin(self, text: str) -> bool:
        """Tell whether some filled field could begin with these digits; True where that is not known."""
        if len(text) > self.most:
            return False
        if self.spec.allowed and not any(word.startswith(text) for word in self.spec.allowed):
            return False
        if self._pattern is not None and not self._pattern.fullmatch(text, partial=True):
            return False
        return self.spec.order is None or _may_begin_date(text, self.spec.order)

    def explain(self, text: str) -> str:
        """Return which rule a text breaks, in a sentence; nothing where it obeys all. An empty field obeys.

        text: digits, BLANK for empty boxes between them.
        """
        if not text:
            return ""
        if BLANK in text:
            return f"box {text.index(BLANK) + 1} of its digits is empty"
        spec, (least, most) = self.spec, self.spec.lengths
        if not least <= len(text) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            return f"{len(text)} digits, expected {wanted}"
        if spec.order is not None and not is_date(text, spec.order):
            return f"no day of the calendar in the order {spec.order}"
        if self._pattern is not None and not self._pattern.fullmatch(text):
            return f"does not fit the pattern {spec.pattern}"
        if spec.allowed and text not in spec.allowed:
            return "not among what is allowed"
        if not is_in_range(text, spec.least, spec.most, spec.places):
            return f"out of range, expected {_describe_range(spec.least, spec.most)}"
        if spec.check is not None and not spec.check.holds(text):
            return f"the check digit is wrong ({spec.check.name})"
        return ""

    def explain_point(self, count: int, marks: Sequence[tuple[int, str]]) -> str:
        """Return why an amount's point is not where it should be, in a sentence; nothing where it is, or is not asked.

        count: digits of the amount. marks: how many digits stand before each mark, and the mark.
        """
        if not self.spec.is_point_written or not count:
            return ""
        points = [position for position, sign in marks if sign in POINTS]
        if not points:
            return f"no point is seen before the last {self.spec.places} digits"
        *thousands, last = points
        if count - last != self.spec.places or any((last - position) % THOUSAND for position in thousands):
            return f"the point stands elsewhere than before the last {self.spec.places} digits"
        return ""

    def explain_typed(self, text: str, marks: Sequence[tuple[int, str]]) -> str:
        """Return why what a person typed is not valid, in a sentence; nothing where it is. Marks are as above."""
        if not text:
            return MISSING if self.spec.required else ""
        return self.explain(text) or self.explain_point(len(text), marks)

    def to_value(self, text: str) -> str:
        """Return what a text means: an amount with its point, a date as ISO 8601 has it, digits as they are.

        A text that breaks the rules, or has a "?", stays as it is, but for an amount's point.
        """
        if self.spec.kind is Kind.AMOUNT and self.spec.places and text and BLANK not in text:
            filled = text.rjust(self.spec.places + 1, "0")
            return f"{filled[: -self.spec.places]}.{filled[-self.spec.places :]}"
        if self.spec.order is not None and is_date(text, self.spec.order):
            parts = {part: _take(text, self.spec.order, part) for part in "YMD"}
            century = "20" if len(parts["Y"]) == 2 else ""
            return f"{century}{parts['Y']}-{parts['M']}-{parts['D']}"
        return text


def to_number(text: str, spec: FieldSpec) -> Decimal:
    """Return what the digits of a field count, exactly; an empty field counts 0."""
    return Decimal(f"{text or '0'}E-{spec.places}")


def _may_begin_date(text: str, order: str) -> bool:
    for part in "DM":
        begin, end = order.index(part), order.rindex(part) + 1
        if len(text) > begin and text[begin] not in FIRST_DIGITS[part]:
            return False
        if len(text) >= end and not 1 <= int(text[begin:end]) <= (31 if part == "D" else 12):
            return False
    return True


def _take(text: str, order: str, part: str) -> str:
    return text[order.index(part) : order.rindex(part) + 1]


def _describe_range(least: Decimal | None, most: Decimal | None) -> str:
    if least is None:
        return f"at most {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"
