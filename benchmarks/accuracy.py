"""How good the reader is, measured on labelled images and shown: figures, charts, and the worst readings as pictures.

    python -m benchmarks.accuracy FOLDER... [--synthetic N --data mnist.npz] [--weights FOLDER] [--out docs]

Each FOLDER holds images and labels.jsonl (benchmarks/README.md). What is judged is what `digits-scan --format jsonl`
prints. The charts need the `docs` extra: pip install '.[docs]'.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2

from bench.datasets import SYNTHETIC, Measured, Wrong, draw_samples, load_samples, measure
from bench.figures import to_figures
from bench.metrics import count_confusions
from benchmarks.charts import draw_calibration, draw_confusion, draw_read_rates, draw_sheet
from benchmarks.marks import fill_marks
from model.classifier import Classifier
from model.errors import MissingPackageError, ModelError
from scanner.errors import DigitlensError
from scanner.whole import SHARED, write_whole

PAGE, FIGURES, IMAGES = "accuracy.md", "accuracy-figures.json", "images"
"""What is written into the folder: a table in the page, all figures, the charts."""

WORST = 20
"""Pictures on the sheet of the worst readings."""

SHEET_QUALITY = 80
"""JPEG quality of that sheet, 0..100: the strokes stay clear, the page stays small."""

COLUMNS = {
    "images": "images",
    "strings": "strings",
    "exact": "exact",
    "by_source": "by source",
    "lines": "own line",
    "digits": "digits",
    "false": "false an image",
    "doubts": "doubts an image",
    "read_at_1_percent": "read at 1 % error",
    "calibration_error": "calibration error",
}
"""The table's columns: the figure and its heading."""


