"""`digits-scan template`: proposes a template from an empty form, and draws one."""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from scanner.arguments import NAME
from scanner.errors import ExitCode, UnlikeTemplateError, to_printable
from scanner.native import require_opencv

DESCRIPTION = "Propose a template for forms, or look at one. A file that is called template is read as ./template."


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command's words."""
    parser = argparse.ArgumentParser(f"{NAME} template", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="propose a template from the frames and combs of an empty form")
    new.add_argument("blank", metavar="BLANK", help="a picture of the empty form")
    new.add_argument("--output", type=Path, metavar="FILE", help="write the template to FILE, not to standard output")
    show = commands.add_parser("show", help="draw a template's fields")
    show.add_argument("template", metavar="TEMPLATE", help="the template")
    show.add_argument("image", nargs="?", metavar="IMAGE", help="draw them where they lie on this filled form")
    show.add_argument("--output", type=Path, metavar="FILE", help="the picture to write (default: TEMPLATE.show.png)")
    return parser


def run(words: Sequence[str], say: Callable[[str], None]) -> ExitCode:
    """Do what the words say. say: is given sentences for the person. Raises DigitlensError."""
    arguments = build_parser().parse_args(words)
    require_opencv()
    # imported here: --help needs none of it
    if arguments.command == "show":
        from scanner.template_drawing import draw_template

        drawn = draw_template(arguments.template, arguments.image, arguments.output)
        say(to_printable(f"drawn in {drawn}"))
        return ExitCode.OK
    from scanner.output import print_lines
    from scanner.whole import SHARED, write_whole

    output = arguments.output
    text = propose_template(arguments.blank, output)
    if output is None:
        print_lines(text.splitlines())
        return ExitCode.OK
    write_whole(output, text.encode("utf-8"), SHARED)
    say(to_printable(f"the proposal is written to {output}; name its fields, and look at it with show"))
    return ExitCode.OK


def propose_template(blank: str, output: Path | None) -> str:
    """Return a template for an empty form. output: the file that it is meant for. Raises ScanError."""
    from scanner.clean import to_grey
    from scanner.page import open_pages
    from scanner.proposal import find_fields, to_toml

    page = next(iter(open_pages(blank)))
    fields = find_fields(to_grey(page.image))
    if not fields:
        raise UnlikeTemplateError(
            f"{blank}: no frame and no comb was found on it; expected an empty form that lies upright. "
            "Write the template by hand, with a box for each field."
        )
    return to_toml(fields, blank if output is None else os.path.relpath(blank, output.parent))
