"""The application: its routes, and what stands before them."""

from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from pipeline.records.site import Site
from pipeline.web.hosts import is_local
from pipeline.web.problems import add_handlers
from pipeline.web.protection import protect

ROUTERS: tuple[APIRouter, ...] = ()
"""One a room of ``pipeline/web/api``."""


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
    add_handlers(app)
    protect(app, site, local=is_local(site.settings.serve) if local is None else local)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    return app
