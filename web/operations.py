"""What is asked about the server itself: whether it lives, what it takes, what it has counted."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from model import __version__
from web.schema import Health, LimitsAnswer, Templates, describe_problems
from web.state import get_shared

router = APIRouter()


@router.get("/healthz", summary="Whether the server lives", responses=describe_problems(421))
async def tell_health() -> Health:
    """Answer 200 as long as the server answers at all."""
    return Health(status="alive", version=__version__)


@router.get("/readyz", summary="Whether the readers are ready", responses=describe_problems(421, 503))
async def tell_readiness(request: Request) -> Health:
    """Answer 200 once pages can be read, and 503 before."""
    get_shared(request).get_ready()
    return Health(status="ready", version=__version__)


@router.get("/v1/templates", summary="The templates there are", responses=describe_problems(401, 421, 429, 503))
async def list_templates(request: Request) -> Templates:
    """List the names that `template` of /v1/read takes."""
    return Templates(templates=list(get_shared(request).get_ready().templates))


@router.get("/v1/limits", summary="What the server takes", responses=describe_problems(401, 421, 429, 503))
async def tell_limits(request: Request) -> LimitsAnswer:
    """Tell how large and how many uploads may be, and what kinds of files can be read."""
    shared = get_shared(request)
    limits = shared.settings.limits
    return LimitsAnswer(
        max_bytes=limits.max_bytes,
        max_pixels=limits.max_pixels,
        max_files=limits.max_files,
        max_pages=limits.max_pages,
        max_glyphs=limits.max_glyphs,
        max_frame_bytes=limits.max_frame_bytes,
        max_frame_pixels=limits.max_frame_pixels,
        requests_a_minute=limits.rate,
        cameras=shared.settings.cameras,
        formats=list(shared.get_ready().formats),
    )


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=PlainTextResponse,
    responses=describe_problems(401, 421),
)
async def tell_metrics(request: Request) -> Response:
    """Tell what was counted, in Prometheus' text format."""
    metrics = get_shared(request).metrics
    return Response(metrics.write(), media_type=CONTENT_TYPE_LATEST)
