"""POST /v1/read: pictures and documents in, digit strings out."""

import asyncio
import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from scanner.knowledge import LENGTH, parse_length
from scanner.opening import LEAST_RESOLUTION, MOST_RESOLUTION
from web.orders import Form, Order, ReadOrder, Report, Wish
from web.problems import ProblemError
from web.schema import READING, Readings, describe_problems
from web.state import Shared, get_shared
from web.upload import media_type, wait_until_left

router = APIRouter()

LONGEST_PATTERN = 200
"""Characters of a regular expression."""

MOST_REPEATS = 1_000
"""The product of all counts of a regular expression, such as 5 of `[0-9]{5}`: nested ones are multiplied out when it is
compiled, and a few signs would take all memory. Strings have no more than 100 digits."""

COUNT = re.compile(r"\{(\d*)(?:,(\d*))?\}")
"""A count: {5}, {2,5}, {2,} or {,5}."""

TAKEN = frozenset({"multipart/form-data", "application/pdf", "application/octet-stream", ""})
"""Types of bodies beside image/*. Programs often say nothing better; what it is, the bytes tell."""

BINARY = {"schema": {"type": "string", "format": "binary"}}

BODY = {
    "required": True,
    "content": {
        "image/*": BINARY,
        "application/pdf": BINARY,
        "application/octet-stream": BINARY,
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                "required": ["files"],
            }
        },
    },
}


@router.post(
    "/v1/read",
    summary="Read pictures and documents",
    openapi_extra={"requestBody": BODY},
    response_class=Response,
    responses={
        200: {
            "description": "What was read, page by page",
            "model": Readings,
            "content": {
                "application/json": {"example": {"readings": [READING], "more": False}},
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/plain": {"schema": {"type": "string"}, "example": "07\n"},
            },
        },
        **describe_problems(401, 403, 408, 413, 415, 421, 422, 429, 500, 503),
    },
)
async def read(
    request: Request,
    template: Annotated[list[str], Query(description="Names of templates; the one that fits is taken")] = [],  # noqa: B006
    length: Annotated[str | None, Query(pattern=LENGTH, description="Digits of a string: 6, or 4-6")] = None,
    pattern: Annotated[
        str | None, Query(max_length=LONGEST_PATTERN, description="A regular expression that a string's digits fit")
    ] = None,
    first: Annotated[int, Query(ge=1, le=10_000, description="The first page that is read, from 1")] = 1,
    pages: Annotated[int | None, Query(ge=1, le=1_000, description="How many pages are read, at most")] = None,
    dpi: Annotated[
        int | None,
        Query(ge=LEAST_RESOLUTION, le=MOST_RESOLUTION, description="How finely pages of PDFs are drawn"),
    ] = None,
    scores: Annotated[bool, Query(description="Each digit with its ten scores")] = False,
    picture: Annotated[bool, Query(description="Each page with its picture")] = False,
    accept: Annotated[float | None, Query(ge=0, le=1, description="Say which strings are at least so sure")] = None,
    straighten: Annotated[bool, Query(description="Bring pages upright before: false reads them as they lie")] = True,
    again: Annotated[bool, Query(description="Look at pages more than once: false is faster, with more errors")] = True,
    marks: Annotated[bool, Query(description="Text with points, commas, dashes and slashes, as in 200.00")] = False,
) -> Response:
    """Read the digit strings on pages: a picture or a document as the body, or several as parts called `files`.

    The answer is JSON; JSON lines with `Accept: application/x-ndjson`, and bare strings with `Accept: text/plain`.
    Boxes are in pixels of the image as stored, after its EXIF turn. Nothing is kept.
    """
    shared = get_shared(request)
    shared.get_ready()
    kind = media_type(request)
    if kind not in TAKEN and not kind.startswith("image/"):
        raise ProblemError(415, f"{kind}: expected image/*, application/pdf or multipart/form-data. Say what you send.")
    check_pattern(pattern or "")
    limits = shared.settings.limits
    wish = Wish(
        templates=tuple(dict.fromkeys(template)),
        length=_to_lengths(length),
        pattern=pattern,
        resolution=dpi or shared.settings.resolution,
        first=first,
        pages=min(pages or limits.max_pages, limits.max_pages),
        scores=scores,
        picture=picture,
        accept=accept,
        straighten=straighten,
        again=again,
        marks=marks,
        form=choose_form(request.headers.get("accept", "")),
    )
    shared.readers.refuse_if_full()
    async with shared.intake.receive(request, "files") as files:
        if not files:
            raise ProblemError(422, "There is no file in the form. Name its parts `files`.")
        if len(files) > limits.max_files:
            raise ProblemError(413, f"{len(files)} files; expected at most {limits.max_files}. Send them in turns.")
        report = await ask(request, ReadOrder(files, wish))
    return _to_response(shared, report, wish, len(files))


async def ask(request: Request, order: Order) -> Report:
    """Have an order carried out, unless the client leaves before. Raises ProblemError, ClientDisconnect."""
    shared = get_shared(request)
    work = asyncio.create_task(shared.readers.ask(order))
    left = asyncio.create_task(wait_until_left(request))
    try:
        await asyncio.wait((work, left), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            shared.metrics.broken_off.inc()
            raise ClientDisconnect
    finally:
        left.cancel()
        work.cancel()
    report = work.result()
    if report.fault:
        raise ProblemError.of(report.fault)
    shared.metrics.reading.labels(type(order).__name__).observe(report.seconds)
    return report


def _to_response(shared: Shared, report: Report, wish: Wish, files: int) -> Response:
    for part in report.parts:
        shared.metrics.pages.labels("failed" if part.fault else "read").inc()
    faults = [part.fault for part in report.parts if part.fault]
    if faults and files == 1 and len(report.parts) == 1:
        raise ProblemError.of(faults[0])
    if wish.form is Form.TEXT and faults:  # rows of text have no place for it
        raise ProblemError.of(faults[0])
    texts = [part.text for part in report.parts]
    if wish.form is Form.TEXT:
        body = "".join(texts)
    elif wish.form is Form.LINES:
        body = "".join(f"{text}\n" for text in texts)
    else:
        body = f'{{"readings": [{", ".join(texts)}], "more": {"true" if report.record["more"] else "false"}}}'
    return Response(body, HTTPStatus.OK, media_type=wish.form.value)


def _to_lengths(word: str | None) -> tuple[int, int] | None:
    if word is None:
        return None
    try:
        return parse_length(word)
    except ValueError as error:
        raise ProblemError(422, f"length: {error}.") from error


def check_pattern(pattern: str) -> None:
    """Raises ProblemError for a regular expression that takes too long to be made ready."""
    repeats = 1
    for bounds in COUNT.findall(pattern):
        repeats *= max(1, *(int(bound[:9] or "0") for bound in bounds))
    if repeats > MOST_REPEATS:
        raise ProblemError(422, f"pattern: its counts multiply to more than {MOST_REPEATS}. Say it with fewer repeats.")


def choose_form(accept: str) -> Form:
    """Return the form that an Accept header asks for first; JSON where it names none of them."""
    for part in accept.split(","):
        name = part.partition(";")[0].strip().lower()
        if name in (*Form, "application/jsonl"):
            return Form.LINES if name == "application/jsonl" else Form(name)
    return Form.JSON
