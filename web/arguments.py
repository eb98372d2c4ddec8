"""The words of `digits-web`. It imports nothing heavy, so that --help answers at once."""

import argparse
from pathlib import Path

from model import __version__
from web.settings import PORT

NAME = "digits-web"


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser(NAME, description="Read handwritten digits in the browser, or behind an HTTP API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--token", default="")
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    return parser
