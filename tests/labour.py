"""What processes do in tests of the workers: a spawned process must be able to import it."""

import os
import time
from pathlib import Path

from scanner.reading import Reading
from scanner.store import FileResult, PageResult
from scanner.workers import Settings, hash_content

DEADLY = "deadly"
"""A file of this name ends the process that reads it."""

SLOW = "slow"
"""A file of this name is read last of all that were handed out with it."""


def read_bytes(source: str, settings: Settings) -> FileResult:
    """Read a file as an empty page as wide as the file is long."""
    return FileResult(
        source, hash_content(source), (PageResult(Reading(source, 1, Path(source).stat().st_size, 1, ())),)
    )


def read_or_die(source: str, settings: Settings) -> FileResult:
    """Read a file as read_bytes does, or die."""
    if DEADLY in Path(source).name:
        os._exit(9)
    if SLOW in Path(source).name:
        time.sleep(0.3)
    return read_bytes(source, settings)
