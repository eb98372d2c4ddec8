"""`digits-scan`: reads image files and prints their digit strings. Arguments in, results out; no logic of its own."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from model.errors import ModelError
from scanner.arguments import NAME, parse_words
from scanner.errors import DigitlensError, ExitCode, to_printable
from scanner.native import require_opencv
from scanner.opening import Opening

if TYPE_CHECKING:
    from scanner.batch import Failed, Outcome
    from scanner.output import Annotator, Debugger
    from scanner.store import FileResult


COMMANDS = {"review": "scanner.review_command"}
"""First words that are a command, and who knows the words that follow. A file of such a name is read as ./review."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    try:
        _make_streams_tolerant()
        words = list(sys.argv[1:] if argv is None else argv)
        if words and words[0] in COMMANDS:
            return int(import_module(COMMANDS[words[0]]).run(words[1:], _say))
        return _scan(parse_words(words))
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


def _scan(arguments: argparse.Namespace) -> ExitCode:
    require_opencv()
    if arguments.watch:
        return _watch(arguments)
    # imported here: --help needs none of it, and without its system libraries OpenCV cannot be imported at all
    from scanner.batch import find_files, read_list

    names = [*arguments.paths, *(read_list(arguments.list) if arguments.list else ())]
    folders = [folder for folder in (arguments.annotate, arguments.debug) if folder]
    files = find_files(names, folders)
    if arguments.table:
        return _print_tables(arguments, names, files)
    return _fill_output(arguments, files) if arguments.output else _print_results(arguments, names, files)


def _fill_output(arguments: argparse.Namespace, files: "list[str | Failed]") -> ExitCode:
    """Read into a file."""
    from scanner.job import Job, run_job
    from scanner.progress import Bar, list_troubles, to_sentence
    from scanner.workers import Settings

    job = Job(
        files,
        Settings(opening=_get_opening(arguments)),
        arguments.output,
        arguments.jobs,
        arguments.accept,
        arguments.force,
    )
    with Bar(len(files), arguments.accept) as bar:

        def show(result: "FileResult", is_new: bool) -> None:
            bar.show(result, is_new)
            for sentence in list_troubles(result):
                bar.say(f"{NAME}: {sentence}")

        summary = run_job(job, show)
    _say(to_printable(f"{to_sentence(summary, arguments.accept)}; results in {arguments.output}"))
    return ExitCode.SOME_FAILED if summary.failed else ExitCode.OK


def _watch(arguments: argparse.Namespace) -> ExitCode:
    """Read what arrives in a folder, until Ctrl-C."""
    from scanner.job import Summary
    from scanner.output import Format, print_outcome
    from scanner.progress import list_troubles, to_sentence
    from scanner.watch import Watch, run_watch
    from scanner.workers import Settings, to_outcome

    settings = Settings(opening=_get_opening(arguments))
    watch = Watch(arguments.watch, settings, arguments.output, arguments.jobs, arguments.accept)
    summary = Summary()

    def show(result: "FileResult") -> None:
        nonlocal summary
        summary = summary.add(result, watch.accept)
        for page in result.pages if not watch.output else ():
            print_outcome(to_outcome(result.source, page), Format(arguments.format), True, arguments.marks)
        for sentence in list_troubles(result):
            _say(sentence)

    _say(to_printable(f"watching {watch.folder}; Ctrl-C ends it"))
    try:
        run_watch(watch, show, _say)
    finally:
        if watch.output:
            _say(to_printable(f"{to_sentence(summary, watch.accept)}; results in {watch.output}"))
    return ExitCode.OK


def _print_results(arguments: argparse.Namespace, names: Sequence[str], files: "list[str | Failed]") -> ExitCode:
    """Read, and print each page as soon as it is read."""
    from scanner.batch import is_folder
    from scanner.output import Annotator, Debugger, Format, print_outcome

    pages = [file for file in files if isinstance(file, str)]
    annotator = Annotator(arguments.annotate, pages) if arguments.annotate else None
    debugger = Debugger(arguments.debug, pages) if arguments.debug else None
    named = len(names) > 1 or is_folder(names[0])
    code = ExitCode.OK
    for outcome in _read(arguments, files, debugger):
        print_outcome(outcome, Format(arguments.format), named, arguments.marks)
        try:
            _settle(outcome, annotator, debugger, arguments.verbose)
        except DigitlensError as error:
            code = ExitCode.SOME_FAILED
            _say(str(error))
            if arguments.verbose and error.__cause__:
                _say(to_printable(f"because of {error.__cause__!r}"))
    return code


def _print_tables(arguments: argparse.Namespace, names: Sequence[str], files: "list[str | Failed]") -> ExitCode:
    """Read, and print the tables of each page as soon as it is read."""
    from model.classifier import Classifier
    from scanner.batch import is_folder, scan
    from scanner.output import Format, TablePrinter
    from scanner.pipeline import Options, read
    from scanner.ruled import TableReader

    tables = TableReader(arguments.marks)
    reader = partial(read, classifier=Classifier(), options=Options(), observer=tables)
    printer = TablePrinter(tables, Format(arguments.format), len(names) > 1 or is_folder(names[0]))
    code = ExitCode.OK
    for outcome in scan(files, reader, _get_opening(arguments)):
        try:
            printer.print(outcome)
            _settle(outcome, None, None, arguments.verbose)
        except DigitlensError as error:
            code = ExitCode.SOME_FAILED
            _say(str(error))
    return code


def _read(
    arguments: argparse.Namespace, files: "list[str | Failed]", debugger: "Debugger | None"
) -> "Iterator[Outcome]":
    """Yield the outcome of each page, from several processes where that is worth their start."""
    from model.classifier import Classifier
    from scanner.batch import STDIN, scan
    from scanner.pipeline import Options, read
    from scanner.workers import Settings, choose_jobs, scan_in_parallel

    opening = _get_opening(arguments)
    jobs = choose_jobs(arguments.jobs, len(files))
    if jobs > 1 and STDIN not in files and not (arguments.annotate or arguments.debug):
        return scan_in_parallel(files, Settings(opening=opening), jobs)
    reader = partial(read, classifier=Classifier(), options=Options())
    if debugger:
        reader = partial(reader, observer=debugger.recorder)
    return scan(files, reader, opening)


def _get_opening(arguments: argparse.Namespace) -> Opening:
    return Opening(arguments.dpi, arguments.max_megapixels * 1_000_000)


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
