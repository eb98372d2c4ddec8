"""Templates: what a form looks like, where its fields are, and what may stand in them. Checked by pydantic."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

import regex
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from scanner.checks import DATE_ORDERS, DIGITS, Check, is_in_range, parse_check
from scanner.knowledge import MOST_DIGITS
from scanner.page import Box

MOST_BOXES = 60
"""Boxes of a comb, at most."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""What a field may be called: it names a column, and stands in sums."""

RESERVED = frozenset({"file", "page", "template", "confidence", "status", "doubts", "error"})
"""Columns that every table of documents has."""


class Kind(StrEnum):
    """What stands in a field."""

    DIGITS = "digits"
    AMOUNT = "amount"
    DATE = "date"
    CHECKBOX = "checkbox"
    """A box to be ticked: it is not read, and its ink belongs to no other field."""


class Point(StrEnum):
    """How an amount shows where its decimals begin."""

    IMPLIED = "implied"
    """The last digits are decimals, whatever is written."""
    WRITTEN = "written"
    """A point or a comma is written."""


class Anchor(StrEnum):
    """By what a filled form is laid upon its blank."""

    FEATURES = "features"
    """Corners and print of the blank picture, wherever they are."""
    ARUCO = "aruco"
    """Printed ArUco markers."""
    MARKS = "marks"
    """Four printed corner marks of one shape: squares, discs, crosses, angles."""
    NONE = "none"
    """Nothing: the picture shows what the blank shows, scaled."""


def _to_box(value: object) -> object:
    """Turn [x, y, width, height] into a Box; what is no such list is refused."""
    if isinstance(value, list) and len(value) == 4 and all(type(side) is int for side in value):
        x, y, width, height = value
        if width > 0 and height > 0:
            return Box(x, y, width, height)
    raise ValueError(f"expected {BOX}, got {value!r}")


BOX = "[x, y, width, height], four whole numbers, in pixels of the blank, width and height above 0"

