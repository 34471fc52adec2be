import json
import logging
from io import StringIO
from typing import cast

from fastapi.testclient import TestClient

from pipeline.records.site import Site
from pipeline.web.app import make_app
from tests.web.askers import API, ONE_DATABASE, PASSWORD, PUBLIC, account, guarded, program
from tests.web.conftest import LOCAL_URL

pytestmark = ONE_DATABASE
SAID = "We close the plant in Lyon on Friday."


def lines(log: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_request_is_a_line(site: Site, log: StringIO) -> None:
    client = program(guarded(site), site, account(site, "anna"))
    made = client.post(f"{API}/series", json={"name": SAID})
    client.get(f"{API}/series/{made.json()['id']}?question=secret")
    client.get("/nowhere/secret")
    first, second, third = lines(log)
    assert set(first) == {"event", "level", "time", "request", "method", "route", "status", "ms", "who"}
    assert (first["method"], first["route"], first["status"]) == ("POST", "/api/v1/series", 201)
    assert (first["who"], first["request"]) == ("anna", made.headers["x-request-id"])
    assert second["route"] == "/api/v1/series/{series_id}"
    assert (third["route"], third["status"]) == ("-", 404)
    text = log.getvalue()
    for secret in ("secret", SAID, "lh_", client.headers["authorization"]):
        assert secret not in text


def test_passwords_and_cookies_are_in_no_line(site: Site, log: StringIO) -> None:
    account(site, "anna")
    client = TestClient(guarded(site), base_url=PUBLIC)
    client.post(f"{API}/login", json={"name": "anna", "password": PASSWORD})
    client.get(f"{API}/me", params={"token": "lh_x"})
    client.post(f"{API}/login", json={"name": PASSWORD, "password": "anna"})
    for secret in (PASSWORD, client.cookies["__Host-lihui"], "lh_x"):
        assert secret not in log.getvalue()


def test_what_nobody_foresaw_is_logged_with_its_place_and_told_to_nobody(site: Site, log: StringIO) -> None:
    app = make_app(site, local=True)

    @app.get("/broken")
    def broken() -> None:
        try:
            raise KeyError(SAID)
        except KeyError as error:
            raise RuntimeError(f"cannot file “{SAID}”") from error

    answer = TestClient(app, base_url=LOCAL_URL).get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"status": 500, "title": "Something went wrong here; it was logged."}
    assert "content-security-policy" in answer.headers
    unforeseen, request = lines(log)
    assert (unforeseen["level"], unforeseen["request"]) == ("error", answer.headers["x-request-id"])
    trace = unforeseen["trace"]
    assert isinstance(trace, list)
    where = [str(line) for line in cast(list[object], trace)]
    assert where[-1] == "RuntimeError"
    assert "KeyError" in where
    assert any("test_logs.py" in line and "broken" in line for line in where)
    assert request["status"] == 500
    assert "Lyon" not in log.getvalue()


def test_libraries_log_in_the_same_form(log: StringIO, site: Site) -> None:
    try:
        raise ValueError(SAID)
    except ValueError:
        logging.getLogger("some.library").exception("it failed")
    logging.getLogger("httpx2").info("GET https://chat.example/hook?key=secret")
    (line,) = lines(log)
    assert (line["event"], line["level"]) == ("it failed", "error")
    assert "ValueError" in str(line["trace"])
    assert "Lyon" not in log.getvalue()
