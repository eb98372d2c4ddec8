"""`digits-scan`: reads image files and prints their digit strings. Arguments in, results out; no logic of its own."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from model.errors import ModelError
from scanner.arguments import NAME, is_template_command, parse_template_words, parse_words
from scanner.errors import DigitlensError, ExitCode, to_printable
from scanner.native import require_opencv
from scanner.opening import Opening

if TYPE_CHECKING:
    from scanner.batch import Failed, Outcome
    from scanner.knowledge import FormSource, Knowledge
    from scanner.output import Annotator, Debugger
    from scanner.store import FileResult


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. argv: its words, None takes the program's own. Returns the exit code."""
    try:
        _make_streams_tolerant()
        words = sys.argv[1:] if argv is None else list(argv)
        return _run_template(words[1:]) if is_template_command(words) else _scan(parse_words(words))
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


def _run_template(words: Sequence[str]) -> ExitCode:
    """Propose or draw a template."""
    arguments = parse_template_words(words)
    require_opencv()
    from scanner.template_command import draw_template, propose_template

    if arguments.command == "new":
        text = propose_template(arguments.blank, arguments.output)
        if arguments.output:
            _say(
                to_printable(
                    f"the proposal is written to {arguments.output}; name its fields, and look at it with show"
                )
            )
        else:
            print(text, end="")
        return ExitCode.OK
    _say(to_printable(f"drawn in {draw_template(arguments.template, arguments.image, arguments.output)}"))
    return ExitCode.OK


def _scan(arguments: argparse.Namespace) -> ExitCode:
    require_opencv()
    # imported here: --help needs none of it, and without its system libraries OpenCV cannot be imported at all
    from scanner.batch import find_files, read_list

    names = [*arguments.paths, *(read_list(arguments.list) if arguments.list else ())]
    folders = [folder for folder in (arguments.annotate, arguments.debug) if folder]
    files = find_files(names, folders)
    return _fill_output(arguments, files) if arguments.output else _print_results(arguments, names, files)


def _fill_output(arguments: argparse.Namespace, files: "list[str | Failed]") -> ExitCode:
    """Read into a file."""
    from scanner.job import Job, run_job
    from scanner.progress import Bar, list_troubles, to_sentence
    from scanner.workers import Settings

    job = Job(
        files,
        Settings(opening=_get_opening(arguments), knowledge=_get_knowledge(arguments)),
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


def _read(
    arguments: argparse.Namespace, files: "list[str | Failed]", debugger: "Debugger | None"
) -> "Iterator[Outcome]":
    """Yield the outcome of each page, from several processes where that is worth their start."""
    from model.classifier import Classifier
    from scanner.batch import STDIN, scan
    from scanner.pipeline import Options, read
    from scanner.reader import choose_reader
    from scanner.workers import Settings, choose_jobs, scan_in_parallel

    opening, knowledge = _get_opening(arguments), _get_knowledge(arguments)
    jobs = choose_jobs(arguments.jobs, len(files))
    if jobs > 1 and STDIN not in files and not (arguments.annotate or arguments.debug):
        return scan_in_parallel(files, Settings(opening=opening, knowledge=knowledge), jobs)
    if debugger:
        reader = partial(read, classifier=Classifier(), options=Options(), observer=debugger.recorder)
        return scan(files, reader, opening)
    return scan(files, choose_reader(Classifier(), Options(), knowledge), opening)


def _get_opening(arguments: argparse.Namespace) -> Opening:
    return Opening(arguments.dpi, arguments.max_megapixels * 1_000_000)


def _get_knowledge(arguments: argparse.Namespace) -> "Knowledge":
    """Return what the words say of the pages. Raises TemplateError."""
    from scanner.knowledge import Knowledge, name_regions

    templates: tuple[FormSource, ...] = ()
    if arguments.template:
        from scanner.form import find_forms  # imported here: pydantic takes a while

        templates = find_forms(arguments.template)
    return Knowledge(templates, name_regions(arguments.region), arguments.length, arguments.pattern)


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
