"""Where something can be sent: a mailbox, or the robot of a chat group. Its address is a secret."""

import re
from typing import Literal, cast, get_args

from pydantic import SecretStr

from pipeline.errors import UsageError
from pipeline.sending.robot import Service, canonical, service_of, tail
from pipeline.sending.wording import wording
from pipeline.transcript import Language, Value

Channel = Literal["mail"] | Service

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX = re.compile(rf"(?=.{{1,64}}@)({_ATOM}(?:\.{_ATOM})*)@([^\W_](?:[\w.-]{{0,250}}[^\W_])?)")


class Place(Value):
    """One place; made by ``place_of``.

    Attributes:
        channel: Mail, or which chat service.
        address: The mailbox, or the robot's address with its tokens; always spelled the same for the same place.
    """

    channel: Channel
    address: SecretStr


def place_of(address: str, secret: str | None = None) -> Place:
    """Reads an address.

    Args:
        address: ``anna@example.com``; the address that a chat service shows for its robot (``https://…``); or
            apprise's form of it: ``feishu://``, ``lark://``, ``dingtalk://``, ``wecombot://``, ``slack://``,
            ``workflows://`` (Teams).
        secret: With which Feishu, Lark and DingTalk want requests signed; in apprise's form it can stand before
            an ``@`` instead.

    Raises:
        UsageError: It is none of these, or asks for more than sending a message.
    """
    text = address.strip()
    if "://" not in text:
        return Place(channel="mail", address=SecretStr(_mailbox(text)))
    service = service_of(text)
    return Place(channel=service, address=SecretStr(canonical(service, text, secret)))


def shown(place: Place, language: Language = "en") -> str:
    """The place for people and logs: a mailbox in full, of a robot only its service and four characters."""
    address = place.address.get_secret_value()
    if place.channel == "mail":
        return address
    return f"{wording(language)[f'services.{place.channel}']} …{tail(place.channel, address)}"


def chat_services() -> tuple[Service, ...]:
    """All chat services."""
    return cast("tuple[Service, ...]", get_args(Service))


def _mailbox(text: str) -> str:
    found = _MAILBOX.fullmatch(text)
    try:
        domain = found[2].encode("idna").decode().lower() if found else ""
    except UnicodeError:
        domain = ""
    if not found or not domain:
        raise UsageError("A mail address looks like anna@example.com.")
    return f"{found[1]}@{domain}"
