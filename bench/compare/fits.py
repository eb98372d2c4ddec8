"""Fitted contestants, kept on disk as they are done: a run that is killed goes on, and nothing is trained twice."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.contestants.contestant import Contestant, Course, History
from model import __version__
from model.data import Glyphs, split
from model.errors import DataError
from scanner.whole import SHARED, write_whole

FORM = 1
"""Goes up when what is kept changes its form or its meaning: older results are then made anew."""

FACTS = "fit.json"
"""Written last: a folder without it holds a fit that was cut short."""


@dataclass(frozen=True)
class Fit:
    """A contestant that has learnt, with one seed."""

    contestant: Contestant
    seed: int
    folder: Path
    """Holds it, and what was measured of it."""
    history: History
    seconds: float
    """That the training took by the clock, whatever else the machine was doing."""
    processor_seconds: float | None
    """That all its threads took together; None where an older run did not write it down."""
    made: str
    """When it was trained: ISO 8601, UTC."""


def fit_or_load(contestant: Contestant, digits: Glyphs, seed: int, course: Course, work: Path) -> Fit:
    """Return the contestant fitted on a split of the digits, from the disk where it lies there already.

    digits: MNIST's training part; the seed draws what the validation holds. work: folder of all that is kept.
    Raises DataError, WeightsError, OutputError, OSError.
    """
    folder = work / contestant.name / f"seed-{seed}-{_identify(contestant, digits, course)}"
    if (folder / FACTS).is_file():
        return _load(contestant, seed, folder)
    train, valid = split(digits, seed)
    folder.mkdir(parents=True, exist_ok=True)
    start, busy = time.perf_counter(), time.process_time()
    history = contestant.fit(train, valid, seed, course)
    took = {"seconds": time.perf_counter() - start, "processor_seconds": time.process_time() - busy}
    made = datetime.now(UTC).isoformat(timespec="seconds")
    contestant.save(folder)
    write_json(folder / FACTS, {"history": asdict(history), "made": made, **took})
    return Fit(contestant, seed, folder, history, made=made, **took)


def list_fits(contestant: Contestant, digits: Glyphs, course: Course, work: Path) -> list[Fit]:
    """Return what lies on the disk of a contestant, by seed; it is itself the one of the lowest seed.

    Raises DataError, WeightsError.
    """
    key = _identify(contestant, digits, course)
    places = {int(path.name.split("-")[1]): path for path in (work / contestant.name).glob(f"seed-*-{key}")}
    done = {seed: places[seed] for seed in sorted(places) if (places[seed] / FACTS).is_file()}
    return [_load(contestant, seed, done[seed], is_needed=seed == min(done)) for seed in done]


def _load(contestant: Contestant, seed: int, folder: Path, is_needed: bool = True) -> Fit:
    facts = read_json(folder / FACTS)
    if is_needed:
        contestant.load(folder)
    history = History(**{name: tuple(values) for name, values in facts["history"].items()})
    return Fit(contestant, seed, folder, history, facts["seconds"], facts.get("processor_seconds"), facts["made"])


def remember(path: Path, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the figures that lie in a file; where there is none, measure them and leave them there."""
    if not path.is_file():
        write_json(path, measure())
    return read_json(path)


def read_json(path: Path) -> dict[str, Any]:
    """Return what a file of figures holds. Raises DataError."""
    try:
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({error}). Remove it: it is made anew.") from error
    return known


def write_json(path: Path, figures: dict[str, Any]) -> None:
    """Write figures; a reader finds the old file or the new one, never a part. Raises OutputError."""
    write_whole(path, (json.dumps(figures, indent=1) + "\n").encode(), SHARED)


def shorten(*parts: object) -> str:
    """Return a short name that changes with any of the parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _identify(contestant: Contestant, digits: Glyphs, course: Course) -> str:
    data = (digits.sha256, len(digits.labels))
    return shorten(FORM, __version__, contestant.name, contestant.recipe, data, course.epochs)
