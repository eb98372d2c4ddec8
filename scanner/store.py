"""What a batch has read so far, in an SQLite file: a run that is killed goes on there, and people review it.

One transaction holds all of a file's pages, so that a file is there whole or not at all, whenever the run is killed.
"""

import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from scanner import corrections
from scanner.corrections import Correction, find_line, lay_over
from scanner.document import number_documents
from scanner.errors import OutputError, to_printable
from scanner.field_corrections import find_field, lay_over_fields
from scanner.reading import Reading, from_json
from scanner.rows import insert, insert_page
from scanner.rulebook import Rulebook
from scanner.rulebook import from_json as rules_from_json
from scanner.schema import SCHEMA, VERSION, make_forms_view


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

    def __init__(self, path: Path, rulebook: Rulebook | None = None) -> None:
        """path: made when it is not there, readable by its owner only. Raises OutputError.

        rulebook: what the run knows of its fields; None takes what the last run knew.
        """
        self.path = path
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            with ExitStack() as stack:
                self._base = stack.enter_context(
                    closing(sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None))
                )
                self._prepare()
                self.rulebook = self._get_rulebook() if rulebook is None else rulebook
                """What is known of the fields."""
                # a first run that is killed leaves its rules to whoever reviews it
                self._base.execute("INSERT OR IGNORE INTO settings VALUES ('rules', ?)", (self.rulebook.to_json(),))
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
            identity = f"INSERT INTO settings VALUES ('identity', '{uuid.uuid4()}');"
            self._base.executescript(f"BEGIN; {SCHEMA} {identity} PRAGMA user_version = {VERSION}; COMMIT")

    def _get_rulebook(self) -> Rulebook:
        row = self._base.execute("SELECT value FROM settings WHERE name = 'rules'").fetchone()
        return rules_from_json(row[0]) if row else Rulebook()

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

    def add(self, result: FileResult, options: str, is_anew: bool = False, is_last: bool = False) -> FileResult:
        """Keep what became of a file, in place of what was known of it. Returns it with what people typed laid over.

        options: what else decides the reading. What another try may mend is kept, but not as read. is_anew: drop what
        people typed. is_last: show it in the view `results`, as the last.
        """
        with self._guarded(is_write=True):
            if is_anew:
                corrections.forget(self._base, result.content)
            self._base.execute("DELETE FROM files WHERE name = ?", (os.fsencode(result.source),))
            names = (os.fsencode(result.source), to_printable(result.source))
            content = result.content if result.is_final else ""
            file = insert(self._base, "files", "name, source, content, options", (*names, content, options))
            if is_last:
                self._base.execute(PUT_LAST, (os.fsencode(result.source),))
            return replace(result, pages=self._add_pages(file, result.content, result.pages))

    def _add_pages(self, file: int, content: str, pages: Sequence[PageResult]) -> tuple[PageResult, ...]:
        """Keep the pages of a file with what people typed for it, and return them so."""
        typed = corrections.fetch(self._base, content) if content else []
        kept = []
        for page, form in zip(pages, number_documents([page.reading for page in pages]), strict=True):
            if page.reading:
                here = [correction for correction in typed if correction.page == page.reading.page]
                page = replace(page, reading=self._lay_over(page.reading, here)) if here else page
            insert_page(self._base, file, page.reading, page.error, form)
            kept.append(page)
        return tuple(kept)

    def _lay_over(self, reading: Reading, typed: Sequence[Correction]) -> Reading:
        return lay_over_fields(reading, typed, self.rulebook) if reading.fields else lay_over(reading, typed)

    def correct(self, typed: Sequence[Correction]) -> list[Correction]:
        """Keep what people typed and lay it over the readings, all or nothing. Returns those whose string is gone."""
        gone = []
        with self._guarded(is_write=True):
            for content, group in groupby(sorted(typed, key=attrgetter("content")), attrgetter("content")):
                query = "SELECT id FROM files WHERE content = ?"
                files = {row[0]: tuple(self._get_pages(row[0])) for row in self._base.execute(query, (content,))}
                readings = [page.reading for pages in files.values() for page in pages if page.reading]
                for each in group:
                    if any(reading.page == each.page and _is_there(reading, each) for reading in readings):
                        corrections.keep(self._base, each)
                    else:
                        gone.append(each)
                for file, pages in files.items():
                    self._base.execute("DELETE FROM documents WHERE file = ?", (file,))
                    self._add_pages(file, content, pages)
        return gone

    def finish(self, sources: Sequence[str], accept: float | None) -> None:
        """Keep what a run that is done was about, for the views.

        sources: its files, in their order. accept: the confidence from which strings are accepted (0..1), or None.
        """
        with self._guarded(is_write=True):
            self._base.execute("UPDATE files SET place = NULL")
            places = ((place, os.fsencode(source)) for place, source in enumerate(sources, 1))
            self._base.executemany("UPDATE files SET place = ? WHERE name = ?", places)
            self._describe(accept)

    def describe(self, accept: float | None) -> None:
        """Keep what a run that goes on is about, for the views: `results`, and `forms` where there are fields."""
        with self._guarded(is_write=True):
            self._describe(accept)

    def _describe(self, accept: float | None) -> None:
        settings = {"accept": accept, "rules": self.rulebook.to_json()}
        self._base.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", settings.items())
        self._base.execute("DROP VIEW IF EXISTS forms")
        if self.rulebook.fields:
            self._base.execute(make_forms_view(self.rulebook.fields))

    def append(self, source: str) -> bool:
        """Count a file to those that the view `results` shows, as the last; True where it was not among them."""
        with self._guarded(is_write=True):
            return self._base.execute(PUT_LAST, (os.fsencode(source),)).rowcount > 0

    def get_setting(self, name: str) -> Any:
        """Return "identity", a text that no other store has, or "accept", as the last run said; None where none did."""
        with self._guarded():
            row = self._base.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def list_sources(self) -> list[str]:
        """Return the files of the run that was finished last, in their order; all where none was finished yet."""
        with self._guarded():
            query = "SELECT name, place FROM files ORDER BY place, id"
            rows = self._base.execute(query).fetchall()
        finished = any(place is not None for _, place in rows)
        return [os.fsdecode(name) for name, place in rows if place is not None or not finished]

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


PUT_LAST = "UPDATE files SET place = (SELECT coalesce(max(place), 0) + 1 FROM files) WHERE name = ? AND place IS NULL"

LOCK_WAIT = 1.0
"""Seconds for which another run may finish what it is writing."""


def _is_there(reading: Reading, correction: Correction) -> bool:
    """Tell whether a page has what a correction is about."""
    if reading.fields:
        return find_field(reading, correction) is not None
    return find_line(reading, correction) is not None


def _explain(error: Exception) -> str:
    """Return what went wrong with a store, and how to mend it."""
    # the system's own sentence: its text names the path, in which any word may stand
    text = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    if "locked" in text:
        return "another run is writing there. Wait until it is done, or name another output."
    if "malformed" in text:
        return "the database is damaged. Delete it, and run again: all is read anew."
    if "not a database" in text:
        return (
            f"this is {text if 'version' in text else 'no database'}; expected a new name or the output of an "
            "earlier run. Name another output."
        )
    return f"the results cannot be written ({text}). Check the folder's rights and the disk's space."
