"""What a bare machine may lack: OpenCV's shared libraries, and TensorFlow for training."""

from model.errors import MissingLibraryError, MissingPackageError


def require_opencv() -> None:
    """Import OpenCV. Raises MissingLibraryError when the system lacks a shared library that it needs."""
    try:
        import cv2  # noqa: F401
    except ImportError as error:
        if "shared object" not in str(error):
            raise
        raise MissingLibraryError(
            f"OpenCV does not start ({error}). It needs libGL and glib: on Debian and Ubuntu, "
            "apt-get install libgl1 libglib2.0-0."
        ) from error


def require_tensorflow() -> None:
    """Import TensorFlow. Raises MissingPackageError when it is not installed."""
    try:
        import tensorflow  # noqa: F401
    except ImportError as error:
        raise MissingPackageError(
            f"training and exporting need TensorFlow, which does not load here ({error}). "
            "Install it: pip install 'digitlens[train]'."
        ) from error
