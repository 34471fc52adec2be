"""A small OpenID provider on loopback: discovery, log-in, tokens for a code with PKCE, signed ID tokens, its keys."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "lihui-test", "a secret of client and provider alone"

Claims = dict[str, object]


@dataclass
class Asked:
    """What a browser asked for when it came to log in."""

    redirect_uri: str
    challenge: str
    nonce: str


@dataclass
class OpenId:
    """What the provider says, to be changed by a test.

    Attributes:
        person: Claims about the one who logs in.
        spoil: Changes the claims of the next ID tokens.
        signature: ``RS256`` by its key, ``other`` by a key that is not its, ``HS256`` by the client's secret, ``none``.
        issuer: As it tells of itself; None for its true address.
        fails: Whether it lets nobody in.
    """

    address: str
    key: RSAKey
    person: Claims = field(default_factory=lambda: {"sub": "1001", "preferred_username": "anna"})
    spoil: Callable[[Claims], Claims] = lambda claims: claims
    signature: str = "RS256"
    issuer: str | None = None
    fails: bool = False
    codes: dict[str, Asked] = field(default_factory=dict[str, Asked])

    def metadata(self) -> Claims:
        return {
            "issuer": self.issuer or self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Logs in whoever comes; returns where the browser goes on to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        if self.fails:
            said = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = Asked(asked["redirect_uri"], asked["code_challenge"], asked["nonce"])
            said = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """A code for tokens, once, to the client that knows the verifier."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            # Both halves are form-encoded before they are joined (RFC 6749, 2.3.1); ours need no encoding but spaces.
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked.challenge != challenge or asked.redirect_uri != sent.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "opaque",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self._signed(asked.nonce),
        }

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        claims: Claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            **self.person,
        }
        claims = self.spoil(claims)
        if self.signature == "none":
            head, body = (
                base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                for part in ({"alg": "none"}, claims)
            )
            return f"{head}.{body}."
        if self.signature == "HS256":
            shared = OctKey.import_key(CLIENT_SECRET)
            return jws.serialize_compact({"alg": "HS256"}, json.dumps(claims), shared, algorithms=["HS256"])
        key = RSAKey.generate_key(2048) if self.signature == "other" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)


@contextmanager
def openid_provider() -> Generator[OpenId]:
    """Starts one; its address is an http one of this machine."""
    key = RSAKey.generate_key(2048, auto_kid=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/.well-known/openid-configuration":
                self._send(200, provider.metadata())
            elif parts.path == "/keys":
                self._send(200, {"keys": [key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_single(parts.query)))
                self.end_headers()
            else:
                self._send(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._send(*provider.token(_single(body), self.headers.get("authorization", "")))

        def _send(self, status: int, answer: Claims) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = OpenId(f"http://127.0.0.1:{server.server_port}", key)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def _single(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}
