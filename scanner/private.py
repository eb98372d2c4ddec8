"""Files that appear whole or not at all, and that their owner alone may read."""

import os
from pathlib import Path

from scanner.errors import OutputError


def write_private(path: Path, data: bytes) -> None:
    """Write a file, in place of one of that name. Raises OutputError."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            file.write(data)
        unfinished.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: the file cannot be written ({error.strerror}). Check the folder's rights and the disk's space."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
