"""The words of `digits-scan`. It imports nothing heavy, so that --help answers at once."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from model import __version__
from scanner.knowledge import parse_length
from scanner.opening import LEAST_RESOLUTION, MAX_MEGAPIXELS, MOST_MEGAPIXELS, MOST_RESOLUTION, RESOLUTION

NAME = "digits-scan"

MOST_JOBS = 61
"""Processes, at most: Windows waits for no more at once."""

EPILOG = """\
commands:
  digits-scan review RESULTS   look at what was read with doubt, and bring corrections back (review --help)
  digits-scan template ...     propose a template for forms, or draw one (template --help)

exit codes:
  0    all pages were read
  1    some file could not be read, or a result not written
  2    the command's words do not fit
  3    a part of the installation is missing: a system library, the trained weights
  4    this program broke; please report it
  130  stopped by Ctrl-C
"""


def parse_words(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what the words mean; None takes the program's own. Words that do not fit end the program with code 2."""
    parser = build_parser()
    arguments = parser.parse_intermixed_args(words)
    if arguments.table and (arguments.output or arguments.watch or arguments.annotate or arguments.debug):
        parser.error("--table prints tables; leave out --output, --watch, --annotate and --debug")
    if arguments.table and (arguments.template or arguments.region or arguments.length or arguments.pattern):
        parser.error("--table finds its cells by itself; leave out --template, --region, --length and --pattern")
    if arguments.watch and (arguments.paths or arguments.list):
        parser.error("--watch reads one folder and what arrives there; leave out what else is named")
    if arguments.watch and (arguments.force or arguments.annotate or arguments.debug):
        parser.error("--watch goes without --force, --annotate and --debug; give these to a run without --watch")
    if not arguments.paths and not arguments.list and not arguments.watch:
        parser.error("nothing to read: name an image, a folder or -, or give --list FILE or --watch DIR")
    if not arguments.output and (arguments.force or arguments.accept is not None):
        parser.error("--accept and --force say what becomes of an output; name it with --output FILE")
    if arguments.list == "-" and "-" in arguments.paths:
        parser.error("standard input is either an image or a list; leave out one -")
    if arguments.output and (arguments.annotate or arguments.debug or arguments.marks or arguments.format):
        parser.error("--format, --marks, --annotate and --debug go with results that are printed; leave out --output")
    if arguments.template and (arguments.region or arguments.length or arguments.pattern):
        parser.error(
            "--region, --length and --pattern go without a template; write them into it, or leave out --template"
        )
    if arguments.debug and (arguments.template or arguments.region or arguments.length or arguments.pattern):
        parser.error("--debug shows how a page is read of which nothing is known; leave out --debug")
    arguments.format = arguments.format or "text"
    return arguments


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser(
        NAME,
        description="Read the handwritten digits on scanned or photographed pages.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="an image, a PDF, a folder that is walked, or - for an image on standard input",
    )
    parser.add_argument(
        "--dpi",
        type=to_whole_number(LEAST_RESOLUTION, MOST_RESOLUTION),
        default=RESOLUTION,
        metavar="N",
        help=f"draw pages of PDFs at N dots per inch ({LEAST_RESOLUTION} to {MOST_RESOLUTION}, default: {RESOLUTION})",
    )
    parser.add_argument(
        "--max-megapixels",
        type=to_whole_number(1, MOST_MEGAPIXELS),
        default=MAX_MEGAPIXELS,
        metavar="N",
        help=f"refuse pages of more than N million pixels (1 to {MOST_MEGAPIXELS}, default: {MAX_MEGAPIXELS})",
    )
    parser.add_argument(
        "--no-straighten",
        dest="straighten",
        action="store_false",
        help="read pages as they lie: leave out finding how they are tilted, seen from aside or turned",
    )
    parser.add_argument(
        "--once",
        dest="again",
        action="store_false",
        help="look at each page once, at one size: in about 0.6 of the time, where digits are small in a third of it, "
        "with more errors; with --length or --pattern pages are looked at once anyway",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FOLDER",
        help="read with the network of this folder, which holds digits.tflite and card.json",
    )
    parser.add_argument("--format", choices=("text", "jsonl"), help="how results are printed (default: text)")
    parser.add_argument(
        "--marks", action="store_true", help="print points, commas, dashes and slashes between digits, as in 200.00"
    )
    parser.add_argument(
        "--table",
        action="store_true",
        help="print the rows and columns of ruled tables as CSV, or as JSON lines with --format jsonl",
    )
    parser.add_argument(
        "--annotate",
        type=Path,
        metavar="DIR",
        help="write each page, with boxes, digits and doubt drawn on it, into DIR",
    )
    parser.add_argument(
        "--debug",
        type=Path,
        metavar="DIR",
        help="write a picture of each stage of reading a page into DIR, to see why a digit was lost",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="say on standard error what is done, and why it failed"
    )
    _add_form_options(parser.add_argument_group("forms"))
    _add_batch_options(parser.add_argument_group("batches"))
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    return parser


