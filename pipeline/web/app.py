"""The application: its routes, and what stands before them."""

from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from pipeline.records.site import Site
from pipeline.web.problems import add_handlers

ROUTERS: tuple[APIRouter, ...] = ()
"""One a room of ``pipeline/web/api``."""


def make_app(site: Site) -> FastAPI:
    """The whole service over HTTP."""
    app = FastAPI(
        title="Lihui 例会",
        version=version("lihui"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.site = site
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    return app
