"""Batches: how much faster two processes are than one, and what memory they take.

    python -m benchmarks.batches [--pages 60] [--jobs 2] [--rounds 3] [--small]

Pages of A4 at 150 dpi are drawn and read by digits-scan into a table: by one process kept to one core, as each of
several is; by one process as it comes, whose OpenCV takes the other cores too; and by several. They take turns, and
the fastest of each counts: the slower ones were disturbed. Then the same again, when all is known. Seconds of processor
time are hardly disturbed by other programs. Memory is the peak of the largest process; with --small, thousands of small
pages tell whether it grows with their number.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

SIZE = (1754, 1240)
"""A4 at 150 dpi, height and width in pixels."""

SMALL = (130, 620)
"""A picture of one string, height and width in pixels."""

ONE_CORE = {"OPENCV_FOR_THREADS_NUM": "1"}
"""What keeps OpenCV to one thread."""


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    seconds: float
    """From its start to its end."""
    processor: float
    """Seconds of processor time, of all its processes together."""
    memory: float
    """Peak of its largest process, in MB."""


def draw_pages(folder: Path, count: int, is_small: bool) -> None:
    """Write pages with 50 digits each, or 10 on small ones, no two the same."""
    # imported here: Linux counts the peak of whoever starts a program as its own, so that this process must stay small
    import cv2
    import numpy as np

    from benchmarks.pages import draw_columns, take_hand

    rng = np.random.default_rng(0)
    for number in range(count):
        shape, rows = (SMALL, 1) if is_small else (SIZE, 5)
        page = draw_columns(shape, rows, 1, 10, take_hand(rng, 60, 5), seed=number)
        cv2.imwrite(str(folder / f"{number}.png"), page)


def measure_batch(folder: Path, output: Path, jobs: int, surroundings: dict[str, str]) -> Cost:
    """Read the folder into an output. surroundings: variables of the environment. Exits where the run fails."""
    words = [sys.executable, "-m", "scanner", str(folder), "--output", str(output), "--jobs", str(jobs)]
    began = time.perf_counter()
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, env=os.environ | surroundings)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        sys.exit(f"digits-scan failed with status {status}.")
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(description="What a batch costs with one process and with several.")
    parser.add_argument("--pages", type=int, default=60, metavar="N", help="pages to read (60)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="turns of each; the fastest counts (3)")
    parser.add_argument("--small", action="store_true", help="read pictures of one string each")
    options = parser.parse_args()
    ways: dict[str, tuple[int, dict[str, str]]] = {
        "one process, one core": (1, ONE_CORE),
        "one process": (1, {}),
        f"{options.jobs} processes": (options.jobs, {}),
    }
    with TemporaryDirectory() as name:
        pages = Path(name) / "pages"
        pages.mkdir()
        drawing = get_context("spawn").Process(target=draw_pages, args=(pages, options.pages, options.small))
        drawing.start()
        drawing.join()
        costs: dict[str, list[Cost]] = {way: [] for way in ways}
        for number in range(options.rounds):
            for way, (jobs, surroundings) in ways.items():
                output = Path(name) / f"{jobs}-{len(surroundings)}-{number}.csv"
                costs[way].append(measure_batch(pages, output, jobs, surroundings))
        costs["all known"] = [measure_batch(pages, output, options.jobs, {})]
    first = min(each.seconds for each in costs["one process, one core"])
    for way, each in costs.items():
        seconds, memory = min(cost.seconds for cost in each), max(cost.memory for cost in each)
        processor = min(cost.processor for cost in each)
        times = f"{seconds:8.2f} s, {processor:7.2f} s of processors"
        print(f"{way:22}{times}{first / seconds:8.2f} times as fast{memory:8.0f} MB")


if __name__ == "__main__":
    main()
