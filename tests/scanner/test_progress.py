"""The bar, and what is said at the end."""

import io
import sys

import pytest

from scanner.job import Summary
from scanner.progress import Bar, list_troubles, to_postfix, to_sentence
from scanner.reading import Reading
from scanner.store import FileResult, PageResult
from tests.scanner.test_tables import make_line, make_result


class Terminal(io.StringIO):
    """A stream that shows bars."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_no_bar_and_known_files_count_too() -> None:
    stream = io.StringIO()
    with Bar(2, None, stream) as bar:
        bar.show(make_result("a.png"), False)
        bar.show(make_result("b.png"), True)
    assert stream.getvalue() == ""
    assert bar.summary.files == 2


def test_a_terminal_gets_a_bar_with_the_doubt() -> None:
    stream = Terminal()
    with Bar(2, None, stream) as bar:
        bar.show(make_result("a.png", make_line("1?")), False)
        bar.show(make_result("b.png", make_line("12")), True)
    assert "2/2" in stream.getvalue()
    assert "1 of 2 lines doubtful" in stream.getvalue()


def test_a_closed_standard_error_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Bar(1, None) as bar:
        bar.show(make_result("a.png"), False)
        bar.say("a sentence")


def test_the_end_tells_what_was_asked() -> None:
    summary = Summary(files=5, failed=1, lines=10, accepted=8, doubtful=1, expected_errors=0.04)
    assert to_sentence(summary, None) == "5 files, 1 failed; 10 lines, 1 with a ?"
    assert to_sentence(summary, 0.99).endswith("; 8 accepted at 0.99 (0.50% expected wrong), 2 to review")
    assert to_postfix(summary) == "1 of 10 lines doubtful, 1 failed"


def test_troubles_are_named() -> None:
    reading = Reading("a\n.tif", 1, 5, 5, (), ("too dark.",))
    result = FileResult("a\n.tif", "x", (PageResult(reading), PageResult(None, "a.tif: damaged.")))
    assert list(list_troubles(result)) == ["a\\n.tif: too dark.", "a.tif: damaged."]
