"""What the routes share: made once for each server, kept in the application's state."""

from dataclasses import dataclass, field
from typing import cast

from starlette.requests import HTTPConnection

from web.desks import Desks
from web.metrics import Metrics
from web.orders import Ready
from web.pool import STARTING, Readers
from web.problems import ProblemError
from web.settings import Settings
from web.upload import Intake


@dataclass
class Shared:
    """One server's parts."""

    settings: Settings
    readers: Readers
    desks: Desks
    intake: Intake
    metrics: Metrics = field(default_factory=Metrics)
    ready: Ready | None = None
    """What the readers told when they were ready; None before."""

    def __post_init__(self) -> None:
        """Let the counters show what is known elsewhere."""
        self.metrics.waiting.set_function(lambda: self.readers.waiting)
        self.metrics.busy.set_function(lambda: self.readers.busy)
        self.metrics.cameras.set_function(lambda: self.desks.taken)
        self.metrics.held.set_function(lambda: self.intake.memory.held)

    def get_ready(self) -> Ready:
        """Return what the readers told. Raises ProblemError while they start."""
        if self.ready is None:
            raise ProblemError(503, STARTING)
        return self.ready


def get_shared(connection: HTTPConnection) -> Shared:
    """Return what the routes share."""
    return cast(Shared, connection.app.state.shared)
