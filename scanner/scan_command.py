"""`digits-scan PATH...`: what becomes of the words that are no other command: pages are read, and printed or kept."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from scanner.arguments import NAME, parse_words
from scanner.errors import DigitlensError, ExitCode, to_printable
from scanner.native import require_opencv
from scanner.opening import Opening

if TYPE_CHECKING:
    from scanner.batch import Failed, Outcome
    from scanner.output import Annotator, Debugger
    from scanner.store import FileResult
    from scanner.workers import Settings

Say = Callable[[str], None]
"""Tells the person a sentence."""


def run(words: Sequence[str], say: Say) -> ExitCode:
    """Do what the words say. say: is given sentences for the person. Raises DigitlensError."""
    arguments = parse_words(words)
    require_opencv()
    if arguments.watch:
        return _watch(arguments, say)
    # imported here: --help needs none of it, and without its system libraries OpenCV cannot be imported at all
    from scanner.batch import find_files, read_list

    names = [*arguments.paths, *(read_list(arguments.list) if arguments.list else ())]
    folders = [folder for folder in (arguments.annotate, arguments.debug) if folder]
    files = find_files(names, folders)
    if arguments.table:
        return _print_tables(arguments, names, files, say)
    return _fill_output(arguments, files, say) if arguments.output else _print_results(arguments, names, files, say)


def _fill_output(arguments: argparse.Namespace, files: "list[str | Failed]", say: Say) -> ExitCode:
    """Read into a file."""
    from scanner.job import Job, run_job
    from scanner.progress import Bar, list_details, list_troubles, to_sentence

    job = Job(files, _to_settings(arguments), arguments.output, arguments.jobs, arguments.accept, arguments.force)
    named = {file if isinstance(file, str) else file.source for file in files}  # twice in the words, once in the table
    with Bar(len(named), arguments.accept) as bar:

        def show(result: "FileResult", is_new: bool) -> None:
            bar.show(result, is_new)
            details = list_details(result, is_new) if arguments.verbose else ()
            for sentence in (*list_troubles(result), *details):
                bar.say(f"{NAME}: {sentence}")

        summary = run_job(job, show)
    say(to_printable(f"{to_sentence(summary, arguments.accept)}; results in {arguments.output}"))
    return ExitCode.SOME_FAILED if summary.failed else ExitCode.OK


def _watch(arguments: argparse.Namespace, say: Say) -> ExitCode:
    """Read what arrives in a folder, until Ctrl-C."""
    from scanner.job import Summary
    from scanner.output import Format, print_outcome
    from scanner.progress import list_details, list_troubles, to_sentence
    from scanner.watch import Watch, run_watch
    from scanner.workers import to_outcome

    watch = Watch(arguments.watch, _to_settings(arguments), arguments.output, arguments.jobs, arguments.accept)
    summary = Summary()

    def show(result: "FileResult") -> None:
        nonlocal summary
        summary = summary.add(result, watch.accept)
        for page in result.pages if not watch.output else ():
            print_outcome(to_outcome(result.source, page), Format(arguments.format), True, arguments.marks)
        for sentence in (*list_troubles(result), *(list_details(result) if arguments.verbose else ())):
            say(sentence)

    say(to_printable(f"watching {watch.folder}; Ctrl-C ends it"))
    try:
        run_watch(watch, show, say)
    finally:
        if watch.output:
            say(to_printable(f"{to_sentence(summary, watch.accept)}; results in {watch.output}"))
    return ExitCode.OK


def _print_results(
    arguments: argparse.Namespace, names: Sequence[str], files: "list[str | Failed]", say: Say
) -> ExitCode:
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
            _settle(outcome, annotator, debugger, arguments.verbose, say)
        except DigitlensError as error:
            code = ExitCode.SOME_FAILED
            say(str(error))
            if arguments.verbose and error.__cause__:
                say(to_printable(f"because of {error.__cause__!r}"))
    return code


def _print_tables(
    arguments: argparse.Namespace, names: Sequence[str], files: "list[str | Failed]", say: Say
) -> ExitCode:
    """Read, and print the tables of each page as soon as it is read."""
    from model.classifier import Classifier
    from scanner.batch import is_folder, scan
    from scanner.output import Format, TablePrinter
    from scanner.pipeline import read
    from scanner.ruled import TableReader

    settings = _to_settings(arguments)
    tables = TableReader(arguments.marks)
    reader = partial(read, classifier=Classifier(settings.weights), options=settings.options, observer=tables)
    printer = TablePrinter(tables, Format(arguments.format), len(names) > 1 or is_folder(names[0]))
    code = ExitCode.OK
    for outcome in scan(files, reader, settings.opening):
        try:
            printer.print_tables(outcome)
            _settle(outcome, None, None, arguments.verbose, say)
        except DigitlensError as error:
            code = ExitCode.SOME_FAILED
            say(str(error))
    return code


def _read(
    arguments: argparse.Namespace, files: "list[str | Failed]", debugger: "Debugger | None"
) -> "Iterator[Outcome]":
    """Yield the outcome of each page, from several processes where that is worth their start."""
    from model.classifier import Classifier
    from scanner.batch import STDIN, scan
    from scanner.pipeline import read
    from scanner.reader import choose_reader
    from scanner.workers import choose_jobs, scan_in_parallel

    settings = _to_settings(arguments)
    jobs = choose_jobs(arguments.jobs, len(files))
    if jobs > 1 and STDIN not in files and not (arguments.annotate or arguments.debug):
        return scan_in_parallel(files, settings, jobs)
    classifier = Classifier(settings.weights)
    if debugger:
        reader = partial(read, classifier=classifier, options=settings.options, observer=debugger.recorder)
        return scan(files, reader, settings.opening)
    return scan(files, choose_reader(classifier, settings.options, settings.knowledge), settings.opening)


def _to_settings(arguments: argparse.Namespace) -> "Settings":
    """Return what the words say of how pages are read. Raises TemplateError."""
    from scanner.knowledge import FormSource, Knowledge, name_regions
    from scanner.pipeline import Options
    from scanner.workers import Settings

    templates: tuple[FormSource, ...] = ()
    if arguments.template:
        from scanner.form import find_forms  # imported here: pydantic takes a while

        templates = find_forms(arguments.template)
    knowledge = Knowledge(templates, name_regions(arguments.region), arguments.length, arguments.pattern)
    opening = Opening(arguments.dpi, arguments.max_megapixels * 1_000_000)
    return Settings(
        Options(straighten=arguments.straighten, again=arguments.again, larger=arguments.again),
        opening,
        arguments.weights,
        knowledge,
    )


def _settle(
    outcome: "Outcome", annotator: "Annotator | None", debugger: "Debugger | None", verbose: bool, say: Say
) -> None:
    """Do what remains after a page's results are printed. Raises DigitlensError when the page or its picture failed."""
    from scanner.batch import Failed
    from scanner.output import to_name

    if isinstance(outcome, Failed):
        raise outcome.error
    name = to_name(outcome.reading)
    for problem in outcome.reading.problems:
        say(f"{name}: {problem}")
    written = f", drawn in {annotator.write(outcome)}" if annotator else ""
    written += f", stages in {debugger.write(outcome)[0]} and after" if debugger else ""
    if verbose:
        say(to_printable(f"{name}: {len(outcome.reading.lines)} lines{written}"))
