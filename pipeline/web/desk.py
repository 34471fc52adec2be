"""What the routes of one application share beside the site."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Annotated, Literal

from fastapi import Depends, Request

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.serving import Serving
from pipeline.web.cookies import Cookies
from pipeline.web.metrics import Metrics
from pipeline.web.oidc import Provider

PASSWORD_THREADS = 2
OIDC_BACK = "/api/v1/login/oidc/back"
FRESH_SECONDS = 5.0
"""So long one look at the file store serves for all who ask."""
Wellness = Literal["ok", "unreachable"]


class FilesProbe:
    """Looks whether files can be written, but not for each of those who ask.

    Args:
        files: The store.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._lock = Lock()
        self._found: tuple[float, Wellness] | None = None

    def look(self) -> Wellness:
        """How the file store is now, or was a moment ago."""
        with self._lock:
            if self._found is None or monotonic() - self._found[0] > FRESH_SECONDS:
                self._found = (monotonic(), self._try())
            return self._found[1]

    def _try(self) -> Wellness:
        try:
            self._files.check()
        except EnvironmentProblem:
            return "unreachable"
        return "ok"


@dataclass(frozen=True)
class Desk:
    """What the routes share.

    Attributes:
        local: Whether nobody logs in: only this machine is served.
        cookies: How they are set.
        metrics: Counts.
        files_probe: Whether files can be written.
        provider: An OpenID provider to log in with, if any.
        password_threads: The few threads that compare passwords: however many log in at once, those that answer
            everybody else stay free, and the memory that hashing takes is bounded.
    """

    local: bool
    cookies: Cookies
    metrics: Metrics
    files_probe: FilesProbe
    provider: Provider | None
    password_threads: ThreadPoolExecutor


def make_desk(site: Site, *, local: bool) -> Desk:
    """That of a new application.

    Raises:
        UsageError: The settings of the OpenID provider cannot be used.
    """
    serving = site.settings.serve
    return Desk(
        local=local,
        cookies=Cookies(tls=(serving.public_url or "").startswith("https://")),
        metrics=Metrics(site.database),
        files_probe=FilesProbe(site.files),
        provider=_provider(serving),
        password_threads=ThreadPoolExecutor(PASSWORD_THREADS, "passwords"),
    )


def _provider(serving: Serving) -> Provider | None:
    if serving.oidc is None:
        return None
    if serving.public_url is None:
        raise UsageError(
            "An OpenID provider sends people back to LIHUI_SERVE__PUBLIC_URL: set it to this service's address."
        )
    return Provider(serving.oidc, serving.public_url.rstrip("/") + OIDC_BACK)


def the_desk(request: Request) -> Desk:
    """That of the application that answers."""
    return request.app.state.desk


AtDesk = Annotated[Desk, Depends(the_desk)]
