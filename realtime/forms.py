"""Who looks at frames that are no film of loose digits: pictures, read whole, and forms held before the camera."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from model.classifier import GlyphClassifier
from realtime.frame import Frame
from realtime.loop import Looker
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.errors import UnlikeTemplateError
from scanner.page import Page
from scanner.pipeline import Options
from scanner.reading import REFUSED, Reading

if TYPE_CHECKING:
    from scanner.form import Form
    from scanner.forms import FormReader


class PlainWatcher:
    """Reads each frame whole and keeps nothing: for pictures."""

    def __init__(self, read: Callable[[Page], Reading]) -> None:
        self._read = read

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        """Return the frame's reading. Passes on what the reader raises."""
        reading = self._read(Page(frame.image, frame.source, frame.page))
        return Seen(refuse(reading, wishes.reject_below), reading.problems)


class FormWatcher:
    """Reads a form that is held before the camera, while the person wishes so; else lets another one look."""

    def __init__(
        self, other: Looker, forms: "Sequence[Form]", classifier: GlyphClassifier, options: Options = Options()
    ) -> None:
        """other: looks at what is no form. The classifier belongs to the loop's thread."""
        self._other = other
        self._forms = forms
        self._classifier = classifier
        self._options = options
        self._readers: dict[tuple[int, float], FormReader] = {}

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        """Return the fields of the wished form, or a hint where it is not there."""
        if not 0 < wishes.template <= len(self._forms):
            return self._other.look(frame, wishes)
        form = self._forms[wishes.template - 1]
        try:
            reading = self._find_reader(wishes).read(Page(frame.image, frame.source, frame.page))
        except UnlikeTemplateError:
            height, width = frame.image.shape[:2]
            empty = Reading(frame.source, frame.page, width, height, ())
            return Seen(empty, (f"No {form.name} is seen. Hold it flat, whole and close.",))
        return Seen(reading, reading.problems)

    def _find_reader(self, wishes: Wishes) -> "FormReader":
        key = wishes.template, wishes.reject_below
        if key not in self._readers:
            from scanner.forms import FormReader  # imported here: those without forms start sooner

            self._readers.clear()  # one at a time: each keeps the prints of its blanks
            options = replace(self._options, reject_below=wishes.reject_below)
            self._readers[key] = FormReader([self._forms[wishes.template - 1]], self._classifier, options)
        return self._readers[key]


def refuse(reading: Reading, reject_below: float) -> Reading:
    """Return the reading with digits less sure than this refused."""
    lines = tuple(
        replace(line, digits=tuple(replace(d, text=REFUSED) if d.confidence < reject_below else d for d in line.digits))
        for line in reading.lines
    )
    return replace(reading, lines=lines)
