"""Batches: how much faster two processes are than one, and what memory they take.

    python -m benchmarks.batches [--pages 60] [--jobs 2]

Pages of A4 at 150 dpi are drawn and read by digits-scan into a table, by one process and by several, in one run. Then
the same again, when all is known. Memory is the peak of the largest process.
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from benchmarks.pages import draw_columns, take_hand

SIZE = (1754, 1240)
"""A4 at 150 dpi, height and width in pixels."""


def draw_pages(folder: Path, count: int) -> None:
    """Write pages with 50 digits each, no two the same."""
    rng = np.random.default_rng(0)
    for number in range(count):
        page = draw_columns(SIZE, 5, 1, 10, take_hand(rng, 60, 5), seed=number)
        cv2.imwrite(str(folder / f"{number}.png"), page)


def measure_batch(folder: Path, output: Path, jobs: int) -> tuple[float, float]:
    """Read the folder; return the seconds, and the peak memory of the largest process so far, in MB."""
    words = [sys.executable, "-m", "scanner", str(folder), "--output", str(output), "--jobs", str(jobs)]
    began = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(description="What a batch costs with one process and with several.")
    parser.add_argument("--pages", type=int, default=60, metavar="N", help="pages to read (60)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        pages = Path(name) / "pages"
        pages.mkdir()
        draw_pages(pages, options.pages)
        runs = (
            ("one process", Path(name) / "one.csv", 1),
            (f"{options.jobs} processes", Path(name) / "several.csv", options.jobs),
            ("all known", Path(name) / "several.csv", options.jobs),
        )
        first = 0.0
        for what, output, jobs in runs:
            seconds, memory = measure_batch(pages, output, jobs)
            first = first or seconds
            print(f"{what:14}{seconds:8.2f} s {first / seconds:8.2f} times one process {memory:8.0f} MB")


if __name__ == "__main__":
    main()
