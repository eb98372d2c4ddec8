"""What watching costs beside the usual loop, and whether what it says of scripted scenes and films is right.

    python -m benchmarks.live [--speed] [--scenes] [--memory] [--films FOLDER] [--seconds 10] [--pages 2]

Without a choice, all but films. Speed: a paced source of 30 frames a second with 20 digits, whose every frame changes
or lies still, at 720p and 1080p; the usual loop (contours, a straight resize, Keras' predict for each digit) takes the
same frames in the same run, where TensorFlow is installed. Processor time is that of the loop's thread, which other
programs hardly disturb; the rest is by the clock, and how busy the machine was is said beside it.
"""

import argparse
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.pages import Picture
from benchmarks.scenes import Scene
from benchmarks.scripts import SCRIPTS, play_shaking, play_still, write_page
from benchmarks.speed import load_keras
from benchmarks.verdicts import Verdict, judge
from model.classifier import Classifier
from realtime.capture import Capture
from realtime.errands import Beside, InStep
from realtime.frame import Frame
from realtime.pump import Pace, Pump
from realtime.watcher import Watcher
from realtime.wishes import Wishes
from scanner.page import Page
from scanner.pipeline import ONCE, read
from scanner.reading import Reading

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}
"""Width and height of a frame, in pixels."""

FPS = 30.0
"""Of the paced source."""

LOOPED = 60
"""Frames that are drawn beforehand; the source plays them to and fro."""

WARM_UP = 1.0
"""Seconds at the beginning that are not counted: the first reading, and what is loaded with it."""

FEWEST, LONGEST = 5, 600.0
"""A slow loop gets more time until it has shown so many frames, and at most so many seconds."""

MEMORY_FRAMES, SETTLED_FRAMES = 10_000, 500
"""Frames for which memory is watched, and after how many it is measured first."""

Step = Callable[[Frame], int]
"""What is done with a frame; returns how many digits are known of it."""


