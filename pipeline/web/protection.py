"""What stands before all routes: whom the request was meant for, where it came from, who is asking, how often."""

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pipeline.records.site import Site
from pipeline.web.asking import Doorkeeper, bearer, local_asker
from pipeline.web.desk import make_desk
from pipeline.web.headers import SecurityHeaders
from pipeline.web.hosts import PROXY_MARKS, Hosts, authority, network
from pipeline.web.logs import RequestLog
from pipeline.web.problems import Problem, answer
from pipeline.web.rates import Rates

BODY_BYTES = 1024 * 1024
"""The largest body; routes that take files have a ``max_body_size`` of their own."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PROBES = frozenset({"/healthz"})
"""Asked by machinery that may know nothing but our number."""


def protect(app: FastAPI, site: Site, *, local: bool) -> None:
    """Puts the protection before an application's routes."""
    serving = site.settings.serve
    desk = make_desk(site, local=local)
    app.state.desk = desk
    # The first one added is the innermost.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_BYTES)
    app.add_middleware(
        Protection,
        hosts=Hosts.of(serving, local=local),
        doorkeeper=Doorkeeper(site, desk.cookies, local_asker(site) if local else None),
        rates=Rates(serving.requests_per_minute),
    )
    if serving.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(serving.trusted_proxies))
    app.add_middleware(RequestLog, metrics=desk.metrics)
    app.add_middleware(SecurityHeaders, tls=desk.cookies.tls)


class Protection:
    """Lets a request through to the routes, with ``request.state.asker`` set, or refuses it.

    Args:
        app: The routes.
        hosts: The names that mean this service.
        doorkeeper: Knows who is asking.
        rates: Counts requests.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, doorkeeper: Doorkeeper, rates: Rates) -> None:
        self.app = app
        self.hosts = hosts
        self.doorkeeper = doorkeeper
        self.rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            self._check_host(request)
            self._check_way(request)
            check_site(request, self.hosts.public)
            request.state.asker = await self.doorkeeper.asker(request)
            self._count(request)
        except Problem as problem:
            refusal = answer(problem.status, str(problem), problem.more, problem.headers)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check_host(self, request: Request) -> None:
        """Refuses what a page of another site sent here under its own name."""
        host = request.headers.getlist("host")
        _, port = request.scope.get("server") or ("", None)
        if request.url.path in PROBES:
            return
        if len(host) != 1 or not self.hosts.accepts(host[0], port or 0):
            raise Problem(421, "This service is not known by that name: set LIHUI_SERVE__PUBLIC_URL to it.")

    def _check_way(self, request: Request) -> None:
        """Refuses strangers whom a proxy on this machine would make the local user."""
        if self.hosts.local and any(mark in request.headers for mark in PROXY_MARKS):
            raise Problem(403, "Behind a proxy people have to log in: set LIHUI_SERVE__PUBLIC_URL.")

    def _count(self, request: Request) -> None:
        asker = request.state.asker
        if asker is None:
            self.rates.count(network(request.client.host if request.client else None))
        elif asker.via != "local":
            self.rates.count(f"user {asker.user_id}")


def check_site(request: Request, public: str | None) -> None:
    """Refuses requests that a page of another site had the browser send.

    Browsers say so in ``Sec-Fetch-Site``; old ones only in ``Origin``, and programs in neither. A request with
    a token is never the browser's own idea.

    Args:
        request: As it came.
        public: ``host:port`` of the public address, which a proxy may have kept from ``Host``.

    Raises:
        Problem: 403.
    """
    if bearer(request) is not None:
        return
    headers = request.headers
    where = headers.get("sec-fetch-site")
    if request.method in SAFE_METHODS:
        # A link from elsewhere may lead here; an image or script there may not be taken from here.
        strange = where in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate"
    elif where is not None:
        strange = where not in ("same-origin", "none")
    else:
        strange = not _is_own_origin(headers, public)
    if strange:
        raise Problem(403, "Another site sent this request.")


def _is_own_origin(headers: Headers, public: str | None) -> bool:
    if (origin := headers.get("origin")) is None:
        return True
    try:
        return authority(origin) in (authority(f"http://{headers.get('host', '')}"), public)
    except ValueError:
        return False
