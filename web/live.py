"""WS /v1/live: frames of a camera in, what is settled on the newest of them out."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from web.desks import Desk
from web.orders import FrameOrder
from web.problems import ProblemError, to_document
from web.state import Shared, get_shared
from web.worker import StartError, WorkerGoneError

router = APIRouter()

MOST_BAD = 10
"""Frames in a row that are no pictures before the connection is closed."""

NO_PICTURES, NO_BINARY, TRY_LATER, BROKEN, AWAY = 1007, 1003, 1013, 1011, 1001
"""Close codes of RFC 6455 and its registry: data of another kind, text where frames are expected, no place, a bug, and
a client that has gone silent."""


@dataclass
class Newest:
    """The frame that came last, and was not looked at yet."""

    data: bytes | None = None
    count: int = 0
    """Frames that came, in all."""
    dropped: int = 0
    """Frames that gave way to a newer one."""
    came: float = 0.0
    """When it came, in seconds of time.monotonic()."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, data: bytes) -> None:
        """Take a frame in place of the one before."""
        self.dropped += self.data is not None
        self.data, self.came = data, time.monotonic()
        self.count += 1
        self.arrived.set()

    async def take(self) -> tuple[bytes, int, float]:
        """Wait for a frame. Returns it, its number from 1, and when it came."""
        await self.arrived.wait()
        self.arrived.clear()
        data, self.data = self.data, None
        assert data is not None
        return data, self.count, self.came


class ClosingError(Exception):
    """Ends a connection with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@router.websocket("/v1/live")
async def watch(socket: WebSocket) -> None:
    """Watch a camera for as long as the client stays."""
    shared = get_shared(socket)
    await socket.accept()
    try:
        shared.get_ready()
        async with shared.desks.lend() as desk:
            await _serve(socket, desk, shared)
    except ProblemError as problem:
        await _refuse(socket, TRY_LATER, problem.detail, problem.status)
    except (StartError, WorkerGoneError):
        await _refuse(socket, BROKEN, "The process that watched was ended, perhaps for want of memory.", 500)
    except ClosingError as closing:
        await _refuse(socket, closing.code, closing.reason, 422)
    except WebSocketDisconnect:
        return


async def _refuse(socket: WebSocket, code: int, reason: str, status: int) -> None:
    """Tell why, in a message too: browsers show scripts no more than the code and 123 bytes."""
    with suppress(WebSocketDisconnect, RuntimeError):  # the client has left already
        await socket.send_json(to_document(status, reason))
        await socket.close(code, reason[:120])


async def _serve(socket: WebSocket, desk: Desk, shared: Shared) -> None:
    newest = Newest()
    tasks = [
        asyncio.create_task(_receive(socket, newest, shared)),
        asyncio.create_task(_look(socket, desk, shared, newest)),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        shared.metrics.frames.labels("dropped").inc(newest.dropped)


async def _receive(socket: WebSocket, newest: Newest, shared: Shared) -> None:
    """Take frames until the client leaves. Raises ClosingError for what is none."""
    limits = shared.settings.limits
    while True:
        try:
            async with asyncio.timeout(limits.idle_seconds):
                message = await socket.receive()
        except TimeoutError:
            raise ClosingError(AWAY, f"No frame came for {limits.idle_seconds:g} s.") from None
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        if data is None:
            raise ClosingError(NO_BINARY, "Text came; expected frames as binary messages: JPEG, PNG or WebP.")
        newest.put(data)


async def _look(socket: WebSocket, desk: Desk, shared: Shared, newest: Newest) -> None:
    """Have the newest frame looked at, again and again. Raises ClosingError, WorkerGoneError."""
    began, bad = None, 0
    while True:
        data, number, came = await newest.take()
        is_first, began = began is None, began if began is not None else came
        report = await desk.look(FrameOrder(data, number, came - began, is_first))
        shared.metrics.frames.labels("failed" if report.fault else "read").inc()
        shared.metrics.reading.labels("frame").observe(report.seconds)
        if report.fault:
            bad += 1
            if bad == MOST_BAD:
                raise ClosingError(NO_PICTURES, report.fault.detail)
            answer = {"frame": number, "error": report.fault.detail}
        else:
            bad = 0
            answer = report.record
        age = round((time.monotonic() - came) * 1000, 1)
        await socket.send_json({**answer, "age_ms": age})
