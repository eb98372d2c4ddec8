"""Readings as lines of JSON, one for each change."""

from collections.abc import Callable
from typing import TextIO

from realtime.frame import Frame
from realtime.rate import Rate
from realtime.seen import Seen
from realtime.snapshot import to_line
from realtime.wishes import Wishes
from scanner.reading import Reading


class Headless:
    """Writes a line of JSON when what is read differs from before: a still scene is told once."""

    def __init__(self, stream: TextIO, wishes: Wishes = Wishes(), say: Callable[[str], None] | None = None) -> None:
        """stream: takes the lines, such as sys.stdout. wishes: stay as they are. say: tells people of a lost camera."""
        self._stream = stream
        self._wishes = wishes
        self._say = say
        self._told: object = None
        self._is_lost = False

    def show(self, frame: Frame, seen: Seen, rate: Rate) -> Wishes:
        """Write the line, if any, and flush it: who listens gets it now. Raises BrokenPipeError when nobody does."""
        if bool(frame.trouble) is not self._is_lost:
            self._is_lost = bool(frame.trouble)
            if self._say:
                self._say(frame.trouble or f"{frame.source}: pictures come again.")
        told = list_strings(seen.reading), (frame.source, frame.page) if frame.still else None
        if told != self._told and not frame.trouble:
            self._told = told
            self._stream.write(to_line(frame, seen.reading) + "\n")
            self._stream.flush()
        return self._wishes


def list_strings(reading: Reading) -> list[tuple[str, ...]]:
    """Return what a reading says, wherever it stands and however sure it is.

    Strings side by side may change their order when a page trembles: they are sorted.
    """
    fields = [(field.name, field.text, field.reason) for field in reading.fields]
    return [*fields, *sorted((line.text,) for line in reading.lines)]
