"""Servers for tests: one without processes, to be asked in this one, and a real one on a free port."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2 as httpx
from starlette.testclient import TestClient

from web.app import build_routes
from web.clerk import Clerk
from web.desks import Desks
from web.gate import Gate
from web.metrics import Counted
from web.orders import Order, Ready, Report
from web.pool import Pool
from web.server import Server, listen
from web.settings import Limits, Settings
from web.state import Shared
from web.upload import Intake
from web.worker import StartError, WorkerGoneError

TEMPLATES = Path(__file__).parents[1] / "samples" / "forms"

SETTINGS = Settings(jobs=1, cameras=1, templates=TEMPLATES, limits=Limits(rate=0))

PATIENCE = 120.0
"""Seconds for which tests wait for what must come."""


class InlineWorker:
    """A reader in this process, in the thread of whoever asks."""

    def __init__(self, settings: Settings) -> None:
        self.clerk = Clerk(settings)
        self.is_alive = True

    def wait(self) -> Ready:
        return self.clerk.warm()

    def ask(self, order: Order) -> Report:
        return self.clerk.carry_out(order)

    def end(self) -> None:
        self.is_alive = False
        self.clerk.close()


class StuckWorker:
    """A reader that answers when it is told to, or never."""

    def __init__(self, settings: Settings) -> None:
        self.asked: list[Order] = []
        self.answer: Future[Report] = Future()
        self.is_alive = True

    def wait(self) -> Ready:
        return Ready((), (".png",))

    def ask(self, order: Order) -> Report:
        self.answer = Future()
        self.asked.append(order)
        return self.answer.result(PATIENCE)

    def end(self) -> None:
        self.is_alive = False
        if not self.answer.done():
            self.answer.set_exception(WorkerGoneError())


def make_shared(settings: Settings, worker: type = InlineWorker) -> Shared:
    """Return the parts of a server whose readers are of this kind."""
    return Shared(settings, Pool(settings, settings.jobs, worker), Desks(settings, worker), Intake(settings.limits))


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.01)


@contextmanager
def open_client(settings: Settings, worker: type = InlineWorker) -> Iterator[TestClient]:
    """Serve in this process, without a network, behind the same gate."""
    failures: list[StartError] = []
    shared = make_shared(settings, worker)
    app = Gate(Counted(build_routes(shared, failures.append), shared.metrics), settings)
    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        wait_until(lambda: shared.ready or failures, "the readers start")
        assert not failures
        client.app_state["shared"] = shared
        yield client


@contextmanager
def open_server(settings: Settings) -> Iterator[str]:
    """Serve with real processes on a free port of this machine. Yields the address."""
    listener = listen("127.0.0.1", 0)
    server = Server(replace(settings, port=listener.getsockname()[1]))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def is_ready() -> bool:
        try:
            return httpx.get(f"{base}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(is_ready, "the server is ready")
        yield base
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def measure_memory() -> int:
    """Return the bytes that this process and those it has started hold; 0 where the system does not tell."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:  # it has ended
            continue
        if said.get("PPid", "").strip() == str(Path("/proc/self").resolve().name) and "VmRSS" in said:
            total += int(said["VmRSS"].split()[0]) * 1024
    return total
