"""What every answer tells the browser it may not do."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Pages load and run what this service sends and nothing else; nothing inline, no frames."""

HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    # What is said in meetings stays out of caches; files that may be kept say so themselves.
    "cache-control": "no-store",
}
ONE_YEAR = 365 * 24 * 3600


class SecurityHeaders:
    """Adds them to each answer; where a route has set one itself, that one holds.

    Args:
        app: What answers.
        tls: Whether browsers reach the service over TLS, and shall never try without.
    """

    def __init__(self, app: ASGIApp, tls: bool) -> None:
        self.app = app
        self.headers = {**HEADERS, "strict-transport-security": f"max-age={ONE_YEAR}"} if tls else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
