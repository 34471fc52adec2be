"""Running the service: the web server in this process, a worker in one of its own."""

import signal
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from types import FrameType
from urllib.parse import urlsplit

import structlog
import uvicorn

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.records import people
from pipeline.records.site import Site, open_site
from pipeline.serving import Serving
from pipeline.settings import Settings
from pipeline.web.app import make_app
from pipeline.web.hosts import is_local
from pipeline.web.kept import Kept
from pipeline.web.live import Live
from pipeline.web.logs import configure_logs

WORKER = (sys.executable, "-P", "-m", "pipeline.web.tether", "worker")
"""What is started beside the server: listening is work that would hold up answers, and a recording that kills
its decoder must not take the pages down with it. Nothing is imported from the current folder (``-P``)."""
MOST_CONNECTIONS = 1000
KEEP_ALIVE_SECONDS = 75
"""Longer than proxies keep an idle connection, so that they never send into one that was just closed."""
STOP_SECONDS = 10
"""Answers that are on their way when the server is stopped have so long to end."""


def serve(settings: Settings, worker: tuple[str, ...] | None, tell: Callable[[str], None]) -> None:
    """Answers until it is stopped by SIGTERM or Ctrl-C; what was begun is finished first.

    Args:
        settings: Where it is bound, and everything else.
        worker: Command of the worker that runs beside it; None where workers run elsewhere.
        tell: Told the address once requests are taken.

    Raises:
        UsageError: Settings contradict each other, or nobody could log in.
        EnvironmentProblem: The port is taken, or database or files cannot be used.
    """
    configure_logs()
    site = open_site(settings)
    check_start(site)
    app = make_app(site)
    with _listening(settings.serve) as listener, _ended_by_sigterm(), _kept(worker):
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            # The application looks at them itself, of trusted proxies alone.
            proxy_headers=False,
            server_header=False,
            ws="none",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        tell(_address(settings.serve, listener))
        _Server(config, app.state.live).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends the streams of those who watch meetings when it is asked to stop: they have no end to be waited for."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Takes a signal."""
        super().handle_exit(sig, frame)
        self._live.end()


def check_start(site: Site) -> None:
    """Makes sure that a service others can reach lets in nobody who has not logged in.

    Raises:
        UsageError: Nobody could log in, or the public address is none.
    """
    serving = site.settings.serve
    _check_public(serving.public_url)
    if is_local(serving):
        return
    with site.database.reading() as session:
        if serving.oidc is None and not people.somebody_can_log_in(session):
            raise UsageError(
                "Other machines can reach this address, and nobody could log in: make an account first, with"
                " `lihui users add NAME --role admin`."
            )
    if not (serving.public_url or "").startswith("https://"):
        structlog.get_logger("lihui.web").warning(
            "Passwords travel unencrypted: put a proxy with TLS before the service, and its https:// address"
            " into LIHUI_SERVE__PUBLIC_URL."
        )


def _check_public(url: str | None) -> None:
    try:
        parts = urlsplit(url or "https://unset")
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    else:
        right = right and parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if not right:
        raise UsageError(
            "LIHUI_SERVE__PUBLIC_URL must look like https://minutes.example.org, without a path."
        )


@contextmanager
def _listening(serving: Serving) -> Generator[socket.socket]:
    """A socket that takes connections from now on; they wait until the server answers."""
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    try:
        listener = socket.create_server((serving.host, serving.port), family=family, backlog=MOST_CONNECTIONS)
    except (OSError, OverflowError) as error:
        raise EnvironmentProblem(
            f"Port {serving.port} of {serving.host} cannot be used: {error}. Choose another with --port."
        ) from error
    with listener:
        yield listener


@contextmanager
def _ended_by_sigterm() -> Generator[None]:
    """SIGTERM ends the block like a return would: the worker is stopped, too, and the exit code is 0."""

    def leave(number: int, frame: FrameType | None) -> None:
        del number, frame
        sys.exit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _kept(worker: tuple[str, ...] | None) -> Kept | nullcontext[None]:
    return nullcontext() if worker is None else Kept(worker)


def _address(serving: Serving, listener: socket.socket) -> str:
    if serving.public_url is not None:
        return serving.public_url
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
