"""Files that appear whole or not at all: the one way in which this project writes a file that somebody keeps."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from scanner.errors import OutputError

PRIVATE = 0o600
"""Rights of what shows what was written on somebody's page: its owner alone may read it."""

SHARED = 0o666
"""Rights of what shows nobody's pages, less what the user's mask takes away."""

NAMED = 60
"""Characters of a file's name in the name of what is not finished: file systems take 255 bytes, and signs take four."""


def write_whole(path: Path, data: bytes, rights: int = PRIVATE) -> None:
    """Write a file, in place of one of that name. Raises OutputError."""
    with open_whole(path, rights=rights) as file:
        file.write(data)


@contextmanager
def open_whole(
    path: Path, encoding: str | None = None, newline: str | None = None, rights: int = PRIVATE
) -> Iterator[IO[Any]]:
    """Give a file to write to that takes the path's place once it is whole and on the disk; a link stays a link.

    encoding: of text; None is for bytes. newline: of text, as `open` has it. Whatever is raised within leaves what was
    there before. Raises OutputError.
    """
    place = Path(os.path.realpath(path))
    unfinished = place.with_name(f".{place.name[:NAMED]}.unfinished")
    try:
        if place.exists() and not place.is_file():
            raise FileExistsError(errno.EEXIST, "a folder or a device has this name")
        unfinished.unlink(missing_ok=True)  # of a run that was killed
        handle = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), rights)
        mine = os.fstat(handle)
        try:
            with open(handle, "wb" if encoding is None else "w", encoding=encoding, newline=newline) as file:  # noqa: PTH123
                yield file
                file.flush()
                os.fsync(handle)  # a name may outlive a power cut that its bytes do not
            if not _is_there(unfinished, mine):
                raise FileExistsError(errno.EEXIST, "another run is writing there")
            unfinished.replace(place)
        finally:
            if _is_there(unfinished, mine):
                unfinished.unlink()
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}). Check the folder's rights and the disk's space."
        ) from error


def _is_there(path: Path, mine: os.stat_result) -> bool:
    """Tell whether a path still leads to the file that was made, and not to that of another run."""
    try:
        return os.path.samestat(path.stat(), mine)
    except OSError:
        return False
