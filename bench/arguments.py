"""The words of digits-bench explain and digits-bench tune."""

import argparse
from pathlib import Path

from model.arguments import add_source_options, parse_count, parse_seed


def add_explain_options(parser: argparse.ArgumentParser) -> None:
    """Add the words of `digits-bench explain`."""
    parser.add_argument("image", metavar="IMAGE", help="image or PDF")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--digit", type=parse_count, metavar="N", help="only the N-th digit of the page")
    chosen.add_argument("--at", type=parse_point, metavar="X,Y", help="only what stands at this pixel, read or not")
    parser.add_argument("--page", type=parse_count, default=1, metavar="N", help="page of a PDF or TIFF (1)")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="training glyphs, to show the likest: mnist.npz, or what --extra of train takes",
    )
    parser.add_argument("--weights", type=Path, metavar="DIR", help="folder of the weights (the package's own)")
    parser.add_argument(
        "--out", type=Path, default=Path("explain.png"), metavar="FILE", help="picture to write, PNG (explain.png)"
    )


def add_tune_options(parser: argparse.ArgumentParser) -> None:
    """Add the words of `digits-bench tune`."""
    add_source_options(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("tuning"), metavar="DIR", help="folder for the search and its result (tuning)"
    )
    parser.add_argument("--trials", type=parse_count, default=40, metavar="N", help="recipes to try (40)")
    parser.add_argument("--epochs", type=parse_count, default=4, metavar="N", help="of each trial (4)")
    parser.add_argument(
        "--glyphs", type=parse_count, default=10_000, metavar="N", help="training digits of each trial (10000)"
    )
    parser.add_argument(
        "--most-multiply-adds",
        type=parse_count,
        default=15_000_000,
        metavar="N",
        help="cost of one glyph, at most (15000000; the network in the package has 14.3 million)",
    )
    parser.add_argument("--seed", type=parse_seed, default=1, metavar="N", help="where chance starts (1)")


def parse_point(text: str) -> tuple[int, int]:
    """Return x and y of "412,120". Raises ArgumentTypeError."""
    try:
        x, y = (int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no point, expected x,y in pixels, such as 412,120") from None
    return x, y
