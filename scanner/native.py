"""What the scanner needs of native libraries: OpenCV that starts, and C code that keeps the terminal clean."""

from model import errors, native
from model.native import silenced_stderr
from scanner.errors import MissingLibraryError

__all__ = ["require_opencv", "silenced_stderr"]


def require_opencv() -> None:
    """Import cv2, so that later imports of it succeed. Raises MissingLibraryError with what to install."""
    try:
        native.require_opencv()
    except errors.MissingLibraryError as error:
        raise MissingLibraryError(str(error)) from error
