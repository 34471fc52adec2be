"""The body of a request on its way into an upload, in threads apart from those that answer everything else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect

from pipeline.errors import MinutesError
from pipeline.records.arriving import Arrival
from pipeline.records.assembling import finish
from pipeline.records.files import PIECE_BYTES
from pipeline.records.site import Site
from pipeline.web.problems import Problem
from pipeline.worker.arrivals import start

Made = TypeVar("Made")

WRITE_AT_ONCE = 8
FINISH_AT_ONCE = 2
"""Each reads a file from end to end and starts a process that looks into it; the others wait for their turn."""


@dataclass(frozen=True)
class Lanes:
    """How many uploads are written, and how many are finished, side by side in this process."""

    writing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(WRITE_AT_ONCE))
    finishing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(FINISH_AT_ONCE))

    async def write(self, work: Callable[[], Made]) -> Made:
        """Does something short that waits for files or tables."""
        return await to_thread.run_sync(work, limiter=self.writing)

    async def finish(self, site: Site, upload_id: str) -> None:
        """Makes a recording of an upload that is whole."""
        await to_thread.run_sync(finish, site, upload_id, start, limiter=self.finishing)


def lanes_of(app: FastAPI) -> Lanes:
    """Those of a server."""
    if not hasattr(app.state, "lanes"):
        app.state.lanes = Lanes()
    return app.state.lanes


async def receive(request: Request, site: Site, upload_id: str, opened: Callable[[], Arrival]) -> int:
    """Takes the bytes of a request, and finishes the upload with the last ones.

    What has come of a request that breaks off, or is broken off because the server stops, is kept.

    Args:
        request: Its body is read piece by piece.
        site: Where the upload is.
        upload_id: Which it is.
        opened: Makes ready for the bytes.

    Returns:
        How many bytes of the file have arrived.

    Raises:
        MinutesError: The bytes cannot be taken, or the file cannot be used.
    """
    lanes = lanes_of(request.app)
    arrival = await lanes.write(opened)
    try:
        async for piece in _gathered(request):
            await lanes.write(lambda piece=piece: arrival.write(piece))
        arrived = await lanes.write(arrival.end)
    except ClientDisconnect as error:
        await lanes.write(arrival.break_off)
        raise Problem(400, "The connection broke off.") from error
    except asyncio.CancelledError:
        with suppress(MinutesError):
            await asyncio.to_thread(arrival.break_off)
        raise
    except BaseException:
        await lanes.write(arrival.drop)
        raise
    if arrived == arrival.length:
        await lanes.finish(site, upload_id)
    return arrived


async def _gathered(request: Request) -> AsyncIterator[bytes]:
    """The body in pieces of about a megabyte, also what came before it broke off."""
    gathered = bytearray()
    try:
        async for chunk in request.stream():
            gathered += chunk
            if len(gathered) >= PIECE_BYTES:
                yield bytes(gathered)
                gathered.clear()
    except ClientDisconnect:
        if gathered:
            yield bytes(gathered)
        raise
    if gathered:
        yield bytes(gathered)
