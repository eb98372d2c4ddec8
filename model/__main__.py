"""digits-model: train, export and evaluate the network. Arguments only; the work is done in the modules beside."""

import argparse
import atexit
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from model import __version__
from model.arguments import add_data_options, add_train_options, parse_rate, parse_share
from model.command import INTERRUPTED, run_command, say
from model.errors import DataError, WeightsError
from model.native import require_tensorflow
from model.recipe import SHAPE, Recipe, read_recipe

NAME = "digits-model"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its code: 0 done, 1 export refused, 2 bad words or data, 3 part missing, 130 Ctrl-C"""
    args = _make_parser().parse_args(argv)
    stopped = "stopped. A training run goes on from its last whole epoch with the same command."
    return run_command(NAME, lambda: args.command(args), stopped)


def _train(args: argparse.Namespace) -> None:
    _prepare_training()
    from model.classifier import Classifier
    from model.data import hash_file, load_extra, load_mnist
    from model.export import describe, export, find_trained, recall
    from model.train import NETWORK, load, train

    with contextlib.redirect_stdout(sys.stderr):  # Keras shows its progress on stdout
        mnist, extras = load_mnist(args.data), [load_extra(path) for path in args.extra]
        recipe = _choose_recipe(args)
        start = None
        if args.start:
            known = recall(args.start, mnist)
            if known and known.recipe.seed != recipe.seed:
                raise DataError(
                    f"{args.start}: was trained with --seed {known.recipe.seed}, which set other digits aside than "
                    f"--seed {recipe.seed}: they would no longer be unseen. Give the same --seed."
                )
            start, recipe = load(args.start), replace(recipe, start=hash_file(args.start / NETWORK))
            if known:  # what was built then is what goes on
                recipe = replace(recipe, **{name: getattr(known.recipe, name) for name in SHAPE})
        teacher = None
        if args.teacher:
            teacher = Classifier(args.teacher, threads=os.cpu_count() or 1)
            recipe = replace(recipe, teacher=teacher.card.weights_sha256)
        sources = [describe(data) for data in (mnist, *extras)]
        card = find_trained(args.out, recipe, sources) if args.load_or_train else None
        if card:
            say(NAME, f"{args.out}: trained on {card.made} with this recipe and these data; nothing was trained again.")
        else:
            try:
                network = train(
                    mnist, extras, recipe, args.out, start, _choose_bar(), teacher, args.logs, partial(say, NAME)
                )
            except KeyboardInterrupt:
                atexit.register(os._exit, INTERRUPTED)  # TensorFlow's threads still run, and would abort the exit
                raise
            card = export(network, mnist, sources, recipe, args.out)
    print(json.dumps({"weights": str(args.out), "temperature": card.temperature, **card.figures}))


def _choose_bar() -> int:
    """Return how Keras shows its progress: a bar on a terminal; in a pipe or a file, a line an epoch."""
    return 1 if sys.stderr.isatty() else 2


def _choose_recipe(args: argparse.Namespace) -> Recipe:
    """Return the recipe of the file, if there is one, with what the command's words say in its place."""
    recipe = read_recipe(args.recipe) if args.recipe else Recipe()
    names = ("epochs", "seed", "rate", "patience", "network")
    return replace(recipe, **{name: given for name in names if (given := getattr(args, name)) is not None})


def _train_rows(args: argparse.Namespace) -> None:
    _prepare_training()
    from model.data import hash_file, load_extra, load_mnist, split
    from model.row_export import export_rows
    from model.row_train import NETWORK, RowRecipe, load_rows, train_rows
    from model.strip import load_strips

    with contextlib.redirect_stdout(sys.stderr):  # Keras shows its progress on stdout
        strips = [load_strips(path) for path in args.strips]
        recipe = RowRecipe(args.epochs or RowRecipe.epochs, seed=_get_seed(args), rate=args.rate or RowRecipe.rate)
        start = load_rows(args.start) if args.start else None
        if args.start:
            recipe = replace(recipe, start=hash_file(args.start / NETWORK))
        digits = [split(load_mnist(args.data), recipe.seed)[0], *(load_extra(path) for path in args.extra)]
        try:
            network = train_rows(strips, digits, recipe, args.out, _choose_bar(), start, partial(say, NAME))
        except KeyboardInterrupt:
            atexit.register(os._exit, INTERRUPTED)  # TensorFlow's threads still run, and would abort the exit
            raise
        card = export_rows(network, strips, digits, recipe, args.out)
    print(json.dumps({"weights": str(args.out), "temperature": card.temperature, **card.figures}))


def _join(args: argparse.Namespace) -> None:
    _prepare_training()
    from model.committee import join

    _make_one(args, args.members, join)


def _blend(args: argparse.Namespace) -> None:
    _prepare_training()
    from model.committee import blend

    _make_one(args, [args.first, args.second], lambda networks: blend(networks[0], networks[1], args.share))


