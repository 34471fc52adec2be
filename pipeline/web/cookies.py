"""Cookies that scripts cannot read, other sites cannot send, and over TLS no neighbour can set."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

LOGIN_COOKIE = "lihui"


@dataclass(frozen=True)
class Cookies:
    """How cookies are set and read.

    Attributes:
        tls: Whether browsers reach the service over TLS: the names then begin with ``__Host-``, which browsers
            take only from this very host and over TLS.
    """

    tls: bool

    def set(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Gives the browser a cookie; without a time it lasts as long as the browser is open."""
        response.set_cookie(
            self._name(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.tls,
            httponly=True,
            samesite="lax",
        )

    def read(self, request: Request, name: str) -> str | None:
        """The cookie's value, or None."""
        return request.cookies.get(self._name(name))

    def clear(self, response: Response, name: str) -> None:
        """Takes the cookie away."""
        response.delete_cookie(self._name(name), path="/", secure=self.tls, httponly=True, samesite="lax")

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.tls else name
