"""What is uploaded: kept in memory, bounded while it comes, and nowhere afterwards."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from web.problems import ProblemError
from web.settings import Limits
from web.upload import Intake

LIMITS = Limits(max_bytes=1_000, max_memory=1_500, body_seconds=0.3, gap_seconds=0.1)


def make_request(chunks: AsyncIterator[bytes], **headers: str) -> Request:
    """Return a request whose body comes so."""
    parts: Any = chunks.__aiter__()

    async def receive() -> dict[str, Any]:
        try:
            return {"type": "http.request", "body": await anext(parts), "more_body": True}
        except StopAsyncIteration:
            return {"type": "http.request", "body": b"", "more_body": False}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw, "query_string": b""}, receive)


async def send(*chunks: bytes, pause: float = 0.0) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(pause)
        yield chunk


def take(intake: Intake, chunks: AsyncIterator[bytes], **headers: str) -> tuple[bytes, ...]:
    async def run() -> tuple[bytes, ...]:
        async with intake.receive(make_request(chunks, **headers), "files") as files:
            assert intake.memory.held > 0
            return files

    return asyncio.run(run())


def test_a_body_is_put_together() -> None:
    intake = Intake(LIMITS)
    assert take(intake, send(b"ab", b"c")) == (b"abc",)
    assert intake.memory.held == 0


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("nothing may be received")
        yield b""

    for size in ("1001", "9" * 500):
        with pytest.raises(ProblemError, match=r"larger than 0\.001 MB.*--max-megabytes") as caught:
            take(Intake(LIMITS), never(), content_length=size)
        assert caught.value.status == 413


def test_a_body_that_says_nothing_is_refused_as_soon_as_it_is_too_large() -> None:
    came: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            came.append(100)
            yield b"x" * 100

    intake = Intake(LIMITS)
    for headers in ({}, {"content_length": "5"}, {"content_length": "-1"}, {"content_length": "x"}):
        came.clear()
        with pytest.raises(ProblemError) as caught:
            take(intake, endless(), **headers)
        assert (caught.value.status, len(came), intake.memory.held) == (413, 11, 0)


@pytest.mark.parametrize(("count", "pause"), [(2, 0.2), (100, 0.02)], ids=["a pause", "drop by drop"])
def test_a_body_that_comes_too_slowly_is_refused(count: int, pause: float) -> None:
    intake = Intake(LIMITS)
    with pytest.raises(ProblemError) as caught:
        take(intake, send(*[b"x"] * count, pause=pause))
    assert (caught.value.status, intake.memory.held) == (408, 0)


def test_all_bodies_together_have_a_limit() -> None:
    async def run() -> None:
        intake = Intake(LIMITS)
        async with intake.receive(make_request(send(b"x" * 900)), "files"):
            with pytest.raises(ProblemError, match="at once") as caught:
                async with intake.receive(make_request(send(b"x" * 900)), "files"):
                    pass
            assert (caught.value.status, intake.memory.held) == (429, 900)
        async with intake.receive(make_request(send(b"x" * 900)), "files"):
            pass

    asyncio.run(run())


def test_no_part_of_a_form_goes_to_disk(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starlette's own parser puts what is larger than 1 MB there."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    answer = client.post("/v1/read", files={"files": ("name.png", b"\x89PNG" + bytes(5_000_000))})
    assert answer.status_code == 422
    assert "damaged" in answer.json()["detail"]


@pytest.mark.parametrize("count", [21, 400])
def test_too_many_files_are_refused(client: TestClient, count: int) -> None:
    answer = client.post("/v1/read", files=[("files", (f"{number}", b"x")) for number in range(count)])
    assert answer.status_code in (413, 422)
    assert "oo many files" in answer.json()["detail"] or "expected at most 20" in answer.json()["detail"]


def test_nothing_is_held_after_all(client: TestClient) -> None:
    assert client.app_state["shared"].intake.memory.held == 0
