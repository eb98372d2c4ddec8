"""Tables of forms: one row for each document, with its fields as columns."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanner.document import number_documents
from scanner.errors import to_printable
from scanner.reading import DECIMALS, Field
from scanner.rulebook import Rulebook
from scanner.store import FileResult, PageResult
from scanner.tables import LINES, Layout, Status, judge

BEFORE, BEHIND = ("file", "page", "template"), ("confidence", "status", "doubts", "error")
"""The columns before and behind the fields: the page is the first of the document, the confidence that all is right."""


def choose_layout(rulebook: Rulebook) -> Layout:
    """Return how the results of a run become rows."""
    names = rulebook.fields
    if not names:
        return LINES
    pages = rulebook.pages
    return Layout(BEFORE + names + BEHIND, lambda result, accept: _list_rows(result, accept, names, pages))


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
    seen = {reading.template_page for reading in readings}
    missing = [page for page in range(1, pages.get(first.template, 1) + 1) if page not in seen]
    doubts = [text for field in fields.values() if (text := _describe_doubt(field, accept))]
    doubts += [f"page {page} is missing" for page in missing]
    status = _judge_form(fields.values(), accept, not missing)
    confidence = round(math.prod(field.confidence for field in fields.values()), DECIMALS)
    values = [fields[name].value if name in fields else "" for name in names]
    return file, first.page, first.template, *values, confidence, status, "; ".join(doubts), ""


def _judge_form(fields: Iterable[Field], accept: float | None, is_whole: bool) -> str:
    """Tell whether a form may be accepted, and whether people have looked at what was doubtful of it."""
    found = {judge(field, accept) for field in fields}
    if accept is not None and (Status.REVIEW in found or not is_whole):
        return Status.REVIEW
    looked_at = [status for status in (Status.CORRECTED, Status.CONFIRMED) if status in found]
    return looked_at[0] if looked_at else "" if accept is None else Status.ACCEPTED


def _describe_doubt(field: Field, accept: float | None) -> str:
    """Return why a person should look at a field; nothing where there is no reason."""
    if not field.valid:
        return f"{field.name}: {field.reason}"
    return f"{field.name}: {field.confidence:.2f}" if judge(field, accept) == Status.REVIEW else ""
