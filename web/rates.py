"""How often a client may ask: a bucket of tokens for each, which fills as time goes by."""

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000
"""Clients that are remembered; the one that was silent longest is forgotten first, and begins with a full bucket."""


class Rates:
    """Token buckets by client."""

    def __init__(self, a_minute: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        """a_minute: requests, 0 for any number. burst: requests that may come at once. clock: in seconds."""
        self._a_second, self._burst, self._clock = a_minute / 60, float(burst), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take a token for a request. Returns 0, or for how many seconds the client has to wait for the next one."""
        if not self._a_second:
            return 0.0
        now = self._clock()
        level, before = self._buckets.pop(client, (self._burst, now))
        level = min(self._burst, level + (now - before) * self._a_second)
        wait = 0.0 if level >= 1 else (1 - level) / self._a_second
        self._buckets[client] = (level - 1 if level >= 1 else level, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait
