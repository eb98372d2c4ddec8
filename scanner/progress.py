"""A bar on standard error that tells how far a batch is, how fast, and how much of it is doubtful; none in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self

from tqdm import tqdm

from scanner.errors import to_printable
from scanner.job import Summary
from scanner.store import FileResult


class Bar:
    """Counts files. Nothing is shown where standard error is no terminal."""

    def __init__(self, total: int, accept: float | None, stream: IO[str] | None = None) -> None:
        """total: files of the batch. accept: confidence from which lines are accepted. stream: not standard error."""
        self.summary = Summary()
        self._accept = accept
        self._bar = open_bar("file", total, stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def show(self, result: FileResult, is_new: bool) -> None:
        """Count a file. is_new: whether it was read now; what was known before does not count for the rate."""
        self.summary = self.summary.add(result, self._accept)
        if not is_new and not self._bar.disable:  # a bar that is not shown has no count
            self._bar.initial += 1
        self._bar.update()
        self._bar.set_postfix_str(to_postfix(self.summary), refresh=False)

    def say(self, sentence: str) -> None:
        """Write a sentence to standard error, above the bar where it is shown; a batch goes on when nobody listens."""
        if sys.stderr is not None:
            with suppress(OSError):
                self._bar.write(sentence, file=sys.stderr)


def open_bar(unit: str, total: int | None, stream: IO[str] | None) -> "tqdm[Any]":
    """Return a bar that counts units; it is not shown where standard error, or the stream, is no terminal."""
    stream = stream or sys.stderr
    # None is tqdm's word for: only on a terminal; there is no stream at all where standard error is closed
    hidden = True if stream is None else None
    return tqdm(total=total, unit=unit, disable=hidden, file=stream, dynamic_ncols=True)


def to_postfix(summary: Summary) -> str:
    """Return what stands behind the bar: "12 of 340 lines doubtful, 1 failed"."""
    failed = f", {summary.failed} failed" if summary.failed else ""
    return f"{summary.doubtful} of {summary.lines} {summary.unit} doubtful{failed}"


def to_sentence(summary: Summary, accept: float | None) -> str:
    """Return what became of a batch, for its end."""
    sentence = (
        f"{summary.files} files, {summary.failed} failed; {summary.lines} {summary.unit}, {summary.doubtful} with a ?"
    )
    if accept is None:
        return sentence
    review = summary.lines - summary.accepted
    wrong = summary.expected_errors / max(summary.accepted, 1)
    return f"{sentence}; {summary.accepted} accepted at {accept:g} ({wrong:.2%} expected wrong), {review} to review"


def list_troubles(result: FileResult) -> Iterator[str]:
    """Yield what a person should know of a file: why a page could not be read, or may be read badly."""
    for page in result.pages:
        if page.reading is None:
            yield to_printable(page.error)
        else:
            yield from (to_printable(f"{result.source}: {problem}") for problem in page.reading.problems)


def list_details(result: FileResult, is_new: bool = True) -> Iterator[str]:
    """Yield what became of each page that was read. is_new: whether it was read now."""
    for page in result.pages:
        if page.reading is not None:
            reading = page.reading
            count, unit = (len(reading.fields), "fields") if reading.fields else (len(reading.lines), "lines")
            number = f"[{reading.page}]" if reading.page > 1 else ""
            yield to_printable(f"{result.source}{number}: {count} {unit}{'' if is_new else ', known'}")
