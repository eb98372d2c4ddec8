"""Batches: which files are meant, and one outcome for each of their pages."""

import codecs
import glob
import os
import re
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import (
    EmptyFileError,
    ForbiddenFileError,
    MissingFileError,
    NoImagesError,
    ReaderFailedError,
    ScanError,
    TooLargeError,
    UsageError,
)
from scanner.opening import Opening
from scanner.page import MAX_BYTES, SUFFIXES, Page, decode_pages, open_pages
from scanner.reading import Reading

STDIN = "-"
"""The path that means standard input."""


@dataclass(frozen=True)
class Scanned:
    """A page that was read."""

    page: Page | None
    """None where it was read in another process: pictures stay there."""
    reading: Reading


@dataclass(frozen=True)
class Failed:
    """A file, a page or a folder that could not be read."""

    source: str
    """The path as it was given."""
    error: ScanError
    """Says why, in one sentence."""


Outcome = Scanned | Failed


def find_files(paths: Iterable[str], skip: Collection[Path] = ()) -> list[str | Failed]:
    """Return the files that are meant, in the order given; folders are walked in natural order.

    paths: files, folders or "-". skip: folders that are left out of walks, those that results are written to.
    A folder that holds no image, or cannot be listed, stands in the list as what failed. Raises UsageError when results
    would be written into a folder that is itself walked: the next run would read them as pages.
    """
    found: list[str | Failed] = []
    skipped = {folder.resolve() for folder in skip}
    for path in paths:
        if not path:
            found.append(Failed(path, MissingFileError("an empty name was given; expected a file or a folder.")))
        elif path != STDIN and is_folder(path):
            found.extend(_walk_whole(path, skipped))
        elif glob.has_magic(path) and not os.path.lexists(path):
            found.extend(_expand(path))
        else:
            found.append(path)
    return found


def read_list(source: str) -> list[str]:
    """Return the paths that a file names, one a line; "-" is standard input. Raises UsageError."""
    try:
        data = sys.stdin.buffer.read() if source == STDIN and sys.stdin else Path(source).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{source}: the list cannot be read ({error.strerror}). Give a text file with one path a line."
        ) from error
    names = [os.fsdecode(line) for line in data.removeprefix(codecs.BOM_UTF8).splitlines() if line.strip()]
    if not names:
        raise UsageError(f"{source}: the list names no file. Give a text file with one path a line.")
    return names


def _expand(pattern: str) -> Iterator[str | Failed]:
    """Yield the files that fit a pattern that no shell has expanded, in natural order."""
    names = sorted(glob.glob(pattern, recursive=True), key=order_naturally)  # noqa: PTH207  # pathlib's takes no roots
    yield from (name for name in names if not is_folder(name))
    if not names:
        yield Failed(
            pattern, MissingFileError(f"{pattern}: no file fits this pattern. Check the folder and the pattern.")
        )


def is_folder(path: str) -> bool:
    """Tell whether the path is a folder; one that may not be looked at is none."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False


def scan(
    files: Iterable[str | Failed], read: Callable[[Page], Reading], opening: Opening = Opening()
) -> Iterator[Outcome]:
    """Read the files one after the other and yield one outcome per page, as soon as it is there.

    A file or page that fails yields what failed, and the others go on.
    """
    for file in files:
        if isinstance(file, Failed):
            yield file
            continue
        try:
            for page in _read_stdin(opening) if file == STDIN else open_pages(file, opening):
                yield scan_page(page, read)
        except ScanError as error:
            yield Failed(file, error)


def order_naturally(name: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Return a sort key by which "page 9" comes before "page 10", whatever the case of letters."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    keys = [(False, int(part), "") if part[0] in "0123456789" else (True, 0, part) for part in parts]
    return keys, name


def scan_page(page: Page, read: Callable[[Page], Reading]) -> Outcome:
    """Read a page. Never raises: what is wrong with the page, or with the reader, is its outcome."""
    try:
        return Scanned(page, read(page))
    except ScanError as error:  # no form of the template
        return Failed(page.source, error)
    except MemoryError:
        return Failed(
            page.source, TooLargeError(f"{page.source}: no memory to read page {page.number}; scan it smaller.")
        )
    except Exception as error:  # a bug in the reader, whatever it is, must not cost the pages that follow
        place = traceback.extract_tb(error.__traceback__)[-1]
        sentence = (
            f"{page.source}: the reader broke on page {page.number} ({error!r} at {Path(place.filename).name}:"
            f"{place.lineno}). The image is whole; please report this, with the image."
        )
        return Failed(page.source, ReaderFailedError(sentence))


def _read_stdin(opening: Opening) -> Iterator[Page]:
    if sys.stdin is None:
        raise EmptyFileError(f"{STDIN}: standard input is closed; expected the bytes of an image.")
    if sys.stdin.isatty():
        raise MissingFileError(f"{STDIN}: standard input is a terminal; expected an image: digits-scan - < page.png")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"{STDIN}: expected at most {MAX_BYTES / 1e6:.0f} MB on standard input. Save it smaller.")
    return decode_pages(data, STDIN, opening)


def _walk_whole(folder: str, skip: Set[Path]) -> Iterator[str | Failed]:
    """Yield the images of a folder, or what failed when there are none. Raises UsageError when it is to be skipped."""
    if Path(folder).resolve() in skip:
        raise UsageError(f"{folder}: results would land among the pages that are read; name another folder for them.")
    empty = True
    for found in _walk(folder, skip):
        empty = False
        yield found
    if empty:
        kinds = ", ".join(sorted(SUFFIXES))
        yield Failed(folder, NoImagesError(f"{folder}: no image in this folder; expected files named {kinds}."))


def _walk(folder: str, skip: Set[Path]) -> Iterator[str | Failed]:
    """Yield the images below a folder, hidden ones left out. Links to folders are not followed: they can lead back."""
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: order_naturally(entry.name))
    except FileNotFoundError:
        yield Failed(folder, MissingFileError(f"{folder}: the folder is gone. Check the name and the disk."))
        return
    except OSError as error:
        reason = error.strerror or error
        yield Failed(
            folder,
            ForbiddenFileError(f"{folder}: the folder cannot be listed ({reason}). Check its rights (chmod +rx)."),
        )
        return
    for entry in ordered:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not skip or Path(entry.path).resolve() not in skip:
                yield from _walk(entry.path, skip)
        elif Path(entry.name).suffix.lower() in SUFFIXES:
            yield entry.path
