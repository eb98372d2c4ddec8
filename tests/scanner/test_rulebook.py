"""The rules of a run's fields come back from its results as they were in its templates."""

from pathlib import Path

from blankforms import SMALL, TWO_PAGES, save

from scanner.form import find_forms, load_form
from scanner.knowledge import Knowledge, Region
from scanner.rulebook import FormRules, Rulebook, describe_rules, from_json

RICH = f"""
name = "rich"

{TWO_PAGES}
[fields.sum]
box = [1, 1, 20, 20]
kind = "amount"
least = 0.5
most = "99.99"
point = "implied"

[fields.number]
box = [1, 1, 20, 20]
page = 2
allowed = ["01", "02"]
check = {{weights = [1, 3], modulus = 10, remainder = 1}}

[fields.born]
box = [1, 30, 90, 20]
boxes = 8
kind = "date"
order = "DDMMYYYY"

[fields.tick]
box = [50, 50, 20, 20]
kind = "checkbox"
"""


def test_rules_come_back_as_they_were(tmp_path: Path) -> None:
    paths = [save(SMALL, tmp_path, "small.toml"), save(RICH, tmp_path, "rich.toml")]
    kept = describe_rules(Knowledge(find_forms(paths)))
    rules = from_json(kept.to_json())
    assert rules.fields == ("a", "b", "total", "sum", "number", "born"), "check boxes are not read"
    assert rules.pages == {"small": 1, "rich": 2}
    for path, form in zip(paths, rules.forms, strict=True):
        loaded = load_form(path).template
        assert {name: each.spec.lengths for name, each in form.constraints.items()} == {
            name: field.lengths for name, field in loaded.fields.items() if name in form.fields
        }
        assert [str(each) for each in form.list_sums()] == [str(each) for each in loaded.sums]
    small, rich = rules.forms
    assert small.constraints["a"].to_value("1250") == "12.50"
    assert small.constraints["b"].explain("123") == "the check digit is wrong (luhn)"
    assert rich.constraints["sum"].explain("0049").startswith("out of range")
    assert rich.constraints["number"].explain("02") == "the check digit is wrong (weighted sum modulo 10)"
    assert rich.constraints["born"].to_value("31072026") == "2026-07-31"


def test_regions_have_rules_too() -> None:
    known = Knowledge(regions=(Region("a", 1, 2, 30, 40), Region("file", 1, 2, 3, 4)), length=(2, 3), pattern="4.*")
    rules = from_json(describe_rules(known).to_json())
    assert rules.fields == ("a", "file")
    assert rules.pages == {}
    assert rules.find("").constraints["a"].explain("5") == "1 digits, expected 2 to 3"
    assert rules.find("").constraints["file"].explain("51") == "does not fit the pattern 4.*"


def test_without_fields_there_are_no_rules() -> None:
    assert describe_rules(Knowledge(length=(3, 3))) == from_json(Rulebook().to_json()) == Rulebook()
    assert Rulebook().find("a") == FormRules("a", 1, {}, ())
