# ruff: noqa: N802 - aiosmtpd names its hooks for the commands of SMTP
"""A mail server for tests: a real one on loopback that keeps what it takes and refuses whom it is told to."""

import email
import email.policy
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.sending.certificate import Certificate


@dataclass(frozen=True)
class Delivered:
    """One message as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class _Controller(Controller):
    """Takes a socket that is bound already, so that no other test can take its port."""

    def __init__(self, handler: object, bound: socket.socket, **options: Any) -> None:
        name, port = bound.getsockname()
        super().__init__(handler, name, port, **options)  # pyright: ignore[reportUnknownMemberType] - left untyped
        self.bound = bound

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self.bound, ssl=self.ssl_context)


class MailServer:
    """Refuses by the part before the ``@``: see ``handle_RCPT`` and ``handle_DATA``.

    Args:
        certificate: For TLS.
        tls: ``starttls`` or ``tls``; what it demands.
        login: User and password it demands.
    """

    def __init__(
        self, certificate: Certificate | None = None, tls: str = "none", login: tuple[str, str] | None = None
    ) -> None:
        self.taken: list[Delivered] = []
        self.on_taken: Callable[[], None] = lambda: None
        self.sessions = 0
        self._login = login
        bound = socket.create_server(("127.0.0.1", 0))
        self.port: int = bound.getsockname()[1]
        context = certificate.of_a_server() if certificate else None
        options: dict[str, Any] = {"ssl_context": context} if tls == "tls" else {}
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        if login:
            options |= {"authenticator": self._authenticated, "auth_required": True}
            options |= {"auth_require_tls": tls == "starttls"}
        self._controller = _Controller(self, bound, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self._controller.loop.is_running():
            self._controller.stop()

    def _authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        del server, envelope
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        del session, rcpt_options
        box = address.partition("@")[0]
        if box == "gone":
            return "550 5.1.1 No such mailbox"
        if box == "full":
            return "452 4.2.2 Mailbox full"
        if box == "tired":
            return "421 4.3.2 Going down"
        if box == "rude":
            _cut(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        box = envelope.rcpt_tos[0].partition("@")[0]
        if box == "strict":
            return "554 5.7.1 Looks like an advertisement"
        content = envelope.content
        assert isinstance(content, bytes)
        user = self._login[0] if session.authenticated and self._login else None
        encrypted = session.ssl is not None or isinstance(
            _transport(server).get_extra_info("ssl_object"), ssl.SSLObject
        )
        self.taken.append(
            Delivered(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, encrypted, user)
        )
        self.on_taken()
        if box == "silent":
            _cut(server)
        return "250 2.0.0 Queued"


def _transport(server: SMTP) -> Any:
    return server.transport


def _cut(server: SMTP) -> None:
    _transport(server).abort()
