"""Failures as answers: problem details (RFC 9457), one sentence each, never a trace."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ConfigDict
from starlette.exceptions import HTTPException

from pipeline.errors import EnvironmentProblem, InputError, MinutesError, UsageError
from pipeline.transcript import Value


class Problem(MinutesError):  # noqa: N818 - named as RFC 9457 names it
    """A request that is answered with a status of its own.

    Attributes:
        status: HTTP status.
        more: Further members of the answer, such as both values of a conflict.
        headers: Of the answer, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        more: Mapping[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.more = more or {}
        self.headers = headers


class ProblemDetails(Value):
    """What a failure looks like; some have further members of their own."""

    model_config = ConfigDict(frozen=True, extra="allow")

    status: int
    title: str


_FROM_THE_SERVER: dict[int, dict[str, Any]] = {413: {"text/plain": {"schema": {"type": "string"}}}}
"""Failures that never reach the application."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The failures of a route, for ``responses=``."""
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": ProblemDetails,
            "content": {"application/problem+json": {"schema": schema}} | _FROM_THE_SERVER.get(status, {}),
        }
        for status in statuses
    }


def not_found(what: str = "page") -> Problem:
    """There is no such thing, or the asker may not know of it: both look the same."""
    return Problem(404, f"There is no such {what}.")


def add_handlers(app: FastAPI) -> None:
    """Turns every failure into an answer."""
    app.add_exception_handler(Problem, _of_problem)
    app.add_exception_handler(MinutesError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def answer(
    status: int,
    sentence: str,
    more: Mapping[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """One problem as JSON."""
    return JSONResponse(
        {"status": status, "title": sentence, **(more or {})},
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


async def _of_problem(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, Problem)
    return answer(error.status, str(error), error.more, error.headers)


async def _of_ours(request: Request, error: Exception) -> JSONResponse:
    del request
    if isinstance(error, InputError | UsageError):
        return answer(422, str(error))
    return answer(
        507 if "disk is full" in str(error) else 503 if isinstance(error, EnvironmentProblem) else 500,
        str(error),
    )


async def _of_validation(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return answer(422, f"{where or first['loc'][0]}: {first['msg']}.")


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, HTTPException)
    return answer(error.status_code, str(error.detail), headers=dict(error.headers or {}))
