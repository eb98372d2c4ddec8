"""What can go wrong between a file and its reading, each with its sentence and its exit code.

DigitlensError
  ScanError (1)             a file cannot be read; the others go on
    MissingFileError        no such file, or a folder that vanished
    ForbiddenFileError      no permission
    EmptyFileError          no bytes
    NoImagesError           a folder without images
    NotAnImageError         bytes that no image format knows
    MissingOpenerError      an image whose opener is not installed
    EncryptedFileError      a PDF that asks for a password
    DamagedImageError       an image that ends too early or contradicts itself
    TooLargeError           more pixels or bytes than the limit
    NoTableError            a page without the ruled table that was asked for
    UnlikeTemplateError     a page that none of the templates fits
    RegionError             a region that lies outside of the page
    ReaderFailedError       the reader itself broke on a page: a bug
  OutputError (1)           a result cannot be written
  UsageError (2)            the command's words are off
    TemplateError           a template that cannot be read, or says what cannot be
  MissingLibraryError (3)   a shared library of the system is not installed
"""

import unicodedata
from enum import IntEnum

UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that break a line or a terminal: control characters, stray bytes, line and paragraph ends."""


class ExitCode(IntEnum):
    """What a command's exit code means."""

    OK = 0
    SOME_FAILED = 1
    BAD_USAGE = 2
    MISSING_LIBRARY = 3
    """A part of the installation is missing: a library of the system, or the trained weights."""
    BROKEN = 4
    """The program itself broke: a bug."""
    INTERRUPTED = 130


class DigitlensError(Exception):
    """One clear sentence: what happened, what was expected, how to mend it. One line, whatever the file's name."""

    exit_code = ExitCode.SOME_FAILED

    def __str__(self) -> str:
        """Return the sentence, printable."""
        return to_printable(super().__str__())


class ScanError(DigitlensError):
    """A file cannot be read."""

    is_final = False
    """Whether the same bytes would fail again: a damaged image does, a file without permission need not."""


class MissingFileError(ScanError):
    """There is no such file or folder."""


class ForbiddenFileError(ScanError):
    """The file or folder may not be opened."""


class EmptyFileError(ScanError):
    """The file has no bytes."""

    is_final = True


class NoImagesError(ScanError):
    """The folder holds no image."""


class NotAnImageError(ScanError):
    """The bytes are no image that is known here."""

    is_final = True


class MissingOpenerError(ScanError):
    """The package that opens this kind of file is not installed."""


class EncryptedFileError(ScanError):
    """The file is locked with a password."""

    is_final = True


class DamagedImageError(ScanError):
    """The image is cut short or broken."""

    is_final = True


class TooLargeError(ScanError):
    """The image has more pixels, or the file more bytes, than the limit allows."""


class NoTableError(ScanError):
    """The page holds no ruled table, and one was asked for."""

    is_final = True


class UnlikeTemplateError(ScanError):
    """The page is no filled form of any of the templates."""

    is_final = True


class RegionError(ScanError):
    """A region that was asked for lies outside of the page."""

    is_final = True


class ReaderFailedError(ScanError):
    """The page was opened, and the reader broke on it: a bug here, told so that the other pages go on."""


class OutputError(DigitlensError):
    """A result cannot be written: the disk is full, the folder is gone."""


class UsageError(DigitlensError):
    """The command was called with words that do not fit."""

    exit_code = ExitCode.BAD_USAGE


class TemplateError(UsageError):
    """A template cannot be read, or says what cannot be."""


class MissingLibraryError(DigitlensError):
    """A shared library that OpenCV needs is not installed."""

    exit_code = ExitCode.MISSING_LIBRARY


def to_printable(text: str) -> str:
    r"""Return the text on one line that every terminal takes: a line end becomes \n, a byte that is no UTF-8 \xff."""
    return "".join(_escape(sign) if unicodedata.category(sign) in UNPRINTABLE else sign for sign in text)


def _escape(sign: str) -> str:
    if "\udc80" <= sign <= "\udcff":  # how Python keeps a byte of a file name that is no UTF-8 (PEP 383)
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape").decode()
