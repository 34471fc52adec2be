"""Through which mail server letters go out."""

import ipaddress
from email.utils import parseaddr
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from pipeline.transcript import Value

PORTS = {"none": 25, "starttls": 587, "tls": 465}
"""The usual port of each kind of connection."""


class Mail(Value):
    """How to reach the mail server.

    In lihui.toml a table ``[mail]``, in the environment ``LIHUI_MAIL__HOST`` and so on.

    Attributes:
        host: Name of the server; None where no mail is sent.
        port: None for the usual one: 25, with STARTTLS 587, with TLS 465.
        tls: ``starttls`` begins in the clear and encrypts before anything is said, ``tls`` is encrypted from the
            first byte, ``none`` is never encrypted: for a server on this machine or in a network of one's own.
        user: Name for the log-in; None where the server asks for none.
        password: Its password.
        sender: From whom letters come: ``minutes@example.com`` or ``Lihui <minutes@example.com>``.
        timeout: Seconds to wait for each answer of the server.
    """

    host: str | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    tls: Literal["none", "starttls", "tls"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str | None = None
    timeout: float = Field(default=30.0, gt=0, le=600)

    @property
    def at_port(self) -> int:
        """The port in use."""
        return self.port or PORTS[self.tls]

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        if self.host is None:
            return self
        if not _is_sender(self.sender or ""):
            raise ValueError("a mail server needs a sender such as minutes@example.com")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.user and self.tls == "none" and not _on_this_machine(self.host):
            raise ValueError("a password is not sent unencrypted: set tls to starttls or tls")
        return self


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_sender(sender: str) -> bool:
    address = parseaddr(sender)[1]
    return address.count("@") == 1 and address.isascii() and sender.isprintable()
