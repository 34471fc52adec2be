"""Brings an event to a webhook, signed as https://www.standardwebhooks.com describes it."""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import datetime

import httpx

from pipeline.errors import UsageError
from pipeline.sending.answer import Answer, heard

TIMEOUT = 10.0
"""Seconds for a whole try, from connecting to the first words of the answer."""
LONGEST_ANSWER = 2_000
GONE = 410
"""The receiver wants nothing more, ever."""
_PREFIX = "whsec_"
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")


def new_secret() -> str:
    """A secret that a receiver checks signatures with."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_address(url: str) -> str:
    """A webhook's address as it is kept.

    Raises:
        UsageError: It is no address of a web server, or has a password in it.
    """
    parts = _parsed(url.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.host or not _can_be(parts.port):
        raise UsageError("A webhook's address looks like https://example.org/hook.")
    if parts.userinfo or parts.fragment:
        raise UsageError("A webhook's address has no password in it and no #.")
    return str(parts)


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


def post(
    url: str,
    secret: str,
    message_id: str,
    body: str,
    *,
    at: datetime,
    private: bool,
    timeout: float = TIMEOUT,
) -> Answer:
    """Sends an event once: directly, whatever proxies the environment names, and without following redirects.

    Args:
        url: Of the webhook, as ``check_address`` gave it.
        secret: Its own.
        message_id: Of the delivery.
        body: JSON.
        at: Now.
        private: Whether it may go to addresses of this machine and the own network.
        timeout: Seconds for the whole try.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "lihui",
        # What is packed could unpack to anything.
        "Accept-Encoding": "identity",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, message_id, at, body),
    }
    try:
        requests = tuple(_requests(httpx.URL(url), headers, body, private=private))
        code, text = asyncio.run(_exchange(requests, timeout))
    except UsageError as error:
        return Answer(outcome="refused", code=None, text=str(error))
    except (TimeoutError, httpx.TimeoutException):
        return Answer(outcome="later", code=None, text=f"There was no answer within {timeout:g} seconds.")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        return Answer(outcome="later", code=None, text=heard(str(error) or type(error).__name__))
    outcome = "taken" if 200 <= code < 300 else "refused" if code == GONE else "later"
    return Answer(outcome=outcome, code=code, text=heard(text))


def _parsed(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        return None


def _can_be(port: int | None) -> bool:
    return port is None or 0 < port < 65536


def _requests(
    url: httpx.URL, headers: dict[str, str], body: str, *, private: bool
) -> Iterator[httpx.Request]:
    """A request to each address of the host.

    They go to the very addresses that were looked at: the name could lead elsewhere when it is asked again.

    Raises:
        UsageError: One of the addresses is not of the public internet.
        OSError: The name leads nowhere.
    """
    host, port = url.raw_host.decode(), url.port or (443 if url.scheme == "https" else 80)
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and not all(map(_is_public, found)):
        raise UsageError("The webhook leads into the own network: LIHUI_SERVE__PRIVATE_HOOKS allows that.")
    for address in found:
        yield httpx.Request(
            "POST",
            url.copy_with(host=address),
            headers={**headers, "Host": url.netloc.decode()},
            content=body.encode(),
            extensions={"sni_hostname": host} if url.scheme == "https" else {},
        )


def _is_public(text: str) -> bool:
    """Whether an address is one of the public internet, and stands for no other address."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        # IPv4 in other clothes (mapped, NAT64, 6to4) could lead to any IPv4 address.
        return address.is_global and address in _PUBLIC_V6 and address.sixtofour is None
    return address.is_global and not address.is_multicast


async def _exchange(requests: Sequence[httpx.Request], timeout: float) -> tuple[int, str]:
    """Status and first words of the first address that can be reached.

    One limit holds for everything: the client's own starts again with every byte that comes.
    """
    context, limit = ssl.create_default_context(), httpx.Timeout(None, connect=timeout / len(requests))
    async with (
        asyncio.timeout(timeout),
        httpx.AsyncClient(verify=context, trust_env=False, timeout=limit) as client,
    ):
        answer = await _first_answer(client, requests)
        return answer.status_code, await _beginning(answer)


async def _first_answer(client: httpx.AsyncClient, requests: Sequence[httpx.Request]) -> httpx.Response:
    for request in requests[:-1]:
        try:
            return await client.send(request, stream=True, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await client.send(requests[-1], stream=True, follow_redirects=False)


async def _beginning(answer: httpx.Response) -> str:
    """The first words of an answer; the rest is not waited for."""
    read = b""
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) > LONGEST_ANSWER:
            break
    await answer.aclose()
    return read[:LONGEST_ANSWER].decode(errors="replace")
