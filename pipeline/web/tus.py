"""What all routes of the tus protocol share: its headers, its version, its failures."""

import base64
import binascii
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute

from pipeline.errors import MinutesError
from pipeline.records.arriving import ALGORITHMS, WrongChecksum
from pipeline.records.meetings import Conflict
from pipeline.records.uploads import NoRoom, Refused, TooLarge, Unwanted
from pipeline.web.problems import Problem

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "expiration", "termination")
BODY_TYPE = "application/offset+octet-stream"
STATUS: dict[type[MinutesError], int] = {
    Conflict: 409,
    Refused: 410,
    TooLarge: 413,
    Unwanted: 415,
    WrongChecksum: 460,
    NoRoom: 507,
}


class TusRoute(APIRoute):
    """A route whose every answer names the protocol, and whose failures have the protocol's statuses."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps what FastAPI made of the route."""
        handle = super().get_route_handler()

        async def named(request: Request) -> Response:
            try:
                answer = await handle(request)
            except MinutesError as error:
                problem = _as_problem(error)
                problem.headers = {**(problem.headers or {}), "Tus-Resumable": VERSION}
                raise problem from error
            answer.headers["Tus-Resumable"] = VERSION
            return answer

        return named


def _as_problem(error: MinutesError) -> Problem:
    if isinstance(error, Problem):
        return error
    for kind, status in STATUS.items():
        if isinstance(error, kind):
            return Problem(status, str(error))
    raise error


def _check_version(
    tus_resumable: Annotated[
        str | None, Header(max_length=20, description="Version of the protocol: 1.0.0")
    ] = None,
) -> None:
    if tus_resumable != VERSION:
        raise Problem(
            412,
            f"Uploads speak tus {VERSION}: send Tus-Resumable: {VERSION}.",
            headers={"Tus-Version": VERSION},
        )


SpeaksTus = Depends(_check_version)
"""Refuses requests of another version with 412."""


def abilities(largest: int) -> dict[str, str]:
    """Headers that tell what this server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(largest),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def parse_metadata(header: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of a key and a text in base64, with commas in between.

    Raises:
        Problem: 400: it is no such header.
    """
    found: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Problem(400, "Upload-Metadata must be keys with UTF-8 text in base64.") from error
    return found
