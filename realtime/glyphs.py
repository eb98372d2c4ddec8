"""Corrections by a click: what stands in a box, cut out as the network sees it, with what a person says it is."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.classifier import GlyphClassifier
from model.data import NOT_A_DIGIT
from scanner.clean import to_grey
from scanner.corrections import overlap
from scanner.errors import DigitlensError, OutputError
from scanner.lattice import Candidate, Lattice
from scanner.page import Box
from scanner.pipeline import Options, take_apart
from scanner.views import look_at_candidates
from scanner.whole import open_whole

View = NDArray[np.uint8]
"""(28, 28, 2): a glyph in its surroundings."""


LIKE = 0.5
"""A candidate is a digit's glyph where their boxes share at least this part of both: less is another digit, or two."""


class LostGlyphError(DigitlensError):
    """The digit that was clicked is not found on its frame again."""


class GlyphKeeper:
    """Keeps what people say of digits, a file for each, as `digits-model train --extra` reads a folder."""

    def __init__(self, folder: Path, make_classifier: Callable[[], GlyphClassifier], options: Options) -> None:
        """folder: made with the first glyph. make_classifier: called once, when it is first needed."""
        self._folder = folder
        self._make_classifier = make_classifier
        self._options = options
        self._classifier: GlyphClassifier | None = None

    def keep(self, image: NDArray[np.uint8], box: Box, label: int | None) -> Path:
        """Keep the digit in a box. label: 0 to 9, or None where it is no digit. Returns the file.

        image: (H, W, 3) BGR or (H, W) grey, uint8, whose pixels the box counts. Said again, or otherwise, of the same
        glyph, it goes into the same file. Raises LostGlyphError, OutputError.
        """
        self._classifier = self._classifier or self._make_classifier()
        view = cut_view(image, box, self._classifier, self._options)
        path = self._folder / f"glyph-{hashlib.sha256(view.tobytes()).hexdigest()[:12]}.npz"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self._folder}: no folder can be made there ({error.strerror}).") from error
        with open_whole(path) as file:
            np.savez_compressed(file, x=view[None], y=np.array([NOT_A_DIGIT if label is None else label], np.int64))
        return path


def cut_view(image: NDArray[np.uint8], box: Box, classifier: GlyphClassifier, options: Options) -> View:
    """Return the glyph in a box as the pipeline cuts it: of all candidates, the one that fits the box best.

    Raises LostGlyphError where none does.
    """
    ink, lattices, _ = take_apart(to_grey(image), classifier, options)
    places = [(lattice, each) for lattice in lattices for each in lattice.candidates]

    def measure_likeness(place: tuple[Lattice, Candidate]) -> float:
        return ink.placement.place(place[1].box).measure_likeness(box)

    lattice, best = max(places, key=measure_likeness, default=(None, None))
    if lattice is None or best is None or not overlap(ink.placement.place(best.box), box):
        raise LostGlyphError("This digit is not found on its frame again. Freeze the picture (space), then click.")
    if measure_likeness((lattice, best)) < LIKE:
        raise LostGlyphError("This digit runs through its neighbour: there is no glyph of it alone to be kept.")
    return look_at_candidates(replace(lattice, candidates=(best,)), ink)[0]
