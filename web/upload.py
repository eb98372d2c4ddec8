"""What clients send, taken into memory and nowhere else: bounded in bytes while it comes, and in time."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from web.problems import ProblemError
from web.settings import Limits

SMALL_FIELDS = 1_000
"""Bytes of a form's field that is no file; none has a meaning here."""


class Memory:
    """Counts the bytes of all bodies that are held, so that many clients together cannot take all memory."""

    def __init__(self, most: int) -> None:
        """most: bytes."""
        self._most = most
        self.held = 0

    def take(self, size: int) -> None:
        """Count some bytes more. Raises ProblemError where there is no room."""
        if self.held + size > self._most:
            raise ProblemError(429, "Too much is being uploaded at once. Ask again in a second.")
        self.held += size

    def give(self, size: int) -> None:
        """Count some bytes less."""
        self.held -= size


class InMemoryParser(MultiPartParser):
    """Parses forms of which no part ever goes to disk: Starlette's own puts all above 1 MB there."""

    spool_max_size = 0  # tempfile.SpooledTemporaryFile never rolls over then


class Intake:
    """Takes the bodies of requests."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.memory = Memory(limits.max_memory)

    @asynccontextmanager
    async def receive(self, request: Request, part: str) -> AsyncIterator[tuple[bytes, ...]]:
        """Hold the files of a request for as long as they are worked on. part: what files are called in a form.

        Raises ProblemError for a body that is too large or too slow, or a form that is none.
        """
        held: list[int] = []
        try:
            stream = self._stream(request, held)
            if media_type(request) == "multipart/form-data":
                files = await self._parse(request, stream, part)
            else:
                files = (b"".join([chunk async for chunk in stream]),)
            yield files
        finally:
            self.memory.give(sum(held))

    async def _stream(self, request: Request, held: list[int]) -> AsyncGenerator[bytes, None]:
        """Yield the body as it comes. held: is told how much was counted."""
        most = self._limits.max_bytes
        said = request.headers.get("content-length", "0")
        if said.isdecimal() and int(said[:20]) > most:
            raise self._too_large()
        deadline = time.monotonic() + self._limits.body_seconds
        chunks = request.stream()
        size = 0
        while True:
            pause = min(self._limits.gap_seconds, deadline - time.monotonic())
            try:
                async with asyncio.timeout(max(0.0, pause)):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise ProblemError(
                    408, f"The upload paused for longer than {pause:.0f} s. Send it again.", connection="close"
                ) from None
            size += len(chunk)
            if size > most:
                raise self._too_large()
            self.memory.take(len(chunk))
            held.append(len(chunk))
            yield chunk

    async def _parse(self, request: Request, stream: AsyncGenerator[bytes, None], part: str) -> tuple[bytes, ...]:
        most = max(self._limits.max_files, self._limits.max_glyphs)
        parser = InMemoryParser(request.headers, stream, max_files=most, max_fields=most, max_part_size=SMALL_FIELDS)
        try:
            form = await parser.parse()
        except MultiPartException as error:
            raise ProblemError(422, f"The form cannot be read ({error.message}). Send it as browsers do.") from error
        try:
            return tuple([await file.read() for file in form.getlist(part) if isinstance(file, UploadFile)])
        finally:
            await form.close()

    def _too_large(self) -> ProblemError:
        most = self._limits.max_bytes / 1e6
        return ProblemError(
            413,
            f"The request is larger than {most:g} MB. Send a smaller picture, or raise the limit "
            "(digits-web --max-megabytes).",
        )


def media_type(request: Request) -> str:
    """Return what the request says its body is, without parameters; empty where it says nothing."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def wait_until_left(request: Request) -> None:
    """Return when the client has broken off. The body has been received by then."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
