"""Forms: templates read from TOML, checked, with the pictures of their blanks."""

import difflib
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from scanner.clean import Grey, to_grey
from scanner.errors import ScanError, TemplateError
from scanner.knowledge import FormSource
from scanner.page import Box, open_pages
from scanner.template import Anchors, FieldSpec, Marker, PageSpec, Template, list_keys
from scanner.view import View

LARGEST_TEMPLATE = 1_000_000
"""Bytes of a template, at most."""


@dataclass(frozen=True)
class FormPage:
    """One page of a form, ready to be found and read."""

    spec: PageSpec
    number: int
    """From 1."""
    width: int
    """Of the blank, in pixels."""
    height: int
    blank: Grey | None
    """(height, width) uint8; None where the template has none."""
    fields: tuple[tuple[str, FieldSpec], ...]
    """In the template's order."""

    @cached_property
    def view(self) -> View | None:
        """The blank, as it is looked for; None where there is none."""
        return None if self.blank is None else View(self.blank)


@dataclass(frozen=True)
class Form:
    """A template with its blanks."""

    name: str
    source: str
    """The template's path, as it was given."""
    digest: str
    """SHA-256 of the template and its blanks."""
    template: Template
    pages: tuple[FormPage, ...]
    fields: Mapping[str, Any]
    """What the template says of each field, by its name, as it was written."""


def find_forms(paths: Sequence[str]) -> tuple[FormSource, ...]:
    """Return the sources of some templates, after loading each once. Raises TemplateError."""
    return tuple(FormSource(path, load_form(path).digest) for path in dict.fromkeys(paths))


@lru_cache(maxsize=16)
def get_form(source: FormSource) -> Form:
    """Return a form, loaded once in each process. Raises TemplateError, also where it has changed meanwhile."""
    form = load_form(source.path)
    if form.digest != source.digest:
        raise TemplateError(f"{source.path}: the template or its blank has changed during the run. Start it again.")
    return form


def load_form(path: str) -> Form:
    """Read and check a template. Raises TemplateError, with a sentence that names file, field and cure."""
    data = _read(path)
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path}: this is no TOML ({error}). Mend it there.") from error
    try:
        template = Template.model_validate(content)
    except ValidationError as error:
        raise TemplateError(f"{path}: {_explain(error)}") from error
    blanks = [_load_blank(path, page) if page.blank else None for page in template.page]
    pages = tuple(_make_page(path, template, number, blank) for number, blank in enumerate(blanks, 1))
    digest = hashlib.sha256(data)
    for blank in blanks:
        digest.update(b"" if blank is None else repr(blank.shape).encode() + blank.tobytes())
    return Form(template.name or Path(path).stem, path, digest.hexdigest(), template, pages, content["fields"])


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_TEMPLATE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise TemplateError(f"{path}: the template cannot be read ({reason}). Check its name.") from error
    if len(data) > LARGEST_TEMPLATE:
        raise TemplateError(f"{path}: this is larger than any template; expected a short file of TOML.")
    return data


def _load_blank(path: str, page: PageSpec) -> Grey:
    place = Path(path).parent / page.blank
    try:
        image: NDArray[np.uint8] = next(iter(open_pages(place))).image
    except ScanError as error:
        raise TemplateError(f"{path}: page: blank: {error}") from error
    return to_grey(image)


def _make_page(path: str, template: Template, number: int, blank: Grey | None) -> FormPage:
    spec = template.page[number - 1]
    height, width = (spec.height, spec.width) if blank is None else blank.shape
    fields = []
    for name, field in template.fields.items():
        if field.page != number:
            continue
        box = field.box if field.anchor is None else _move(path, name, field, spec.anchors)
        if box.x < 0 or box.y < 0 or box.right > width or box.bottom > height:
            raise TemplateError(
                f"{path}: fields.{name}.box: {box.as_list()} reaches beyond the page of {width}x{height} pixels. "
                "Boxes count in pixels of the blank."
            )
        fields.append((name, field.model_copy(update={"box": box})))
    for mark in (*spec.anchors.marks, *(marker.box for marker in spec.anchors.markers)):
        if mark.x < 0 or mark.y < 0 or mark.right > width or mark.bottom > height:
            raise TemplateError(
                f"{path}: page.anchors: the box {mark.as_list()} reaches beyond the page of {width}x{height} pixels. "
                "Boxes count in pixels of the blank."
            )
    return FormPage(spec, number, int(width), int(height), blank, tuple(fields))


def _move(path: str, name: str, field: FieldSpec, anchors: Anchors) -> Box:
    """Return a field's box, given from the corner of a marker, in pixels of the blank."""
    for marker in anchors.markers:
        if marker.id == field.anchor:
            return Box(marker.box.x + field.box.x, marker.box.y + field.box.y, field.box.width, field.box.height)
    raise TemplateError(
        f"{path}: fields.{name}.anchor: no marker has the id {field.anchor}. "
        "Say where it stands: markers = [{id = ..., box = [x, y, width, height]}]."
    )


def _explain(error: ValidationError) -> str:
    """Return what is wrong with a template, and how to mend it: the first of its errors, and how many follow."""
    details = error.errors(include_url=False)
    more = f" And {len(details) - 1} more in this file." if len(details) > 1 else ""
    return _explain_one(cast("Mapping[str, Any]", details[0])) + more


def _explain_one(detail: Mapping[str, Any]) -> str:
    place = [str(part) for part in detail["loc"]]
    key, holder = (place[-1] if place else ""), _find_model(place)
    where = ".".join(part for part in place if part not in ("function-before", "0"))
    known = list_keys(holder)
    match detail["type"]:
        case "value_error":
            said = f"{detail['ctx']['error']}."
        case "missing":
            said = f"it is missing. Add {key}: {known.get(key, key)}."
        case "extra_forbidden":
            near = difflib.get_close_matches(key, known, 1)
            said = f"there is no such key here. {f'Did you mean {near[0]}?' if near else 'Known: ' + ', '.join(known)}"
        case _:
            said = f"expected {known.get(key, detail['msg'])}, got {detail['input']!r}."
    return f"{where}: {said}" if where else said


def _find_model(place: Sequence[str]) -> type[BaseModel]:
    """Return which table of a template holds the last key of a place."""
    if place[:1] == ["fields"] and len(place) > 2:
        return FieldSpec
    if "markers" in place[:-1]:
        return Marker
    if "anchors" in place[:-1]:
        return Anchors
    return PageSpec if place[:1] == ["page"] and len(place) > 1 else Template
