"""What a batch has read so far, in an SQLite file: a run that is killed goes on there, and people review it.

One transaction holds all of a file's pages, so that a file is there whole or not at all, whenever the run is killed.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from scanner.document import FIELDS_SCHEMA, make_forms_view, number_documents
from scanner.errors import OutputError, to_printable
from scanner.marks import insert_marks
from scanner.reading import DECIMALS, Field, Line, Reading, from_json, to_json

VERSION = 2
"""Of the tables below."""

SCHEMA = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,  -- the path as it was given, byte by byte
    source TEXT NOT NULL,       -- the same for people
    content TEXT NOT NULL,      -- SHA-256 of its bytes; empty where they could not be read
    options TEXT NOT NULL,      -- what else decides the reading: version, weights, options
    place INTEGER               -- in the order of the run that was finished last
);
CREATE INDEX files_by_content ON files (content, options);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    page INTEGER NOT NULL,      -- from 1; 0 where the file failed
    width INTEGER,              -- pixels
    height INTEGER,
    problems TEXT,              -- a JSON list of sentences
    error TEXT,                 -- a sentence, where the page could not be read
    record TEXT,                -- the page in the line format
    form INTEGER NOT NULL,      -- which form of the file the page belongs to, from 1; each other page is its own
    template TEXT NOT NULL      -- the name of its template; empty without one
);
CREATE INDEX documents_by_file ON documents (file);
CREATE TABLE lines (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL,    -- on its page, from 1
    text TEXT NOT NULL,         -- digits and ?
    marked TEXT NOT NULL,       -- the same with points, commas, dashes and slashes
    confidence REAL NOT NULL,   -- 0..1
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL
);
CREATE INDEX lines_by_document ON lines (document);
CREATE TABLE digits (
    id INTEGER PRIMARY KEY,
    line INTEGER NOT NULL REFERENCES lines ON DELETE CASCADE,
    number INTEGER NOT NULL,    -- in its line, from 1
    text TEXT NOT NULL,
    confidence REAL NOT NULL,   -- 0..1
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    alternatives TEXT NOT NULL  -- a JSON list of [text, probability]
);
CREATE INDEX digits_by_line ON digits (line);
CREATE TABLE settings (name TEXT PRIMARY KEY, value);
CREATE VIEW results AS  -- the files of the run that was finished last
    SELECT source AS file, page, number AS line, text, marked, confidence,
        CASE
            WHEN value IS NULL OR lines.id IS NULL AND error IS NULL THEN ''
            WHEN confidence >= value AND text NOT LIKE '%?%' THEN 'accepted'
            ELSE 'review'
        END AS status,
        lines.x, lines.y, lines.width, lines.height, coalesce(error, '') AS error
    FROM files
    JOIN documents ON documents.file = files.id
    LEFT JOIN lines ON lines.document = documents.id
    LEFT JOIN settings ON settings.name = 'accept'
    WHERE files.place IS NOT NULL
    ORDER BY files.place, documents.id, lines.id;
"""


@dataclass(frozen=True)
class PageResult:
    """What became of one page."""

    reading: Reading | None
    """None where the page could not be read."""
    error: str = ""
    """Why not, in a sentence."""
    is_final: bool = True
    """Whether another try would end the same: a damaged image does, a file without permission need not."""


@dataclass(frozen=True)
class FileResult:
    """What became of one file."""

    source: str
    """The path as it was given."""
    content: str
    """SHA-256 of its bytes; empty where they could not be read."""
    pages: tuple[PageResult, ...]
    """In their order; a file that failed has its error last."""

    @property
    def is_final(self) -> bool:
        """Whether it need not be read again."""
        return bool(self.content) and all(page.is_final for page in self.pages)


