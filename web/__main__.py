"""`digits-web`: the reader in a browser and behind an HTTP API. Arguments in, a server out; no logic of its own."""

import sys
from collections.abc import Sequence

from scanner.errors import ExitCode
from web.arguments import NAME, parse_words

NEEDED = frozenset({"fastapi", "prometheus_client", "python_multipart", "starlette", "uvicorn", "wsproto"})
"""Modules of the web extra."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    settings = parse_words(argv)
    try:
        from web.server import run  # imported here: --help needs none of it

        return run(settings, _say)
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        _say(f"the server needs {error.name}, which is not installed. Install it: pip install 'digitlens[web]'.")
        return ExitCode.MISSING_LIBRARY
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        _say(
            f"{settings.host} port {settings.port} cannot be listened on ({reason}). Give another --port, or an "
            "address of this machine as --host."
        )
        return ExitCode.SOME_FAILED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def _say(sentence: str) -> None:
    print(f"{NAME}: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
