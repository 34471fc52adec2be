"""The receiver of a webhook for tests: a real HTTP server on loopback that notes what comes and answers as told."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Literal, Self

from tests.sending.certificate import Certificate

DRIPS, BETWEEN = 100, 0.05
"""So many bytes come one by one, with so many seconds between them: 5 seconds in all."""
ENDLESS = 1000
"""So many times 64 KB."""


@dataclass(frozen=True)
class Answer:
    """What the server answers.

    Attributes:
        way: ``whole``: at once. ``drip``: the body byte by byte; ``drip head``: the headers so; ``endless``: a body
            of many megabytes; ``never``: nothing, until the server stops.
    """

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    way: Literal["whole", "drip", "drip head", "endless", "never"] = "whole"


@dataclass(frozen=True)
class Told:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up early is what the tests are about."""


class HookServer:
    """Runs while the block does.

    Args:
        certificate: For TLS.
        address: Bound to.
    """

    def __init__(self, certificate: Certificate | None = None, address: str = "127.0.0.1") -> None:
        self.heard: list[Told] = []
        self.server_names: list[str | None] = []
        self.sent = 0
        self.answers: Callable[[Told], Answer] = lambda event: Answer()
        self._stopped = Event()
        server = type("", (_Server,), {"address_family": socket.AF_INET6}) if ":" in address else _Server
        self._server = server((address, 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        if certificate:
            tls = certificate.of_a_server()
            tls.sni_callback = self._note_name
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def answer(self, status: int = 204, body: bytes = b"", **more: Any) -> None:
        """What everybody is answered from now on."""
        self.answers = lambda event: Answer(status, body, **more)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _note_name(self, socket: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.server_names.append(name)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                event = Told(self.path, headers, body)
                server.heard.append(event)
                server.give(self, server.answers(event))

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        return Handler

    def give(self, to: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.way == "never":
            self._stopped.wait()
            return
        if answer.way == "drip head":
            self._drip(to, b"HTTP/1.1 204 No Content\r\nX-Long: ")
            to.wfile.write(b"\r\n\r\n")
            return
        to.send_response(answer.status)
        for name, value in answer.headers.items():
            to.send_header(name, value)
        if answer.way == "endless":
            to.end_headers()
            for _ in range(ENDLESS):
                to.wfile.write(b"x" * 65536)
                self.sent += 65536
            return
        length = DRIPS if answer.way == "drip" else len(answer.body)
        if answer.status != 204:
            to.send_header("Content-Length", str(length))
        to.end_headers()
        if answer.way == "drip":
            self._drip(to, b"")
        to.wfile.write(answer.body)

    def _drip(self, to: BaseHTTPRequestHandler, first: bytes) -> None:
        to.wfile.write(first)
        for _ in range(DRIPS):
            if self._stopped.wait(BETWEEN):
                return
            to.wfile.write(b"x")
            to.wfile.flush()
