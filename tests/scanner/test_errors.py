"""Errors carry their exit code and stay on one printable line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import errors
from scanner.errors import DigitlensError, ExitCode, to_printable

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DigitlensError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_stands_in_the_tree_with_its_exit_code(kind: type[DigitlensError]) -> None:
    assert isinstance(kind.exit_code, ExitCode)
    assert kind.exit_code is not ExitCode.OK
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__


@given(st.text(st.characters()))
def test_printable_text_is_one_line_of_unicode(text: str) -> None:
    printable = to_printable(text)
    assert len(printable.splitlines()) <= 1
    assert "\x1b" not in printable
    printable.encode()


@pytest.mark.parametrize("text", ["", "scan 12.png", "Aufnahme-ü.png", "数字.png", "C:\\scans\\a.png", "🙂 .tif"])
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert to_printable(text) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [("a\nb", "a\\nb"), ("a\u2028b", "a\\u2028b"), ("\udcff", "\\xff"), ("\ud800", "\\ud800"), ("\x1b[2J", "\\x1b[2J")],
)
def test_what_breaks_a_line_is_written_out(text: str, printed: str) -> None:
    assert to_printable(text) == printed
    assert str(DigitlensError(text)) == printed
