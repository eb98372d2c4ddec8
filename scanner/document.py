"""Documents: which pages of a file belong together, when their form has several."""

from collections.abc import Sequence

from scanner.reading import Reading

FIELDS_SCHEMA = """
CREATE TABLE fields (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    number INTEGER NOT NULL,    -- in its template, from 1
    name TEXT NOT NULL,
    text TEXT NOT NULL,         -- digits and ?; empty where the field is
    value TEXT NOT NULL,        -- what they mean: 12.50, 2026-07-31
    confidence REAL NOT NULL,   -- 0..1
    valid INTEGER NOT NULL,     -- 1 where all is read, and obeys the template
    reason TEXT NOT NULL,       -- why it is not valid
    line INTEGER,               -- number of the line that holds its digits
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL
);
CREATE INDEX fields_by_document ON fields (document);
"""
"""The fields of forms, in a store."""


def number_documents(pages: Sequence[Reading | None]) -> list[int]:
    """Return for each page of a file to which document it belongs, from 1.

    A page goes on with a document when it is a later page of the same form; all others begin one. None: a page that
    could not be read.
    """
    numbers: list[int] = []
    before: Reading | None = None
    for page in pages:
        goes_on = (
            page is not None
            and before is not None
            and page.template == before.template != ""
            and page.template_page > before.template_page
        )
        numbers.append(numbers[-1] if goes_on else (numbers[-1] + 1 if numbers else 1))
        before = page
    return numbers


def make_forms_view(fields: Sequence[str]) -> str:
    """Return the SQL of a view with a row for each form of a store, and a column for each of these fields.

    fields: names that a template allows: letters, digits and _.
    """
    columns = "".join(
        f",\n    max(CASE WHEN fields.name = '{name}' THEN fields.value END) AS \"{name}\"" for name in fields
    )
    return f"""CREATE VIEW forms AS
SELECT source AS file, min(documents.page) AS page, max(documents.template) AS template{columns},
    CASE
        WHEN settings.value IS NULL OR count(fields.id) = 0 AND max(error) IS NULL THEN ''
        WHEN min(valid AND confidence >= settings.value AND text NOT LIKE '%?%') THEN 'accepted'
        ELSE 'review'
    END AS status,
    coalesce(group_concat(CASE WHEN NOT valid THEN fields.name || ': ' || reason END, '; '), '') AS doubts,
    coalesce(max(error), '') AS error
FROM files
JOIN documents ON documents.file = files.id
LEFT JOIN fields ON fields.document = documents.id
LEFT JOIN settings ON settings.name = 'accept'
WHERE files.place IS NOT NULL
GROUP BY files.id, documents.form
ORDER BY files.place, documents.form
"""
