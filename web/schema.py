"""The answers as OpenAPI describes them, with examples. A test holds them against what is sent."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Scores = Annotated[list[Share], Field(min_length=10, max_length=10, description="Of the digits 0 to 9, in their order")]
Box = Annotated[
    list[int], Field(min_length=4, max_length=4, description="x, y, width, height in pixels of the image as stored")
]


class Strict(BaseModel):
    """Has these members and no others."""

    model_config = ConfigDict(extra="forbid")


class Digit(Strict):
    """One character of a string."""

    text: str = Field(pattern=r"^[0-9?]$", description="A digit, or ? for one whose reading is refused")
    confidence: Share = Field(description="How likely it is right; of a ?, its best reading, the first alternative")
    box: Box
    alternatives: list[tuple[str, Share]] = Field(description="What else it may be, likeliest first")
    scores: Scores | None = Field(None, description="With scores=1: what the network says of the glyph alone")


class Line(Strict):
    """What a person would read as one string."""

    text: str = Field(pattern=r"^[0-9?]+$")
    confidence: Share = Field(description="How likely all of it is right")
    box: Box
    digits: list[Digit]
    marks: list[tuple[int, str]] | None = Field(
        None, description="How many digits stand before it, and the sign: . , - /"
    )
    accepted: bool | None = Field(None, description="With accept=P: whether it is at least so sure, and has no ?")


class FormField(Strict):
    """A named field of a form."""

    text: str
    value: str = Field(description="What the digits mean: 1250.00, 2026-07-31")
    confidence: Share
    box: Box
    valid: bool = Field(description="Whether all is read, and obeys the template's rules")
    reason: str | None = Field(None, description="Why it is not valid")
    line: int | None = Field(None, description="Which of the lines, from 0, holds its digits")
    accepted: bool | None = Field(None, description="With accept=P: whether it is valid and at least so sure")


class Reading(Strict):
    """All that stands on one page."""

    source: str = Field(description='"upload", "upload 2" and so on')
    page: int = Field(ge=1)
    width: int = Field(ge=1, description="Of the image as stored, in pixels")
    height: int = Field(ge=1)
    lines: list[Line]
    fields: dict[str, FormField]
    problems: list[str] = Field(description="What the person can mend: too small, too dark")
    template: str | None = Field(None, description="Which template the page fits")
    template_page: int | None = None
    picture: str | None = Field(None, description="With picture=1: the page as a data URL, at most 2000 pixels a side")


class Unread(Strict):
    """A file among several, or a page, that cannot be read."""

    source: str
    error: str = Field(description="What happened, what was expected, how to mend it")


class Readings(Strict):
    """What was read."""

    readings: list[Reading | Unread]
    more: bool = Field(description="Whether there are more pages than were asked for")


class Guess(Strict):
    """What one glyph may be."""

    text: str = Field(pattern=r"^[0-9?]?$", description="A digit, ? where it is not sure, nothing where it is no digit")
    confidence: Share
    scores: Scores
    none: Share = Field(description="How likely it is no digit")


class Guesses(Strict):
    """What glyphs may be, in their order."""

    guesses: list[Guess]


Row = Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(min_length=28, max_length=28)]
Glyph = Annotated[list[Row], Field(min_length=28, max_length=28)]


class GlyphRequest(Strict):
    """Pictures of one digit each: PNG in base64, or 28 rows of 28 values, white ink (255) on black (0)."""

    glyphs: list[str | Glyph]


class Templates(Strict):
    """Templates that can be asked for."""

    templates: list[str]


class LimitsAnswer(Strict):
    """What the server takes."""

    max_bytes: int = Field(description="Of a request")
    max_pixels: int = Field(description="Of a page")
    max_files: int
    max_pages: int = Field(description="Of one request")
    max_glyphs: int
    max_frame_bytes: int = Field(description="Of a camera's frame")
    max_frame_pixels: int
    requests_a_minute: int = Field(description="Of one client; 0 is any number")
    cameras: int = Field(description="How many may be watched at once")
    formats: list[str] = Field(description="Suffixes of files that can be read")


class Health(Strict):
    """Whether the server lives."""

    status: str
    version: str


class Problem(Strict):
    """What went wrong, as RFC 9457 says."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What happened, what was expected, how to mend it")


READING = {
    "source": "upload",
    "page": 1,
    "width": 640,
    "height": 200,
    "lines": [
        {
            "text": "07",
            "confidence": 0.97,
            "box": [41, 60, 92, 71],
            "digits": [
                {"text": "0", "confidence": 0.99, "box": [41, 62, 40, 69], "alternatives": [["6", 0.004]]},
                {"text": "7", "confidence": 0.98, "box": [95, 60, 38, 71], "alternatives": [["1", 0.011]]},
            ],
        }
    ],
    "fields": {},
    "problems": [],
}
"""An example of a page."""

WHYS = {
    401: "The token is missing or wrong",
    403: "A page of another site sent it",
    408: "The body came too slowly",
    413: "Too many bytes or pixels",
    415: "Not an image",
    421: "The Host header names no server of ours",
    422: "An image that cannot be read, or words that do not fit",
    429: "Too many wait, or this client asks too often; Retry-After says when to ask again",
    500: "The reader broke: a bug",
    503: "The reader is starting, or the work took too long",
}


def describe_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI tells of these problem documents."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": WHYS[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in statuses
    }
