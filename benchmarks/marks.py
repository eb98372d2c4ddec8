"""Places of a page of docs that a command fills: what stands between <!-- name --> and <!-- /name -->."""

from collections.abc import Mapping
from pathlib import Path

from model.errors import DataError
from scanner.whole import SHARED, write_whole


def fill_marks(page: Path, words: Mapping[str, str]) -> None:
    """Put words between the marks of their names. Raises DataError where the page lacks one, and OSError."""
    text = page.read_text(encoding="utf-8")
    for name, these in words.items():
        opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, begin, rest = text.partition(opening)
        _, end, after = rest.partition(closing)
        if not begin or not end:
            raise DataError(f"{page}: has no {opening} with {closing} after it. Put both where the table is to stand.")
        text = f"{before}{opening}\n{these}\n{closing}{after}"
    write_whole(page, text.encode(), SHARED)
