"""How digits-web holds up: its own time, 50 users at once, memory; and why it reads in processes.

python -m benchmarks.web              # needs pip install '.[load]'; users for 60 s
python -m benchmarks.web --readers    # one thread, two threads, two processes, on the same pages
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from web.clerk import Clerk
from web.orders import ReadOrder, Wish
from web.settings import Settings
from web.worker import Worker

ROOT = Path(__file__).parents[1]

SAMPLES = ("board", "cheque", "counts", "form", "note")

PIXELS = 1_000_000
"""Of each photo."""

ALONE = 30
"""Uploads, one after the other, by which the reader's own time is measured."""

CROWD = ROOT / "benchmarks" / "crowd.py"


def make_photos() -> list[bytes]:
    """Return the samples as JPEG of one megapixel each."""
    photos = []
    for name in SAMPLES:
        image = cv2.imread(str(ROOT / "samples" / f"{name}.jpg"))
        assert image is not None, "the samples are part of the project"
        factor = (PIXELS / (image.shape[0] * image.shape[1])) ** 0.5
        scaled = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        photos.append(cv2.imencode(".jpg", scaled)[1].tobytes())
    return photos


@contextmanager
def serve() -> Iterator[tuple[int, str]]:
    """Run the server on a free port. Yields its process id and its address."""
    words = [sys.executable, "-m", "web", "--port", "0", "--rate", "0", "--cameras", "0"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            base = process.stderr.readline().split()[1].rstrip("/")
            while not is_ready(base):
                time.sleep(0.1)
            yield process.pid, base
        finally:
            process.terminate()


def is_ready(base: str) -> bool:
    """Tell whether the server reads."""
    try:
        with urllib.request.urlopen(f"{base}/readyz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def upload(base: str, photo: bytes) -> float:
    """Upload a photo. Returns the seconds until the answer."""
    began = time.perf_counter()
    headers = {"Content-Type": "image/jpeg"}
    with urllib.request.urlopen(urllib.request.Request(f"{base}/v1/read", photo, headers)) as answer:
        answer.read()
    return time.perf_counter() - began


def measure_memory(pid: int) -> float:
    """Return the megabytes that the server and its readers hold."""
    import psutil  # Locust brings it

    server = psutil.Process(pid)
    return float(sum(process.memory_info().rss for process in (server, *server.children(recursive=True))) / 1e6)


class Watch:
    """Notes the server's memory once in a second."""

    def __init__(self, pid: int) -> None:
        self.seen = [measure_memory(pid)]
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid,), daemon=True)
        self._thread.start()

    def _look(self, pid: int) -> None:
        while not self._ends.wait(1):
            self.seen.append(measure_memory(pid))

    def close(self) -> None:
        """Stop."""
        self._ends.set()
        self._thread.join()


def visit(base: str, users: int, seconds: int, photos: Path, kept: Path) -> dict[str, dict[str, str]]:
    """Let users upload photos. Returns Locust's figures by what the answers were."""
    words = [sys.executable, "-m", "locust", "-f", str(CROWD), "--headless", "--host", base, "--only-summary"]
    words += [
        "-u",
        str(users),
        "-r",
        str(users),
        "-t",
        f"{seconds}s",
        "--csv",
        str(kept / "run"),
        "--loglevel",
        "ERROR",
    ]
    environment = {**os.environ, "PHOTOS": str(photos)}
    # in a session of its own: systems that share the processor by sessions take users for others, as they are
    subprocess.run(
        words,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    with (kept / "run_stats.csv").open(newline="", encoding="utf-8") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def measure_server(users: int, seconds: int) -> None:
    """Print what a crowd finds, beside what one user alone does."""
    photos = make_photos()
    with TemporaryDirectory() as place, serve() as (pid, base):
        folder = Path(place)
        for number, photo in enumerate(photos):
            (folder / f"{number}.jpg").write_bytes(photo)
        upload(base, photos[0])
        alone = statistics.median(upload(base, photos[number % len(photos)]) for number in range(ALONE))
        with closing(Watch(pid)) as watch:
            found = visit(base, users, seconds, folder, folder)
        load = f"{os.getloadavg()[0]:.1f}"
        print(f"one user: {alone * 1000:.0f} ms; load of the machine at the end: {load}")
        print("| answer | how many | a second | median | 95 % | slowest | failed |")
        print("|---|---|---|---|---|---|---|")
        for name in ("read", "refused", "failed"):
            row = found.get(name)
            if row:
                cells = (row["Request Count"], f"{float(row['Requests/s']):.1f}", row["50%"], row["95%"])
                longest = f"{float(row['Max Response Time']):.0f}"
                print(f"| {name} | {' | '.join(cells)} | {longest} | {row['Failure Count']} |")
        if "read" in found:
            print(f"95 % of what was read, in times of one user's: {float(found['read']['95%']) / 1000 / alone:.1f}")
        quarter = len(watch.seen) // 4
        early, late = max(watch.seen[quarter : 2 * quarter]), max(watch.seen[-quarter:])
        print(f"memory: {watch.seen[0]:.0f} MB before, {early:.0f} MB in the second quarter, {late:.0f} MB in the last")


def compare_readers(count: int) -> None:
    """Print how many photos a second threads and processes read."""
    cv2.setNumThreads(1)
    orders = [ReadOrder((photo,), Wish()) for photo in make_photos() * (-(-count // len(SAMPLES)))][:count]
    clerks = [Clerk(Settings()) for _ in range(2)]
    workers = [Worker(Settings()) for _ in range(2)]
    for clerk, worker in zip(clerks, workers, strict=True):
        clerk.warm()
        worker.wait()
    print("| readers | photos a second | against one |")
    print("|---|---|---|")
    one = 0.0
    ways: list[tuple[str, list[Callable[[ReadOrder], object]]]] = [
        ("one thread", [clerks[0].carry_out]),
        ("two threads", [clerk.carry_out for clerk in clerks]),
        ("two processes", [worker.ask for worker in workers]),
    ]
    for name, readers in ways:
        began = time.perf_counter()
        with ThreadPoolExecutor(len(readers)) as threads:
            parts = [orders[place :: len(readers)] for place in range(len(readers))]
            list(threads.map(lambda pair: [pair[0](order) for order in pair[1]], zip(readers, parts, strict=True)))
        rate = count / (time.perf_counter() - began)
        one = one or rate
        print(f"| {name} | {rate:.1f} | {rate / one:.2f} |")
    for worker in workers:
        worker.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--readers", action="store_true", help="compare threads with processes")
    parser.add_argument("--count", type=int, default=60, help="photos for --readers")
    chosen = parser.parse_args()
    if chosen.readers:
        compare_readers(chosen.count)
    else:
        measure_server(chosen.users, chosen.seconds)
