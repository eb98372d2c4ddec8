"""Files that arrive in a folder: which of them are complete, each once. The clock and the news come from outside."""

import os
import stat
from dataclasses import dataclass

from scanner.batch import order_naturally

SETTLED = 1.0
"""Seconds for which a file has not changed when it is taken for complete."""

PATIENCE = 10.0
"""The same for files that are empty, or that could not be read: whoever writes them may only be slow."""

Stamp = tuple[int, int, int]
"""A file's size in bytes, its time in nanoseconds, and its number on the disk: they change when it does."""


@dataclass(frozen=True)
class _Waiting:
    """A file that is not known to be complete."""

    stamp: Stamp | None
    """As it was when it was last looked at; None before that."""
    since: float
    """When that was first seen, in seconds."""
    needed: float
    """For how long it has to stay so, in seconds."""


class Arrivals:
    """Files that have arrived and those that are still being written."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._taken: dict[str, Stamp] = {}
        self._tried: dict[str, Stamp] = {}

    @property
    def are_waiting(self) -> bool:
        """Whether some file may soon be complete."""
        return bool(self._waiting)

    def notice(self, path: str, now: float) -> None:
        """Look at a file from now on (seconds): it is new, or has changed, or perhaps not even that."""
        self._waiting.setdefault(path, _Waiting(None, now, SETTLED))

    def take(self, now: float) -> list[str]:
        """Return the files that are complete at this time (seconds), in natural order; each until it changes once."""
        complete = []
        for path, waiting in list(self._waiting.items()):
            stamp = _look_at(path)
            if stamp is None or (waiting.stamp is None and stamp == self._taken.get(path)):
                del self._waiting[path]  # it has vanished, or is as it was
            elif stamp != waiting.stamp:
                self._waiting[path] = _Waiting(stamp, now, SETTLED if stamp[0] else PATIENCE)
            elif now - waiting.since >= waiting.needed:
                del self._waiting[path]
                self._taken[path] = stamp
                complete.append(path)
        return sorted(complete, key=order_naturally)

    def give_back(self, path: str, now: float) -> bool:
        """Tell that a file could not be read; True where it is offered again, after it has lain still for longer.

        A file that is offered a second time without having changed is what it is.
        """
        stamp = self._taken.get(path)
        if stamp is None or stamp == self._tried.get(path):
            return False
        self._tried[path] = stamp
        self._waiting[path] = _Waiting(stamp, now, PATIENCE)
        return True


def _look_at(path: str) -> Stamp | None:
    """Return a file's stamp; None where there is no such file, or no longer."""
    try:
        found = os.stat(path)  # noqa: PTH116  # a name with odd bytes is as good as any
    except (OSError, ValueError):
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino) if stat.S_ISREG(found.st_mode) else None
