"""`digits-scan`: reads image files and prints their digit strings. Arguments in, results out; no logic of its own.

Nothing is imported before `main` watches for Ctrl-C: the imports are the longest part of a start.
"""

import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""


def main(argv: list[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    try:
        from scanner.command import run

        return run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
