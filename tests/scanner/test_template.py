"""Templates say what may be, and what is wrong with them is told with file, field and cure."""

from pathlib import Path

import pytest
from blankforms import SMALL, save
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import ExitCode, TemplateError
from scanner.form import load_form
from scanner.page import Box
from scanner.template import FieldSpec, Kind, Template

FAULTS = [
    ("length = 3", "lenght = 3", "fields.b.lenght: there is no such key here. Did you mean length?"),
    ("length = 3", "zzz = 3", "Known: box, page"),
    ("[10, 10, 200, 40]", "[10, 10, 200]", "fields.a.box: expected [x, y, width, height]"),
    ("[10, 10, 200, 40]", "[10, 10, 0, 40]", "above 0, got [10, 10, 0, 40]"),
    ("[10, 10, 200, 40]", "[10, 10, 2.5, 40]", "four whole numbers"),
    ("[10, 10, 200, 40]", "[700, 10, 200, 40]", "fields.a.box: [700, 10, 200, 40] reaches beyond the page of 800x400"),
    ('anchors = "none"', 'anchors = "nothing"', '"features", "aruco", "marks" or "none", got \'nothing\''),
    ('anchors = "none"', "", "give blank"),
    ('anchors = "none"', 'anchors = "aruco"', "at least two markers"),
    ('anchors = "none"', 'anchors = "marks"', "needs four boxes, got 0"),
    ('anchors = "none"', 'anchors = "none"\nblank = "absent.png"', "leave them out"),
    ('check = "luhn"', 'check = "lun"', 'write one of "luhn", "mod97", "aba"'),
    ('check = "luhn"', "check = {weights = [], modulus = 10}", "needs a weight"),
    ("total = a + b", "total = a + c", "names c, which is no field: add [fields.c]"),
    ("total = a + b", "total : a + b", 'expected a sum such as "total = a + b"'),
    ("total = a + b", "total = a + a", "names a field twice"),
    ("width = 800", "width = 8", "page.width: expected a whole number of pixels from 16, got 8"),
    ("width = 800", "", "its width and height in pixels"),
    ("box = [10, 10, 200, 40]\n", "", "fields.a.box: it is missing. Add box"),
    ("[fields.a]", "[fields.file]", "the name 'file' is taken"),
    ("[fields.a]", "[fields.A_]\nbox = [1, 1, 9, 9]\n[fields.a_]", "the name 'a_' is taken"),
    ("[fields.a]", '[fields."1a"]', "cannot be called '1a'"),
    ("length = 3", "length = [3, 2]", "expected a number of digits from 1 to 100"),
    ("length = 3", "length = true", "expected a number of digits from 1 to 100"),
    ("length = 3", 'pattern = "[0"', "is no regular expression"),
    ("length = 3", "required = 1", "fields.b.required: expected true or false, got 1"),
    ("length = 3", "decimals = 2", 'decimals goes with kind = "amount", not "digits": leave it out'),
    ("length = 3", "length = 3\nboxes = 2", "3 digits do not go into 2 boxes"),
    ("length = 3", 'length = 3\nallowed = ["1"]', "'1' among allowed is no string of 3 to 3 digits"),
    ("length = 3", "least = 5\nmost = 2", "swap them"),
    ("length = 3", "page = 2", "stands on page 2, and the form has 1"),
    ("length = 3", "anchor = 4", "no marker has the id 4"),
    ('kind = "amount"', 'kind = "date"', "a date needs its order, one of DDMMYYYY"),
    ('kind = "amount"', 'kind = "date"\norder = "DDMMYY"', "counts a, which is a date, no number"),
    ('kind = "amount"', 'kind = "checkbox"\nlength = 2', "a check box is not read"),
    ('kind = "amount"', 'kind = "sum"', '"digits" or "amount" or "date" or "checkbox", got \'sum\''),
    ("[page]", "[pages]", "page: it is missing. Add page: a table [page], or one [[page]] for each page. And 1 more"),
    ("[fields.total]", "[fields.total", "this is no TOML"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_what_is_wrong_is_told_with_its_cure(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SMALL
    path = save(SMALL.replace(old, new, 1), tmp_path)
    with pytest.raises(TemplateError) as caught:
        load_form(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert caught.value.exit_code == ExitCode.BAD_USAGE


def test_what_is_right_is_taken(tmp_path: Path) -> None:
    form = load_form(save(SMALL, tmp_path))
    (page,) = form.pages
    assert (form.name, page.width, page.height, page.blank) == ("form", 800, 400, None)
    assert [name for name, _ in page.fields] == ["a", "b", "total"], "the order is the columns'"
    assert page.fields[1][1].box == Box(10, 60, 200, 40)
    assert str(form.template.sums[0]) == "total = a + b"


def test_a_box_may_count_from_a_marker(tmp_path: Path) -> None:
    text = SMALL.replace(
        'anchors = "none"',
        '[page.anchors]\nkind = "aruco"\nmarkers = [{id = 3, box = [20, 30, 40, 40]}, {id = 4, box = [700, 0, 9, 9]}]',
    ).replace("box = [10, 60, 200, 40]", "box = [-5, 60, 200, 40]\nanchor = 3")
    (page,) = load_form(save(text, tmp_path)).pages
    assert page.fields[1][1].box == Box(15, 90, 200, 40)


def test_a_sum_stays_on_its_page() -> None:
    fields = {name: {"box": [1, 1, 9, 9], "page": page} for name, page in (("total", 1), ("a", 1), ("b", 2))}
    page = {"width": 100, "height": 100, "anchors": "none"}
    with pytest.raises(ValueError, match="reaches over pages"):
        Template.model_validate({"page": [page, page], "fields": fields, "sums": ["total = a + b"]})


@pytest.mark.parametrize(
    ("rules", "lengths", "places", "is_written"),
    [
        ({}, (1, 100), 0, False),
        ({"boxes": 6}, (1, 6), 0, False),
        ({"length": [2, 5]}, (2, 5), 0, False),
        ({"kind": "date", "order": "DDMMYY"}, (6, 6), 0, False),
        ({"kind": "amount"}, (1, 100), 2, True),
        ({"kind": "amount", "decimals": 0}, (1, 100), 0, False),
        ({"kind": "amount", "boxes": 7}, (1, 7), 2, False),
        ({"kind": "amount", "point": "implied"}, (1, 100), 2, False),
    ],
)
def test_what_is_not_said_follows(
    rules: dict[str, object], lengths: tuple[int, int], places: int, is_written: bool
) -> None:
    field = FieldSpec.model_validate({"box": [1, 2, 3, 4], **rules})
    assert (field.lengths, field.places, field.is_point_written) == (lengths, places, is_written)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(FieldSpec.model_fields)), JUNK, max_size=4))
def test_junk_is_refused_by_a_value_error_and_nothing_else(junk: dict[str, object]) -> None:
    try:
        field = FieldSpec.model_validate({"box": [1, 2, 3, 4], **junk})
    except ValueError:
        return
    assert field.kind in Kind