class Store:
    """An SQLite file of results. One run at a time may hold it."""

    def __init__(self, path: Path) -> None:
        """path: made when it is not there, readable by its owner only. Raises OutputError."""
        self.path = path
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            with ExitStack() as stack:
                self._base = stack.enter_context(
                    closing(sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None))
                )
                self._prepare()
                stack.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise OutputError(f"{path}: {_explain(error)}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def _prepare(self) -> None:
        self._base.execute("PRAGMA locking_mode = EXCLUSIVE")  # until it is closed, or the process dies
        self._base.execute("PRAGMA foreign_keys = ON")
        self._base.execute("BEGIN EXCLUSIVE")
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        tables = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version != VERSION and tables:
            raise sqlite3.DatabaseError("not a database of this version of digitlens")
        self._base.execute("COMMIT")
        if not tables:
            self._base.executescript(f"BEGIN; {SCHEMA} {FIELDS_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT")

    def knows(self, source: str, content: str, options: str) -> bool:
        """Tell whether this file is read already; a file of the same content counts under its new name from now on.

        Files without content are never known. Raises OutputError, as all that follow.
        """
        if not content:
            return False
        with self._guarded():
            same = "FROM files WHERE content = ? AND options = ?"
            mine = f"SELECT 1 {same} AND name = ?"
            if self._base.execute(mine, (content, options, os.fsencode(source))).fetchone():
                return True
            like = self._base.execute(f"SELECT id {same} LIMIT 1", (content, options)).fetchone()
            known = tuple(self._get_pages(like[0])) if like else ()
        if not known or any(page.error for page in known):  # a sentence names the file: it is read again
            return False
        renamed = (replace(page, reading=replace(page.reading, source=source)) for page in known if page.reading)
        self.add(FileResult(source, content, tuple(renamed)), options)
        return True

    @contextmanager
    def _guarded(self, is_write: bool = False) -> Iterator[None]:
        """Turn what SQLite raises into a sentence; what was written is then taken back."""
        try:
            if is_write:
                self._base.execute("BEGIN")
            yield
            if is_write:
                self._base.execute("COMMIT")
        except sqlite3.Error as error:
            raise OutputError(f"{self.path}: {_explain(error)}") from error
        finally:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")

    def add(self, result: FileResult, options: str) -> None:
        """Keep what became of a file, in place of what was known of it.

        options: what else decides the reading. What another try may mend is kept, but not as read.
        """
        with self._guarded(is_write=True):
            self._base.execute("DELETE FROM files WHERE name = ?", (os.fsencode(result.source),))
            names = (os.fsencode(result.source), to_printable(result.source))
            content = result.content if result.is_final else ""
            file = self._insert("files", "name, source, content, options", (*names, content, options))
            forms = number_documents([page.reading for page in result.pages])
            for page, form in zip(result.pages, forms, strict=True):
                self._add_page(file, page, form)

    def _insert(self, table: str, columns: str, values: tuple[object, ...]) -> int:
        marks = ", ".join("?" * len(values))
        row = self._base.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values).lastrowid
        assert row is not None, "a row that was inserted has a number"
        return row

    def _add_page(self, file: int, page: PageResult, form: int) -> None:
        reading = page.reading
        if reading is None:
            self._insert("documents", "file, page, error, form, template", (file, 0, page.error, form, ""))
            return
        problems = json.dumps(reading.problems)
        document = self._insert(
            "documents",
            "file, page, width, height, problems, record, form, template",
            (file, reading.page, reading.width, reading.height, problems, to_json(reading), form, reading.template),
        )
        for number, line in enumerate(reading.lines, 1):
            self._add_line(document, number, line)
        for number, field in enumerate(reading.fields, 1):
            self._add_field(document, number, field)

    def _add_line(self, document: int, number: int, line: Line) -> None:
        texts = (line.text, insert_marks(line))
        row = self._insert(
            "lines",
            "document, number, text, marked, confidence, x, y, width, height",
            (document, number, *texts, round(line.confidence, DECIMALS), *line.box.as_list()),
        )
        for place, digit in enumerate(line.digits, 1):
            others = json.dumps([[text, round(share, DECIMALS)] for text, share in digit.alternatives])
            self._insert(
                "digits",
                "line, number, text, confidence, x, y, width, height, alternatives",
                (row, place, digit.text, round(digit.confidence, DECIMALS), *digit.box.as_list(), others),
            )

    def _add_field(self, document: int, number: int, field: Field) -> None:
        line = None if field.line is None else field.line + 1
        confidence = round(field.confidence, DECIMALS)
        said = (field.name, field.text, field.value, confidence, field.valid, field.reason)
        columns = "document, number, name, text, value, confidence, valid, reason, line, x, y, width, height"
        self._insert("fields", columns, (document, number, *said, line, *field.box.as_list()))

    def finish(self, sources: Sequence[str], accept: float | None, fields: Sequence[str] = ()) -> None:
        """Keep what a run that is done was about, for the view `results`.

        sources: its files, in their order. accept: the confidence from which lines are accepted (0..1), or None.
        fields: those of the run's templates, for the view `forms`, which has a row for each form.
        """
        with self._guarded(is_write=True):
            self._base.execute("UPDATE files SET place = NULL")
            places = ((place, os.fsencode(source)) for place, source in enumerate(sources, 1))
            self._base.executemany("UPDATE files SET place = ? WHERE name = ?", places)
            self._base.execute("INSERT OR REPLACE INTO settings VALUES ('accept', ?)", (accept,))
            self._base.execute("DROP VIEW IF EXISTS forms")
            if fields:
                self._base.execute(make_forms_view(fields))

    def get(self, source: str) -> FileResult | None:
        """Return what is known of a file; None where nothing is."""
        with self._guarded():
            query = "SELECT id, content FROM files WHERE name = ?"
            row = self._base.execute(query, (os.fsencode(source),)).fetchone()
            return FileResult(source, row[1], tuple(self._get_pages(row[0]))) if row else None

    def _get_pages(self, file: int) -> Iterator[PageResult]:
        query = "SELECT record, error FROM documents WHERE file = ? ORDER BY id"
        with closing(self._base.execute(query, (file,))) as rows:
            for record, error in rows:
                yield PageResult(from_json(record) if record else None, error or "")


LOCK_WAIT = 1.0
"""Seconds for which another run may finish what it is writing."""


def _explain(error: Exception) -> str:
    """Return what went wrong with a store, and how to mend it."""
    text = str(error)
    if "locked" in text:
        return "another run is writing there. Wait until it is done, or name another output."
    if "malformed" in text:
        return "the database is damaged. Delete it, and run again: all is read anew."
    if "not a database" in text:
        return (
            f"this is {text if 'version' in text else 'no database'}; expected a new name or the output of an "
            "earlier run. Name another output."
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else text
    return f"the results cannot be written ({reason}). Check the folder's rights and the disk's space."
