"""A page makes its own name point at this machine: its requests are of the same origin, but under its name."""

import pytest
from fastapi.testclient import TestClient

from pipeline.records.site import Site
from tests.web.askers import ONE_DATABASE, account, guarded, program
from tests.web.attacks.annas import WORD, annas
from tests.web.attacks.walk import ids_of, operations
from tests.web.conftest import LOCAL_URL

pytestmark = ONE_DATABASE
NAMES = ("evil.example", "evil.example:8765", "localhost.evil.example:8765", "127.0.0.1.nip.example:8765")


@pytest.mark.parametrize("name", NAMES)
def test_no_route_answers_under_another_name(site: Site, client: TestClient, name: str) -> None:
    known = ids_of(annas(site, account(site, "anna")))
    own_page = {"host": name, "origin": f"http://{name}", "sec-fetch-site": "same-origin"}
    for one in operations(client.app):  # pyright: ignore[reportArgumentType]
        answer = one.sent(client, known, headers=own_page)
        assert WORD not in answer.text.casefold()
        assert answer.status_code == 421 or one.path == "/healthz", one.name


def test_a_service_with_log_in_has_its_own_names_too(site: Site) -> None:
    client = program(guarded(site), site, account(site, "anna"))
    assert client.get("/api/v1/me", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("header", ["x-forwarded-host", "forwarded"])
def test_what_a_proxy_would_say_changes_no_name(client: TestClient, header: str) -> None:
    value = "host=localhost" if header == "forwarded" else "localhost:8765"
    answer = client.get("/api/v1/me", headers={"host": "evil.example", header: value})
    assert answer.status_code == 421


def test_two_names_are_none(site: Site, client: TestClient) -> None:
    pairs = [("host", LOCAL_URL.removeprefix("http://")), ("host", "evil.example")]
    assert client.get("/api/v1/me", headers=pairs).status_code == 421  # pyright: ignore[reportArgumentType]
