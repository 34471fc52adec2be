"""Under which names the service answers, and whether anybody but this machine can reach it."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.serving import Serving

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[0-9a-z._-]+)(?::([0-9]{1,5}))?")
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
PROXY_MARKS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers that a proxy adds to what it passes on."""
_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own, which no other can reach."""
    if host.casefold() == "localhost":
        return True
    return (address := _address(host)) is not None and address.is_loopback


def is_plain_loopback(url: str) -> bool:
    """Whether an address is of this machine, where there is nobody on the way who could listen."""
    parts = urlsplit(url)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def is_local(serving: Serving) -> bool:
    """Whether the service has one local user and no log-in.

    A service that is bound to this machine but known under a public address has a proxy before it: whoever
    comes through that is not this machine's user.
    """
    public = urlsplit(serving.public_url or "").hostname
    return is_loopback(serving.host) and (public is None or is_loopback(public)) and serving.oidc is None


@dataclass(frozen=True)
class Hosts:
    """The values of ``Host`` that are meant for this service.

    A page of another site that makes its own name point here (DNS rebinding) sends that name.

    Attributes:
        local: Whether only this machine is served.
        bound: As in ``Serving.host``.
        public: ``host`` or ``host:port`` of the public address, None without one.
    """

    local: bool
    bound: str
    public: str | None

    @staticmethod
    def of(serving: Serving, *, local: bool) -> "Hosts":
        """Those of a service."""
        return Hosts(local, serving.host.casefold(), authority(serving.public_url))

    def accepts(self, host: str, port: int) -> bool:
        """Whether a request was sent to this service.

        Args:
            host: The header, as it came.
            port: Where it was received.
        """
        found = _AUTHORITY.fullmatch(host.casefold())
        if found is None:
            return False
        name, named_port = found[1], found[2]
        if self.public is not None and host.casefold() in (self.public, f"{self.public}:443"):
            return True
        if self.local:
            return name in (*_OWN_NAMES, self._bound_name()) and int(named_port or 80) == port
        return self._is_bound(name)

    def _bound_name(self) -> str:
        return f"[{self.bound}]" if ":" in self.bound else self.bound

    def _is_bound(self, name: str) -> bool:
        bound = _address(self.bound)
        if bound is None or not bound.is_unspecified:
            return name == self._bound_name()
        # All addresses of this machine: a number cannot be rebound, a name can.
        return _address(name.strip("[]")) is not None or name in (
            "localhost",
            socket.gethostname().casefold(),
        )


def authority(url: str | None) -> str | None:
    """``host`` or ``host:port`` of an address, as browsers send it: without the port its scheme has anyway."""
    if url is None:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").casefold()
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def network(address: str | None) -> str:
    """Who is counted as one: an address, or of IPv6 the network that one customer has."""
    found = _address(address or "")
    if found is None or isinstance(found, ipaddress.IPv4Address):
        return address or "?"
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
