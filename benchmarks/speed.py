"""What reading costs, and where: everything is measured in one run, so that the ratios hold on any machine.

    python -m benchmarks.speed [--weights FOLDER] [--rounds 7]

Glyphs against Keras' model.predict (that line needs TensorFlow), a 720p frame stage by stage, looked at once as the
camera's frames are; an A4 page, all looks together, against the decoding of its JPEG, one of combs against that of its
PNG by OpenCV, both also looked at once; and the start of digits-scan up to its first result.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

import scanner.pipeline as pipeline
from benchmarks.pages import Picture, draw_columns, draw_combs, take_hand
from model.classifier import Classifier
from model.context import look_alone
from model.glyph import SIDE
from scanner.page import Page, decode_pages
from scanner.pipeline import ONCE, Options, read

STAGES = (
    "to_grey",
    "resize",
    "even_light",
    "straighten",
    "take_ink",
    "take_out_rules",
    "estimate_digit_height",
    "find_blobs",
    "find_rows",
    "build_lattice",
    "restore",
    "look_at_candidates",
    "classify",
    "is_doubtful",
    "find_turn",
    "decode",
    "keep_digit_rows",
    "read_uncut",
    "find_problems",
)
"""What scanner.pipeline calls by these names is timed; `classify` is the classifier's."""

SAMPLE = Path(__file__).parents[1] / "samples" / "note.jpg"

STARTS = 5
"""How often digits-scan is started; the fastest counts, and the others warm the disk."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What reading costs, and where.")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite, card.json, digits.keras")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="measurements; the fastest counts (7)")
    arguments = parser.parse_args()
    classifier = Classifier(arguments.weights)
    rng = np.random.default_rng(1)
    frame = draw_columns((720, 1280), 4, 1, 5, take_hand(rng, 90, 7), seed=1)
    sheet = draw_columns((3508, 2480), 10, 2, 10, take_hand(rng, 90, 7), seed=2)
    report_glyphs(classifier, arguments.weights, arguments.rounds)
    report_stages("a 720p frame with 20 digits", frame, classifier, arguments.rounds, ONCE)
    report_stages("an A4 page at 300 dpi with 200 digits", sheet, classifier, max(2, arguments.rounds // 2))
    report_sheet(sheet, classifier, max(2, arguments.rounds // 2))
    combs = draw_combs((3508, 2480), 10, 2, 10, take_hand(rng, 66, 6), seed=2)
    report_combs(combs, classifier, max(2, arguments.rounds // 2))
    report_start()


def measure(action: Callable[[], object], rounds: int) -> float:
    """Return the milliseconds of the fastest call: the slower ones were disturbed. One call before is not counted."""
    action()
    return min(measure_once(action) for _ in range(rounds))


def compare(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the milliseconds of the fastest calls of two actions, called in turn: what disturbs one disturbs both."""
    pairs = [(measure_once(one), measure_once(other)) for _ in range(rounds + 1)][1:]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def measure_once(action: Callable[[], object]) -> float:
    """Return the milliseconds of one call."""
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def report_glyphs(classifier: Classifier, weights: Path | None, rounds: int) -> None:
    """Print the cost of one glyph and of a batch of 100, in LiteRT and in Keras."""
    many = np.random.default_rng(1).integers(0, 256, (100, SIDE, SIDE), np.uint8)
    costs = {
        "Classifier, one glyph": measure(lambda: classifier.classify(many[:1]), 5 * rounds),
        "Classifier, 100 glyphs": measure(lambda: classifier.classify(many), rounds),
    }
    keras = load_keras(weights)
    if keras:
        values = look_alone(many).astype(np.float32) / 255
        costs["Keras predict, one glyph"] = measure(lambda: keras.predict(values[:1], verbose=0), rounds)
        costs["Keras predict, 100 glyphs"] = measure(lambda: keras.predict(values, verbose=0), rounds)
    unit = costs["Classifier, one glyph"]
    print("glyphs" + ("" if keras else " (no Keras beside: install digitlens[train], and have digits.keras)"))
    for name, cost in costs.items():
        print_row(name, cost, cost / unit, "times one glyph")


def load_keras(weights: Path | None) -> Any:
    """Return the Keras network, or None where TensorFlow or its file is missing."""
    folder = weights or Path(__file__).parents[1] / "model" / "weights"
    if not (folder / "digits.keras").exists():
        return None
    try:
        from model.train import load
    except ImportError:
        return None
    return load(folder)


