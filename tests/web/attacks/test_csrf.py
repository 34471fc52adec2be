"""A page of another site has Anna's browser send requests: to a service with log-in, and to one of her machine."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pipeline.records.site import Site
from tests.web.askers import API, ONE_DATABASE, PUBLIC, account, browser, guarded, log_in, visitor
from tests.web.attacks.annas import annas
from tests.web.attacks.walk import ids_of, operations

pytestmark = ONE_DATABASE

OLD_BROWSER: dict[str, str | None] = {"sec-fetch-site": None, "sec-fetch-mode": None}
FROM_ELSEWHERE: tuple[dict[str, str | None], ...] = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    # A form that is sent by a click is a navigation.
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    {**OLD_BROWSER, "origin": "https://evil.example"},
    {**OLD_BROWSER, "origin": "null"},
    {**OLD_BROWSER, "origin": "https://minutes.example.org.evil.example"},
    {**OLD_BROWSER, "origin": "https://[::"},
)
OWN: tuple[dict[str, str | None], ...] = (
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {**OLD_BROWSER, "origin": PUBLIC},
    OLD_BROWSER,
)


def saying(client: TestClient, headers: dict[str, str | None]) -> TestClient:
    """The browser, with what it says of where a request comes from."""
    for name, value in headers.items():
        if value is None:
            client.headers.pop(name, None)
        else:
            client.headers[name] = value
    return client


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_no_route_takes_a_change_from_another_site(site: Site, headers: dict[str, str | None]) -> None:
    app = guarded(site)
    anna = account(site, "anna", "admin")
    known = ids_of(annas(site, anna))
    client = saying(browser(app, site, anna), headers)
    for one in operations(app):
        if not one.is_safe:
            answer = one.sent(client, known)
            assert (answer.status_code, answer.json()["title"]) == (403, "Another site sent this request."), (
                one.name
            )


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_nobody_is_logged_in_from_another_site(site: Site, headers: dict[str, str | None]) -> None:
    account(site, "anna")
    assert log_in(saying(visitor(guarded(site)), headers), "anna") == 403


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_a_service_without_log_in_is_no_easier(client: TestClient, headers: dict[str, str | None]) -> None:
    answer = saying(client, headers).post(f"{API}/series", json={"name": "Theirs"})
    assert answer.status_code == 403
    assert saying(client, {**OLD_BROWSER, "origin": None}).get(f"{API}/series").json() == []


@pytest.mark.parametrize("headers", OWN)
def test_own_pages_and_programs_may(site: Site, headers: dict[str, str | None]) -> None:
    client = saying(browser(guarded(site), site, account(site, "anna")), headers)
    assert client.post(f"{API}/series", json={"name": "Weekly"}).status_code == 201


@pytest.mark.parametrize("mode", ["no-cors", "cors"])
def test_pages_of_others_embed_nothing(client: TestClient, mode: str) -> None:
    """No cookie protects a service without log-in: whatever another page loads from it is refused."""
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode}
    assert client.get(f"{API}/meetings", headers=headers).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get(f"{API}/meetings", headers=link).status_code == 200


def test_no_other_origin_is_told_it_may(site: Site) -> None:
    app = guarded(site)
    preflight = {
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    for path in (f"{API}/series", f"{API}/uploads", "/"):
        answer = _bare(app).options(path, headers=preflight)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def _bare(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=PUBLIC)
