"""Logging in with an OpenID provider, against a real one on loopback."""

from collections.abc import Generator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from pipeline.errors import UsageError
from pipeline.records import people
from pipeline.records.site import Site
from pipeline.serving import Oidc, Serving
from tests.web.askers import API, ONE_DATABASE, PUBLIC, account, guarded, log_in, visitor
from tests.web.openid import CLIENT_ID, CLIENT_SECRET, Claims, OpenId, openid_provider


@pytest.fixture
def provider() -> Generator[OpenId]:
    with openid_provider() as provider:
        yield provider


def _app(site: Site, provider: OpenId) -> FastAPI:
    oidc = Oidc(issuer=provider.address, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET))
    return guarded(site, Serving(public_url=PUBLIC, oidc=oidc))


def _to_provider(client: TestClient, after: str = "/meetings/m1") -> str:
    """Where the browser is sent, and from there where the provider sends it back to."""
    there = client.get(f"{API}/login/oidc", params={"after": after})
    assert there.status_code == 303, there.text
    return httpx2.get(there.headers["location"]).headers["location"]


def _log_in(client: TestClient) -> httpx2.Response:
    return client.get(_to_provider(client))


def test_first_log_in_makes_an_account_and_the_next_finds_it(site: Site, provider: OpenId) -> None:
    provider.person = {
        "sub": "1001",
        "preferred_username": "Anna Berg!",
        "name": "Anna Berg",
        "email": "anna@example.org",
    }
    app = _app(site, provider)
    client = visitor(app)
    assert client.get(f"{API}/login").json() == {"local": False, "oidc": True}
    back = _log_in(client)
    assert (back.status_code, back.headers["location"]) == (303, "/meetings/m1")
    me = client.get(f"{API}/me").json()
    assert (me["name"], me["display"], me["email"]) == ("anna-berg", "Anna Berg", "anna@example.org")
    assert me["role"] == "editor"
    provider.person = {"sub": "1001", "preferred_username": "renamed"}
    again = visitor(app)
    _log_in(again)
    assert again.get(f"{API}/me").json()["name"] == "anna-berg"
    with site.database.reading() as session:
        assert len(people.everyone(session)) == 1


def test_an_account_is_never_found_by_name_or_mail(site: Site, provider: OpenId) -> None:
    account(site, "anna", "admin")
    with site.database.session() as session:
        user = people.named(session, "anna")
        assert user is not None
        user.email = "anna@example.org"
    provider.person = {"sub": "666", "preferred_username": "anna", "email": "anna@example.org"}
    client = visitor(_app(site, provider))
    assert _log_in(client).status_code == 303
    me = client.get(f"{API}/me").json()
    assert (me["name"], me["role"]) == ("anna-2", "editor")


@ONE_DATABASE
def test_people_with_passwords_still_log_in(site: Site, provider: OpenId) -> None:
    account(site, "anna")
    assert log_in(visitor(_app(site, provider)), "anna") == 200


@ONE_DATABASE
def test_a_closed_account_stays_closed(site: Site, provider: OpenId) -> None:
    app = _app(site, provider)
    _log_in(visitor(app))
    with site.database.session() as session:
        user = people.named(session, "anna")
        assert user is not None
        people.set_active(session, user, False)
    assert _log_in(visitor(app)).status_code == 401


@ONE_DATABASE
def test_the_answer_belongs_to_the_browser_that_asked(site: Site, provider: OpenId) -> None:
    app = _app(site, provider)
    attacker, victim = visitor(app), visitor(app)
    theirs = _to_provider(attacker)
    assert victim.get(theirs).status_code == 401, "has begun nothing"
    _to_provider(victim)
    assert victim.get(theirs).status_code == 401, "has begun something else"
    assert parse_qs(urlsplit(theirs).query)["code"][0] in provider.codes, "the provider was not even asked"
    assert victim.get(f"{API}/me").status_code == 401


@ONE_DATABASE
def test_a_code_serves_once_and_one_browser(site: Site, provider: OpenId) -> None:
    app = _app(site, provider)
    first, second = visitor(app), visitor(app)
    stolen = parse_qs(urlsplit(_to_provider(first)).query)["code"][0]
    own = urlsplit(_to_provider(second))
    state = parse_qs(own.query)["state"][0]
    # Another's code, under the thief's own state: the verifier is the wrong one.
    assert second.get(own.path, params={"state": state, "code": stolen}).status_code == 401
    back = _to_provider(first)
    assert first.get(back).status_code == 303
    assert first.get(back).status_code == 401


def _with(**changed: object) -> object:
    def spoil(claims: Claims) -> Claims:
        return {**claims, **changed}

    return spoil


def _without(name: str) -> object:
    def spoil(claims: Claims) -> Claims:
        return {key: value for key, value in claims.items() if key != name}

    return spoil


@ONE_DATABASE
@pytest.mark.parametrize(
    "spoil",
    [
        _with(nonce="another"),
        _without("nonce"),
        _with(aud="another-client"),
        _with(aud=[CLIENT_ID, "another"], azp="another"),
        _with(iss="https://elsewhere.example"),
        _without("iss"),
        _with(exp=1),
        _without("exp"),
        _with(iat=4102444800),
        _without("sub"),
    ],
)
def test_an_id_token_for_something_else_lets_nobody_in(site: Site, provider: OpenId, spoil: object) -> None:
    provider.spoil = spoil  # pyright: ignore[reportAttributeAccessIssue]
    client = visitor(_app(site, provider))
    assert _log_in(client).status_code == 401
    assert client.get(f"{API}/me").status_code == 401


@ONE_DATABASE
@pytest.mark.parametrize("signature", ["other", "HS256", "none"])
def test_an_id_token_that_others_could_have_signed_lets_nobody_in(
    site: Site, provider: OpenId, signature: str
) -> None:
    provider.signature = signature
    assert _log_in(visitor(_app(site, provider))).status_code == 401


@ONE_DATABASE
def test_a_provider_that_says_it_is_another_is_not_used(site: Site, provider: OpenId) -> None:
    provider.issuer = "https://elsewhere.example"
    assert visitor(_app(site, provider)).get(f"{API}/login/oidc").status_code == 502


@ONE_DATABASE
def test_a_provider_that_lets_nobody_in(site: Site, provider: OpenId) -> None:
    provider.fails = True
    assert _log_in(visitor(_app(site, provider))).status_code == 401


@ONE_DATABASE
def test_a_provider_that_does_not_answer(site: Site) -> None:
    with openid_provider() as gone:
        pass
    assert visitor(_app(site, gone)).get(f"{API}/login/oidc").status_code == 502


@ONE_DATABASE
def test_without_a_provider_there_is_no_such_page(site: Site) -> None:
    client = visitor(guarded(site))
    assert client.get(f"{API}/login/oidc").status_code == 404
    assert client.get(f"{API}/login/oidc/back").status_code == 404


@ONE_DATABASE
def test_settings_that_contradict_each_other(site: Site) -> None:
    plain = Oidc(issuer="http://login.example.org", client_id="x", client_secret=SecretStr("y"))
    with pytest.raises(UsageError, match="https"):
        guarded(site, Serving(public_url=PUBLIC, oidc=plain))
    tls = plain.model_copy(update={"issuer": "https://login.example.org"})
    with pytest.raises(UsageError, match="PUBLIC_URL"):
        guarded(site, Serving(oidc=tls))