def _add_form_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--template",
        action="append",
        default=[],
        metavar="FILE",
        help="read the fields that the template FILE names; given several times, that which fits is taken. "
        f"`{NAME} template new BLANK` proposes one",
    )
    group.add_argument(
        "--region",
        action="append",
        default=[],
        type=_region,
        metavar="[NAME=]X,Y,W,H",
        help="read the string in this rectangle, in pixels of the image; may be given several times",
    )
    group.add_argument(
        "--length",
        type=_length,
        metavar="N",
        help="strings have N digits, or N-M: others are ruled out before the best reading is chosen",
    )
    group.add_argument(
        "--pattern",
        type=_pattern,
        metavar="REGEX",
        help='the digits of a string fit this regular expression, such as "4[0-9]{5}"',
    )


def _add_batch_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--list", metavar="FILE", help="read the files and folders that FILE names too, one a line; - is standard input"
    )
    group.add_argument(
        "--watch", metavar="DIR", help="read what is in a folder, and what arrives there, until Ctrl-C ends it"
    )
    group.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write results to FILE (.jsonl, .csv, .tsv, .xlsx, .sqlite), not to standard output; a run that was "
        "stopped goes on, and files that did not change are not read again",
    )
    group.add_argument(
        "--accept",
        type=to_share,
        metavar="P",
        help="with --output: mark strings at least so sure (0 to 1) as accepted, and the others for review",
    )
    group.add_argument("--force", action="store_true", help="with --output: read again what is known")
    group.add_argument(
        "--jobs",
        type=to_whole_number(1, MOST_JOBS),
        default=min(MOST_JOBS, count_cores()),
        metavar="N",
        help="read in N processes (default: one for each core; few files are read in one)",
    )


def to_whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return what turns an option's word into a whole number between these, or refuses it with a sentence."""

    def convert(word: str) -> int:
        if not word.isdecimal() or len(word) > len(str(most)) or not least <= int(word) <= most:
            raise argparse.ArgumentTypeError(f"{word!r}: expected a whole number from {least} to {most}")
        return int(word)

    return convert


def count_cores() -> int:
    """Return how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(usable(0)) if usable else os.cpu_count() or 1


def _region(word: str) -> tuple[str, int, int, int, int]:
    """Turn an option's word into a name, which may be empty, and x, y, width, height."""
    fit = re.fullmatch(r"(?:([A-Za-z][A-Za-z0-9_]*)=)?(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})", word)
    if not fit or not int(fit[4]) or not int(fit[5]):
        raise argparse.ArgumentTypeError(f"{word!r}: expected x,y,width,height in pixels, or NAME=x,y,width,height")
    return fit[1] or "", int(fit[2]), int(fit[3]), int(fit[4]), int(fit[5])


def _length(word: str) -> tuple[int, int]:
    """Turn an option's word into the least and the most digits of a string."""
    try:
        return parse_length(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{word!r}: {error}") from error


def _pattern(word: str) -> str:
    """Return an option's word that is a regular expression."""
    import regex  # imported here: --help needs none

    try:
        regex.compile(word)
    except regex.error as error:
        raise argparse.ArgumentTypeError(f"{word!r}: this is no regular expression ({error})") from error
    return word


def to_share(word: str) -> float:
    """Turn an option's word into a number from 0 to 1."""
    try:
        share = float(word)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{word!r}: expected a number from 0 to 1, such as 0.99")
    return share
