"""A chat service for tests: a real HTTP server on loopback that notes requests and answers as it is told."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.sending.certificate import Certificate


@dataclass(frozen=True)
class Reply:
    """What the server answers; ``cut`` hangs up instead."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    cut: bool = False


def said(**answer: object) -> Reply:
    return Reply(body=json.dumps(answer))


@dataclass(frozen=True)
class Heard:
    """One request: its path, its query with one value a name, its headers and its body."""

    path: str
    query: dict[str, str]
    content_type: str
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


class ChatServer:
    def __init__(self, certificate: Certificate | None = None) -> None:
        self.heard: list[Heard] = []
        self.reply = Reply(body="ok")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        if certificate:
            tls = certificate.of_a_server()
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                query = {
                    name: values[0] for name, values in parse_qs(parts.query, strict_parsing=False).items()
                }
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                server.heard.append(Heard(parts.path, query, self.headers["Content-Type"], raw))
                reply = server.reply
                if reply.cut:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body.encode())))
                self.end_headers()
                self.wfile.write(reply.body.encode())

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        return Handler
