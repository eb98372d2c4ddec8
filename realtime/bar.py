"""A bar on standard error that tells how far a film is; none in a pipe."""

from types import TracebackType
from typing import IO, Self

from realtime.frame import Frame
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.progress import open_bar


class FilmBar:
    """Counts a film's frames. Nothing is shown where standard error is no terminal."""

    def __init__(self, limit: int | None = None, stream: IO[str] | None = None) -> None:
        """limit: frames that are read at most. stream: not standard error."""
        self._limit = limit
        self._bar = open_bar("frame", None, stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Count the frame."""
        if self._bar.total is None and frame.total and not self._bar.disable:
            self._bar.total = min(frame.total, self._limit or frame.total)
        self._bar.update()
        return Wishes()
