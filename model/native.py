"""Native libraries: what a bare machine may lack, and C code that writes to the terminal on its own."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from model.errors import MissingLibraryError, MissingPackageError

SHARED_LIBRARY = re.compile(r"(lib[\w.+-]*\.so[\d.]*)")
"""How the dynamic linker names what it did not find: "libGL.so.1: cannot open shared object file"."""


def require_opencv() -> None:
    """Import cv2, so that later imports of it succeed. Raises MissingLibraryError with what to install."""
    try:
        with without_interrupt():  # NumPy would call it a broken installation
            import cv2  # noqa: F401
    except ImportError as error:
        raise MissingLibraryError(_explain(error)) from error


def require_tensorflow() -> None:
    """Import TensorFlow. Raises MissingPackageError when it is not installed."""
    try:
        import tensorflow  # noqa: F401
    except ImportError as error:
        raise MissingPackageError(
            f"training and exporting need TensorFlow, which does not load here ({error}). "
            "Install it: pip install 'digitlens[train]'."
        ) from error


@contextmanager
def without_interrupt() -> Iterator[None]:
    """Hold Ctrl-C back: it comes when this is over, and never to processes that are started within."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def silenced_stderr() -> Iterator[None]:
    """Send what C libraries write on file descriptor 2 to nowhere. For the whole process, so keep it short."""
    try:
        kept = os.dup(2)
    except OSError:  # the program was started without a standard error: nothing to silence
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def _explain(error: ImportError) -> str:
    missing = SHARED_LIBRARY.search(str(error))
    if missing:
        return (
            f"OpenCV cannot start: the system library {missing[1]} is not installed. "
            "On Debian or Ubuntu: apt-get install libgl1 libglib2.0-0."
        )
    return f"OpenCV cannot be imported ({error}). Install digitlens again: pip install --force-reinstall digitlens."
