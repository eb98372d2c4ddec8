"""The tables of a database of results."""

from collections.abc import Sequence

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
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    read TEXT                   -- what the reader had read, where a person has looked since
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
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    read TEXT                   -- what text the reader had read, where a person has looked since
);
CREATE INDEX fields_by_document ON fields (document);
CREATE TABLE corrections (
    content TEXT NOT NULL,      -- SHA-256 of the file's bytes
    page INTEGER NOT NULL,      -- from 1
    field TEXT NOT NULL,        -- the name of the field of a form; empty where it is a string of a page
    page_width INTEGER NOT NULL, page_height INTEGER NOT NULL,  -- pixels in which the box was measured
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    read TEXT NOT NULL,         -- what the reader had read, with marks
    text TEXT NOT NULL          -- what a person typed, with marks; empty where there are no digits
);
CREATE INDEX corrections_by_content ON corrections (content);
CREATE TABLE settings (name TEXT PRIMARY KEY, value);
CREATE VIEW results AS  -- the files of the run that was finished last
    SELECT source AS file, page, number AS line, text, marked, confidence,
        CASE
            WHEN lines.read = marked THEN 'confirmed'
            WHEN lines.read IS NOT NULL THEN 'corrected'
            WHEN value IS NULL OR lines.id IS NULL AND error IS NULL THEN ''
            WHEN EXISTS (
                SELECT 1 FROM fields
                WHERE fields.document = documents.id AND fields.line = lines.number AND NOT fields.valid
            ) THEN 'review'
            WHEN confidence >= value AND text NOT LIKE '%?%' THEN 'accepted'
            ELSE 'review'
        END AS status,
        lines.x, lines.y, lines.width, lines.height, coalesce(lines.read, '') AS read, coalesce(error, '') AS error
    FROM files
    JOIN documents ON documents.file = files.id
    LEFT JOIN lines ON lines.document = documents.id
    LEFT JOIN settings ON settings.name = 'accept'
    WHERE files.place IS NOT NULL
    ORDER BY files.place, documents.id, lines.id;
"""


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
        WHEN max(error) IS NOT NULL OR count(fields.id) = 0 OR
            NOT min(read IS NOT NULL OR settings.value IS NULL OR
                valid AND confidence >= settings.value AND text NOT LIKE '%?%')
            THEN CASE WHEN settings.value IS NULL OR count(fields.id) = 0 AND max(error) IS NULL
                THEN '' ELSE 'review' END
        WHEN max(read IS NOT NULL AND read <> text) THEN 'corrected'
        WHEN max(read IS NOT NULL) THEN 'confirmed'
        WHEN settings.value IS NULL THEN ''
        ELSE 'accepted'
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
