"""Readers: who is free gets the next order, a few orders wait, and what comes on top is refused at once."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from web.orders import Order, Ready, Report
from web.problems import ProblemError
from web.settings import Settings
from web.worker import StartError, Worker, WorkerGoneError

T = TypeVar("T")

LOG = logging.getLogger(__name__)

STARTING = "The reader is starting. Ask again in a few seconds."
BUSY = "All readers are busy, and others wait already. Ask again in a second."


class Readers(Protocol):
    """What the server asks of those who read."""

    waiting: int
    """Orders that wait for a reader."""
    busy: int
    """Readers that read."""

    def refuse_if_full(self) -> None:
        """Raise ProblemError when nobody is there, or too many wait: best asked before an upload is taken."""
        ...

    async def open(self) -> Ready:
        """Begin. Raises StartError."""
        ...

    async def close(self) -> None:
        """End."""
        ...

    async def ask(self, order: Order) -> Report:
        """Have an order carried out. Raises ProblemError when there is no time for it; cancelled, the work ends."""
        ...


class Pool:
    """Some processes that read, each one order at a time."""

    def __init__(self, settings: Settings, size: int, start: Callable[[Settings], Worker] = Worker) -> None:
        """size: how many processes. start: begins one; called in a thread."""
        self._settings, self._size, self._start = settings, size, start
        self._limits = settings.limits
        self._most_waiting = self._limits.waiting * size
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._threads = ThreadPoolExecutor(2 * size + 1, "reader")
        self._settling: set[asyncio.Task[None]] = set()
        self._is_open, self._closed = False, False
        self.waiting = 0
        """Orders that wait for a reader."""
        self.busy = 0
        """Readers that read."""

    async def open(self) -> Ready:
        """Start all processes. Raises StartError."""
        return (await asyncio.gather(*(self._hire() for _ in range(self._size))))[0]

    async def ask(self, order: Order) -> Report:
        """Have an order carried out.

        Raises ProblemError when nobody is there, when too many wait, and when it takes too long. Cancelled, an order
        that waits is forgotten, and one that is read gets a moment to finish before its process is ended.
        """
        self.refuse_if_full()
        worker = await self._wait_for_free()
        answer = self._call(worker.ask, order)
        try:
            report = await asyncio.wait_for(asyncio.shield(answer), self._limits.work_seconds)
        except TimeoutError:
            self._settle(worker, answer, 0.0)
            seconds = f"{self._limits.work_seconds:g}"
            raise ProblemError(503, f"This took longer than {seconds} s. Send fewer pages, or smaller ones.") from None
        except WorkerGoneError:
            self._settle(worker, answer, 0.0)
            raise ProblemError(
                500, "The process that read it was ended, perhaps for want of memory. Send it smaller, or alone."
            ) from None
        except asyncio.CancelledError:
            self._settle(worker, answer, self._limits.grace_seconds)
            raise
        self._release(worker)
        return report

    def refuse_if_full(self) -> None:
        """Raise ProblemError when nobody is there, or too many wait."""
        if not self._is_open:
            raise ProblemError(503, STARTING)
        if self._free.empty() and self.waiting >= self._most_waiting:
            raise ProblemError(429, BUSY)

    async def close(self) -> None:
        """End all processes. What is under way is ended, too: the server has waited for it."""
        self._closed = True
        for task in self._settling:
            task.cancel()
        await asyncio.gather(*(self._call(worker.end) for worker in list(self._workers)))
        self._workers.clear()
        self._threads.shutdown(wait=False)

    async def _wait_for_free(self) -> Worker:
        while True:
            self.waiting += 1
            try:
                worker = await self._free.get()
            finally:
                self.waiting -= 1
            self.busy += 1
            if worker.is_alive:
                return worker
            self._settle(worker, None, 0.0)  # it ended while it had nothing to do

    def _call(self, function: Callable[..., T], *arguments: object) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    async def _hire(self) -> Ready:
        worker = await self._call(self._begin)
        try:
            ready = await self._call(worker.wait)
        except WorkerGoneError:
            self._workers.discard(worker)
            raise StartError("A reader's process ended while it started, perhaps for want of memory.", 1) from None
        self._is_open = True
        self._free.put_nowait(worker)
        return ready

    def _begin(self) -> Worker:
        """Start a process. In a thread: whoever waits may be cancelled, and still it must end with the others."""
        worker = self._start(self._settings)
        self._workers.add(worker)
        if self._closed:
            worker.end()
        return worker

    def _release(self, worker: Worker) -> None:
        self.busy -= 1
        self._free.put_nowait(worker)

    def _settle(self, worker: Worker, answer: "asyncio.Future[Report] | None", grace: float) -> None:
        task = asyncio.create_task(self._replace(worker, answer, grace))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def _replace(self, worker: Worker, answer: "asyncio.Future[Report] | None", grace: float) -> None:
        """Give a reader whose order nobody wants any more a moment to end; then put another in its place."""
        if answer is not None:
            done, _ = await asyncio.wait([answer], timeout=grace)
            if done and answer.exception() is None:
                self._release(worker)
                return
        await self._call(worker.end)
        if answer is not None:
            await asyncio.wait([answer])
            answer.exception()  # it was heard: the process is gone
        self._workers.discard(worker)
        self.busy -= 1
        while not self._closed:
            try:
                await self._hire()
            except StartError as error:
                LOG.error("%s Trying again.", error)
                await asyncio.sleep(self._limits.gap_seconds)
            else:
                return
