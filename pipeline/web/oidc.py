"""Logging in with an OpenID provider: authorization code flow with PKCE, state and nonce."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from pipeline.errors import UsageError
from pipeline.serving import Oidc
from pipeline.web.hosts import is_plain_loopback
from pipeline.web.problems import Problem

SECONDS = 10.0
"""The provider has so long to answer."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
SCOPE = "openid profile email"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key of the provider's own; ``none`` and those with a shared secret are not among them."""


@dataclass(frozen=True)
class Flow:
    """One log-in on its way. All of it follows from a random value that this browser alone has in a cookie.

    Attributes:
        seed: The random value.
        key: The service's own secret: without it nobody can tell one value from another.
    """

    seed: str
    key: str

    @staticmethod
    def begin(key: str) -> "Flow":
        """A new one."""
        return Flow(secrets.token_urlsafe(32), key)

    @property
    def state(self) -> str:
        """Comes back with the browser: the answer belongs to this browser's question."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Comes back in the ID token: it was made for this log-in."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Of PKCE: whoever steals the code cannot use it."""
        return self._derived("verifier")

    def _derived(self, what: str) -> str:
        return hmac.new(self.key.encode(), f"{what} {self.seed}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Claimed:
    """Who the provider says it is.

    Attributes:
        subject: Digest of issuer and subject: the one thing an account is found by.
        name: A name for a new account, not known to be free.
        display: As others see it.
        email: Where it is written to; never what an account is found by, for providers let people choose it.
    """

    subject: str
    name: str
    display: str
    email: str | None


class _Metadata(BaseModel):
    """What the provider tells of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(BaseModel):
    """What it gives for a code."""

    id_token: str
    access_token: str


class _Keys(BaseModel):
    """What its signatures are checked with."""

    keys: list[Any]


class Provider:
    """An OpenID provider.

    Args:
        settings: Its address and what it knows us by.
        back: Where it sends browsers back to.

    Raises:
        UsageError: Its address is not one of TLS.
    """

    def __init__(self, settings: Oidc, back: str) -> None:
        if not _is_safe(settings.issuer):
            raise UsageError("The address of the OpenID provider must begin with https://.")
        self.settings = settings
        self.back = back
        self._metadata: _Metadata | None = None

    def address(self, flow: Flow) -> str:
        """Where the browser is sent to log in.

        Raises:
            Problem: 502: the provider does not answer.
        """
        metadata = self._known()
        with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
            return url

    def who(self, flow: Flow, code: str) -> Claimed:
        """Who logged in there.

        Args:
            flow: That of the browser; its state was compared already.
            code: As the browser brought it.

        Raises:
            Problem: 401: the provider does not vouch for it; 502: it does not answer.
        """
        metadata = self._known()
        try:
            with self._client(metadata) as client:
                tokens = client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=flow.verifier,
                )
                # The token is for the provider's other doors: this one is open to all.
                keys = client.request("GET", metadata.jwks_uri, withhold_token=True).raise_for_status()
            claims = self._checked(
                metadata,
                _Tokens.model_validate(tokens),
                _Keys.model_validate_json(keys.content),
                flow.nonce,
            )
        except httpx2.HTTPError as error:
            raise _silent() from error
        except (AuthlibBaseError, JoseError, ValueError) as error:
            structlog.get_logger("lihui.web").warning(
                "The OpenID provider did not vouch for a log-in.",
                reason=type(error).__name__,
                detail=str(error),
            )
            raise Problem(401, "The OpenID provider did not vouch for this log-in: try again.") from error
        return _claimed(metadata.issuer, claims)

    def _checked(self, metadata: _Metadata, tokens: "_Tokens", keys: "_Keys", nonce: str) -> dict[str, Any]:
        """The claims of the ID token, once its signature, issuer, audience, times and nonce hold."""
        offered = metadata.id_token_signing_alg_values_supported
        found = jwt.decode(
            tokens.id_token,
            KeySet.import_key_set({"keys": keys.keys}),
            algorithms=[name for name in offered if name in ALGORITHMS],
        )
        claims: Any = CodeIDToken(
            found.claims,
            found.header,
            {
                "iss": {"essential": True, "value": metadata.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
            },
            {"nonce": nonce, "client_id": self.settings.client_id, "access_token": tokens.access_token},
        )
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _client(self, metadata: _Metadata) -> Any:
        """A client of the provider; Authlib carries no types."""
        methods = metadata.token_endpoint_auth_methods_supported
        basic = "client_secret_basic"
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret.get_secret_value(),
            token_endpoint_auth_method=basic if basic in methods else "client_secret_post",
            scope=SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=SECONDS,
        )

    def _known(self) -> _Metadata:
        """What it tells of itself, asked once."""
        if self._metadata is None:
            self._metadata = self._discover()
        return self._metadata

    def _discover(self) -> _Metadata:
        issuer = self.settings.issuer
        try:
            found = httpx2.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=SECONDS)
            metadata = _Metadata.model_validate_json(found.raise_for_status().content)
        except (httpx2.HTTPError, ValidationError) as error:
            raise _silent() from error
        addresses = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
        if metadata.issuer != issuer or not all(_is_safe(address) for address in addresses):
            raise _silent()
        return metadata


def _is_safe(address: str) -> bool:
    return address.startswith("https://") or is_plain_loopback(address)


def _silent() -> Problem:
    return Problem(502, "The OpenID provider does not answer as it should: try again later.")


def _claimed(issuer: str, claims: dict[str, Any]) -> Claimed:
    """Who it is, from claims whose text may be anything."""

    def text(*names: str) -> str | None:
        found = (claims.get(name) for name in names)
        return next(
            (value.strip()[:200] for value in found if isinstance(value, str) and value.strip()), None
        )

    subject = hashlib.sha256(f"{issuer}\n{claims['sub']}".encode()).hexdigest()
    name = text("preferred_username", "email", "name") or subject[:12]
    return Claimed(subject, name, text("name", "preferred_username", "email") or name, text("email"))
