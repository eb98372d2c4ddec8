"""What a watcher says of a scripted scene, beside what stands there: right, wrong, false, late."""

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.scenes import FOREVER, Scene
from realtime.errands import Answer, Errand, InStep
from realtime.frame import Frame
from realtime.watcher import Watcher
from realtime.wishes import Wishes
from scanner.page import Page
from scanner.reading import Digit, Reading

NEAR = 0.6
"""A label belongs to a digit when their middles are at most this far apart, in the digit's heights."""

AFTERGLOW = 0.5
"""Seconds for which the label of a digit that was rubbed out is not yet false."""


class Late(InStep):
    """Reads when asked, and hands the answer over some seconds of the scene later, as a thread would."""

    def __init__(self, delay: float) -> None:
        super().__init__()
        self.now = 0.0
        self._delay, self._due = delay, 0.0

    def send(self, errand: Errand) -> None:
        """Run the errand; its answer comes later."""
        super().send(errand)
        self._due = self.now + self._delay

    def collect(self) -> Answer | None:
        """Return the answer when its time has come."""
        return super().collect() if self.now >= self._due - 1e-9 else None


@dataclass
class Verdict:
    """What was said of a scene."""

    frames: int = 0
    shown: int = 0
    """Labels shown, over all frames."""
    right: int = 0
    wrong: int = 0
    refused: int = 0
    false: int = 0
    """Where no digit stands."""
    changes: int = 0
    """Labels that turned into another, or went, while their digit stood there."""
    missing: int = 0
    """Digits on frames where they should have been shown."""
    came: list[float] = field(default_factory=list)
    """Seconds from a digit's being written, and the hand's being off it, to its label."""
    went: list[float] = field(default_factory=list)
    """Seconds from a digit's being gone to its label's being gone."""

    def add(self, other: "Verdict") -> None:
        """Count another scene in."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


def judge(
    scene: Scene,
    read: Callable[[Page], Reading],
    delay: float = 0.13,
    fps: float = 30.0,
    tell: Callable[[float, str], None] | None = None,
) -> Verdict:
    """Play a scene to a watcher.

    delay: seconds that a reading takes. fps: frames a second. tell: hears of what went wrong, and when, in seconds.
    """
    runner = Late(delay)
    watcher = Watcher(read, runner)
    verdict, before = Verdict(), dict[int, str]()
    first, last = dict[int, float](), dict[int, float]()
    say = tell or (lambda time, text: None)
    for number, (time, image) in enumerate(scene.frames(fps), 1):
        runner.now = time
        seen = watcher.look(Frame(image, scene.name, number, time, time), Wishes())
        shown = [digit for line in seen.reading.lines for digit in line.digits]
        labels = _assign(scene, shown, time, verdict, say)
        verdict.frames += 1
        for i, text in labels.items():
            first.setdefault(i, time)
            last[i] = time
            if i in before and before[i] != text:
                verdict.changes += 1
                say(time, f"digit {i} ({scene.written[i].text}) turns from {before[i]} to {text}")
        expected = {i for i, digit in enumerate(scene.written) if digit.done <= time < digit.rubbed}
        for i in before.keys() - labels.keys():
            if i in expected:
                verdict.changes += 1
                say(time, f"digit {i} ({scene.written[i].text}) goes")
        verdict.missing += sum(1 for i in expected if i not in labels and i in first)
        before = labels
    for i, digit in enumerate(scene.written):
        if digit.begun >= 0:
            verdict.came.append(first.get(i, FOREVER) - _uncovered(scene, i))
        if digit.gone < FOREVER:
            verdict.went.append(last.get(i, 0.0) + 1 / fps - digit.gone)
    watcher.close()
    return verdict


def _assign(
    scene: Scene, shown: list[Digit], time: float, verdict: Verdict, say: Callable[[float, str], None]
) -> dict[int, str]:
    """Count what is shown; returns the text of each digit that has a label."""
    labels: dict[int, str] = {}
    there = [i for i, digit in enumerate(scene.written) if digit.begun <= time < digit.gone + AFTERGLOW]
    for digit in shown:
        verdict.shown += 1
        best, far = -1, NEAR
        for i in there:
            x, y = scene.place(scene.written[i], time)
            away = max(abs(x - digit.box.centre_x), abs(y - digit.box.centre_y)) / scene.written[i].box[3]
            if away < far and i not in labels:
                best, far = i, away
        if best < 0:
            verdict.false += 1
            say(time, f"false {digit.text} ({digit.confidence:.2f}) at {digit.box.as_list()}")
            continue
        labels[best] = digit.text
        if digit.text == scene.written[best].text:
            verdict.right += 1
        elif digit.text == "?":
            verdict.refused += 1
        else:
            verdict.wrong += 1
            say(time, f"digit {best} ({scene.written[best].text}) reads {digit.text} ({digit.confidence:.2f})")
    return labels


def _uncovered(scene: Scene, i: int) -> float:
    """Return when a digit is written and the hand is off it, in seconds."""
    digit = scene.written[i]
    x, y, width, height = digit.box
    time = digit.done
    while (tip := scene.tip(time)) is not None and tip[0] < x + 1.2 * width and tip[1] < y + 1.5 * height:
        time += 1 / 30
    return time
