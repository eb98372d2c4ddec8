"""digits-bench tune: runs a search, and leaves its recipe and its picture."""

import argparse
import atexit
import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

from bench.tune import PICTURE, RECIPE, Plan, Search
from bench.tune_picture import draw_search
from model.command import INTERRUPTED
from model.data import load_extra, load_mnist
from model.train import describe_device
from scanner.whole import SHARED, write_whole


def tune(args: argparse.Namespace, tell: Callable[[str], object]) -> dict[str, Any]:
    """Search for a recipe, and return what was found, for JSON. tell: takes sentences for the person.

    Raises ModelError, OutputError.
    """
    plan = Plan(args.trials, args.epochs, args.glyphs, args.most_multiply_adds, args.seed)
    with contextlib.redirect_stdout(sys.stderr):  # Keras speaks on stdout
        mnist, extras = load_mnist(args.data), [load_extra(path) for path in args.extra]
        tell(f"training on the {describe_device()}.")
        search = Search(mnist, extras, plan, args.out)
        try:
            search.go_on(tell)
        except KeyboardInterrupt:
            atexit.register(os._exit, INTERRUPTED)  # TensorFlow's threads still run, and would abort the exit
            raise
        found = search.conclude()
        picture = draw_search(search.study, found.importances, plan.most_multiply_adds)
        write_whole(args.out / PICTURE, picture, SHARED)
    return {
        "recipe": str(args.out / RECIPE),
        "picture": str(args.out / PICTURE),
        "trials": found.trials,
        "accuracy": round(found.accuracy, 5),
        "multiply_adds": found.multiply_adds,
        "importances": {name: round(share, 3) for name, share in found.importances.items()},
    }
