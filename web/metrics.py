"""What the server counts, for Prometheus: nothing of what was uploaded, and nothing of who did."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Upper ends of the histograms' buckets."""

OTHER = "other"
"""Stands for every address that is none of the server's: else, each that somebody tries would be a new series."""

METHODS = frozenset({"GET", "HEAD", "POST"})


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "digitlens_requests", "Requests that were answered", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "digitlens_request_seconds",
            "From a request's header to its answer's end",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.reading = Histogram(
            "digitlens_reading_seconds", "What reading alone took", ("kind",), buckets=SECONDS, registry=self.registry
        )
        self.pages = Counter("digitlens_pages", "Pages that were read, or failed", ("outcome",), registry=self.registry)
        self.broken_off = Counter("digitlens_broken_off", "Requests whose client left", registry=self.registry)
        self.frames = Counter("digitlens_frames", "Frames of cameras", ("outcome",), registry=self.registry)
        self.waiting = Gauge("digitlens_waiting", "Orders that wait for a reader", registry=self.registry)
        self.busy = Gauge("digitlens_busy_readers", "Readers that read", registry=self.registry)
        self.cameras = Gauge("digitlens_cameras", "Clients with a camera", registry=self.registry)
        self.held = Gauge("digitlens_held_bytes", "Bytes of uploads in memory", registry=self.registry)

    def write(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self.registry)


class Counted:
    """Counts what goes through an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = getattr(scope.get("route"), "path", OTHER)
            method = scope["method"] if scope["method"] in METHODS else OTHER
            self._metrics.requests.labels(route, method, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)
