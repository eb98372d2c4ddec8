"""Who looks at frames that are no film of loose digits: pictures, read whole, and forms held before the camera."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from model.classifier import GlyphClassifier
from realtime.frame import Frame
from realtime.loop import Looker
from realtime.said import Said, lay_said_over
from realtime.seen import Seen
from realtime.wishes import Wishes
from scanner.errors import UnlikeTemplateError
from scanner.page import Box, Page
from scanner.pipeline import Options
from scanner.reading import REFUSED, Reading

if TYPE_CHECKING:
    from scanner.form import Form
    from scanner.forms import FormReader


class PlainWatcher:
    """Reads each frame anew, and keeps nothing but what was said of the digits of the same one: for pictures."""

    def __init__(self, read: Callable[[Page], Reading]) -> None:
        self._read = read
        self._frame = 0
        self._said: list[Said] = []

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        """Return the reading of the frame, or of the region that is wished. Passes on what the reader raises."""
        height, width = frame.image.shape[:2]
        part = (wishes.region or Box(0, 0, width, height)).within(width, height)
        image = frame.image[part.y : part.bottom, part.x : part.right]
        reading = self._read(Page(image, frame.source, frame.page))
        moved = replace(move(reading, part.x, part.y), width=width, height=height)
        shown = refuse(moved, wishes.reject_below)
        for said in self._list_said(frame, wishes):
            shown = lay_said_over(shown, said)
        return Seen(shown, reading.problems)

    def _list_said(self, frame: Frame, wishes: Wishes) -> list[Said]:
        """Return all that was said of the digits of a frame, in that order."""
        if frame.number != self._frame:
            self._frame, self._said = frame.number, []
        elif wishes.said is not None:  # what comes with a new picture was said of the one before
            self._said.append(wishes.said)
        return self._said


class SourceWatcher:
    """Reads pictures one by one, and follows what stands on the frames of a camera or a film."""

    def __init__(self, read: Callable[[Page], Reading], watcher: Looker) -> None:
        """read: who reads pictures. watcher: looks at all other frames."""
        self._plain, self._watcher = PlainWatcher(read), watcher
        self._last: Seen | None = None
        self._waiting: list[Said] = []

    def look(self, frame: Frame, wishes: Wishes) -> Seen:
        """Return what stands on a frame; while a camera is gone, what was seen last, and what was said of it."""
        if wishes.said is not None:
            self._waiting.append(wishes.said)
        if frame.trouble and self._last is not None:
            if wishes.said is not None:
                self._last = replace(self._last, reading=lay_said_over(self._last.reading, wishes.said))
            return self._last
        wishes = replace(wishes, said=self._waiting.pop(0) if self._waiting else None)
        self._last = (self._plain if frame.still else self._watcher).look(frame, wishes)
        return self._last


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


def move(reading: Reading, across: int, down: int) -> Reading:
    """Return a reading of a part of a picture as one of the whole. across, down: where the part lies, in pixels."""

    def place(box: Box) -> Box:
        return replace(box, x=box.x + across, y=box.y + down)

    lines = tuple(
        replace(line, box=place(line.box), digits=tuple(replace(digit, box=place(digit.box)) for digit in line.digits))
        for line in reading.lines
    )
    return replace(reading, lines=lines)


def refuse(reading: Reading, reject_below: float) -> Reading:
    """Return the reading with digits less sure than this refused."""
    lines = tuple(
        replace(line, digits=tuple(replace(d, text=REFUSED) if d.confidence < reject_below else d for d in line.digits))
        for line in reading.lines
    )
    return replace(reading, lines=lines)
