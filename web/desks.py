"""Who watches cameras: a process for each client, one kept ready for the next."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from web.orders import FrameOrder, Report
from web.problems import ProblemError
from web.settings import Settings
from web.worker import Worker

FULL = (
    "All places for cameras are taken. Try again when somebody has left, or start the server with a larger --cameras."
)


class Desk:
    """One client's process."""

    def __init__(self, worker: Worker, threads: ThreadPoolExecutor) -> None:
        self.worker, self._threads = worker, threads
        self._answer: asyncio.Future[Report] | None = None

    async def look(self, order: FrameOrder) -> Report:
        """Have a frame looked at. Raises WorkerGoneError."""
        self._answer = asyncio.get_running_loop().run_in_executor(self._threads, self.worker.ask, order)
        return await asyncio.shield(self._answer)

    async def settle(self, grace: float) -> bool:
        """Wait for an answer that nobody wants any more. Returns whether the process can go on with another client."""
        if self._answer is None:
            return self.worker.is_alive
        done, _ = await asyncio.wait([self._answer], timeout=grace)
        return bool(done) and self._answer.exception() is None

    async def end(self) -> None:
        """End the process now."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self.worker.end)
        if self._answer is not None:
            await asyncio.wait([self._answer])
            self._answer.exception()  # it was heard: the process is gone


class Desks:
    """Lends processes to clients with a camera."""

    def __init__(self, settings: Settings, start: Callable[[Settings], Worker] = Worker) -> None:
        """start: begins a process; called in a thread."""
        self._settings, self._start = settings, start
        self._threads = ThreadPoolExecutor(3 * settings.cameras + 1, "camera")
        self._spare: asyncio.Task[Desk] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self.taken = 0
        """How many are lent."""

    def open(self) -> None:
        """Begin to make one ready."""
        if self._settings.cameras and self._spare is None:
            self._spare = asyncio.create_task(self._make())

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Desk]:
        """Lend a process for as long as a client stays. Raises ProblemError when all are taken; StartError."""
        if self.taken >= self._settings.cameras:
            raise ProblemError(429, FULL)
        self.taken += 1
        spare, self._spare = self._spare, None
        task = spare or asyncio.create_task(self._make())
        try:
            yield await asyncio.shield(task)
        finally:
            leaving = asyncio.create_task(self._take_back(task))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def _take_back(self, task: "asyncio.Task[Desk]") -> None:
        """Keep a process for the next client, if no other is kept and it is done with the last; else end it."""
        try:
            await asyncio.wait([task])
            if task.exception() is not None:
                return
            desk = task.result()
            if await desk.settle(self._settings.limits.grace_seconds) and self._spare is None:
                self._spare = task
            else:
                await desk.end()
        finally:
            self.taken -= 1

    async def _make(self) -> Desk:
        loop = asyncio.get_running_loop()
        worker = await loop.run_in_executor(self._threads, self._start, self._settings)
        await loop.run_in_executor(self._threads, worker.wait)
        return Desk(worker, self._threads)

    async def close(self) -> None:
        """End all processes; clients have left by now."""
        await asyncio.gather(*self._leaving, return_exceptions=True)
        if self._spare is not None:
            await asyncio.wait([self._spare])
            if self._spare.exception() is None:
                await self._spare.result().end()
        self._threads.shutdown(wait=False)
