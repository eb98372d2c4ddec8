"""What the stages of the pipeline make of a page, for whoever wants to watch: scanner/debug.py draws it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.classifier import Guess
from scanner.clean import Grey
from scanner.decode import Decoded
from scanner.ink import Ink, Mask
from scanner.lattice import Lattice
from scanner.segment import Row


@dataclass(frozen=True)
class Cleaned:
    """From grey to ink."""

    grey: Grey
    """(H, W) uint8, as stored."""
    even: Grey
    """(h, w) uint8, at working size: the light divided out."""
    written: Mask
    """(h, w) bool: all ink, ruled lines included."""
    ink: Ink
    """What is left of it."""


@dataclass(frozen=True)
class Cut:
    """From ink to candidates."""

    rows: list[Row]
    lattices: list[Lattice]
    """One for each row."""


@dataclass(frozen=True)
class Classified:
    """What the network saw and said."""

    glyphs: NDArray[np.uint8]
    """(N, 28, 28) or (N, 28, 28, C) uint8: all candidates, lattice by lattice."""
    guesses: list[list[Guess]]
    """One for each candidate, lattice by lattice."""


@dataclass(frozen=True)
class Chosen:
    """Which candidates are digits, and which rows."""

    decoded: list[Decoded]
    """One for each lattice."""
    kept: list[Decoded]
    """Those that are read: the others are no digits."""


@dataclass(frozen=True)
class Agreed:
    """What several looks at the page agree on."""

    rows: list[Decoded]
    """What is read, in reading order; of other ink than the stages before where another look saw it better."""


Stage = Cleaned | Cut | Classified | Chosen | Agreed


class Observer(Protocol):
    """Watches how a page is read."""

    def observe(self, stage: Stage) -> None:
        """Take note of a stage. The stages of a page come in their order, each once; a page without ink has no Cut.

        They are those of what is read: what a page looked like before it was turned, or read larger, does not show.
        """
        ...


class Nobody:
    """Watches nothing."""

    def observe(self, stage: Stage) -> None:
        """Let it pass."""


NOBODY = Nobody()


class Notebook:
    """Keeps the stages of a way to read a page that may yet be dropped, for somebody who watches."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._stages: list[Stage] = []

    def observe(self, stage: Stage) -> None:
        """Write a stage down; for nobody, that would only fill memory."""
        if self._observer is not NOBODY:
            self._stages.append(stage)

    def show(self) -> None:
        """Let the observer take note of the stages, in their order."""
        for stage in self._stages:
            self._observer.observe(stage)
