"""What the server asks of its readers, and what they answer. All of it goes from process to process."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """How readings are wanted."""

    JSON = "application/json"
    LINES = "application/x-ndjson"
    TEXT = "text/plain"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How uploads are to be read."""

    templates: tuple[str, ...] = ()
    """Names of templates; of several, that which fits best is taken."""
    length: tuple[int, int] | None = None
    """The least and the most digits of a string."""
    pattern: str | None = None
    """A regular expression that the digits of a string fit."""
    resolution: int = 300
    """Dots per inch at which the pages of a PDF are drawn."""
    first: int = 1
    """The first page that is read, from 1."""
    pages: int = 20
    """How many pages are read, of all files together."""
    scores: bool = False
    """Whether each digit comes with its ten scores."""
    picture: bool = False
    """Whether each page comes with its picture."""
    accept: float | None = None
    """Strings at least so sure are accepted (0..1); None does not ask."""
    straighten: bool = True
    """Whether pages that lie askew, are seen from aside or stand on their head are brought upright before."""
    again: bool = True
    """Whether pages are looked at again from ink that is taken otherwise, and small digits larger."""
    marks: bool = False
    """Whether text has points, commas, dashes and slashes between digits."""
    form: Form = Form.JSON


@dataclass(frozen=True)
class ReadOrder:
    """Uploads to read."""

    files: tuple[bytes, ...]
    wish: Wish


@dataclass(frozen=True)
class GlyphOrder:
    """Single digits to recognise: pictures, or 28 rows of 28 values, white ink on black."""

    glyphs: tuple[bytes | tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True)
class FrameOrder:
    """A camera's frame to look at."""

    data: bytes
    number: int
    """Among the frames that the client sent, from 1. A new client begins with is_first."""
    seconds: float
    """Since the client's first frame."""
    is_first: bool
    """Whether all that was seen before is forgotten."""


Order = ReadOrder | GlyphOrder | FrameOrder


@dataclass(frozen=True)
class Fault:
    """Why something was not read: what becomes a problem document."""

    status: int
    """HTTP's."""
    detail: str
    """What happened, what was expected, how to mend it."""


@dataclass(frozen=True)
class Part:
    """What became of a page, or of a file that cannot be read."""

    text: str
    """As it is sent: JSON, or rows of text."""
    fault: Fault | None = None


@dataclass(frozen=True)
class Report:
    """What became of an order."""

    parts: tuple[Part, ...] = ()
    """Of uploads: pages, in their order."""
    record: dict[str, Any] = field(default_factory=dict)
    """Of glyphs and frames: what is sent as JSON."""
    fault: Fault | None = None
    """Why there is nothing."""
    seconds: float = 0.0
    """How long it took."""


@dataclass(frozen=True)
class Ready:
    """What a reader tells when it has started."""

    templates: tuple[str, ...]
    """Names of all templates."""
    formats: tuple[str, ...]
    """Suffixes of files that can be read here."""
