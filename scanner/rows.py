"""Readings as rows of a database of results: its pages, lines, digits and fields."""

import json
import sqlite3

from scanner.marks import insert_marks
from scanner.reading import DECIMALS, Field, Line, Reading, to_json


def insert(base: sqlite3.Connection, table: str, columns: str, values: tuple[object, ...]) -> int:
    """Add a row to a table, and return its number. columns: their names, with commas between."""
    marks = ", ".join("?" * len(values))
    row = base.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values).lastrowid
    assert row is not None, "a row that was inserted has a number"
    return row


def insert_page(base: sqlite3.Connection, file: int, reading: Reading | None, error: str, form: int) -> None:
    """Add a page of a file. error: why there is no reading. form: which form of the file it belongs to, from 1."""
    if reading is None:
        insert(base, "documents", "file, page, error, form, template", (file, 0, error, form, ""))
        return
    problems = json.dumps(reading.problems)
    document = insert(
        base,
        "documents",
        "file, page, width, height, problems, record, form, template",
        (file, reading.page, reading.width, reading.height, problems, to_json(reading), form, reading.template),
    )
    for number, line in enumerate(reading.lines, 1):
        _insert_line(base, document, number, line)
    for number, field in enumerate(reading.fields, 1):
        _insert_field(base, document, number, field)


def _insert_line(base: sqlite3.Connection, document: int, number: int, line: Line) -> None:
    texts = (line.text, insert_marks(line))
    row = insert(
        base,
        "lines",
        "document, number, text, marked, confidence, x, y, width, height, read",
        (document, number, *texts, round(line.confidence, DECIMALS), *line.box.as_list(), line.read),
    )
    for place, digit in enumerate(line.digits, 1):
        others = json.dumps([[text, round(share, DECIMALS)] for text, share in digit.alternatives])
        insert(
            base,
            "digits",
            "line, number, text, confidence, x, y, width, height, alternatives",
            (row, place, digit.text, round(digit.confidence, DECIMALS), *digit.box.as_list(), others),
        )


def _insert_field(base: sqlite3.Connection, document: int, number: int, field: Field) -> None:
    line = None if field.line is None else field.line + 1
    confidence = round(field.confidence, DECIMALS)
    said = (field.name, field.text, field.value, confidence, field.valid, field.reason)
    columns = "document, number, name, text, value, confidence, valid, reason, line, x, y, width, height, read"
    insert(base, "fields", columns, (document, number, *said, line, *field.box.as_list(), field.read))