@contextmanager
def timed_stages(classifier: Classifier) -> Iterator[dict[str, float]]:
    """Within it, the stages of scanner.pipeline add the milliseconds they take to the dictionary: the real road."""
    costs = dict.fromkeys(STAGES, 0.0)

    def timed(name: str, stage: Callable[..., object]) -> Callable[..., object]:
        def run(*args: Any, **kwargs: Any) -> object:
            began = time.perf_counter()
            try:
                return stage(*args, **kwargs)
            finally:
                costs[name] += 1000 * (time.perf_counter() - began)

        return run

    with ExitStack() as stack:
        for name in STAGES:
            owner = classifier if name == "classify" else pipeline
            stack.enter_context(patch.object(owner, name, timed(name, getattr(owner, name))))
        yield costs


def report_stages(
    title: str, image: Picture, classifier: Classifier, rounds: int, options: Options = Options()
) -> None:
    """Print what each stage of reading a picture costs, and its share of the whole."""
    page = Page(image, "picture")
    digits = sum(len(line.digits) for line in read(page, classifier, options).lines)
    best: dict[str, float] = {}
    for _ in range(rounds):
        with timed_stages(classifier) as costs:
            began = time.perf_counter()
            read(page, classifier, options)
            costs["all"] = 1000 * (time.perf_counter() - began)
        best = {name: min(cost, best.get(name, np.inf)) for name, cost in costs.items()}
    print(f"\n{title}; {digits} found")
    for name, cost in best.items():
        print_row(name, cost, cost / best["all"], "of all")


def report_sheet(sheet: Picture, classifier: Classifier, rounds: int) -> None:
    """Print the cost of reading a page beside that of decoding its JPEG."""
    data = encode_jpeg(sheet)
    (page,) = decode_pages(data, "sheet.jpg")
    decoding, reading = compare(lambda: list(decode_pages(data, "sheet.jpg")), lambda: read(page, classifier), rounds)
    print(f"\nthe A4 page as a JPEG of {len(data) / 1e6:.1f} MB")
    print_row("decode", decoding, 1, "")
    print_row("read", reading, reading / decoding, "times its decoding")
    print_once(page, classifier, rounds, decoding)


def report_combs(sheet: Picture, classifier: Classifier, rounds: int) -> None:
    """Print the cost of reading a page of combs beside that of decoding its PNG with OpenCV."""
    page = Page(sheet, "combs.png")
    data = cv2.imencode(".png", sheet)[1]
    digits = sum(len(line.digits) for line in read(page, classifier).lines)
    decoding, reading = compare(lambda: cv2.imdecode(data, cv2.IMREAD_COLOR), lambda: read(page, classifier), rounds)
    print(f"\nan A4 page at 300 dpi with 200 digits in combs, {digits} found; a PNG of {len(data) / 1e6:.1f} MB")
    print_row("cv2.imdecode", decoding, 1, "")
    print_row("read", reading, reading / decoding, "times its decoding")
    print_once(page, classifier, rounds, decoding)


def print_once(page: Page, classifier: Classifier, rounds: int, decoding: float) -> None:
    """Print what a single look at a page costs. decoding: what that takes, in milliseconds."""
    once = measure(lambda: read(page, classifier, ONCE), rounds)
    print_row("read --once", once, once / decoding, "times its decoding")


def encode_jpeg(image: NDArray[np.uint8]) -> bytes:
    """Return the bytes of a JPEG file."""
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def report_start() -> None:
    """Print how long digits-scan takes from its start to its first result, beside a Python that does nothing."""
    bare = measure(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), STARTS)
    libraries = measure(lambda: subprocess.run([sys.executable, "-c", "import cv2"], check=True), STARTS)
    first = min(measure_first_result() for _ in range(STARTS))
    print("\nfrom the start to the first result, on one photo of 960x720")
    print_row("python", bare, 1, "")
    print_row("python, import cv2", libraries, libraries / bare, "times python")
    print_row("digits-scan", first, first / bare, "times python")


def measure_first_result() -> float:
    """Start digits-scan and return the milliseconds until its first line is there."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "scanner", str(SAMPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - began
        if not line:
            sys.exit(f"digits-scan printed no result. It says: {process.communicate()[1]}")
    return 1000 * took


def print_row(name: str, milliseconds: float, ratio: float, of: str) -> None:
    """Print one row of a table."""
    print(f"  {name:26}{milliseconds:10.2f} ms{ratio:10.2f} {of}")


if __name__ == "__main__":
    main()
