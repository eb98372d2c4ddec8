"""What straightening is worth: drawn pages, tilted, seen from aside and turned; read with it and without.

    python -m benchmarks.tilt --data mnist.npz [--count 6] [--seed 29]

Each page is drawn once, with digits that no training run has seen, and then taken in every pose, so that the lines of
the table compare. A scan shows paper around the page, as under a scanner's lid. A phone looks at it from aside, by up
to 30 degrees, and sees the table around it, or paper alone. Boxes are taken back to the flat page and judged there:
a box at a wrong place is a wrong reading.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.datasets import hold_out, to_sample
from bench.metrics import judge
from bench.page import draw_comb_form, draw_sheet, draw_strip, draw_table_form
from bench.paper import draw_clouds
from bench.sheet import LabelledPage
from model.classifier import Classifier, GlyphClassifier
from model.data import Glyphs, load_mnist
from scanner.page import Page
from scanner.pipeline import Options, read
from scanner.placement import Placement, move_points
from scanner.reading import Line

KINDS = {"sheet": draw_sheet, "comb": draw_comb_form, "table": draw_table_form, "strip": draw_strip}
"""What is drawn: rows on a sheet, boxes and combs, tables, the crop of one string."""

MARGIN = 0.06
"""What a picture shows around the page, as a share of the page's longer side."""

FOCAL_LENGTH = (0.75, 1.2)
"""Of a telephone, in longer sides of its picture: 27 to 43 mm on the film of 36 mm."""


@dataclass(frozen=True)
class View:
    """How a page is seen."""

    image: NDArray[np.uint8]
    """(H, W) uint8."""
    to_flat: Placement
    """Takes boxes of the image to the flat page."""


Pose = Callable[[NDArray[np.uint8], np.random.Generator], View]
"""Takes a picture of a flat page."""


def skew(degrees: float) -> Pose:
    """Return what scans a page that lies askew, to either side."""

    def scan(flat: NDArray[np.uint8], rng: np.random.Generator) -> View:
        angle = np.deg2rad(degrees) * rng.choice([-1, 1])
        turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        return _see(flat, turn, _fill_with_paper)

    return scan


def photograph(strength: float, has_table: bool) -> Pose:
    """Return what takes a page with a phone. strength: 1 for up to 30 degrees from aside. has_table: what is around."""

    def take(flat: NDArray[np.uint8], rng: np.random.Generator) -> View:
        longer = max(flat.shape)
        focal = rng.uniform(*FOCAL_LENGTH) * longer
        pitch, yaw, roll = np.deg2rad(rng.uniform(-1, 1, 3) * (30, 20, 10) * strength)
        rotation = cv2.Rodrigues(np.array([pitch, yaw, 0.0]))[0] @ cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
        centre = np.array([[1, 0, -flat.shape[1] / 2], [0, 1, -flat.shape[0] / 2], [0, 0, 1]])
        plane = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, 1.6 * focal]])  # far enough to see all of it
        camera = np.diag([1.6 * focal, 1.6 * focal, 1.0])
        return _see(flat, camera @ plane @ centre, _fill_with_table if has_table else _fill_with_paper, rng)

    return take


def turn(quarters: int) -> Pose:
    """Return what scans a page turned by so many quarters, against the clock."""

    def scan(flat: NDArray[np.uint8], rng: np.random.Generator) -> View:
        height, width = flat.shape
        return View(np.ascontiguousarray(np.rot90(flat, quarters)), Placement.of_turn(quarters, width, height))

    return scan


POSES: dict[str, Pose] = {
    "straight": skew(0),
    "skew of 3 degrees": skew(3),
    "skew of 5 degrees": skew(5),
    "skew of 7 degrees": skew(7),
    "skew of 11 degrees": skew(11),
    "skew of 15 degrees": skew(15),
    "phone, half as far aside, table around": photograph(0.5, True),
    "phone, table around": photograph(1.0, True),
    "phone, half as far aside, paper alone": photograph(0.5, False),
    "phone, paper alone": photograph(1.0, False),
    "turned by 90 degrees": turn(1),
    "turned by 180 degrees": turn(2),
    "turned by 270 degrees": turn(3),
}
"""How the pages are seen."""