Place = Annotated[Box, BeforeValidator(_to_box), Field(description=BOX)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Marker(_Model):
    """A printed ArUco marker."""

    id: Annotated[StrictInt, Field(ge=0, description="the marker's number, such as 0")]
    box: Place


class Anchors(_Model):
    """By what a page is found."""

    kind: Annotated[Anchor, Field(description='"features", "aruco", "marks" or "none"')] = Anchor.FEATURES
    dictionary: Annotated[
        StrictStr,
        Field(pattern=r"^[4-7]x[4-7]_(50|100|250|1000)$", description='an ArUco dictionary: "4x4_50"'),
    ] = "4x4_50"
    markers: Annotated[tuple[Marker, ...], Field(description="[{id = 0, box = [x, y, width, height]}, ...]")] = ()
    """Where the markers stand; taken from the blank where they are left out."""
    marks: Annotated[tuple[Place, ...], Field(description="[[x, y, width, height], ...], four boxes")] = ()
    """Around the four corner marks."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind is Anchor.MARKS and len(self.marks) != 4:
            raise ValueError(f'kind = "marks" needs four boxes, got {len(self.marks)}: marks = [[x, y, w, h], ...]')
        if self.marks and self.kind is not Anchor.MARKS:
            raise ValueError(f'marks go with kind = "marks", not "{self.kind}": leave them out')
        if self.markers and self.kind is not Anchor.ARUCO:
            raise ValueError(f'markers go with kind = "aruco", not "{self.kind}": leave them out')
        if len({marker.id for marker in self.markers}) < len(self.markers):
            raise ValueError("two markers have one id: each id stands once on a page")
        return self


class PageSpec(_Model):
    """One page of a form."""

    blank: Annotated[StrictStr, Field(min_length=1, description='a picture of the empty form: "blank.png"')] = ""
    """Relative to the template; empty where there is none."""
    width: Annotated[StrictInt, Field(ge=16, le=20_000, description="a whole number of pixels from 16")] = 0
    height: Annotated[StrictInt, Field(ge=16, le=20_000, description="a whole number of pixels from 16")] = 0
    anchors: Annotated[
        Anchors,
        BeforeValidator(lambda value: {"kind": value} if isinstance(value, str) else value),
        Field(description='"features", "aruco", "none", or a table [page.anchors]'),
    ] = Anchors()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.blank and not (self.width and self.height):
            raise ValueError('give a picture of the empty form, blank = "blank.png", or its width and height in pixels')
        if self.blank and (self.width or self.height):
            raise ValueError("width and height are those of the blank: leave them out")
        if not self.blank and self.anchors.kind is Anchor.FEATURES:
            raise ValueError('without a blank there are no features to find: give blank = "blank.png", or anchors')
        if not self.blank and self.anchors.kind is Anchor.ARUCO and len(self.anchors.markers) < 2:
            raise ValueError("without a blank, say where at least two markers stand: markers = [{id = 0, box = ...}]")
        return self


class FieldSpec(_Model):
    """A field: where it is, and what may stand in it."""

    box: Place
    page: Annotated[StrictInt, Field(ge=1, description="the number of a page, from 1")] = 1
    anchor: Annotated[StrictInt | None, Field(description="the id of a marker from whose corner the box counts")] = None
    kind: Annotated[Kind, Field(description=" or ".join(f'"{kind}"' for kind in Kind))] = Kind.DIGITS
    boxes: Annotated[StrictInt, Field(ge=2, le=MOST_BOXES, description=f"a number from 2 to {MOST_BOXES}")] = 0
    """Of a comb, side by side and of one width; 0 where the field is no comb."""
    length: Annotated[
        tuple[int, int] | None,
        BeforeValidator(lambda value: _to_length(value)),
        Field(description="a number of digits such as 6, or two: [least, most]"),
    ] = None
    pattern: Annotated[StrictStr | None, Field(description='a regular expression, such as "4[0-9]{5}"')] = None
    least: Annotated[Decimal | None, Field(description="a number, such as 0.01")] = None
    most: Annotated[Decimal | None, Field(description="a number, such as 999.99")] = None
    allowed: Annotated[tuple[StrictStr, ...], Field(description='a list of strings of digits: ["01", "02"]')] = ()
    check: Annotated[Check | None, BeforeValidator(parse_check)] = None
    order: Annotated[StrictStr | None, Field(description=f"one of {', '.join(DATE_ORDERS)}")] = None
    """Of a date's digits."""
    decimals: Annotated[StrictInt | None, Field(ge=0, le=9, description="a number from 0 to 9")] = None
    """Of an amount; 2 where nothing is said."""
    point: Annotated[Point | None, Field(description='"implied" or "written"')] = None
    """Of an amount; implied in combs and written elsewhere, where nothing is said."""
    required: Annotated[StrictBool, Field(description="true or false")] = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        for word, kind in (("order", Kind.DATE), ("decimals", Kind.AMOUNT), ("point", Kind.AMOUNT)):
            if getattr(self, word) is not None and self.kind is not kind:
                raise ValueError(f'{word} goes with kind = "{kind}", not "{self.kind}": leave it out')
        if self.kind is Kind.DATE and self.order not in DATE_ORDERS:
            raise ValueError(f"a date needs its order, one of {', '.join(DATE_ORDERS)}, got {self.order!r}")
        if self.kind is Kind.DATE and (self.length or self.least is not None or self.most is not None):
            raise ValueError("a date has the length of its order and no range: leave length, least and most out")
        if self.kind is Kind.CHECKBOX and self.model_fields_set - {"box", "page", "anchor", "kind"}:
            raise ValueError("a check box is not read: give it nothing but its box and page")
        self._check_rules()
        return self

    def _check_rules(self) -> None:
        if self.pattern is not None:
            try:
                regex.compile(self.pattern)
            except regex.error as error:
                raise ValueError(f"the pattern {self.pattern!r} is no regular expression ({error})") from error
        is_in_range("0", self.least, self.most, self.places)
        least, most = self.lengths
        if self.boxes and least > self.boxes:
            raise ValueError(f"{least} digits do not go into {self.boxes} boxes: give more boxes or a shorter length")
        for text in self.allowed:
            if not text or not DIGITS.issuperset(text) or not least <= len(text) <= most:
                raise ValueError(f"{text!r} among allowed is no string of {least} to {most} digits: mend it")

    @property
    def lengths(self) -> tuple[int, int]:
        """The least and the most digits of a filled field."""
        if self.kind is Kind.DATE and self.order:
            return len(self.order), len(self.order)
        return self.length or (1, self.boxes or MOST_DIGITS)

    @property
    def places(self) -> int:
        """How many of the digits stand behind the point."""
        return 0 if self.kind is not Kind.AMOUNT else 2 if self.decimals is None else self.decimals

    @property
    def is_point_written(self) -> bool:
        """Whether an amount's point must be seen."""
        asked = self.point or (Point.IMPLIED if self.boxes else Point.WRITTEN)
        return self.kind is Kind.AMOUNT and self.places > 0 and asked is Point.WRITTEN


class Sum(_Model):
    """A field that is the sum of others."""

    total: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a template writes it."""
        return f"{self.total} = {' + '.join(self.parts)}"


def _to_sum(value: object) -> object:
    """Turn "total = a + b" into a Sum."""
    if isinstance(value, str) and value.count("=") == 1:
        total, parts = value.split("=")
        names = [total.strip(), *(part.strip() for part in parts.split("+"))]
        if all(NAME.fullmatch(name) for name in names):
            return Sum(total=names[0], parts=tuple(names[1:]))
    raise ValueError(f'expected a sum such as "total = a + b", with names of fields, got {value!r}')


def _to_length(value: object) -> object:
    pair = [value, value] if type(value) is int else value
    if isinstance(pair, list) and len(pair) == 2 and all(type(side) is int for side in pair):
        least, most = pair
        if 1 <= least <= most <= MOST_DIGITS:
            return least, most
    raise ValueError(f"expected a number of digits from 1 to {MOST_DIGITS}, or [least, most], got {value!r}")


class Template(_Model):
    """A form of one page or more."""

    name: Annotated[StrictStr, Field(min_length=1, description='the form\'s name: name = "cheque"')] = ""
    """The file's, where it is left out."""
    page: Annotated[
        tuple[PageSpec, ...],
        BeforeValidator(lambda value: [value] if isinstance(value, Mapping) else value),
        Field(min_length=1, description="a table [page], or one [[page]] for each page"),
    ]
    fields: Annotated[dict[str, FieldSpec], Field(min_length=1, description="a table [fields.NAME] for each field")]
    sums: Annotated[tuple[Annotated[Sum, BeforeValidator(_to_sum)], ...], Field(description='["total = a + b"]')] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: set[str] = set()
        for name, field in self.fields.items():
            if not NAME.fullmatch(name):
                raise ValueError(f"a field cannot be called {name!r}: write letters, digits and _, a letter first")
            if name.lower() in seen | RESERVED:
                raise ValueError(f"the name {name!r} is taken (large letters count as small): choose another")
            seen.add(name.lower())
            if field.page > len(self.page):
                raise ValueError(f"field {name} stands on page {field.page}, and the form has {len(self.page)}")
        for each in self.sums:
            self._check_sum(each)
        return self

    def _check_sum(self, each: Sum) -> None:
        names = (each.total, *each.parts)
        for name in names:
            if name not in self.fields:
                raise ValueError(f"the sum {each} names {name}, which is no field: add [fields.{name}]")
            if self.fields[name].kind not in (Kind.DIGITS, Kind.AMOUNT):
                raise ValueError(f"the sum {each} counts {name}, which is a {self.fields[name].kind}, no number")
        if len(set(names)) < len(names):
            raise ValueError(f"the sum {each} names a field twice: each counts once")
        if len({self.fields[name].page for name in names}) > 1:
            raise ValueError(f"the sum {each} reaches over pages: its fields stand on one page")


def list_keys(model: type[BaseModel]) -> Mapping[str, Any]:
    """Return what a table of a template may hold, and what is expected of each key."""
    return {key: field.description or "another value" for key, field in model.model_fields.items()}
