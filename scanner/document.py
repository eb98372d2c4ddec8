"""Documents: which pages of a file belong together, when their form has several."""

from collections.abc import Sequence

from scanner.reading import Reading


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