class PacedCapture:
    """Plays pictures to and fro at the pace of a camera; one that nobody took in time is gone."""

    def __init__(self, pictures: Sequence[Picture], seconds: float) -> None:
        self._pictures = [*pictures, *pictures[-2:0:-1]]
        self._count, self._number, self._began = round(seconds * FPS), 0, time.monotonic()

    def read(self) -> tuple[bool, Picture | None]:
        """Wait for the next picture's time and return it."""
        due = self._began + self._number / FPS
        time.sleep(max(0.0, due - time.monotonic()))
        self._number = max(self._number, int((time.monotonic() - self._began) * FPS)) + 1
        there = self._number <= self._count
        return there, self._pictures[self._number % len(self._pictures)].copy() if there else None

    def get(self, propId: int, /) -> float:
        """A camera has no length."""
        return 0.0

    def release(self) -> None:
        """There is nothing to close."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What watching costs, and whether it is right.")
    parser.add_argument("--speed", action="store_true", help="speed, beside the usual loop")
    parser.add_argument("--scenes", action="store_true", help="labels on scripted scenes")
    parser.add_argument("--memory", action="store_true", help=f"memory over {MEMORY_FRAMES} frames")
    parser.add_argument("--films", type=Path, metavar="FOLDER", help="a folder of films with labels.jsonl")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="of each measurement of speed (10)")
    parser.add_argument("--pages", type=int, default=2, metavar="N", help="hands for which each scene is played (2)")
    parser.add_argument("--delay", type=float, default=0.13, metavar="S", help="how long a reading takes in a scene")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="holds digits.tflite, card.json, digits.keras")
    arguments = parser.parse_args()
    reader = partial(read, classifier=Classifier(arguments.weights), options=ONCE)
    takes_all = not (arguments.speed or arguments.scenes or arguments.memory or arguments.films)
    if arguments.speed or takes_all:
        report_speed(reader, arguments.weights, arguments.seconds)
    if arguments.scenes or takes_all:
        report_scenes(reader, arguments.pages, arguments.delay)
    if arguments.memory or takes_all:
        report_memory(reader)
    if arguments.films:
        report_films(reader, arguments.films)


def report_speed(reader: Callable[[Page], Reading], weights: Path | None, seconds: float) -> None:
    """Print what a frame costs and how old it is when it is shown, for both sizes, and for the usual loop."""
    network = load_keras(weights)
    for name, size in SIZES.items():
        for kind, scene in (("changing", play_shaking(size, 1)), ("still", play_still(size, 1))):
            pictures = [scene.draw(number) for number in range(LOOPED)]
            watcher = Watcher(reader, Beside())
            print_speed(f"{name}, {kind}", pictures, partial(count_seen, watcher), seconds)
            watcher.close()
            if network is not None:
                print_speed(f"{name}, {kind}, usual loop", pictures, partial(read_usually, network), seconds)
    if network is None:
        print("the usual loop needs TensorFlow: install digitlens[train], and have digits.keras")


def count_seen(watcher: Watcher, frame: Frame) -> int:
    """Look at a frame; returns how many digits are settled."""
    return sum(len(line.digits) for line in watcher.look(frame, Wishes()).reading.lines)


def read_usually(network: Any, frame: Frame) -> int:
    """Read as most webcam demos do: threshold, contours, a straight resize, one predict for each. Returns how many."""
    grey = cv2.GaussianBlur(cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    count = 0
    for x, y, width, height in map(cv2.boundingRect, contours):
        if width < 5 or height < 25:
            continue
        small = cv2.resize(ink[y : y + height, x : x + width], (28, 28)).astype(np.float32) / 255
        network.predict(np.stack([small, small], axis=-1)[None], verbose=0)
        count += 1
    return count


def print_speed(name: str, pictures: Sequence[Picture], step: Step, seconds: float) -> None:
    """Play pictures as a camera would, for some seconds, and print what became of them."""

    def open_paced(source: str) -> Capture:
        return PacedCapture(pictures, LONGEST)

    pump = Pump(name, open_paced, 30.0, Pace.NEWEST)
    costs, ages, digits = list[float](), list[float](), list[int]()
    began, whole = time.monotonic(), time.process_time()
    for frame in pump.frames():
        start = time.thread_time()
        count = step(frame)
        if frame.time >= WARM_UP:
            costs.append(time.thread_time() - start)
            ages.append(time.monotonic() - frame.taken)
            digits.append(count)
        if frame.time >= seconds + WARM_UP and len(costs) >= FEWEST:
            break
    pump.close()
    spent = time.monotonic() - began
    cores = (time.process_time() - whole) / spent
    rate = len(costs) / max(spent - WARM_UP, 1e-6)
    middle, most = (1000 * float(np.percentile(costs, share)) for share in (50, 95))
    old = [1000 * float(np.percentile(ages, share)) for share in (50, 95)]
    late = float(np.mean(np.array(ages) > 1 / FPS))
    print(
        f"{name:28}{rate:6.1f} fps  processor p50 {middle:6.1f} p95 {most:6.1f} ms  "
        f"age p50 {old[0]:6.1f} p95 {old[1]:6.1f} ms, {late:.1%} older than a frame  "
        f"{np.median(digits):.0f} digits  {cores:.2f} cores, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def report_scenes(reader: Callable[[Page], Reading], pages: int, delay: float) -> None:
    """Print what is said of the scripted scenes. delay: seconds that a reading takes there, as beside a camera."""
    print(f"scenes of {SIZES['720p'][0]}x{SIZES['720p'][1]}, a reading takes {delay:g} s")
    everything = Verdict()
    for play in SCRIPTS:
        verdict = Verdict()
        for seed in range(1, pages + 1):
            verdict.add(judge(play(SIZES["720p"], seed), reader, delay))
        print_verdict(play.__name__.removeprefix("play_"), verdict)
        everything.add(verdict)
    print_verdict("all", everything)


def print_verdict(name: str, verdict: Verdict) -> None:
    """Print one row."""
    came, went = (f"{max(times):.2f} s at most" if times else "-" for times in (verdict.came, verdict.went))
    print(
        f"  {name:10}{verdict.frames:6} frames  right {verdict.right / max(1, verdict.shown):.2%} of {verdict.shown}  "
        f"wrong {verdict.wrong}  refused {verdict.refused}  false {verdict.false}  changed {verdict.changes}  "
        f"missing {verdict.missing}  shown after {came}, gone after {went}",
        flush=True,
    )


def report_memory(reader: Callable[[Page], Reading]) -> None:
    """Print the memory of this process early and late in a long scene: a page that moves, and a hand over it."""
    size = (640, 360)
    scene = Scene(
        "memory", size, write_page(size, 1), 0.0, tip=SCRIPTS[1](size, 1).tip, move=play_shaking(size, 1).move
    )
    pictures = [scene.draw(number) for number in range(240)]
    watcher = Watcher(reader, Beside())
    early = 0.0
    for number, picture in enumerate(itertools.islice(itertools.cycle(pictures), MEMORY_FRAMES), 1):
        watcher.look(Frame(picture, "memory", number, number / FPS, 0.0), Wishes())
        if number == SETTLED_FRAMES:
            early = measure_memory()
    late = measure_memory()
    watcher.close()
    print(
        f"memory: {early:.0f} MB after {SETTLED_FRAMES} frames, {late:.0f} MB after {MEMORY_FRAMES} "
        f"({late - early:+.1f} MB)"
    )


def measure_memory() -> float:
    """Return what this process holds in memory, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def report_films(reader: Callable[[Page], Reading], folder: Path) -> None:
    """Print what is settled at the end of each film of a folder, and how often what is shown changed, in step."""
    for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        labelled = json.loads(line)
        watcher = Watcher(reader, InStep())
        texts: list[tuple[str, ...]] = []
        for frame in play_film(folder / labelled["file"]):
            texts.append(tuple(line.text for line in watcher.look(frame, Wishes()).reading.lines))
        changes = sum(one != other for one, other in itertools.pairwise(texts))
        usual = max(set(texts), key=texts.count)
        print(
            f"{labelled['file']}: {len(texts)} frames, what is shown changed {changes} times; "
            f"most often {list(usual)}, at the end {list(texts[-1])}, labelled {labelled['strings']}",
            flush=True,
        )


def play_film(path: Path) -> Iterator[Frame]:
    """Yield the frames of a film."""
    from realtime.camera import open_source

    with open_source(str(path)) as frames:
        yield from frames


if __name__ == "__main__":
    main()
