"""The scripts of the scenes: still, a hand over the page, writing, erasing, a shaking camera, light off and on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.scenes import Path, Scene, Written, lay_out, make_hand

TEXTS = ("45790", "31826", "87490", "62513")

Size = tuple[int, int]


def play_still(size: Size, seed: int, seconds: float = 30.0) -> Scene:
    """A page that lies still before a noisy sensor."""
    return Scene("still", size, write_page(size, seed), seconds, noise=5.0, seed=seed)


def play_hand(size: Size, seed: int) -> Scene:
    """A hand with a pen comes over the page, wanders, rests on it, and leaves."""
    width, height = size
    stops = [(1.0, (1.2, 1.1)), (2.0, (0.3, 0.4)), (3.5, (0.15, 0.2)), (4.0, (0.2, 0.3)), (5.5, (0.2, 0.3))]
    stops += [(6.5, (0.4, 0.6)), (7.0, (1.2, 1.1))]
    tip = move_along([(time, (x * width, y * height)) for time, (x, y) in stops])
    return Scene("hand", size, write_page(size, seed), 8.5, tip=tip, seed=seed)


def play_writing(size: Size, seed: int) -> Scene:
    """The last two strings are written digit by digit; then the hand leaves."""
    written = write_page(size, seed)
    time, stops = 1.6, [(0.8, (1.2 * size[0], 1.1 * size[1]))]
    made = []
    for digit in written:
        if digit.line >= 2:
            x, y, width, height = digit.box
            stops += [(time - 0.15, (x + width / 2.0, float(y))), (time, (x + width / 2.0, float(y)))]
            stops += [
                (time + 0.2, (x + 0.2 * width, y + height / 2)),
                (time + 0.4, (x + width / 2.0, y + height * 1.0)),
            ]
            made.append(replace(digit, begun=time, done=time + 0.4))
            time += 0.7
        else:
            made.append(digit)
    stops += [(time - 0.3, stops[-1][1]), (time, (1.2 * size[0], 1.1 * size[1]))]
    return Scene("writing", size, made, time + 2.0, tip=move_along(stops), seed=seed)


def play_erasing(size: Size, seed: int) -> Scene:
    """Three digits are rubbed out, one after the other; the hand leaves after each."""
    written = write_page(size, seed)
    chosen = np.random.default_rng(seed).choice(len(written), 3, replace=False).tolist()
    away = (1.2 * size[0], 1.1 * size[1])
    stops, time, made = [(0.5, away)], 1.5, list(written)
    for i in chosen:
        x, y, width, height = written[i].box
        stops += [(time - 0.3, (x + 0.1 * width, y + 0.1 * height))]
        for k in range(5):
            stops.append((time + 0.12 * k, (x + width * (k % 2) * 0.6, y + 0.2 * height * k / 5)))
        stops += [(time + 0.9, away)]
        made[i] = replace(written[i], rubbed=time, gone=time + 0.48)
        time += 2.2
    return Scene("erasing", size, made, time, tip=move_along(stops), seed=seed)


def play_shaking(size: Size, seed: int) -> Scene:
    """The camera is held by hand: it drifts, turns, comes closer and shakes."""
    width, height = size

    def move(time: float) -> NDArray[np.float64]:
        angle = np.deg2rad(2.0 * np.sin(0.9 * time) + 0.4 * np.sin(11 * time))
        zoom = 1 + 0.06 * np.sin(0.7 * time)
        x = width * (0.03 * np.sin(1.3 * time) + 0.004 * np.sin(17 * time))
        y = height * (0.03 * np.sin(1.1 * time + 1) + 0.004 * np.sin(19 * time))
        turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        middle = np.array([width / 2, height / 2])
        whole = np.eye(3)
        whole[:2, :2], whole[:2, 2] = turn, middle - turn @ middle + (x, y)
        whole[2, 0] = 0.03 / width * np.sin(0.8 * time)  # the sheet leans a little
        return whole

    return Scene("shaking", size, write_page(size, seed), 10.0, move=move, seed=seed)


def play_light(size: Size, seed: int) -> Scene:
    """The light goes out and on again, and then a lamp is dimmed and brightened."""

    def light(time: float) -> float:
        if 2.0 <= time < 3.0:
            return 0.03
        return 0.55 if 4.5 <= time < 6.0 else 1.0

    return Scene("light", size, write_page(size, seed), 7.5, light=light, seed=seed)


def play_empty(size: Size, seed: int) -> Scene:
    """Nothing stands on the page, and a hand wanders over it."""
    width, height = size
    stops = [(0.5, (1.2, 1.1)), (1.5, (0.3, 0.4)), (2.5, (0.1, 0.5)), (4.5, (0.1, 0.5)), (5.5, (1.2, 1.1))]
    return Scene(
        "empty", size, [], 6.5, tip=move_along([(t, (x * width, y * height)) for t, (x, y) in stops]), seed=seed
    )


SCRIPTS: tuple[Callable[[Size, int], Scene], ...] = (
    play_still,
    play_hand,
    play_writing,
    play_erasing,
    play_shaking,
    play_light,
    play_empty,
)


def write_page(size: Size, seed: int) -> list[Written]:
    """Return twenty digits in four strings, in a hand of its own."""
    hand = make_hand(size, np.random.default_rng(seed))
    return lay_out(size, list(TEXTS), hand, seed)


def move_along(stops: Sequence[tuple[float, tuple[float, float]]]) -> Path:
    """Return the path of a pen's tip through places at some times; before the first and after the last it is away."""
    times = [time for time, _ in stops]
    xs, ys = [place[0] for _, place in stops], [place[1] for _, place in stops]

    def tip(time: float) -> tuple[float, float] | None:
        if not times[0] <= time <= times[-1]:
            return None
        return float(np.interp(time, times, xs)), float(np.interp(time, times, ys))

    return tip
