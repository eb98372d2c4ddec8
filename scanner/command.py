"""What `digits-scan` does with its words: which command they mean, and what is said where it fails."""

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from model.errors import ModelError
from scanner.arguments import NAME
from scanner.errors import DigitlensError, ExitCode

COMMANDS = {"review": "scanner.review_command", "template": "scanner.template_command"}
"""First words that are a command, and who knows the words that follow. A file of such a name is read as ./review."""

READING = "scanner.scan_command"
"""Who knows all other words."""

VERBOSE = frozenset({"-v", "--verbose"})
"""Words that ask for a traceback where this program breaks."""


def run(words: Sequence[str]) -> int:
    """Do what the words say. Returns the exit code."""
    try:
        _make_streams_tolerant()
        command = COMMANDS.get(words[0]) if words else None
        if command:
            return int(import_module(command).run(list(words[1:]), _say))
        return int(import_module(READING).run(list(words), _say))
    except DigitlensError as error:
        _say(str(error))
        return error.exit_code
    except ModelError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough
        return ExitCode.OK
    except Exception as error:  # a fault of this program, whatever it is: it gets its sentence and its code here, too
        if VERBOSE.intersection(words):
            _say(traceback.format_exc())
        place = traceback.extract_tb(error.__traceback__)[-1]
        _say(
            f"this program broke ({error!r} at {Path(place.filename).name}:{place.lineno}). Please report it, with "
            "what --verbose prints; what was read into an output is kept."
        )
        return ExitCode.BROKEN
    finally:
        _flush_or_drop_results()


def _say(sentence: str) -> None:
    """Write a sentence to standard error; where nobody listens any more, the work goes on all the same."""
    if sys.stderr is not None:  # it was closed
        with suppress(OSError):
            sys.stderr.write(f"{NAME}: {sentence}\n")
            sys.stderr.flush()


def _make_streams_tolerant() -> None:
    """Escape characters that the terminal's encoding lacks, instead of raising in the middle of a batch."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush_or_drop_results() -> None:
    """Write what is still held. Where it cannot be written, drop it: Python would complain of it at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
