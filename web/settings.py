"""What the person chose for the server, and its limits. It imports nothing heavy, so that --help can read it."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from scanner.arguments import count_cores
from scanner.opening import RESOLUTION

PORT = 8000

MAX_MEGABYTES = 32
"""Of one upload, at most: a photo of 50 megapixels has 20."""

MAX_MEGAPIXELS = 60
"""Of one page, at most: telephones take 50, an A4 page at 600 dpi has 35. A page of so many takes 0.9 GB
while it is read."""

CAMERAS = 4
"""Cameras that are watched at once, if nobody says otherwise: each has a process of its own."""

RATE = 600
"""Requests of one client in a minute, if nobody says otherwise: 10 a second, more than a page that reads along while
someone draws."""


@dataclass(frozen=True)
class Limits:
    """What the server takes, and how long it waits. Beyond that it says no with a problem document."""

    max_bytes: int = MAX_MEGABYTES * 1_000_000
    """Of a request's body."""
    max_pixels: int = MAX_MEGAPIXELS * 1_000_000
    """Of a page, told by its header before anything is decoded."""
    max_files: int = 20
    """In one request."""
    max_pages: int = 20
    """Pages that are read for one request; the others of a long document are asked for with `first`."""
    max_glyphs: int = 256
    """Glyphs in one request."""
    max_frame_bytes: int = 4_000_000
    """Of a camera's frame."""
    max_frame_pixels: int = 8_300_000
    """Of a camera's frame: those of 4K."""
    max_memory: int = 256_000_000
    """Bytes of all bodies that are held at once, whoever sent them."""
    max_connections: int = 512
    """Connections that are open at once; half of what Linux lets a process open."""
    waiting: int = 1
    """Requests that may wait, for each reader. Who comes last waits for the one under way, and is read then; where the
    machine is full, both take longer than alone."""
    rate: int = RATE
    """Requests of one client in a minute; 0 for any number."""
    burst: int = 60
    """Requests of one client that may come at once."""
    header_seconds: float = 10.0
    """For which a connection may be open until its request's header is there."""
    body_seconds: float = 60.0
    """For which a body may take to come."""
    gap_seconds: float = 10.0
    """For which a body may pause while it comes."""
    idle_seconds: float = 120.0
    """For which a camera may send no frame: browsers pause them in tabs that nobody sees."""
    work_seconds: float = 60.0
    """For which a request is read, at most; then its process is ended."""
    grace_seconds: float = 1.0
    """What a reading gets to end by itself when nobody waits for it any more: to end its process costs as much."""
    farewell_seconds: float = 30.0
    """What requests under way get to finish when the server is told to stop."""


@dataclass(frozen=True)
class Settings:
    """Made once in `__main__`, and handed down."""

    host: str = "127.0.0.1"
    """The address that is listened on."""
    port: int = PORT
    """0 takes any that is free."""
    token: str = ""
    """What clients have to know; empty lets everybody in."""
    names: tuple[str, ...] = ()
    """Names under which the server may be called, beside localhost and addresses."""
    templates: Path | None = None
    """Folder with the templates of forms; None where there are none."""
    weights: Path | None = None
    """Folder of the weights; None takes the package's."""
    resolution: int = RESOLUTION
    """Dots per inch at which the pages of a PDF are drawn."""
    jobs: int = field(default_factory=count_cores)
    """Processes that read uploads."""
    cameras: int = CAMERAS
    """How many are watched at once, each by a process of its own."""
    limits: Limits = Limits()

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