def _see(
    flat: NDArray[np.uint8],
    move: NDArray[np.float64],
    fill: Callable[[NDArray[np.uint8], tuple[int, int], np.random.Generator], NDArray[np.float32]],
    rng: np.random.Generator | None = None,
) -> View:
    """Move a page by a homography into a picture that shows all of it, over what lies around."""
    height, width = flat.shape
    corners = move_points(move, np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))
    margin = MARGIN * max(flat.shape)
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin
    move = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ move
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    page = cv2.warpPerspective(flat, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpPerspective(np.ones_like(flat, np.float32), move, size, flags=cv2.INTER_LINEAR)
    around = fill(flat, size, rng or np.random.default_rng(0))
    image = np.asarray(np.clip(page * share + around * (1 - share), 0, 255), np.uint8)
    return View(image, Placement(np.asarray(np.linalg.inv(move), np.float64)))


def _fill_with_paper(flat: NDArray[np.uint8], size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    edge = np.concatenate([flat[0], flat[-1], flat[:, 0], flat[:, -1]])
    return np.full(size[::-1], np.median(edge), np.float32)


def _fill_with_table(flat: NDArray[np.uint8], size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    grain = draw_clouds(size[::-1], rng, cell=max(size) / 8) + 0.3 * draw_clouds(size[::-1], rng, cell=6.0)
    return np.asarray(rng.uniform(0.15, 0.55) * np.median(flat) * (1 + 0.1 * grain), np.float32)


def draw_pages(digits: Glyphs, count: int, seed: int) -> Iterator[tuple[str, int, LabelledPage]]:
    """Yield the kind, the number and the page, `count` of each kind."""
    for kind, draw in KINDS.items():
        for number in range(count):
            yield kind, number, draw(digits, np.random.default_rng([seed, number]))


def count_right(page: LabelledPage, view: View, classifier: GlyphClassifier, options: Options) -> list[bool]:
    """Read a view of a page; tell of each of its strings whether it was read exactly."""
    truth = to_sample(page, "page").truth
    lines = [_flatten(line, view.to_flat) for line in read(Page(view.image, "view"), classifier, options).lines]
    return [judged.right for judged in judge(truth, lines)[0]]


def _flatten(line: Line, to_flat: Placement) -> Line:
    digits = tuple(replace(digit, box=to_flat.place(digit.box)) for digit in line.digits)
    return replace(line, digits=digits, box=to_flat.place(line.box))


def main(argv: Sequence[str] | None = None) -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(description="What straightening is worth, on drawn pages.")
    parser.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz; default: the copy of keras.datasets")
    parser.add_argument("--count", type=int, default=6, metavar="N", help="pages of each kind (6)")
    parser.add_argument("--seed", type=int, default=29, metavar="N", help="where chance starts (29)")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    parser.add_argument("--pose", action="append", choices=POSES, help="only this pose; may be given again")
    arguments = parser.parse_args(argv)
    classifier, digits = Classifier(arguments.weights), hold_out(load_mnist(arguments.data))
    pages = list(draw_pages(digits, arguments.count, arguments.seed))
    print("| pose |" + "".join(f" {kind} |" for kind in KINDS) + " all |\n" + "| --- |" + " --- |" * (len(KINDS) + 1))
    for name in arguments.pose or POSES:
        found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for kind, number, page in pages:
            view = POSES[name](page.image, np.random.default_rng([arguments.seed, number, 1]))
            ways = [count_right(page, view, classifier, Options(straighten=on)) for on in (False, True)]
            found[kind] += zip(*ways, strict=True)
        found["all"] = [pair for kind in KINDS for pair in found[kind]]
        cells = (" -> ".join(f"{fmean(way):.3f}" for way in zip(*found[kind], strict=True)) for kind in (*KINDS, "all"))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