def _make_one(args: argparse.Namespace, folders: Sequence[Path], unite: Callable[[list[Any]], Any]) -> None:
    """Make one network of several, and export it."""
    from model.data import hash_file, load_mnist
    from model.export import export, recall
    from model.train import NETWORK, load, save

    with contextlib.redirect_stdout(sys.stderr):
        mnist = load_mnist(args.data)
        origins = [recall(folder, mnist) for folder in folders]
        for folder, origin in zip(folders, origins, strict=True):
            if origin is None:
                raise WeightsError(f"{folder}: has no card.json. Make one: digits-model export --weights {folder}.")
        known = [origin for origin in origins if origin]
        try:
            network = unite([load(folder) for folder in folders])
        except ValueError as error:
            raise WeightsError(f"{error}.") from error
        args.out.mkdir(parents=True, exist_ok=True)
        save(network, args.out)
        sources = list(dict.fromkeys(source for origin in known for source in origin.sources))
        names = [hash_file(folder / NETWORK) for folder in folders]
        card = export(network, mnist, sources, known[-1].recipe, args.out, names)
    print(json.dumps({"weights": str(args.out), "temperature": card.temperature, **card.figures}))


def _export(args: argparse.Namespace) -> None:
    _prepare_training()
    from model.data import load_extra, load_mnist
    from model.export import Origin, describe, export, recall
    from model.train import load

    with contextlib.redirect_stdout(sys.stderr):
        network = load(args.weights)
        mnist, extras = load_mnist(args.data), [load_extra(path) for path in args.extra]
        recipe = Recipe(epochs=args.epochs or Recipe.epochs, seed=_get_seed(args))
        origin = recall(args.weights, mnist) or Origin(recipe, [describe(data) for data in (mnist, *extras)])
        card = export(network, mnist, origin.sources, origin.recipe, args.weights, origin.members)
    print(json.dumps({"weights": str(args.weights), "temperature": card.temperature, **card.figures}))


def _evaluate(args: argparse.Namespace) -> None:
    from model.classifier import Classifier
    from model.data import load_labelled
    from model.evaluate import evaluate, record_final

    classifier = Classifier(args.weights, threads=os.cpu_count() or 1)
    figures = evaluate(classifier, load_labelled(args.data), args.reject_below)
    if args.final:
        if args.weights is None:
            raise WeightsError("--final writes into the card of the weights. Name their folder with --weights DIR.")
        record_final(classifier, figures, args.weights)
    print(json.dumps(figures))


def _get_seed(args: argparse.Namespace) -> int:
    return Recipe.seed if args.seed is None else args.seed


def _prepare_training() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow reads it when it is first imported
    require_tensorflow()


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digits-model", description="Train, export and evaluate the networks.")
    parser.add_argument("--version", action="version", version=f"digits-model {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train the network, export it and write its card")
    add_train_options(train)
    train.set_defaults(command=_train)

    rows = commands.add_parser(
        "train-rows",
        help="train the network that reads a row as a whole, export it and write its card",
        description="Train the network that reads a row as a whole, on strips that digits-bench strips laid out.",
    )
    rows.add_argument("--strips", type=Path, action="append", required=True, metavar="FILE", help=".npz with strips")
    rows.add_argument(
        "--out", type=Path, default=Path("weights"), metavar="DIR", help="folder for the weights (weights)"
    )
    rows.add_argument("--start", type=Path, metavar="DIR", help="go on from the rows.keras in this folder")
    rows.add_argument(
        "--rate", type=parse_rate, metavar="R", help="highest learning rate (0.002, with --start a lower one is wise)"
    )
    rows.set_defaults(command=_train_rows)

    join = commands.add_parser(
        "join",
        help="join networks to a committee that averages what they say",
        description="Join trained networks to a committee: each says what it sees, and what they say is averaged.",
    )
    join.add_argument("members", type=Path, nargs="+", metavar="DIR", help="folders of the networks, from train")
    join.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the committee's weights")
    join.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz (the copy of keras.datasets, or a download)")
    join.set_defaults(command=_join)

    blend = commands.add_parser(
        "blend",
        help="average the weights of a network and of one that was trained on from it",
        description="Average the weights of two networks that are built alike, one trained on from the other: one "
        "network, as fast as each.",
    )
    blend.add_argument("first", type=Path, metavar="A", help="folder of the network that was trained on")
    blend.add_argument("second", type=Path, metavar="B", help="folder of what became of it")
    blend.add_argument("--share", type=parse_share, default=0.5, metavar="P", help="the second's part, 0 to 1 (0.5)")
    blend.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the new weights")
    blend.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz (keras.datasets' copy, or a download)")
    blend.set_defaults(command=_blend)

    export = commands.add_parser(
        "export",
        help="export and calibrate digits.keras again",
        description="Export and calibrate digits.keras again. A card beside it says what it was trained with; "
        "without one, give the --extra, --epochs and --seed of its training.",
    )
    export.add_argument("--weights", type=Path, required=True, metavar="DIR", help="folder that holds digits.keras")
    export.set_defaults(command=_export)
    for command in (train, rows, export):
        add_data_options(command)

    evaluate = commands.add_parser("evaluate", help="measure the weights on labelled glyphs; prints JSON")
    evaluate.add_argument("--data", type=Path, required=True, metavar="FILE", help=".npz with x_test, y_test or x, y")
    evaluate.add_argument("--weights", type=Path, metavar="DIR", help="folder of the weights (the package's own)")
    evaluate.add_argument(
        "--reject-below",
        type=parse_share,
        default=0.0,
        metavar="P",
        help="refuse digits that are less sure, 0 to 1 (0)",
    )
    evaluate.add_argument("--final", action="store_true", help="write the figures into the card as the final test")
    evaluate.set_defaults(command=_evaluate)
    return parser


if __name__ == "__main__":
    sys.exit(main())
