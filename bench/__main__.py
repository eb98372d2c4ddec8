"""digits-bench: what needs both the model and the pages. Arguments only; the work is done in the modules beside."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bench.arguments import add_explain_options, add_tune_options
from model import __version__
from model.command import run_command, say
from model.errors import MissingPackageError
from scanner.errors import DigitlensError

NAME = "digits-bench"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its code.

    0 done, 1 a page cannot be opened or a picture written, 2 bad words or data, 3 part missing, 130 Ctrl-C.
    """
    args = _make_parser().parse_args(argv)
    try:
        return run_command(NAME, lambda: args.command(args), args.stopped)
    except DigitlensError as error:  # of the scanner, whose errors the model does not know
        return say(NAME, str(error), error.exit_code)


def _cut(args: argparse.Namespace) -> None:
    _require_drawing()
    from bench.cuts import make_cuts, save_cuts
    from model.data import load_mnist, split

    digits, held = split(load_mnist(args.data), args.split_seed)
    count = save_cuts(args.out, make_cuts(held if args.held else digits, args.pages, args.seed, args.jobs))
    say(NAME, f"{args.out}: {count} views cut from {args.pages} pages")


def _lay_out(args: argparse.Namespace) -> None:
    _require_drawing()
    from bench.strips import make_strips, save_strips
    from model.data import load_mnist, split

    digits, held = split(load_mnist(args.data), args.split_seed)
    count = save_strips(args.out, make_strips(held if args.held else digits, args.pages, args.seed, args.jobs))
    say(NAME, f"{args.out}: {count} strips of {args.pages} pages")


def _explain(args: argparse.Namespace) -> None:
    from bench.explain_command import explain

    print(explain(args), end="")
    say(NAME, f"the picture is in {args.out}")


def _tune(args: argparse.Namespace) -> None:
    _require_packages("a search", "matplotlib", "optuna", "sklearn", "tensorflow")
    from bench.tune_command import tune

    print(json.dumps(tune(args, partial(say, NAME))))


def _compare(args: argparse.Namespace) -> None:
    _require_packages("comparing classifiers", "matplotlib", "sklearn", "tensorflow")
    from bench.compare.command import compare
    from bench.compare.material import Plan, parse_named

    work = args.work or args.out / "work"
    words = {"mnist": args.mnist, "photos": args.photos, "seeds": args.seeds, "corrupted": args.corrupted}
    compare(Plan(args.out, work, tuple(args.only), data=parse_named(args.data), quick=args.quick, **words))
    say(NAME, f"{args.out / 'index.html'} and report.json beside it are written")


def _require_packages(what: str, *names: str) -> None:
    """Look for packages before the long part of a command. Raises MissingPackageError."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise _tell_missing(what, ", ".join(missing))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow tells of every graphics card that is not there


def _require_drawing() -> None:
    """Import what draws pages. Raises MissingPackageError."""
    try:
        import bench.page  # noqa: F401
    except ImportError as error:
        raise _tell_missing("drawing pages", str(error)) from error


def _tell_missing(what: str, missing: str) -> MissingPackageError:
    return MissingPackageError(
        f"{what} needs a package that is not there ({missing}). Install it: pip install 'digitlens[train]'."
    )


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=NAME, description="What needs both the network and pages.")
    parser.set_defaults(stopped="stopped; nothing was written.")
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    cuts = commands.add_parser(
        "cuts",
        help="draw pages, send them through the pipeline, and keep what it cuts, labelled",
        description="Draw pages from MNIST's digits, send them through the pipeline, and keep what it cuts out, "
        "labelled: training data for digits-model train --extra.",
    )
    cuts.set_defaults(command=_cut)
    strips = commands.add_parser(
        "strips",
        help="draw pages, send them through the pipeline, and keep their rows, labelled",
        description="Draw pages from MNIST's digits, send them through the pipeline, and keep their rows as strips of "
        "one height, labelled: training data for digits-model train-rows.",
    )
    strips.set_defaults(command=_lay_out)
    for command in (cuts, strips):
        _add_page_options(command)
    explain = commands.add_parser(
        "explain",
        help="tell why digits of a page are read as they are, in text and in a picture",
        description="Tell why digits of a page are read as they are: what the network saw and said, alone and in its "
        "row, which strokes decided, and which training glyphs are likest.",
    )
    add_explain_options(explain)
    explain.set_defaults(command=_explain)
    tune = commands.add_parser(
        "tune",
        help="search for a better recipe for digits-model train",
        description="Search for a better recipe for digits-model train --recipe: width, depth, kernel, dropout, rate "
        "and batch of the network, at a limited cost. A search that was stopped goes on.",
    )
    add_tune_options(tune)
    tune.set_defaults(command=_tune, stopped="stopped; the same command goes on with the trials that are left.")
    _add_compare(commands)
    return parser


def _add_compare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "compare",
        help="train and measure the classifiers that people reach for, side by side",
        description="Train and measure the classifiers that people reach for on the same data, and write "
        "index.html and report.json. What is done is kept: a run that was stopped goes on, --only adds to the report.",
    )
    command.set_defaults(command=_compare, stopped="stopped; what was done is kept, and the same command goes on.")
    command.add_argument("--only", nargs="+", default=[], metavar="NAME", help="train and measure only these")
    command.add_argument("--quick", action="store_true", help="a few hundred digits and one epoch, to see it work")
    command.add_argument(
        "--mnist", type=Path, metavar="FILE", help="mnist.npz (the copy of keras.datasets, or a download)"
    )
    command.add_argument(
        "--data", action="append", default=[], metavar="NAME=FILE", help="more labelled glyphs to measure on, x and y"
    )
    command.add_argument("--photos", type=Path, metavar="DIR", help="images with labels.jsonl, read by the pipeline")
    command.add_argument("--seeds", type=_count, default=1, metavar="N", help="train N times, with seeds 1 to N (1)")
    command.add_argument(
        "--corrupted", type=_count, default=1000, metavar="N", help="spoil the first N test digits (1000)"
    )
    command.add_argument("--out", type=Path, default=Path("report"), metavar="DIR", help="for the report (report)")
    command.add_argument("--work", type=Path, metavar="DIR", help="for what is kept from run to run (work in --out)")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _add_page_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", type=Path, metavar="FILE", help="mnist.npz (the copy of keras.datasets, or a download)"
    )
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help=".npz to write")
    command.add_argument("--pages", type=int, default=6000, metavar="N", help="pages to draw (6000)")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="where chance starts (1)")
    command.add_argument("--split-seed", type=int, default=1, metavar="N", help="the seed of the training's split (1)")
    command.add_argument("--held", action="store_true", help="use the held-out digits: for calibration and measuring")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (all cores)")


if __name__ == "__main__":
    sys.exit(main())
