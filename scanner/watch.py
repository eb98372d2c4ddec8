"""A folder that is watched: what arrives there is read as soon as it is complete, until somebody ends it.

The system tells what changes (watchdog); now and then the folder is looked through all the same, for network drives
tell little, and a burst may be too much for the system's memory.
"""

import os
import signal
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from scanner.arrivals import Arrivals
from scanner.batch import find_files, is_folder
from scanner.errors import MissingFileError
from scanner.job import find_store, rewrite_table
from scanner.page import SUFFIXES
from scanner.rulebook import describe_rules
from scanner.store import FileResult, Store
from scanner.workers import Order, Readers, Settings, choose_jobs, hash_content, read_file

TICK = 0.2
"""Seconds between two looks at files that are being written."""

ROUND = 60.0
"""Seconds after which the folder is looked through, whatever the system has told."""

SHORT_ROUND = 5.0
"""The same where the system tells nothing."""

WRITING_SHARE = 0.1
"""A table is written anew so seldom that it takes at most this share of the time."""

TELLING = frozenset({"created", "modified", "moved", "closed"})
"""What a file is told of that may be complete soon; reading it is told, too, and means nothing."""

Say = Callable[[str], None]
"""Tells the person a sentence."""


@dataclass(frozen=True)
class Watch:
    """What is watched, and where the results go."""

    folder: str
    """The path as it was given; what lies below it counts, too."""
    settings: Settings
    output: Path | None
    """None: nowhere but to whoever is shown them."""
    jobs: int = 1
    """Processes, at most."""
    accept: float | None = None
    """Lines at least so sure are accepted (0..1); None does not ask."""


def run_watch(watch: Watch, show: Callable[[FileResult], None], say: Say) -> None:
    """Read what is in the folder and not known yet, then what arrives, until KeyboardInterrupt.

    show: is given each file as it is read. say: what the person should know of the watching itself. Raises
    MissingFileError when the folder is not there or goes away, UsageError, OutputError.
    """
    if not is_folder(watch.folder):
        raise MissingFileError(f"{watch.folder}: there is no such folder to watch. Make it, or check the name.")
    with ExitStack() as stack:
        stack.enter_context(_ended_by_sigterm())
        table = stack.enter_context(_Table(watch)) if watch.output else None
        arrivals = Arrivals()
        for files in wait_for_files(watch.folder, arrivals, say):
            orders = table.choose_missing(files) if table else map(Order, files)
            with Readers(watch.settings, choose_jobs(watch.jobs, len(files)), read_file) as readers:
                for result in readers.read(orders):
                    if any(page.error for page in result.pages) and arrivals.give_back(result.source, time.monotonic()):
                        continue
                    show(table.add(result) if table else result)
            if table:
                table.write_if_due()


class _Table:
    """An output that grows."""

    def __init__(self, watch: Watch) -> None:
        assert watch.output, "there is one"
        self._output = watch.output
        self._options = watch.settings.identify()
        self._store = Store(find_store(watch.output), describe_rules(watch.settings.knowledge))
        self._store.describe(watch.accept)
        self._changed = True  # a table that is still to be made
        self._due = 0.0

    def __enter__(self) -> "_Table":
        return self

    def __exit__(self, *_: object) -> None:
        with self._store:
            if self._changed:
                self._write()

    def choose_missing(self, files: Iterable[str]) -> Iterator[Order]:
        """Yield the files that are to be read; those that are known have their rows from now on."""
        for file in files:
            content = hash_content(file)
            if self._store.knows(file, content, self._options):
                self._changed |= self._store.append(file)
            else:
                yield Order(file, content)

    def add(self, result: FileResult) -> FileResult:
        """Keep a file, in place of what was known of it. Returns it with what people typed."""
        self._changed = True
        return self._store.add(result, self._options, is_last=True)

    def write_if_due(self) -> None:
        """Write the table anew, unless that was done a moment ago."""
        if self._changed and time.monotonic() >= self._due:
            self._write()

    def _write(self) -> None:
        start = time.monotonic()
        rewrite_table(self._output, self._store)
        end = time.monotonic()
        self._changed, self._due = False, end + (end - start) / WRITING_SHARE


def wait_for_files(folder: str, arrivals: Arrivals, say: Say) -> Iterator[list[str]]:
    """Yield the files that are complete, those that are there at the start first; an empty list when nothing happens.

    Raises MissingFileError when the folder goes away.
    """
    with _told_of_changes(folder, say) as (news, pause):
        next_round = 0.0
        while True:
            now = time.monotonic()
            if now >= next_round:
                for file in find_files([folder]):
                    if isinstance(file, str):
                        arrivals.notice(file, now)
                next_round = now + pause
            for path in _gather(news, TICK if arrivals.are_waiting else min(1.0, pause)):
                for file in _list_images(folder, path):
                    arrivals.notice(file, time.monotonic())
            if not is_folder(folder):
                raise MissingFileError(f"{folder}: the folder is gone. Check the disk, and start again.")
            yield arrivals.take(time.monotonic())


def _gather(news: "SimpleQueue[str]", longest: float) -> list[str]:
    """Return the paths that were told of, each once; wait for the first for so many seconds at most."""
    paths: dict[str, None] = {}
    try:
        paths[news.get(timeout=longest)] = None
        while True:
            paths[news.get_nowait()] = None
    except Empty:
        return list(paths)


def _list_images(folder: str, path: str) -> Iterator[str]:
    """Yield a file that may be an image, or all of them in a folder that arrived as a whole. path: below the folder."""
    parts = Path(os.path.relpath(path, folder)).parts
    if any(part.startswith(".") for part in parts):
        return
    if is_folder(path) and not Path(path).is_symlink():
        yield from (file for file in find_files([path]) if isinstance(file, str))
    elif Path(path).suffix.lower() in SUFFIXES:
        yield path


@contextmanager
def _told_of_changes(folder: str, say: Say) -> Iterator[tuple["SimpleQueue[str]", float]]:
    """Give what the system tells of, and after how many seconds the folder is to be looked through all the same."""
    news: SimpleQueue[str] = SimpleQueue()
    # folders that are made inside one another at once are told of twice: watchdog says so, and goes on
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
    observer = Observer()
    try:
        observer.schedule(_Listener(folder, news), folder, recursive=True)
        observer.start()
    except OSError as error:  # Linux gives each user so many watches, and no more
        say(f"{folder}: the system tells of no changes ({error.strerror}); looking every {SHORT_ROUND:g} seconds")
        yield news, SHORT_ROUND
        return
    try:
        yield news, ROUND
    finally:
        observer.stop()
        observer.join()


class _Listener(FileSystemEventHandler):
    """Passes on the paths that the system tells of, named as the folder was."""

    def __init__(self, folder: str, news: "SimpleQueue[str]") -> None:
        self._folder, self._real, self._news = folder, os.path.realpath(folder), news

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take a path out of what has happened; some systems tell it from the root, and with links resolved."""
        if event.event_type not in TELLING:
            return
        path = os.fsdecode(event.dest_path if event.event_type == "moved" else event.src_path)
        if event.is_directory and event.event_type == "modified":
            return
        if path:
            found = Path(path)
            inside = os.path.relpath(Path(os.path.realpath(found.parent)) / found.name, self._real)
            self._news.put(str(Path(self._folder) / inside))


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let the signal by which services are ended do what Ctrl-C does: what was read is written."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
