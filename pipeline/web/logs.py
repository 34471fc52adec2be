"""Logs as JSON lines on stderr: what was asked, by whom, how it ended; never what a meeting says."""

import logging
import sys
import traceback
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict

from pipeline.web.metrics import Metrics
from pipeline.web.problems import answer

TALKATIVE = ("httpx", "httpx2", "httpcore", "httpcore2", "apprise", "urllib3", "alembic")
"""They log whole addresses, and so the secrets in them; the last one each look at the tables."""
UPLOADS = "/uploads"


def configure_logs(stream: TextIO | None = None) -> None:
    """Makes all that this process logs JSON lines, of libraries too.

    Args:
        stream: Where they go; None for stderr.
    """
    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, render],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _without_trace, render],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def trace(error: BaseException) -> list[str]:
    """Where a failure came from: its types, files and lines, from the cause on.

    Its message is left out: it may carry what was being worked on, and that may be what somebody said.
    """
    cause = error.__cause__ or error.__context__
    before = trace(cause) if cause is not None else []
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}: {frame.line}" for frame in frames]
    return [*before, *where, type(error).__qualname__]


def route_of(scope: Scope) -> str:
    """The template of the path that was asked for, such as ``/api/v1/meetings/{meeting_id}``; - for none."""
    chosen = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(chosen, "path_format", None) or getattr(chosen, "path", None) or "-"


class RequestLog:
    """Logs and measures each request, and answers those that failed unforeseen.

    Args:
        app: What answers.
        metrics: Counts.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self.log = structlog.get_logger("lihui.web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = _Seen(scope, receive, send)
        try:
            await self.app(scope, seen.receive, seen.send)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the asker gets an answer
            self.log.error("unforeseen", request=seen.id, route=route_of(scope), trace=trace(error))
            if seen.status is None:
                await answer(500, "Something went wrong here; it was logged.")(scope, receive, seen.send)
        finally:
            self._note(scope, seen)

    def _note(self, scope: Scope, seen: "_Seen") -> None:
        route, asker = route_of(scope), scope.get("state", {}).get("asker")
        # Without an answer the browser had gone before there was one.
        status = seen.status or 499
        self.metrics.request_done(scope["method"], route, status, seen.answered_after)
        if UPLOADS in route:
            self.metrics.uploaded(seen.received)
        self.log.info(
            "request",
            request=seen.id,
            method=scope["method"],
            route=route,
            status=status,
            ms=round(1000 * (perf_counter() - seen.began), 1),
            who=asker.name if asker else None,
        )


class _Seen:
    """What passes by of one request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.id = uuid4().hex
        self.began = perf_counter()
        self.answered_after = 0.0
        self.status: int | None = None
        self.received = 0
        self._receive = receive
        self._send = send
        scope.setdefault("state", {})["request_id"] = self.id

    async def receive(self) -> Message:
        message = await self._receive()
        self.received += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered_after = perf_counter() - self.began
            MutableHeaders(scope=message)["x-request-id"] = self.id
        await self._send(message)


def _without_trace(logger: object, method: str, line: EventDict) -> EventDict:
    """Of a library's failure, what ``trace`` tells."""
    del logger, method
    match line.pop("exc_info", None):
        case (_, BaseException() as error, _):
            line["trace"] = trace(error)
        case _:
            pass
    return line
