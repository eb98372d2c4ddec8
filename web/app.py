"""The application: routes, problems and gate put together. Nothing here listens; web/server.py does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from model import __version__
from web import glyphs, live, operations, pages, problems
from web.desks import Desks
from web.gate import Gate
from web.manual import draw_manual
from web.metrics import Counted
from web.pool import Pool
from web.schema import GlyphRequest, Problem
from web.settings import Settings
from web.state import Shared
from web.upload import Intake
from web.worker import StartError

STATIC = Path(__file__).parent / "static"

LEFT = 499
"""What is counted for a client that broke off; nobody reads it. nginx calls it so."""


def build_app(settings: Settings, fail: Callable[[StartError], None]) -> ASGIApp:
    """Return the application. fail: is told when the readers cannot start."""
    shared = Shared(settings, Pool(settings, settings.jobs), Desks(settings), Intake(settings.limits))
    return Gate(Counted(build_routes(shared, fail), shared.metrics), settings)


def build_routes(shared: Shared, fail: Callable[[StartError], None]) -> FastAPI:
    """Return the routes, for whoever reads and watches in shared."""

    @asynccontextmanager
    async def live_through(_: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(_start(shared, fail))
        yield
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await asyncio.gather(shared.readers.close(), shared.desks.close())

    app = FastAPI(
        title="digitlens",
        version=__version__,
        description="Reads handwritten digits on pictures and documents. Nothing that is sent is kept.",
        docs_url=None,
        redoc_url=None,
        lifespan=live_through,
        exception_handlers={
            problems.ProblemError: problems.answer_problem,
            HTTPException: problems.answer_http,
            RequestValidationError: problems.answer_invalid,
            ClientDisconnect: _answer_nobody,
            Exception: problems.answer_broken,
        },
    )
    app.state.shared = shared
    for part in (pages, glyphs, operations, live):
        app.include_router(part.router)
    _add_page(app)
    _describe(app)
    return app


async def _start(shared: Shared, fail: Callable[[StartError], None]) -> None:
    try:
        shared.ready = await shared.readers.open()
        shared.desks.open()
    except StartError as error:
        fail(error)


def _add_page(app: FastAPI) -> None:
    """Serve the page, its files, and the manual of the API, all from the package."""

    @app.get("/", include_in_schema=False)
    async def show_page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    @app.get("/docs", include_in_schema=False)
    async def show_manual(request: Request) -> HTMLResponse:
        return HTMLResponse(draw_manual(app.openapi(), str(request.base_url).rstrip("/")))

    app.mount("/static", StaticFiles(directory=STATIC), "static")


def _describe(app: FastAPI) -> None:
    """Add to OpenAPI what no route's signature names."""
    make = app.openapi

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = make()["components"]["schemas"]
            for model in (Problem, GlyphRequest):
                schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        return make()

    app.openapi = describe  # type: ignore[method-assign]


async def _answer_nobody(_: Request, __: Exception) -> Response:
    return Response(status_code=LEFT)
