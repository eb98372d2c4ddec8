"""What can go wrong between a file and its reading, each with its sentence and its exit code.

    ScanError (1)           a file cannot be read; the others go on
      MissingFileError      no such file, or a folder that vanished
      ForbiddenFileError    no permission
      EmptyFileError        no bytes
      NotAnImageError       bytes that no image format knows
      DamagedImageError     an image that ends too early or contradicts itself
      TooLargeError         more pixels than the limit
    UsageError (2)          the command's words are off
    MissingLibraryError (3) a shared library of the system is not installed
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code means."""

    OK = 0
    SOME_FAILED = 1
    BAD_USAGE = 2
    MISSING_LIBRARY = 3
    INTERRUPTED = 130


class DigitlensError(Exception):
    """One clear sentence: what happened, what was expected, how to mend it."""

    exit_code = ExitCode.SOME_FAILED


class ScanError(DigitlensError):
    """A file cannot be read."""


class MissingFileError(ScanError):
    """There is no such file."""


class ForbiddenFileError(ScanError):
    """The file may not be opened."""


class EmptyFileError(ScanError):
    """The file has no bytes."""


class NotAnImageError(ScanError):
    """The bytes are no image that is known here."""


class DamagedImageError(ScanError):
    """The image is cut short or broken."""


class TooLargeError(ScanError):
    """The image has more pixels than the limit allows."""


class UsageError(DigitlensError):
    """The command was called with words that do not fit."""

    exit_code = ExitCode.BAD_USAGE


class MissingLibraryError(DigitlensError):
    """A shared library that OpenCV needs is not installed."""

    exit_code = ExitCode.MISSING_LIBRARY
