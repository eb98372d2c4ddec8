"""The server: listens, bounds connections in number and time, and finishes what it has begun when it is told to end."""

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from scanner.errors import ExitCode
from web.app import build_app
from web.problems import to_document
from web.settings import Limits, Settings
from web.worker import StartError

BACKLOG = 1024
"""Connections that the system holds until they are taken."""

FULL = json.dumps(to_document(503, "Too many connections are open. Ask again later.")).encode()
"""Said to a connection for which there is no place."""

FULL_HEADER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 10\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(FULL)
)


class Server(uvicorn.Server):
    """Serves one application until it is told to end."""

    def __init__(self, settings: Settings) -> None:
        self.failure: StartError | None = None
        """Why the readers could not start; None where they could."""
        limits = settings.limits
        config = uvicorn.Config(
            build_app(settings, self._fail),
            http=bind_protocol(limits),
            ws="wsproto",
            ws_max_size=limits.max_frame_bytes,
            ws_per_message_deflate=False,  # frames are compressed, and a bomb would be unpacked before it is weighed
            log_config=None,
            access_log=False,  # addresses hold words of the query, and nobody's are kept
            server_header=False,
            timeout_graceful_shutdown=round(limits.farewell_seconds),
        )
        super().__init__(config)

    def _fail(self, error: StartError) -> None:
        self.failure = error
        self.should_exit = True


def run(settings: Settings, say: Callable[[str], None]) -> int:
    """Serve until the program is told to end. say: tells the person. Returns the exit code. Raises OSError."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # each broken request would be a line
    listener = listen(settings.host, settings.port)
    for sentence in describe(settings, listener.getsockname()[1]):
        say(sentence)
    server = Server(settings)
    server.run([listener])
    if server.failure:
        say(str(server.failure))
        return server.failure.exit_code
    return ExitCode.OK


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. port: 0 takes any that is free. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def describe(settings: Settings, port: int) -> list[str]:
    """Return what the person has to know: where the page is, and who may use it."""
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    sentences = [f"http://{name}:{port}/{'?token=TOKEN' if settings.token else ''} is open; Ctrl-C ends it."]
    if not settings.token and not settings.is_local:
        sentences.append(
            f"WARNING: anybody who reaches {settings.host} may use it. Give --token or --token-file, or no --host."
        )
    return sentences


class BoundedProtocol(H11Protocol):
    """HTTP, with a limit on connections and on the time until a request's header is there.

    A connection that has no request is idle. Where there are too many, the one that has been idle longest makes room.
    """

    def __init__(self, limits: Limits, idle: "dict[BoundedProtocol, None]", **how: Any) -> None:
        """idle: the connections without a request, the oldest first; all of a server share it."""
        super().__init__(**how)
        self._limits, self._idle = limits, idle
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, in the place of an idle one where there is no other."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.max_connections:
            if not self._idle:
                transport.write(FULL_HEADER + FULL)
                transport.close()
                return
            next(iter(self._idle)).transport.abort()
        self._wait_for_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the connection go."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Look at what came; when it is a request's header, the connection is idle no more."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Leave the connection to the protocol of WebSockets."""
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        before = self.cycle
        super().on_response_complete()
        if self.cycle is before and not self.transport.is_closing():  # else the next was there already
            self._wait_for_header()

    def _wait_for_header(self) -> None:
        self._stop_waiting()
        self._idle[self] = None
        self._timer = self.loop.call_later(self._limits.header_seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        self._idle.pop(self, None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def bind_protocol(limits: Limits) -> type[H11Protocol]:
    """Return the protocol of one server, whose connections share their limits."""
    idle: dict[BoundedProtocol, None] = {}

    class Bound(BoundedProtocol):
        def __init__(self, **how: Any) -> None:
            super().__init__(limits, idle, **how)

    return Bound
