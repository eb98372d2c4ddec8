"""The bar, and what is said at the end."""

import io
import sys

import pytest

from scanner.job import Summary
from scanner.page import Box
from scanner.progress import Bar, list_details, list_troubles, to_postfix, to_sentence
from scanner.reading import Field, Reading
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


def test_a_batch_goes_on_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(_: str) -> int:
        raise BrokenPipeError

    stream = io.StringIO()
    monkeypatch.setattr(stream, "write", break_off)
    monkeypatch.setattr(sys, "stderr", stream)
    with Bar(1, None, io.StringIO()) as bar:
        bar.say("a sentence")
        bar.show(make_result("a.png"), True)
    assert bar.summary.files == 1


def test_the_end_tells_what_was_asked() -> None:
    summary = Summary(files=5, failed=1, lines=10, accepted=8, doubtful=1, expected_errors=0.04)
    assert to_sentence(summary, None) == "5 files, 1 failed; 10 lines, 1 with a ?"
    assert to_sentence(summary, 0.99).endswith("; 8 accepted at 0.99 (0.50% expected wrong), 2 to review")
    assert to_postfix(summary) == "1 of 10 lines doubtful, 1 failed"


def test_troubles_are_named() -> None:
    reading = Reading("a\n.tif", 1, 5, 5, (), ("too dark.",))
    result = FileResult("a\n.tif", "x", (PageResult(reading), PageResult(None, "a.tif: damaged.")))
    assert list(list_troubles(result)) == ["a\\n.tif: too dark.", "a.tif: damaged."]


def test_what_was_done_is_told_page_by_page() -> None:
    pages = [PageResult(Reading("a\n.tif", number, 5, 5, (make_line("12"),) * number)) for number in (1, 2)]
    result = FileResult("a\n.tif", "x", (*pages, PageResult(None, "a.tif: damaged.")))
    assert list(list_details(result)) == ["a\\n.tif: 1 lines", "a\\n.tif[2]: 2 lines"]
    field = Field("a", "12", "12", 0.9, Box(0, 0, 5, 5))
    form = FileResult("b.png", "x", (PageResult(Reading("b.png", 1, 5, 5, (), (), (field,))),))
    assert list(list_details(form, is_new=False)) == ["b.png: 1 fields, known"]
