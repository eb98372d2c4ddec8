"""The words of digits-model that training is told with."""

import argparse
from pathlib import Path


def add_train_options(parser: argparse.ArgumentParser) -> None:
    """Add the words of `digits-model train` alone."""
    parser.add_argument(
        "--out", type=Path, default=Path("weights"), metavar="DIR", help="folder for the weights (weights)"
    )
    parser.add_argument("--start", type=Path, metavar="DIR", help="go on from the digits.keras in this folder")
    parser.add_argument(
        "--teacher",
        type=Path,
        metavar="DIR",
        help="learn what the network in this folder says of the extra views, too",
    )
    parser.add_argument("--rate", type=parse_rate, metavar="R", help="highest learning rate (0.002)")
    parser.add_argument(
        "--model", dest="network", metavar="NAME", help="one of the networks of digits-bench compare (compact)"
    )
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="JSON, such as digits-bench tune writes")
    parser.add_argument(
        "--patience", type=parse_count, metavar="N", help="stop after N epochs without a better one, and return to that"
    )
    parser.add_argument(
        "--load-or-train",
        action="store_true",
        help="do nothing where --out holds weights of this recipe and these data",
    )
    parser.add_argument("--logs", type=Path, metavar="DIR", help="write accuracy and loss by epoch for TensorBoard")


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add what all trainings share: data, length and chance."""
    add_source_options(parser)
    parser.add_argument("--epochs", type=parse_count, metavar="N", help="how long to train (train: 24; train-rows: 14)")
    parser.add_argument("--seed", type=parse_seed, metavar="N", help="where chance starts (1)")


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Add where training glyphs come from."""
    parser.add_argument(
        "--data", type=Path, metavar="FILE", help="mnist.npz (the copy of keras.datasets, or a download)"
    )
    parser.add_argument(
        "--extra",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="more training data: .npz with x, y, a folder of such files, a folder of pictures in folders 0 to 9 and "
        "none, or MNIST's or EMNIST's pictures in IDX",
    )


def parse_count(text: str) -> int:
    """Return a whole number of 1 or more. Raises ArgumentTypeError."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is too small, expected 1 or more")
    return number


def parse_rate(text: str) -> float:
    """Return a learning rate: more than 0, at most 1. Raises ArgumentTypeError."""
    rate = float(text)
    if not 0 < rate <= 1:
        raise argparse.ArgumentTypeError(f"{text} is out of range, expected more than 0 and at most 1")
    return rate


def parse_seed(text: str) -> int:
    """Return a whole number of 32 bits. Raises ArgumentTypeError."""
    seed = int(text)
    if not 0 <= seed < 2**32:
        raise argparse.ArgumentTypeError(f"{text} is out of range, expected 0 to {2**32 - 1}")
    return seed


def parse_share(text: str) -> float:
    """Return a share, 0..1. Raises ArgumentTypeError."""
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is out of range, expected 0 to 1")
    return share
