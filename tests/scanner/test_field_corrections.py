"""What people type for a field is the field's: its text, its value, and what its template says of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from blankforms import SMALL, save

from scanner.corrections import Correction
from scanner.field_corrections import find_field, lay_over_fields
from scanner.form import find_forms
from scanner.knowledge import Knowledge
from scanner.marks import insert_marks
from scanner.page import Box
from scanner.problems import to_problems
from scanner.reading import Digit, Field, Line, Reading, from_json, to_json
from scanner.rulebook import Rulebook, describe_rules

BOXES = {"a": Box(10, 10, 200, 40), "b": Box(10, 60, 200, 40), "total": Box(10, 110, 200, 40)}

WRONG_SUM = "the sum total = a + b is wrong"


@pytest.fixture
def rules(tmp_path: Path) -> Rulebook:
    return describe_rules(Knowledge(find_forms([save(SMALL, tmp_path)])))


def make_line(text: str, box: Box, marks: tuple[tuple[int, str], ...] = ()) -> Line:
    digits = tuple(Digit(sign, 0.6, Box(box.x + 5 + 20 * i, box.y + 5, 15, 30)) for i, sign in enumerate(text))
    whole = digits[0].box
    for digit in digits[1:]:
        whole = whole.joined(digit.box)
    return Line(digits, 0.6, whole, marks)


def make_form() -> Reading:
    """Return a form of SMALL: a is 12.50, b was left empty, and total says 15, which is wrong."""
    lines = (make_line("1250", BOXES["a"], ((2, "."),)), make_line("15", BOXES["total"]))
    fields = (
        Field("a", "1250", "12.50", 0.9, BOXES["a"], False, WRONG_SUM, 0),
        Field("b", "", "", 0.9, BOXES["b"], False, WRONG_SUM),
        Field("total", "15", "15", 0.6, BOXES["total"], False, WRONG_SUM, 1),
    )
    return Reading("a.png", 1, 800, 400, lines, ("too dark", *to_problems(fields)), fields, "form")


def correct(name: str, text: str, box: Box | None = None) -> Correction:
    return Correction("ab" * 32, 1, (800, 400), box or BOXES[name], "", text, field=name)


def name_fields(reading: Reading) -> dict[str, Field]:
    return {field.name: field for field in reading.fields}


def test_a_typed_field_has_its_value_and_what_was_read(rules: Rulebook) -> None:
    after = lay_over_fields(make_form(), [correct("a", "13.70")], rules)
    field = name_fields(after)["a"]
    assert (field.text, field.value, field.confidence, field.read, field.line) == ("1370", "13.70", 1.0, "1250", 0)
    assert insert_marks(after.lines[0]) == "13.70"
    assert after.lines[0].read == "12.50"
    assert [digit.box for digit in after.lines[0].digits] == [digit.box for digit in make_form().lines[0].digits]
    assert name_fields(after)["total"] == name_fields(make_form())["total"], "others stay as they were"
    assert from_json(to_json(after)) == after
    assert lay_over_fields(after, [correct("a", "13.70")], rules) == after, "laid over twice is laid over once"


def test_an_empty_field_is_filled_and_lines_are_counted_anew(rules: Rulebook) -> None:
    after = lay_over_fields(make_form(), [correct("b", "018")], rules)
    fields = name_fields(after)
    assert [fields[name].line for name in BOXES] == [0, 1, 2]
    assert [line.text for line in after.lines] == ["1250", "018", "15"]
    assert (fields["b"].text, fields["b"].read) == ("018", "")
    assert all(BOXES["b"].joined(digit.box) == BOXES["b"] for digit in after.lines[1].digits)


def test_a_field_that_holds_no_digits_is_empty(rules: Rulebook) -> None:
    after = lay_over_fields(make_form(), [correct("a", "")], rules)
    fields = name_fields(after)
    assert [fields[name].line for name in BOXES] == [None, None, 0]
    assert (fields["a"].text, fields["a"].value, fields["a"].read) == ("", "", "1250")
    assert [line.text for line in after.lines] == ["15"]


def test_rules_hold_for_what_is_typed(rules: Rulebook) -> None:
    typed = [correct("b", "123"), correct("a", "1.250")]
    fields = name_fields(lay_over_fields(make_form(), typed, rules))
    assert (fields["b"].valid, fields["b"].reason) == (False, "the check digit is wrong (luhn)")
    assert (fields["a"].valid, fields["a"].reason) == (
        False, "the point stands elsewhere than before the last 2 digits",
    )  # fmt: skip


def test_a_sum_that_comes_right_makes_all_its_fields_valid(rules: Rulebook) -> None:
    after = lay_over_fields(make_form(), [correct("a", "15.00")], rules)
    assert all(field.valid and not field.reason for field in after.fields)
    assert after.problems == ("too dark",)
    wrong = lay_over_fields(after, [correct("total", "16")], rules)
    assert {field.reason for field in wrong.fields} == {WRONG_SUM}
    assert wrong.problems == ("too dark", f"b: {WRONG_SUM}."), "of what a person has looked at nothing is said"


def test_what_was_typed_before_there_was_a_template_goes_to_the_field_around_it(rules: Rulebook) -> None:
    line = make_form().lines[1]
    plain = replace(correct("total", "16", line.box), field="")
    assert name_fields(lay_over_fields(make_form(), [plain], rules))["total"].text == "16"
    beside = replace(plain, box=Box(500, 300, 40, 30))
    assert find_field(make_form(), beside) is None
    assert lay_over_fields(make_form(), [beside], rules).fields == make_form().fields
    assert find_field(make_form(), correct("gone", "1", BOXES["a"])) is None


def test_without_its_rules_a_field_is_its_digits() -> None:
    field = name_fields(lay_over_fields(make_form(), [correct("a", "13.70")], Rulebook()))["a"]
    assert (field.text, field.value, field.valid) == ("1370", "1370", True)