def to_table(data_sets: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the figures of the data sets as a Markdown table."""
    rows = [["data set", *COLUMNS.values()], ["---"] * (len(COLUMNS) + 1)]
    rows += [[name, *(_format(figures[key]) for key in COLUMNS)] for name, figures in data_sets.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _format(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def write_report(folder: Path, measured: Sequence[Measured], weights_sha256: str) -> None:
    """Write figures and charts into the folder, and the table into its page where it has one.

    Raises DataError when the page has no place for the table, OSError when a file cannot be written.
    """
    (folder / IMAGES).mkdir(parents=True, exist_ok=True)
    data_sets = {each.name: to_figures(each) for each in measured}
    record = {"weights_sha256": weights_sha256, "data_sets": data_sets}
    write_whole(folder / FIGURES, _to_json(record).encode(), SHARED)
    for name, chart in draw_charts(measured).items():
        write_whole(folder / IMAGES / f"accuracy-{name}.png", chart, SHARED)
    if (folder / PAGE).exists():
        fill_page(folder / PAGE)


def _to_json(record: dict[str, Any]) -> str:
    """Return the record as JSON, one line for each figure: a new run's differences can be read."""
    sets = ",\n".join(
        f"  {json.dumps(name)}: {{\n"
        + ",\n".join(f"   {json.dumps(key)}: {json.dumps(value)}" for key, value in figures.items())
        + "\n  }"
        for name, figures in record["data_sets"].items()
    )
    return f'{{\n "weights_sha256": {json.dumps(record["weights_sha256"])},\n "data_sets": {{\n{sets}\n }}\n}}\n'


def draw_charts(measured: Sequence[Measured]) -> dict[str, bytes]:
    """Return the three charts as PNG. Drawn pages stay out of the confusion matrix where there are real ones."""
    with_strings = [each for each in measured if each.judged]
    real = [each for each in with_strings if each.name != SYNTHETIC] or with_strings
    counts = count_confusions(judged for each in real for judged in each.judged)
    curves = {each.name: each.judged for each in with_strings}
    return {
        "confusion": draw_confusion(counts, f"Digits of {', '.join(each.name for each in real)}"),
        "read-rate": draw_read_rates(curves),
        "calibration": draw_calibration(curves),
    }


def fill_page(page: Path) -> None:
    """Write the table of the figures that lie beside the page between its two marks. Raises DataError, OSError."""
    figures = json.loads((page.parent / FIGURES).read_text(encoding="utf-8"))
    fill_marks(page, {"figures": to_table(figures["data_sets"])})


def write_sheet(path: Path, wrong: Sequence[Wrong]) -> None:
    """Write the pictures of the surest wrong readings. path: .jpg or .png. Raises OSError."""
    worst = sorted(wrong, key=lambda each: -each.judged.confidence)[:WORST]
    sheet = draw_sheet([(each.judged, each.picture) for each in worst])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, cv2.imencode(path.suffix, sheet, [cv2.IMWRITE_JPEG_QUALITY, SHEET_QUALITY])[1].tobytes())


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and write. Returns the exit code."""
    parser = _make_parser()
    arguments = parser.parse_args(argv)
    if not arguments.folders and arguments.synthetic < 1:
        parser.error("nothing to measure: give folders with labels.jsonl, or --synthetic N")
    if arguments.worst_of:
        _check_sheet(parser, Path(arguments.worst_of[1]), arguments.out)
    try:
        _run(arguments)
    except (ModelError, DigitlensError) as error:
        return _fail(str(error), error.exit_code)
    except OSError as error:
        return _fail(f"{error}. Check that the folder can be written and the disk has room.", 1)
    return 0


def _check_sheet(parser: argparse.ArgumentParser, sheet: Path, out: Path) -> None:
    if sheet.suffix.lower() not in (".jpg", ".png"):
        parser.error(f"{sheet}: expected a name that ends in .jpg or .png")
    if out.resolve() in sheet.resolve().parents:
        parser.error(f"{sheet} lies in {out}, which is published; pictures of others' belong elsewhere")


def _run(arguments: argparse.Namespace) -> None:
    if find_spec("matplotlib") is None:  # asked before the long part
        raise MissingPackageError("matplotlib, which draws the charts, is missing. Install it: pip install '.[docs]'")
    for folder in (*arguments.folders, *(arguments.worst_of or [])[:1]):
        load_samples(Path(folder))  # what is wrong with a folder is told before the long part, too
    classifier = Classifier(arguments.weights)
    measured = [_measure_folder(folder, classifier, arguments.limit) for folder in arguments.folders]
    if arguments.synthetic > 0:
        pages = draw_samples(arguments.data, arguments.synthetic, arguments.seed)
        measured.append(measure(SYNTHETIC, pages, classifier))
    print(to_table({each.name: to_figures(each) for each in measured}), flush=True)
    write_report(arguments.out, measured, classifier.card.weights_sha256)
    if arguments.synthetic > 0:
        write_sheet(arguments.out / IMAGES / "accuracy-worst.jpg", measured[-1].wrong)
    if arguments.worst_of:
        folder, sheet = map(Path, arguments.worst_of)
        done = dict(zip(arguments.folders, measured, strict=False))
        write_sheet(sheet, (done.get(folder) or _measure_folder(folder, classifier, arguments.limit)).wrong)


def _measure_folder(folder: Path, classifier: Classifier, limit: int | None) -> Measured:
    return measure(folder.resolve().name, load_samples(folder)[:limit], classifier)


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="How good the reader is on labelled images: figures and charts.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="holds labels.jsonl and its images")
    parser.add_argument("--synthetic", type=int, default=0, metavar="N", help="draw and measure N synthetic pages too")
    parser.add_argument("--data", type=Path, metavar="FILE", help="mnist.npz, for the synthetic pages")
    parser.add_argument("--seed", type=int, default=11, metavar="N", help="where the pages' chance starts (11)")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite and card.json")
    parser.add_argument("--out", type=Path, default=Path("docs"), metavar="FOLDER", help="where it writes (docs)")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N images of each folder, for a trial")
    parser.add_argument(
        "--worst-of",
        nargs=2,
        metavar=("FOLDER", "SHEET"),
        help="write the twenty worst of FOLDER to SHEET (.jpg, .png), outside --out: for yourself",
    )
    return parser


def _fail(sentence: str, code: int) -> int:
    print(f"benchmarks.accuracy: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
