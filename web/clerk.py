"""What happens in a reader's process: uploads and glyphs are read, frames are watched, one order after the other."""

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from model.classifier import Classifier, Guess
from model.data import NOT_A_DIGIT
from model.glyph import normalise, to_white_on_black
from scanner import errors, pipeline
from scanner.batch import Failed, scan_page
from scanner.clean import to_grey
from scanner.form import find_forms, get_form
from scanner.knowledge import FormSource, Knowledge
from scanner.opening import Opening
from scanner.page import SUFFIXES, Page, decode_pages
from scanner.pipeline import ONCE, Options
from scanner.reader import choose_reader
from scanner.reading import Reading
from web.orders import Fault, FrameOrder, GlyphOrder, Order, Part, ReadOrder, Ready, Report, Wish
from web.records import ScoreKeeper, to_error_part, to_guess, to_page_part
from web.settings import Settings
from web.watch import LiveWatch

MAX_GLYPH_PIXELS = 4_000_000
"""Of a picture of one digit."""

CIRCLES = 6
"""On the page that is read before the first upload: a row of digits, so that no part of the reader sleeps."""

READERS = 8
"""Templates and rules that are kept ready, at most."""

NOTHING = Guess(None, 1.0, (0.0,) * NOT_A_DIGIT + (1.0,))
"""What a picture without ink is. The network has never seen one: the pipeline cuts out ink alone."""

HEIF_SUFFIXES = frozenset({".heic", ".heif"})

STATUSES: dict[type[errors.ScanError], int] = {
    errors.NotAnImageError: 415,
    errors.MissingOpenerError: 415,
    errors.TooLargeError: 413,
    errors.ReaderFailedError: 500,
}
"""HTTP's status for what cannot be read; all others are 422."""


