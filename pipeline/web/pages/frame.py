"""A template as an answer: in the asker's language and theme, with what every page shows."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from babel.dates import format_date, format_datetime
from fastapi import Depends, FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline.clock import clock
from pipeline.transcript import Language
from pipeline.web.access import Asker
from pipeline.web.desk import the_desk
from pipeline.web.pages.assets import asset
from pipeline.web.pages.wording import Wording, language_of, locale_of

TEMPLATES = Path(__file__).parents[1] / "templates"
THEME_COOKIE = "lihui_theme"
Theme = Literal["auto", "light", "dark"]


class NotLoggedIn(Exception):  # noqa: N818 - a state of the asker, answered with the log-in page
    """A page was asked for by nobody that is known."""


def visitor(request: Request) -> Asker:
    """Who asks for a page.

    Raises:
        NotLoggedIn: Nobody that is known.
    """
    asker: Asker | None = getattr(request.state, "asker", None)
    if asker is None:
        raise NotLoggedIn
    return asker


Visitor = Annotated[Asker, Depends(visitor)]


def add_frame(app: FastAPI) -> None:
    """Sends those who are not logged in to where they can, and back to where they wanted to go afterwards."""
    app.add_exception_handler(NotLoggedIn, _to_login)


async def _to_login(request: Request, error: Exception) -> Response:
    del error
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(where, safe='')}", status_code=303)


def page(request: Request, template: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """Renders a page.

    Args:
        request: Who asks, and how.
        template: Its name under ``templates``.
        context: What it shows.
        status: HTTP status.
    """
    language = language_of(request)
    shared: dict[str, object] = {
        "asker": getattr(request.state, "asker", None),
        "language": language,
        "theme": theme_of(request),
        "path": request.url.path,
        "local": the_desk(request).local,
    }
    html = environment(language).get_template(template).render({**shared, **context})
    return HTMLResponse(html, status_code=status)


def theme_of(request: Request) -> Theme:
    """Light or dark, as chosen; ``auto`` follows the system."""
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in ("light", "dark") else "auto"


@cache
def environment(language: Language) -> Environment:
    """Templates in one language: everything that is filled in is escaped, and nothing may be missing."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    wording = Wording(language)
    install: Any = getattr(made, "install_gettext_callables")  # noqa: B009 - the extension adds it
    install(wording.gettext, wording.ngettext, newstyle=True)
    locale = locale_of(language)

    def day(value: date) -> str:
        return format_date(value, "medium", locale=locale)

    def moment(value: datetime) -> str:
        return format_datetime(value, "medium", locale=locale)

    filters: dict[str, Any] = {"clock": clock, "day": day, "moment": moment}
    made.filters.update(filters)
    shared: dict[str, Any] = made.globals
    shared["asset"] = asset
    return made
