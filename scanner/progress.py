"""A bar on standard error that tells how far a batch is, how fast, and how much of it is doubtful; none in a pipe."""

from types import TracebackType
from typing import IO, Self

from tqdm import tqdm

from scanner.job import Summary
from scanner.store import FileResult


class Bar:
    """Counts files. Nothing is shown where standard error is no terminal."""

    def __init__(self, total: int, accept: float | None, stream: IO[str] | None = None) -> None:
        """total: files of the batch. accept: confidence from which lines are accepted. stream: not standard error."""
        self.summary = Summary()
        self._accept = accept
        # disable=None is tqdm's word for: only on a terminal
        self._bar = tqdm(total=total, unit="file", disable=None, file=stream, dynamic_ncols=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def show(self, result: FileResult, is_new: bool) -> None:
        """Count a file. is_new: whether it was read now; what was known before does not count for the rate."""
        self.summary = self.summary.add(result, self._accept)
        if not is_new:
            self._bar.initial += 1
        self._bar.update()
        self._bar.set_postfix_str(to_postfix(self.summary), refresh=False)


def to_postfix(summary: Summary) -> str:
    """Return what stands behind the bar: "12 of 340 lines doubtful, 1 failed"."""
    failed = f", {summary.failed} failed" if summary.failed else ""
    return f"{summary.doubtful} of {summary.lines} lines doubtful{failed}"


def to_sentence(summary: Summary, accept: float | None) -> str:
    """Return what became of a batch, for its end."""
    sentence = f"{summary.files} files, {summary.failed} failed; {summary.lines} lines, {summary.doubtful} with a ?"
    if accept is None:
        return sentence
    review = summary.lines - summary.accepted
    wrong = summary.expected_errors / max(summary.accepted, 1)
    return f"{sentence}; {summary.accepted} accepted at {accept:g} ({wrong:.2%} expected wrong), {review} to review"
