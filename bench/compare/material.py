"""What the person asked for, and the data that it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.compare.corruptions import SpoiltGlyphs
from bench.compare.fits import shorten
from bench.compare.measures import keep_digits
from bench.compare.photos import hash_labels
from bench.contestants.contestant import Course
from model.data import Glyphs, load_labelled, load_mnist
from model.errors import DataError

CORRUPTED = 1000
"""Test digits that are spoilt in all ways at all strengths; 75 times as many glyphs are asked about."""

CORRUPTION_SEED = 1
"""Where the corruptions' chance starts: the same for all, so that all see the same glyphs."""

QUICK_DIGITS, QUICK_TEST, QUICK_CORRUPTED, QUICK_PHOTOS = 600, 200, 20, 2
"""Of a quick run: digits to learn from, digits measured on, digits that are spoilt, images of a folder."""


@dataclass(frozen=True)
class Plan:
    """What the person asked for."""

    out: Path
    work: Path
    only: tuple[str, ...] = ()
    mnist: Path | None = None
    data: tuple[tuple[str, Path], ...] = ()
    """More labelled glyphs: their names, and files."""
    photos: Path | None = None
    seeds: int = 1
    corrupted: int = CORRUPTED
    quick: bool = False


@dataclass(frozen=True)
class Material:
    """All that is learnt from and measured on."""

    digits: Glyphs
    """MNIST's training part, of which each seed holds some out for validation."""
    test: Glyphs
    others: dict[str, Glyphs]
    spoilt: SpoiltGlyphs
    """The first of the test digits."""
    photos: Path | None
    photos_key: str
    """Changes with the labels and with how many images are read."""
    most_photos: int | None
    course: Course


def load_material(plan: Plan) -> Material:
    """Load the data, cut short for a quick run. Raises DataError."""
    digits, test = load_mnist(plan.mnist), keep_digits(load_mnist(plan.mnist, "test"))
    others = {name: keep_digits(load_labelled(path)) for name, path in plan.data}
    corrupted, most = plan.corrupted, None
    if plan.quick:
        digits, test = take_first(digits, QUICK_DIGITS), take_first(test, QUICK_TEST)
        others = {name: take_first(glyphs, QUICK_TEST) for name, glyphs in others.items()}
        corrupted, most = min(corrupted, QUICK_CORRUPTED), QUICK_PHOTOS
    if test.are_views or any(glyphs.are_views for glyphs in others.values()):
        raise DataError("views were given, expected single glyphs: the contestants see no surroundings.")
    photos_key = shorten(hash_labels(plan.photos), most) if plan.photos else ""
    course = Course(epochs=1 if plan.quick else None)
    return Material(
        digits,
        test,
        others,
        SpoiltGlyphs(take_first(test, corrupted), CORRUPTION_SEED),
        plan.photos,
        photos_key,
        most,
        course,
    )


def take_first(glyphs: Glyphs, count: int) -> Glyphs:
    """Return the first glyphs; all of them where there are no more."""
    return replace(glyphs, images=glyphs.images[:count], labels=glyphs.labels[:count])


def parse_named(words: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """Read NAME=FILE words. Raises DataError."""
    named = []
    for word in words:
        name, equals, file = word.partition("=")
        if not (name and equals and file) or not name.replace("-", "").replace("_", "").isalnum() or name == "test":
            raise DataError(f"--data {word}: expected NAME=FILE.npz, a name of letters and digits other than 'test'.")
        named.append((name, Path(file)))
    return tuple(named)
