"""Tables of forms: one row for each document, with its fields as columns."""

import math
from collections.abc import Iterator, Mapping, Sequence

from scanner.document import number_documents
from scanner.errors import to_printable
from scanner.knowledge import Knowledge
from scanner.reading import DECIMALS, Field
from scanner.store import FileResult, PageResult
from scanner.tables import LINES, Layout, Status, judge

BEFORE, BEHIND = ("file", "page", "template"), ("confidence", "status", "doubts", "error")
"""The columns before and behind the fields: the page is the first of the document, the confidence that all is right."""


def list_fields(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the names of all fields that are read, of all templates, in their order. Raises TemplateError."""
    if not knowledge.templates:
        return tuple(region.name for region in knowledge.regions)
    from scanner.form import get_form  # imported here: most runs need no template
    from scanner.template import Kind

    forms = [get_form(source) for source in knowledge.templates]
    fields = (item for form in forms for item in form.template.fields.items())
    return tuple(dict.fromkeys(name for name, field in fields if field.kind is not Kind.CHECKBOX))


def choose_layout(knowledge: Knowledge) -> Layout:
    """Return how the results of a run become rows. Raises TemplateError."""
    names = list_fields(knowledge)
    if not names:
        return LINES
    pages = _count_pages(knowledge)
    return Layout(BEFORE + names + BEHIND, lambda result, accept: _list_rows(result, accept, names, pages))


def _count_pages(knowledge: Knowledge) -> Mapping[str, int]:
    """Return how many pages each template has, by its name."""
    if not knowledge.templates:
        return {}
    from scanner.form import get_form

    forms = [get_form(source) for source in knowledge.templates]
    return {form.name: len(form.pages) for form in forms}


def _list_rows(
    result: FileResult, accept: float | None, names: Sequence[str], pages: Mapping[str, int]
) -> Iterator[tuple[object, ...]]:
    numbers = number_documents([page.reading for page in result.pages])
    for number in dict.fromkeys(numbers):
        document = [page for page, own in zip(result.pages, numbers, strict=True) if own == number]
        yield _make_row(to_printable(result.source), document, accept, names, pages)


def _make_row(
    file: str, document: Sequence[PageResult], accept: float | None, names: Sequence[str], pages: Mapping[str, int]
) -> tuple[object, ...]:
    readings = [page.reading for page in document if page.reading is not None]
    if not readings:
        empty = ("",) * len(names)
        return file, None, "", *empty, None, Status.REVIEW if accept is not None else "", "", document[0].error
    first = readings[0]
    fields = {field.name: field for reading in readings for field in reading.fields}
    doubts = [text for field in fields.values() if (text := _describe_doubt(field, accept))]
    seen = {reading.template_page for reading in readings}
    doubts += [f"page {page} is missing" for page in range(1, pages.get(first.template, 1) + 1) if page not in seen]
    status = "" if accept is None else Status.REVIEW if doubts else Status.ACCEPTED
    confidence = round(math.prod(field.confidence for field in fields.values()), DECIMALS)
    values = [fields[name].value if name in fields else "" for name in names]
    return file, first.page, first.template, *values, confidence, status, "; ".join(doubts), ""


def _describe_doubt(field: Field, accept: float | None) -> str:
    """Return why a person should look at a field; nothing where there is no reason."""
    if not field.valid:
        return f"{field.name}: {field.reason}"
    return f"{field.name}: {field.confidence:.2f}" if judge(field, accept) == Status.REVIEW else ""
