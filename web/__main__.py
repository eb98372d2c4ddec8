"""`digits-web`: the reader in a browser. Arguments in, a server out; no logic of its own."""

import sys
from collections.abc import Sequence

from web.arguments import build_parser
from web.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    arguments = build_parser().parse_args(argv)
    from web.server import run

    return run(Settings(host=arguments.host, port=arguments.port, token=arguments.token, templates=arguments.templates))


if __name__ == "__main__":
    sys.exit(main())
