"""The clipboard of the desktop."""

from scanner.errors import DigitlensError
from scanner.reading import Reading


class ClipboardError(DigitlensError):
    """There is no clipboard that can be reached."""


def copy_strings(reading: Reading) -> int:
    """Copy a reading's strings, one a line, or its fields with their names; returns how many. Raises ClipboardError."""
    import pyperclip  # imported here: it looks for its helpers, which takes a moment

    rows = [f"{field.name}: {field.value}" for field in reading.fields] or [line.text for line in reading.lines]
    try:
        pyperclip.copy("\n".join(rows))
    except (pyperclip.PyperclipException, OSError) as error:
        raise ClipboardError(
            "Nothing is copied: no clipboard program is here. Install xclip, xsel or wl-clipboard."
        ) from error
    return len(rows)
