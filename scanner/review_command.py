"""`digits-scan review`: a page on which a person looks at doubtful strings, and what comes back from it."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from model import __version__
from scanner.arguments import NAME, to_share, to_whole_number
from scanner.errors import ExitCode, MissingFileError, to_printable
from scanner.native import require_opencv

if TYPE_CHECKING:
    from scanner.corrections import Correction
    from scanner.review import Doubts
    from scanner.store import Store

ENDING = ".review.html"
"""What is added to the results' name for the page."""

MOST = 10_000
"""Strings on a page, unless told otherwise: about 17 MB, which a browser opens in a second."""

LIMIT = 100_000
"""Strings on a page, at most: browsers hold no larger file."""

DESCRIPTION = """\
Look at what was read with doubt. Writes one HTML file with a picture of each doubtful string; the corrections that
the page saves go back with --apply. A picture or a folder that is called review is read as ./review."""

Item = TypeVar("Item")

Say = Callable[[str], None]
"""Tells the person a sentence."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser(f"{NAME} review", description=DESCRIPTION)
    parser.add_argument(
        "results",
        type=Path,
        metavar="RESULTS",
        help="what --output wrote: a database, or a table with its state beside it",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"where the page goes (default: RESULTS{ENDING})")
    parser.add_argument(
        "--accept",
        type=to_share,
        metavar="P",
        help="show strings less sure than P (0 to 1; default: as the run said, else 0.99)",
    )
    parser.add_argument(
        "--all", action="store_true", help="show all strings, also sure ones and those looked at before"
    )
    parser.add_argument(
        "--limit",
        type=to_whole_number(1, LIMIT),
        default=MOST,
        metavar="N",
        help=f"show the N most doubtful strings (1 to {LIMIT}, default: {MOST})",
    )
    parser.add_argument("--apply", type=Path, metavar="FILE", help="take over the corrections that a page saved")
    parser.add_argument(
        "--glyphs",
        type=Path,
        metavar="DIR",
        help="write the digits of all strings that people have looked at into DIR, for digits-model train --extra DIR",
    )
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    return parser


def run(words: Sequence[str], say: Say) -> ExitCode:
    """Do what the words say. say: is given sentences for the person. Raises DigitlensError."""
    parser = build_parser()
    arguments = parser.parse_args(words)
    if (arguments.apply or arguments.glyphs) and (arguments.out or arguments.all or arguments.accept is not None):
        parser.error("--out, --all and --accept are about the page; --apply and --glyphs write none")
    require_opencv()
    # imported here: --help needs none of it
    from scanner.job import find_store
    from scanner.store import Store

    path = find_store(arguments.results)
    if not path.is_file():
        lack = f"its state, {path.name}, is not beside it" if arguments.results.is_file() else "there is no such file"
        raise MissingFileError(f"{arguments.results}: {lack}; expected what digits-scan --output wrote.")
    with Store(path) as store:
        if not arguments.apply and not arguments.glyphs:
            _write_page(arguments, store, say)
            return ExitCode.OK
        code = _apply(arguments, store, say) if arguments.apply else ExitCode.OK
        if arguments.glyphs:
            _export(arguments, store, say)
    return code


def _write_page(arguments: argparse.Namespace, store: "Store", say: Say) -> None:
    from scanner.crops import cut_crops
    from scanner.review import ACCEPT, choose_doubts
    from scanner.review_page import Heading, build_page
    from scanner.whole import write_whole

    said = store.get_setting("accept")
    accept = arguments.accept if arguments.accept is not None else ACCEPT if said is None else said
    doubts = choose_doubts(store, accept, arguments.all, arguments.limit)
    heading = Heading(arguments.results, str(store.get_setting("identity")), accept, arguments.all)
    page = build_page(heading, doubts, _show_progress(cut_crops(doubts.chosen), len(doubts.chosen)))
    out = arguments.out or arguments.results.with_name(arguments.results.name + ENDING)
    write_whole(out, page.encode())
    for sentence in _describe(doubts):
        say(sentence)
    count = len(doubts.chosen)
    noun = "string" if count == 1 else "strings"
    say(to_printable(f"{count} {noun} to look at; open {out} in a browser"))


def _describe(doubts: "Doubts") -> Iterator[str]:
    if doubts.left_out:
        more = "apply corrections and write the page again, or raise --limit"
        yield f"{doubts.left_out} strings more are doubtful: {more}"
    if doubts.unknown:
        yield f"{doubts.unknown} strings are left out: standard input and files not read whole are read each time"


def _show_progress(items: Iterable[Item], total: int) -> Iterable[Item]:
    from tqdm import tqdm

    return tqdm(items, total=total, unit="string", disable=None, dynamic_ncols=True)


def _apply(arguments: argparse.Namespace, store: "Store", say: Say) -> ExitCode:
    from scanner.correction_file import load_corrections
    from scanner.job import rewrite_table

    typed, refused = load_corrections(arguments.apply, str(store.get_setting("identity")))
    for sentence in refused:
        say(sentence)
    gone = store.correct(typed)
    for each in gone:
        name = to_printable(each.file)[:200] or f"a file of content {each.content[:8]}"
        say(f"{name}, page {each.page}: {to_printable(each.read)} is not among the results any more; left out")
    rewrite_table(arguments.results, store)
    for sentence in _list_broken(store, typed):
        say(sentence)
    changed = sum(each.text != each.read for each in typed) - sum(each.text != each.read for each in gone)
    kept, left_out = len(typed) - len(gone), len(refused) + len(gone)
    sentence = f"{kept} strings looked at, {changed} of them corrected; {left_out} left out"
    say(to_printable(f"{sentence}; written to {arguments.results}"))
    return ExitCode.SOME_FAILED if left_out else ExitCode.OK


def _list_broken(store: "Store", typed: "Iterable[Correction]") -> Iterator[str]:
    """Yield a sentence for each field that was looked at just now and breaks the rules of its template all the same."""
    from scanner.review import list_looked_at

    fields = {(each.content, each.page, each.field) for each in typed}
    for doubt in list_looked_at(store) if any(name for _, _, name in fields) else ():
        field = doubt.field
        if field and not field.valid and (doubt.content, doubt.page, field.name) in fields:
            yield to_printable(f"{doubt.source}, page {doubt.page}: {field.name}: {field.reason}")


def _export(arguments: argparse.Namespace, store: "Store", say: Say) -> None:
    from scanner.labelled import export_glyphs
    from scanner.review import list_looked_at

    # an empty field that was read as empty has nothing to give
    doubts = [doubt for doubt in list_looked_at(store) if doubt.line.digits or doubt.judged.read]
    path, count, lost = export_glyphs(arguments.glyphs, str(store.get_setting("identity")), doubts)
    if lost:
        say(f"{lost} strings gave no glyphs: their file is gone or has changed, or their digits were not found again")
    say(to_printable(f"{count} glyphs of {len(doubts) - lost} strings in {path}"))
