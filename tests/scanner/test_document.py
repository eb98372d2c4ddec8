"""Pages that belong together have one number."""

from scanner.document import number_documents
from scanner.reading import Reading


def make(template: str, page: int) -> Reading:
    return Reading("x", 1, 9, 9, (), (), (), template, page)


def test_later_pages_of_a_form_go_on_and_all_else_begins() -> None:
    pages = [make("a", 1), make("a", 2), make("a", 1), make("b", 2), None, make("b", 3), make("", 1), make("", 2)]
    assert number_documents(pages) == [1, 1, 2, 3, 4, 5, 6, 7]
    assert number_documents([]) == []
    assert number_documents([None, make("a", 2), make("a", 2)]) == [1, 2, 3]
