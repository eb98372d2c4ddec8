"""POST /v1/glyphs: pictures of one digit each in, guesses out."""

import base64
import binascii

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from web.orders import GlyphOrder
from web.pages import ask
from web.problems import ProblemError
from web.schema import GlyphRequest, Guesses, describe_problems
from web.state import get_shared
from web.upload import media_type

router = APIRouter()

BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/GlyphRequest"},
            "example": {"glyphs": [[[0] * 13 + [255, 255] + [0] * 13] * 28]},
        },
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"glyphs": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                "required": ["glyphs"],
            }
        },
    },
}

EXAMPLE = {"guesses": [{"text": "1", "confidence": 0.98, "scores": [0, 0.98, 0, 0, 0, 0, 0, 0.01, 0, 0], "none": 0.01}]}

CONFORMING = "Send them as /docs shows."


@router.post(
    "/v1/glyphs",
    summary="Recognise single digits",
    openapi_extra={"requestBody": BODY},
    responses={
        200: {
            "description": "Guesses, in order",
            "model": Guesses,
            "content": {"application/json": {"example": EXAMPLE}},
        },
        **describe_problems(401, 403, 408, 413, 415, 421, 422, 429, 500, 503),
    },
)
async def recognise(request: Request) -> Response:
    """Recognise pictures that hold one digit each, all in one batch.

    JSON with `glyphs`, each a PNG or another picture in base64, or 28 rows of 28 values, white ink (255) on black (0).
    Or a form whose parts are called `glyphs`. Pictures may be dark on light or light on dark, and of any size up to 4
    megapixels: each is cropped, scaled and centred as the network knows it.
    """
    shared = get_shared(request)
    shared.get_ready()
    kind = media_type(request)
    if kind not in ("application/json", "multipart/form-data"):
        raise ProblemError(415, f"{kind or 'no type'}: expected application/json or multipart/form-data. {CONFORMING}")
    most = shared.settings.limits.max_glyphs
    shared.readers.refuse_if_full()
    async with shared.intake.receive(request, "glyphs") as files:
        glyphs = files if kind == "multipart/form-data" else parse_glyphs(files[0])
        if not 1 <= len(glyphs) <= most:
            raise ProblemError(422, f"{len(glyphs)} glyphs; expected 1 to {most}. {CONFORMING}")
        report = await ask(request, GlyphOrder(tuple(glyphs)))
    return JSONResponse(report.record)


def parse_glyphs(body: bytes) -> list[bytes | tuple[tuple[int, ...], ...]]:
    """Return what a JSON body holds. Raises ProblemError."""
    try:
        asked = GlyphRequest.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"][:2])) or "the body"
        raise ProblemError(
            422, f"{where}: expected a picture in base64, or 28 rows of 28 whole numbers from 0 to 255. {CONFORMING}"
        ) from error
    return [
        _decode(number, glyph) if isinstance(glyph, str) else tuple(map(tuple, glyph))
        for number, glyph in enumerate(asked.glyphs, 1)
    ]


def _decode(number: int, text: str) -> bytes:
    """Return the bytes of a picture in base64, bare or as a data URL."""
    try:
        return base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProblemError(422, f"glyph {number}: this is no base64. {CONFORMING}") from error
