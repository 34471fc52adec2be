"""The application: its routes, and what stands before them."""

from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from pipeline.records.site import Site
from pipeline.web import probes
from pipeline.web.api import (
    audit,
    evals,
    exports,
    jobs,
    login,
    meetings,
    oidc,
    places,
    recordings,
    review,
    search,
    sendings,
    series,
    tasks,
    tokens,
    uploads,
    users,
    webhooks,
)
from pipeline.web.hosts import is_local
from pipeline.web.live import Live
from pipeline.web.problems import add_handlers, documented
from pipeline.web.protection import protect

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    oidc.router,
    users.router,
    tokens.router,
    series.router,
    audit.router,
    meetings.router,
    recordings.router,
    uploads.router,
    jobs.router,
    review.router,
    exports.router,
    sendings.router,
    places.router,
    webhooks.router,
    search.router,
    tasks.router,
    evals.router,
)
"""One a room of ``pipeline/web/api``."""
ANYWHERE = (400, 401, 403, 413, 421, 422, 429, 500, 503)
"""What any request may be answered with."""


def make_app(site: Site, *, local: bool | None = None) -> FastAPI:
    """The whole service over HTTP.

    Args:
        site: Settings, tables, files.
        local: Whether everybody who reaches it is its one local user; None decides by where it is bound.
    """
    app = FastAPI(
        title="Lihui 例会",
        version=version("lihui"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.site = site
    app.state.live = Live(site)
    add_handlers(app)
    protect(app, site, local=is_local(site.settings.serve) if local is None else local)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1", responses=documented(*ANYWHERE))
    app.include_router(probes.router)
    return app
