"""One reader: a process of its own, which can be asked, and ended when it takes too long."""

from contextlib import closing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import cast

from model.native import without_interrupt
from web.orders import Order, Ready, Report
from web.settings import Settings

BASE_MEMORY = 1_000_000_000
"""Bytes that a process may take beside what pages take: it has 160 million when it is ready."""

PIXEL_MEMORY = 50
"""Bytes that it may take for each pixel of the largest page: reading takes some 13."""


class WorkerGoneError(Exception):
    """The process ended: it was told to, or memory ran out."""


class StartError(Exception):
    """The process cannot begin: weights or a template cannot be used. The sentence says why."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence, exit_code)  # both, so that it can be sent from process to process
        self.exit_code = exit_code

    def __str__(self) -> str:
        """Return the sentence."""
        return str(self.args[0])


class Worker:
    """A reader's process, seen from the server's. All that blocks here is called in threads."""

    def __init__(self, settings: Settings) -> None:
        # a forked child would inherit the server's sockets and threads as they stand
        context = get_context("spawn")
        self._connection, other = context.Pipe()
        self._process = context.Process(target=serve, args=(other, settings), name="reader", daemon=True)
        with without_interrupt():  # Ctrl-C is the server's to hear; from its start on, the process leaves it to that
            self._process.start()
        other.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.is_alive()

    def wait(self) -> Ready:
        """Wait until it is ready. Raises StartError, WorkerGoneError."""
        answer = self._receive()
        if isinstance(answer, StartError):
            raise answer
        assert isinstance(answer, Ready)
        return answer

    def ask(self, order: Order) -> Report:
        """Have an order carried out, and wait. Raises WorkerGoneError where the process ends meanwhile."""
        try:
            self._connection.send(order)
        except OSError as error:
            raise WorkerGoneError from error
        answer = self._receive()
        assert isinstance(answer, Report)
        return answer

    def end(self) -> None:
        """End the process now, whatever it does. Who waits for its answer hears that it is gone."""
        self._process.kill()
        self._process.join()

    def _receive(self) -> object:
        try:
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerGoneError from error


def bound_memory(max_pixels: int) -> None:
    """Let this process take no more than pages of so many pixels need: what wants more fails, and not the machine."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = BASE_MEMORY + PIXEL_MEMORY * max_pixels
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def serve(connection: "Connection[object, object]", settings: Settings) -> None:
    """Carry out orders until the server leaves. This is all that the process does."""
    # imported here: the server's own process needs neither OpenCV nor the networks
    from model.errors import ModelError
    from scanner.errors import DigitlensError
    from scanner.native import require_opencv

    try:
        require_opencv()
        from scanner.workers import settle_down
        from web.clerk import Clerk

        settle_down()
        bound_memory(settings.limits.max_pixels)
        clerk = Clerk(settings)
        ready = clerk.warm()
    except (ModelError, DigitlensError) as error:
        with suppress(OSError):  # the server has left
            connection.send(StartError(str(error), error.exit_code))
        return
    with closing(clerk), suppress(EOFError, OSError):
        connection.send(ready)
        while True:
            connection.send(clerk.carry_out(cast(Order, connection.recv())))
