"""What the commands that train and measure share: one place turns their errors into a sentence and an exit code."""

import os
import sys
from collections.abc import Callable

from model.errors import ModelError
from model.native import require_opencv

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


def run_command(name: str, work: Callable[[], None], stopped: str) -> int:
    """Do a command's work and return its code: 0 done, 2 bad words or data, 3 part missing, 130 Ctrl-C.

    An error's own code comes first. name: of the program. stopped: what is said after Ctrl-C.
    """
    try:
        require_opencv()
        work()
        sys.stdout.flush()
    except ModelError as error:
        return say(name, str(error), error.exit_code)
    except KeyboardInterrupt:
        return say(name, stopped, INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to say at exit
    except OSError as error:
        return say(name, f"{error}. Check that the folder can be written and the disk has room.", 2)
    return 0


def say(name: str, sentence: str, code: int = 0) -> int:
    """Tell the person, on stderr, and return the code."""
    sys.stderr.write(f"{name}: {sentence}\n")
    return code
