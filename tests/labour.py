"""What processes do in tests of the workers: a spawned process must be able to import it."""

import os
import time
from pathlib import Path

from scanner.reading import Reading
from scanner.store import FileResult, PageResult
from scanner.workers import Order, Settings

DEADLY = "deadly"
"""A file of this name ends the process that reads it."""

SLOW = "slow"
"""A file of this name is read last of all that were handed out with it."""


def read_bytes(order: Order, settings: Settings) -> FileResult:
    """Read a file as an empty page as wide as the file is long."""
    reading = Reading(order.source, 1, Path(order.source).stat().st_size, 1, ())
    return FileResult(order.source, order.content, (PageResult(reading),))


def read_or_die(order: Order, settings: Settings) -> FileResult:
    """Read a file as read_bytes does, or die."""
    if DEADLY in Path(order.source).name:
        os._exit(9)
    if SLOW in Path(order.source).name:
        time.sleep(0.3)
    return read_bytes(order, settings)
