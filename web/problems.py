"""What goes wrong, told as RFC 9457 says: a problem document with one clear sentence and the cure."""

import json
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.orders import Fault

MEDIA_TYPE = "application/problem+json"

TITLES = {
    401: "A token is needed",
    403: "Another site sent this",
    408: "The request came too slowly",
    413: "Too large",
    415: "Not an image",
    421: "Not this server's name",
    422: "Cannot be read",
    429: "Busy",
    500: "The reader broke",
    503: "Not ready",
}
"""What each status means here; others keep HTTP's own words."""

RETRY = {429: 1, 503: 2}
"""Seconds after which it is worth asking again."""

CURES = {
    404: "There is nothing at this address; /docs lists what there is.",
    405: "This address takes other methods; the Allow header names them.",
}
"""What to do about errors that the framework finds."""


class ProblemError(Exception):
    """Ends a request with a problem document."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        """status: HTTP's. detail: a sentence, with its cure. headers: by their names, with _ for -."""
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @classmethod
    def of(cls, fault: Fault) -> "ProblemError":
        """Return what ends a request with this fault."""
        return cls(fault.status, fault.detail)


def to_document(status: int, detail: str) -> dict[str, Any]:
    """Return the members of a problem document."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def to_response(error: ProblemError) -> Response:
    """Return the problem as HTTP sends it."""
    headers = dict(error.headers)
    if error.status in RETRY:
        headers.setdefault("Retry-After", str(RETRY[error.status]))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = json.dumps(to_document(error.status, error.detail))
    return Response(body, error.status, headers, MEDIA_TYPE)


async def answer_problem(_: Request, error: Exception) -> Response:
    """Answer what the server's own code raised."""
    assert isinstance(error, ProblemError)
    return to_response(error)


async def answer_http(_: Request, error: Exception) -> Response:
    """Answer what the framework raised: no such address, no such method."""
    assert isinstance(error, HTTPException)
    problem = ProblemError(error.status_code, CURES.get(error.status_code, str(error.detail)))
    problem.headers.update(error.headers or {})
    return to_response(problem)


async def answer_invalid(_: Request, error: Exception) -> Response:
    """Answer words of a query that do not fit."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    return to_response(ProblemError(422, f"{name}: {first['msg']}. /docs lists what may stand there."))


async def answer_broken(_: Request, error: Exception) -> Response:
    """Answer a fault of this program. What it was stands on the server's standard error, not here."""
    return to_response(ProblemError(500, "The server itself broke on this request. Please report it."))
