"""What stands before all routes, on the real application."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pipeline.records.site import Site
from pipeline.serving import Serving
from pipeline.web.app import make_app
from pipeline.web.headers import HEADERS
from tests.web.askers import API, ONE_DATABASE, PUBLIC, account, browser, guarded, program, visitor
from tests.web.conftest import LOCAL_URL

pytestmark = ONE_DATABASE


@pytest.fixture
def app(site: Site) -> FastAPI:
    return guarded(site)


@pytest.mark.parametrize("path", [f"{API}/openapi.json", f"{API}/me", "/nowhere", "/healthz"])
def test_each_answer_carries_the_headers(app: FastAPI, path: str) -> None:
    answer = visitor(app).get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


def test_refusals_carry_them_too(app: FastAPI) -> None:
    for answer in (
        visitor(app).get("/", headers={"host": "evil.example"}),
        visitor(app).post(f"{API}/logout", headers={"sec-fetch-site": "cross-site"}),
        visitor(app).post(f"{API}/login", content=b"x" * 2_000_000),
    ):
        assert answer.status_code in (421, 403, 413)
        assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_without_tls_nobody_is_told_to_insist_on_it(client: TestClient) -> None:
    assert "strict-transport-security" not in client.get("/healthz").headers


def test_a_service_of_this_machine_has_one_user(client: TestClient) -> None:
    me = client.get(f"{API}/me").json()
    assert (me["name"], me["role"]) == ("local", "admin")


def test_a_service_for_others_knows_nobody_beforehand(app: FastAPI) -> None:
    answer = visitor(app).get(f"{API}/me")
    assert answer.status_code == 401
    assert answer.json()["title"] == "Log in, or send a token."


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host"])
def test_a_proxy_makes_nobody_the_local_user(client: TestClient, header: str) -> None:
    answer = client.get(f"{API}/me", headers={header: "198.51.100.7"})
    assert answer.status_code == 403
    assert "LIHUI_SERVE__PUBLIC_URL" in answer.json()["title"]


def test_machinery_may_ask_how_we_are_by_our_number(app: FastAPI) -> None:
    assert visitor(app).get("/healthz", headers={"host": "10.1.2.3:8765"}).status_code == 200
    assert visitor(app).get("/metrics", headers={"host": "10.1.2.3:8765"}).status_code == 421


def test_address_is_that_of_the_browser_behind_a_trusted_proxy_alone(site: Site) -> None:
    app = guarded(site, Serving(public_url=PUBLIC, trusted_proxies=("10.0.0.0/8",)))
    anna = account(site, "anna", "admin")
    through = {"x-forwarded-for": "203.0.113.9, 198.51.100.7, 10.0.0.3"}
    for address in ("10.0.0.2", "192.0.2.1"):
        TestClient(app, base_url=PUBLIC, client=(address, 1), headers=through).post(
            f"{API}/login", json={"name": "anna", "password": "wrong"}
        )
    lines = browser(app, site, anna).get(f"{API}/audit", params={"verb": "login.refused"}).json()["lines"]
    assert [line["address"] for line in lines] == ["192.0.2.1", "198.51.100.7"]


def test_more_requests_than_allowed_wait(site: Site) -> None:
    app = guarded(site, Serving(public_url=PUBLIC, requests_per_minute=5))
    anna, wei = browser(app, site, account(site, "anna")), browser(app, site, account(site, "wei"))
    answers = [anna.get(f"{API}/me") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert wei.get(f"{API}/me").status_code == 200, "others are not held up"


def test_strangers_are_counted_by_their_address(site: Site) -> None:
    app = guarded(site, Serving(public_url=PUBLIC, requests_per_minute=2))
    statuses = [visitor(app, f"2001:db8::{number}").get(f"{API}/me").status_code for number in range(3)]
    assert statuses == [401, 401, 429]
    assert visitor(app, "2001:db8:0:1::1").get(f"{API}/me").status_code == 401


def test_programs_send_what_no_page_could(app: FastAPI, site: Site) -> None:
    client = program(app, site, account(site, "anna"))
    answer = client.post(
        f"{API}/series", json={"name": "Weekly"}, headers={"origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 201


def test_unknown_token_is_nobodys_even_with_a_good_cookie(app: FastAPI, site: Site) -> None:
    client = browser(app, site, account(site, "anna"))
    assert client.get(f"{API}/me").status_code == 200
    assert client.get(f"{API}/me", headers={"authorization": "Bearer lh_no"}).status_code == 401


def test_unknown_token_is_not_the_local_user(client: TestClient) -> None:
    assert client.get(f"{API}/me", headers={"authorization": "Bearer lh_no"}).status_code == 401


def test_keys_of_the_local_user_open_nothing_where_people_log_in(site: Site) -> None:
    local = TestClient(make_app(site, local=True), base_url=LOCAL_URL)
    key = local.post(f"{API}/tokens", json={"name": "ci", "scopes": ["read", "admin"]}).json()["key"]
    headers = {"authorization": f"Bearer {key}"}
    assert local.get(f"{API}/me", headers=headers).status_code == 200
    assert visitor(guarded(site)).get(f"{API}/me", headers=headers).status_code == 401
