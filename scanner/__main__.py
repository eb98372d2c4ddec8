"""`digits-scan`: reads image files and prints their digit strings. Arguments in, results out; no logic of its own."""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from model import __version__
from model.errors import ModelError
from scanner.errors import DigitlensError, ExitCode, to_printable
from scanner.native import require_opencv

if TYPE_CHECKING:
    from scanner.batch import Outcome
    from scanner.output import Annotator, Debugger

NAME = "digits-scan"

EPILOG = """\
exit codes:
  0    all pages were read
  1    some file could not be read, or a result not written
  2    the command's words do not fit
  3    a part of the installation is missing: a system library, the trained weights
  130  stopped by Ctrl-C
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    try:
        _make_streams_tolerant()
        return _scan(build_parser().parse_intermixed_args(argv))
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
    finally:
        _flush_or_drop_results()


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
        nargs="+",
        metavar="PATH",
        help="an image, a folder that is walked, or - for an image on standard input",
    )
    parser.add_argument(
        "--format", choices=("text", "jsonl"), default="text", help="how results are printed (default: text)"
    )
    parser.add_argument(
        "--marks", action="store_true", help="print points, commas, dashes and slashes between digits, as in 200.00"
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
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    return parser


def _scan(arguments: argparse.Namespace) -> ExitCode:
    require_opencv()
    # imported here: --help needs none of it, and without its system libraries OpenCV cannot be imported at all
    from model.classifier import Classifier
    from scanner.batch import find_files, is_folder, scan
    from scanner.output import Annotator, Debugger, Format, print_outcome
    from scanner.pipeline import Options, read

    folders = [folder for folder in (arguments.annotate, arguments.debug) if folder]
    files = find_files(arguments.paths, folders)
    pages = [file for file in files if isinstance(file, str)]
    annotator = Annotator(arguments.annotate, pages) if arguments.annotate else None
    debugger = Debugger(arguments.debug, pages) if arguments.debug else None
    named = len(arguments.paths) > 1 or is_folder(arguments.paths[0])
    reader = partial(read, classifier=Classifier(), options=Options())
    if debugger:
        reader = partial(reader, observer=debugger.recorder)
    code = ExitCode.OK
    for outcome in scan(files, reader):
        print_outcome(outcome, Format(arguments.format), named, arguments.marks)
        try:
            _settle(outcome, annotator, debugger, arguments.verbose)
        except DigitlensError as error:
            code = ExitCode.SOME_FAILED
            _say(str(error))
            if arguments.verbose and error.__cause__:
                _say(to_printable(f"because of {error.__cause__!r}"))
    return code


def _settle(outcome: "Outcome", annotator: "Annotator | None", debugger: "Debugger | None", verbose: bool) -> None:
    """Do what remains after a page's results are printed. Raises DigitlensError when the page or its picture failed."""
    from scanner.batch import Failed
    from scanner.output import to_name

    if isinstance(outcome, Failed):
        raise outcome.error
    name = to_name(outcome.reading)
    for problem in outcome.reading.problems:
        _say(f"{name}: {problem}")
    written = f", drawn in {annotator.write(outcome)}" if annotator else ""
    written += f", stages in {debugger.write(outcome)[0]} and after" if debugger else ""
    if verbose:
        _say(to_printable(f"{name}: {len(outcome.reading.lines)} lines{written}"))


def _say(sentence: str) -> None:
    if sys.stderr is not None:  # print would take standard output instead
        print(f"{NAME}: {sentence}", file=sys.stderr, flush=True)


def _make_streams_tolerant() -> None:
    """Escape characters that the terminal's encoding lacks, instead of raising in the middle of a batch."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flush_or_drop_results() -> None:
    """Write what is still held. Where it cannot be written, drop it: Python would complain of it at its end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
