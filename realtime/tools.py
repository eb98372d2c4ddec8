"""What the window's keys make beside pictures on the screen: snapshots, films, copied strings, corrected digits.

Each returns the sentence that the window shows; what fails costs a sentence, too, and the camera goes on.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from realtime.clipboard import copy_strings
from realtime.film import SUFFIX
from realtime.frame import Frame
from realtime.glyphs import GlyphKeeper
from realtime.record import Recorder
from realtime.snapshot import name_file, write_snapshot
from scanner.errors import DigitlensError
from scanner.reading import Digit, Reading


class Tools:
    """Hands for the window."""

    def __init__(self, folder: Path, keeper: GlyphKeeper, is_plain: bool = False) -> None:
        """folder: where snapshots and films go. is_plain: films show nothing of what was read."""
        self._folder = folder
        self._keeper = keeper
        self._is_plain = is_plain
        self._stack = ExitStack()
        self._recorder: Recorder | None = None
        self._since: float | None = None
        self._said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the film that is being recorded."""
        self._stack.__exit__(kind, error, trace)

    def start_film(self, path: Path) -> str:
        """Record what comes from now on. Raises UsageError for a name that is no film's."""
        self._recorder = self._stack.enter_context(Recorder(path, self._is_plain, self._say))
        self._since = None
        return f"recording {path}"

    def toggle_film(self) -> str:
        """Begin to record, or finish the film."""
        return self._explained(self._finish_film if self._recorder else self._begin_film)

    def add(self, frame: Frame, reading: Reading) -> float | None:
        """Record a frame where a film is being recorded; returns its seconds so far. Raises OutputError."""
        if self._recorder is None:
            return None
        self._recorder.add(frame, reading)
        self._since = frame.time if self._since is None else self._since
        return frame.time - self._since

    def snap(self, frame: Frame, reading: Reading) -> str:
        """Write a snapshot."""
        return self._explained(lambda: f"{write_snapshot(self._folder, frame, reading)} and its .json are written")

    def copy(self, reading: Reading) -> str:
        """Copy the strings."""
        return self._explained(lambda: f"{copy_strings(reading)} copied")

    def correct(self, frame: Frame, digit: Digit, label: int | None) -> str:
        """Keep a digit with what it is: 0 to 9, or None where it is none."""
        said = "no digit" if label is None else str(label)
        return self._explained(lambda: f"kept as {said}: {self._keeper.keep(frame.image, digit.box, label)}")

    def _begin_film(self) -> str:
        return self.start_film(name_file(self._folder, SUFFIX))

    def _finish_film(self) -> str:
        assert self._recorder is not None
        path, self._recorder = self._recorder.path, None
        said, self._said = self._said, ""
        self._stack.close()
        return f"{path} is written. {said}".strip()

    def _say(self, sentence: str) -> None:
        self._said = sentence

    def _explained(self, do: Callable[[], str]) -> str:
        try:
            return do()
        except DigitlensError as error:
            return str(error)
