"""Readers in several processes: files in, what became of them out, in the same order and with few of them in memory."""

import hashlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Self

import cv2

from model import __version__
from model.classifier import Classifier, read_card
from model.native import without_interrupt
from model.rows import read_row_card
from scanner.batch import Failed, Outcome, Scanned, scan
from scanner.errors import ReaderFailedError, ScanError
from scanner.knowledge import Knowledge
from scanner.opening import Opening
from scanner.page import MAX_BYTES, Page
from scanner.pipeline import Options
from scanner.reader import choose_reader
from scanner.reading import Reading
from scanner.store import FileResult, PageResult

READER = 10
"""Raised whenever the same page may read otherwise with the same weights: what is known is then read again."""

AHEAD = 3
"""Files that are handed out before they are asked for, for each process: none waits, and memory stays flat."""

WORTH_IT = 4
"""Files for each process from which on processes are worth their start, of about half a second."""


@dataclass(frozen=True)
class Settings:
    """All that decides how a file is read; made once, and the same in every process."""

    options: Options = Options()
    opening: Opening = Opening()
    weights: Path | None = None
    """Folder of the weights; None takes the package's."""
    knowledge: Knowledge = Knowledge()
    """What is known of the pages beforehand."""

    def identify(self) -> str:
        """Return a short text that changes with whatever may change a reading."""
        weights = f"{read_card(self.weights).weights_sha256} {read_row_card(self.weights).weights_sha256}"
        text = f"{__version__} {READER} {weights} {self.options} {self.opening} {self.knowledge.identify()}"
        return hashlib.sha256(text.encode()).hexdigest()


def hash_content(source: str) -> str:
    """Return the SHA-256 of a file's bytes; empty where they cannot be read, or will not be: a pipe has no end."""
    path = Path(source)
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # ValueError: a name with a zero byte; the reader says what is wrong with it
        return ""


@dataclass(frozen=True)
class Order:
    """A file that is to be read."""

    source: str
    """The path as it was given."""
    content: str = ""
    """SHA-256 of its bytes as `hash_content` gives it; empty where nobody asks, or nobody could tell."""


Work = Callable[[Order, Settings], FileResult]
"""What is done with each file; a function of a module, for it goes to other processes."""


def read_file(order: Order, settings: Settings) -> FileResult:
    """Read all pages of a file. Never raises for what is wrong with the file."""
    outcomes = scan([order.source], _load_reader(settings), settings.opening)
    return FileResult(order.source, order.content, tuple(to_page_result(outcome) for outcome in outcomes))


def to_page_result(outcome: Scanned | Failed) -> PageResult:
    """Return an outcome without its picture."""
    if isinstance(outcome, Failed):
        return PageResult(None, str(outcome.error), outcome.error.is_final)
    return PageResult(outcome.reading)


def scan_in_parallel(files: Sequence[str | Failed], settings: Settings, jobs: int) -> Iterator[Outcome]:
    """Yield one outcome per page, in order, as `scanner.batch.scan` does, from several processes."""
    with Readers(settings, jobs, read_file) as readers:
        results = readers.read(Order(file) for file in files if isinstance(file, str))
        for file in files:
            if isinstance(file, Failed):
                yield file
            else:
                yield from (to_outcome(file, page) for page in next(results).pages)


def to_outcome(source: str, page: PageResult) -> Outcome:
    """Return what became of a page of a file that was read in any process."""
    return Scanned(None, page.reading) if page.reading else Failed(source, ScanError(page.error))


class Readers:
    """Processes that read files. With one job everything is read in this process."""

    def __init__(self, settings: Settings, jobs: int, work: Work) -> None:
        """jobs: processes, at least 1."""
        self.settings, self.jobs, self._work = settings, jobs, work
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind and self._pool:  # Ctrl-C, a full disk: nobody waits for what was handed out
            for process in list(self._pool._processes.values()):
                process.terminate()
        self._close()

    def read(self, orders: Iterable[Order]) -> Iterator[FileResult]:
        """Yield what became of each file, in their order. A file on which a process dies costs no other."""
        if self.jobs == 1:
            yield from (self._work(order, self.settings) for order in orders)
            return
        waiting: deque[tuple[Order, Future[FileResult]]] = deque()
        for order in orders:
            waiting.append((order, self._hand_out(order)))
            if len(waiting) > AHEAD * self.jobs:
                yield self._take(waiting)
        while waiting:
            yield self._take(waiting)

    def _hand_out(self, order: Order) -> "Future[FileResult]":
        self._pool = self._pool or _start(self.jobs)
        try:
            with without_interrupt():  # a process that starts here cannot yet leave it to its parent
                return self._pool.submit(self._work, order, self.settings)
        except BrokenProcessPool as error:  # it broke before; whoever takes the result starts anew
            future: Future[FileResult] = Future()
            future.set_exception(error)
            return future

    def _take(self, waiting: "deque[tuple[Order, Future[FileResult]]]") -> FileResult:
        """Return the next result. When a process has died, all that was handed out is lost, and handed out again."""
        order, future = waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            self._close()
            result = self._read_apart(order)
            for place, (other, _) in enumerate(waiting):
                waiting[place] = (other, self._hand_out(other))
            return result

    def _read_apart(self, order: Order) -> FileResult:
        """Read a file in a process of its own: it may be the one that kills."""
        with Readers(self.settings, 1, self._work) as alone:
            try:
                return alone._hand_out(order).result()
            except BrokenProcessPool:
                error = ReaderFailedError(
                    f"{order.source}: the process that read it was ended, perhaps for want of memory. "
                    "Try it alone, with --jobs 1, or scan it smaller."
                )
                return FileResult(order.source, order.content, (PageResult(None, str(error), is_final=False),))

    def _close(self) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def choose_jobs(wanted: int, files: int) -> int:
    """Return how many processes read so many files: as wanted, or fewer where more would only cost their start."""
    return max(1, min(wanted, files // WORTH_IT))


def _start(jobs: int) -> ProcessPoolExecutor:
    # a forked child would inherit OpenCV's threads as they stand, locks and all
    return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=settle_down)


def settle_down() -> None:
    """Keep a process to its core, let the parent answer Ctrl-C, and end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()  # a parent that was killed says no goodbye
        os._exit(1)


@lru_cache(maxsize=1)
def _load_classifier(weights: Path | None) -> Classifier:
    """Load the network once in each process."""
    return Classifier(weights)


@lru_cache(maxsize=1)
def _load_reader(settings: Settings) -> Callable[[Page], Reading]:
    """Make ready once in each process what reads pages."""
    return choose_reader(_load_classifier(settings.weights), settings.options, settings.knowledge)
