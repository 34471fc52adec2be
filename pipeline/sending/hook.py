"""Brings an event to a webhook, signed as https://www.standardwebhooks.com describes it."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from pipeline.errors import UsageError
from pipeline.sending.answer import Answer, heard

TIMEOUT = 10.0
LONGEST_ANSWER = 2_000
GONE = 410
_PREFIX = "whsec_"


def new_secret() -> str:
    """A secret that a receiver checks signatures with."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_address(url: str) -> str:
    """A webhook's address as it is kept.

    Raises:
        UsageError: It is no address of a web server.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise UsageError("A webhook's address looks like https://example.org/hook.")
    return parts.geturl()


def signature(secret: str, message_id: str, at: datetime, body: str) -> str:
    """What the header ``webhook-signature`` holds.

    Args:
        secret: As ``new_secret`` made it.
        message_id: Of the delivery, the same at every try.
        at: When it is sent.
        body: As it is sent.
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{int(at.timestamp())}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def post(url: str, secret: str, message_id: str, body: str, *, at: datetime, private: bool) -> Answer:
    """Sends an event once.

    Args:
        url: Of the webhook.
        secret: Its own.
        message_id: Of the delivery.
        body: JSON.
        at: Now.
        private: Whether it may go to addresses of this machine and the own network.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "lihui",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, message_id, at, body),
    }
    try:
        request = _request(url, headers, body, private=private)
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = client.send(request, stream=True)
            text = _beginning(answer)
    except UsageError as error:
        return Answer(outcome="refused", code=None, text=str(error))
    except (httpx.HTTPError, OSError, UnicodeError) as error:
        return Answer(outcome="later", code=None, text=heard(str(error) or type(error).__name__))
    taken = answer.is_success
    gone = answer.status_code == GONE
    outcome = "taken" if taken else "refused" if gone else "later"
    return Answer(outcome=outcome, code=answer.status_code, text=heard(text))


def _request(url: str, headers: dict[str, str], body: str, *, private: bool) -> httpx.Request:
    """A request to the very address that was looked at: a name could lead elsewhere the second time."""
    parts = httpx.URL(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [str(one[4][0]) for one in socket.getaddrinfo(parts.host, port, type=socket.SOCK_STREAM)]
    if not private and not all(ipaddress.ip_address(address).is_global for address in found):
        raise UsageError("The webhook leads into the own network: LIHUI_SERVE__PRIVATE_HOOKS allows that.")
    return httpx.Request(
        "POST",
        parts.copy_with(host=found[0]),
        headers={**headers, "Host": parts.netloc.decode()},
        content=body.encode(),
        extensions={"sni_hostname": parts.host} if parts.scheme == "https" else {},
    )


def _beginning(answer: httpx.Response) -> str:
    """The first words of an answer; the rest is not waited for."""
    read = b""
    for piece in answer.iter_bytes():
        read += piece
        if len(read) > LONGEST_ANSWER:
            break
    answer.close()
    return read[:LONGEST_ANSWER].decode(errors="replace")
