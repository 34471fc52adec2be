"""People of a service with log-in, and browsers and programs of theirs."""

from functools import cache

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pipeline.records import keys, passwords, people
from pipeline.records.site import Site
from pipeline.records.tables import Role, User
from pipeline.serving import Serving
from pipeline.web.app import make_app
from pipeline.web.cookies import LOGIN_COOKIE

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is refused, or answered, before any table is asked."""
PASSWORD = "a horse that counts to nine"
PUBLIC = "https://minutes.example.org"
API = "/api/v1"
BROWSER = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
"""What a browser says of a request from a page of the service itself."""


@cache
def kept_password() -> str:
    return passwords.hashed(PASSWORD)


def with_serving(site: Site, serving: Serving) -> Site:
    return Site(site.settings.model_copy(update={"serve": serving}), site.database, site.files, site.scratch)


def guarded(site: Site, serving: Serving | None = None) -> FastAPI:
    """A service that people log in to."""
    return make_app(with_serving(site, serving or Serving(public_url=PUBLIC)))


def account(site: Site, name: str, role: Role = "editor") -> User:
    with site.database.session() as session:
        return people.add(session, name, role, password=kept_password())


def visitor(app: FastAPI, address: str = "198.51.100.7") -> TestClient:
    """The browser of somebody who has not logged in."""
    return TestClient(app, base_url=PUBLIC, headers=BROWSER, client=(address, 50000), follow_redirects=False)


def browser(app: FastAPI, site: Site, user: User) -> TestClient:
    """The browser of somebody who has."""
    with site.database.session() as session:
        key = keys.start_login(session, user, 1.0)
    client = visitor(app)
    client.cookies.set(f"__Host-{LOGIN_COOKIE}", key)
    return client


def program(app: FastAPI, site: Site, user: User, *scopes: str) -> TestClient:
    """A program with a token; without scopes it may do everything its user may."""
    with site.database.session() as session:
        _, key = keys.make_token(session, user, "test", scopes or ("read", "write", "send", "admin"), None)
    return TestClient(
        app, base_url=PUBLIC, headers={"authorization": f"Bearer {key}"}, follow_redirects=False
    )


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> int:
    return client.post(f"{API}/login", json={"name": name, "password": password}).status_code
