"""The server: listens, bounds connections in number and time, and ends when it is told to, with what it has begun."""

import logging
import sys

import uvicorn

from web.app import build_app
from web.settings import Settings
from web.worker import StartError


def run(settings: Settings) -> int:
    """Serve until the program is told to end. Returns its exit code."""
    failures: list[StartError] = []

    def fail(error: StartError) -> None:
        failures.append(error)
        server.should_exit = True

    config = uvicorn.Config(
        build_app(settings, fail),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws="wsproto",
        http="h11",
        ws_max_size=settings.limits.max_frame_bytes,
        timeout_graceful_shutdown=int(settings.limits.farewell_seconds),
        server_header=False,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0