class Clerk:
    """Carries out orders. Belongs to one thread of a process of its own."""

    def __init__(self, settings: Settings) -> None:
        """Load the networks and the templates. Raises WeightsError, TemplateError."""
        self._limits = settings.limits
        self._weights = settings.weights
        self._classifier = Classifier(settings.weights)
        self._templates = load_templates(settings.templates)
        self._scores = ScoreKeeper()
        self._watch: LiveWatch | None = None
        self._find_reader = lru_cache(READERS)(self._make_reader)

    def warm(self) -> Ready:
        """Read a page, so that the first upload finds all awake. Returns what can be asked for."""
        page = np.full((120, 80 * CIRCLES), 235, np.uint8)
        for place in range(CIRCLES):
            cv2.ellipse(page, (40 + 80 * place, 60), (16, 26), 0, 0, 360, (40,), 4)
        self._find_reader(Knowledge(), Options())(Page(page, "warming"))
        lacking = frozenset() if find_spec("pillow_heif") else HEIF_SUFFIXES
        return Ready(tuple(self._templates), tuple(sorted(SUFFIXES - lacking)))

    def carry_out(self, order: Order) -> Report:
        """Do what is asked. Never raises for what is wrong with the order."""
        began = time.perf_counter()
        try:
            if isinstance(order, ReadOrder):
                report = self._read(order)
            elif isinstance(order, GlyphOrder):
                report = self._recognise(order)
            else:
                report = Report(record=self._look(order))
        except errors.ScanError as error:
            report = Report(fault=self._to_fault(error))
        except errors.UsageError as error:
            report = Report(fault=Fault(422, str(error)))
        except Exception as error:  # a bug, whatever it is: the next order must find its reader alive
            traceback.print_exc()
            report = Report(fault=Fault(500, f"The reader broke ({type(error).__name__}). Please report it."))
        return replace(report, seconds=time.perf_counter() - began)

    def _read(self, order: ReadOrder) -> Report:
        wish = order.wish
        reader = self._find_reader(
            self._to_knowledge(wish), Options(straighten=wish.straighten, again=wish.again, larger=wish.again)
        )
        parts: list[Part] = []
        for number, data in enumerate(order.files, 1):
            if len(parts) > wish.pages:
                break
            source = "upload" if number == 1 else f"upload {number}"
            parts += islice(self._read_file(data, source, reader, wish), wish.pages + 1 - len(parts))
        return Report(tuple(parts[: wish.pages]), {"more": len(parts) > wish.pages})

    def _read_file(self, data: bytes, source: str, reader: Callable[[Page], Reading], wish: Wish) -> Iterator[Part]:
        opening = Opening(wish.resolution, self._limits.max_pixels, wish.first)
        try:
            for page in decode_pages(data, source, opening):
                self._scores.forget()
                outcome = scan_page(page, reader)
                if isinstance(outcome, Failed):
                    yield to_error_part(source, self._to_fault(outcome.error))
                else:
                    yield to_page_part(outcome, wish, self._scores)
        except errors.ScanError as error:
            yield to_error_part(source, self._to_fault(error))

    def _to_knowledge(self, wish: Wish) -> Knowledge:
        """Raises UsageError for a template that is not there."""
        unknown = [name for name in wish.templates if name not in self._templates]
        if unknown:
            known = ", ".join(self._templates) or "none; start it with --templates DIR"
            raise errors.UsageError(f"template: there is none called {unknown[0]!r}. This server has: {known}.")
        if wish.templates and (wish.length or wish.pattern):
            raise errors.UsageError("length and pattern go without a template: write them into it, or leave them out.")
        return Knowledge(tuple(self._templates[name] for name in wish.templates), (), wish.length, wish.pattern)

    def _make_reader(self, knowledge: Knowledge, options: Options) -> Callable[[Page], Reading]:
        """Raises UsageError for a pattern that is none."""
        if knowledge == Knowledge():
            return partial(pipeline.read, classifier=self._classifier, options=options, observer=self._scores)
        try:
            return choose_reader(self._classifier, options, knowledge)
        except ValidationError as error:
            raise errors.UsageError(f"pattern: {error.errors()[0]['msg']}. Mend it, or leave it out.") from error

    def _recognise(self, order: GlyphOrder) -> Report:
        glyphs = np.stack([_to_glyph(number, glyph) for number, glyph in enumerate(order.glyphs, 1)])
        guesses = [
            guess if glyph.any() else NOTHING
            for glyph, guess in zip(glyphs, self._classifier.classify(glyphs), strict=True)
        ]
        return Report(record={"guesses": [to_guess(guess, Options().reject_below) for guess in guesses]})

    def _look(self, order: FrameOrder) -> dict[str, object]:
        if self._watch is None or order.is_first:
            if self._watch is not None:
                self._watch.close()
            # a network of its own: the thread that watched the last camera may still be at it
            network = Classifier(self._weights)
            self._watch = LiveWatch(network, ONCE, self._limits.max_frame_pixels)
        return self._watch.look(order)

    def close(self) -> None:
        """Let go what runs beside: a thread that is at work when the process ends would abort it."""
        if self._watch is not None:
            self._watch.close()

    def _to_fault(self, error: errors.ScanError) -> Fault:
        """Return the error as HTTP tells it: in the words of this command, and without the server's own paths."""
        status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 422)
        sentence = str(error).replace("digits-scan --", "digits-web --").replace("--template.", "a template.")
        for name, source in self._templates.items():
            sentence = sentence.replace(source.path, name)
        return Fault(status, sentence)


def _to_glyph(number: int, glyph: bytes | tuple[tuple[int, ...], ...]) -> NDArray[np.uint8]:
    """Return a glyph as the network sees it. Raises ScanError."""
    if not isinstance(glyph, bytes):
        return normalise(np.array(glyph, np.uint8))
    page = next(decode_pages(glyph, f"glyph {number}", Opening(max_pixels=MAX_GLYPH_PIXELS)))
    return normalise(to_white_on_black(to_grey(page.image)))


def load_templates(folder: Path | None) -> dict[str, FormSource]:
    """Return the templates of a folder by their names. Raises TemplateError where one is none, or two have one name."""
    if folder is None:
        return {}
    paths = sorted(map(str, folder.glob("*.toml")))
    if not paths:
        raise errors.TemplateError(f"{folder}: there is no template; expected a folder with files such as cheque.toml.")
    templates: dict[str, FormSource] = {}
    for source in find_forms(paths):
        name = get_form(source).name
        if name in templates:
            raise errors.TemplateError(
                f"{source.path}: another template is called {name!r}, too. Give one of them another name."
            )
        templates[name] = source
    return templates
