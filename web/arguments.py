"""The words of `digits-web`. It imports nothing heavy, so that --help answers at once."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from model import __version__
from scanner.arguments import MOST_JOBS, count_cores, to_whole_number
from scanner.opening import LEAST_RESOLUTION, MOST_MEGAPIXELS, MOST_RESOLUTION, RESOLUTION
from web.settings import CAMERAS, MAX_MEGABYTES, MAX_MEGAPIXELS, PORT, RATE, Limits, Settings

NAME = "digits-web"

LEAST_TOKEN = 16
"""Characters of a token: fewer can be guessed."""

EPILOG = """\
exit codes:
  0    the server was told to end
  1    the address cannot be listened on
  2    the command's words do not fit, or a template
  3    a part of the installation is missing
  130  stopped by Ctrl-C
"""


def parse_words(words: Sequence[str] | None) -> Settings:
    """Return what the words mean; None takes the program's own. Words that do not fit end the program with code 2."""
    parser = build_parser()
    arguments = parser.parse_args(words)
    token = arguments.token
    if arguments.token_file:
        try:
            token = arguments.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            parser.error(f"--token-file: {arguments.token_file} cannot be read ({error})")
    if (arguments.token or arguments.token_file) and (len(token) < LEAST_TOKEN or not token.isprintable()):
        parser.error(f"the token is too short; expected {LEAST_TOKEN} characters or more, such as openssl rand -hex 16")
    return Settings(
        arguments.host,
        arguments.port,
        token or "",
        tuple(arguments.name),
        arguments.templates,
        arguments.weights,
        arguments.dpi,
        arguments.jobs,
        arguments.cameras,
        Limits(
            max_bytes=arguments.max_megabytes * 1_000_000,
            max_pixels=arguments.max_megapixels * 1_000_000,
            rate=arguments.rate,
        ),
    )


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser(
        NAME,
        description="Read handwritten digits in the browser, or behind an HTTP API.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="listen on this address (default: 127.0.0.1, which only this machine reaches)",
    )
    parser.add_argument(
        "--port", type=to_whole_number(0, 65_535), default=PORT, metavar="N", help=f"(default: {PORT}; 0: any)"
    )
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--token", default="", metavar="TOKEN", help="let in only who knows this word")
    secret.add_argument(
        "--token-file", type=Path, metavar="FILE", help="the same, from a file: lists of processes do not show it"
    )
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="NAME",
        help="a host name by which browsers call the server, beside localhost and addresses; repeat it for others",
    )
    parser.add_argument(
        "--templates", type=Path, metavar="DIR", help="read forms by the templates of this folder, by their names"
    )
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    parser.add_argument(
        "--dpi",
        type=to_whole_number(LEAST_RESOLUTION, MOST_RESOLUTION),
        default=RESOLUTION,
        metavar="N",
        help=f"draw pages of PDFs at N dots per inch, unless a request says otherwise (default: {RESOLUTION})",
    )
    _add_limits(parser.add_argument_group("limits"))
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    return parser


def _add_limits(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--jobs",
        type=to_whole_number(1, MOST_JOBS),
        default=min(MOST_JOBS, count_cores()),
        metavar="N",
        help="read in N processes (default: one for each core)",
    )
    group.add_argument(
        "--cameras",
        type=to_whole_number(0, MOST_JOBS),
        default=CAMERAS,
        metavar="N",
        help=f"watch N cameras at once, at most, each in a process of its own (default: {CAMERAS})",
    )
    group.add_argument(
        "--max-megabytes",
        type=to_whole_number(1, 500),
        default=MAX_MEGABYTES,
        metavar="N",
        help=f"refuse requests of more than N million bytes (default: {MAX_MEGABYTES})",
    )
    group.add_argument(
        "--max-megapixels",
        type=to_whole_number(1, MOST_MEGAPIXELS),
        default=MAX_MEGAPIXELS,
        metavar="N",
        help=f"refuse pages of more than N million pixels (default: {MAX_MEGAPIXELS})",
    )
    group.add_argument(
        "--rate",
        type=to_whole_number(0, 1_000_000),
        default=RATE,
        metavar="N",
        help=f"refuse a client's requests beyond N a minute (default: {RATE}; 0: no limit)",
    )
