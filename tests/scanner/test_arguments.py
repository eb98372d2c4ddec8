"""Words that do not fit are told in one sentence, before anything heavy is imported or read."""

import re

import pytest

from scanner.arguments import EPILOG, parse_words
from scanner.errors import ExitCode


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing to read"),
        (["--format", "xml", "a.png"], "invalid choice: 'xml'"),
        (["a.png", "--unknown"], "unrecognized arguments: --unknown"),
        (["--annotate"], "expected one argument"),
        (["a.png", "--jobs", "0"], "expected a whole number from 1 to"),
        (["a.png", "--accept", "2", "--output", "o.csv"], "expected a number from 0 to 1"),
        (["a.png", "--accept", "0.9"], "name it with --output FILE"),
        (["a.png", "--force"], "name it with --output FILE"),
        (["a.png", "--output", "o.csv", "--marks"], "leave out --output"),
        (["a.png", "--output", "o.csv", "--format", "text"], "leave out --output"),
        (["-", "--list", "-"], "leave out one -"),
        (["a.png", "--table", "--output", "o.csv"], "--table prints tables"),
        (["a.png", "--table", "--template", "a.toml"], "--table finds its cells by itself"),
        (["a.png", "--watch", "in"], "--watch reads one folder"),
        (["--watch", "in", "--force", "--output", "o.csv"], "--watch goes without --force"),
        (["a.png", "--template", "a.toml", "--length", "3"], "go without a template"),
        (["a.png", "--template", "a.toml", "--region", "1,2,3,4"], "go without a template"),
        (["a.png", "--debug", "d", "--length", "3"], "leave out --debug"),
        (["a.png", "--region", "1,2,3"], "expected x,y,width,height in pixels"),
        (["a.png", "--region", "1,2,0,4"], "expected x,y,width,height in pixels"),
        (["a.png", "--region", "1,2,4,000"], "expected x,y,width,height in pixels"),
        (["a.png", "--region", "my name=1,2,3,4"], "or NAME=x,y,width,height"),
        (["a.png", "--length", "0"], "expected a number from 1 to 100"),
        (["a.png", "--length", "6-4"], "expected a number from 1 to 100, or two"),
        (["a.png", "--pattern", "[0"], "this is no regular expression"),
    ],
)
def test_words_that_do_not_fit(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse_words(words)
    assert caught.value.code == ExitCode.BAD_USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_region_may_have_a_name() -> None:
    words = ["a.png", "--region", "total=1,2,30,4", "--region", "5,6,7,80"]
    assert parse_words(words).region == [("total", 1, 2, 30, 4), ("", 5, 6, 7, 80)]


def test_help_has_a_table_of_the_exit_codes() -> None:
    assert [int(code) for code in re.findall(r"^  (\d+) ", EPILOG, re.MULTILINE)] == list(ExitCode)
