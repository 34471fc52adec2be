"""Guessing passwords: one after the other, all at once, of one account or many, from one place or many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx2
from fastapi import FastAPI
from sqlalchemy import update

from pipeline.records.attempts import WINDOW
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Audit
from pipeline.serving import Serving
from tests.web.askers import API, PASSWORD, PUBLIC, account, guarded, log_in, visitor

TRIES = 3
SERVING = Serving(public_url=PUBLIC, login_tries=TRIES)


def attempt(
    app: FastAPI, name: str, address: str = "198.51.100.7", password: str = "wrong"
) -> httpx2.Response:
    return visitor(app, address).post(f"{API}/login", json={"name": name, "password": password})


def test_after_some_tries_even_the_right_password_waits(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    assert [attempt(app, "anna").status_code for _ in range(TRIES)] == [401] * TRIES
    refused = attempt(app, "anna", password=PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds()
    assert attempt(app, "anna", "203.0.113.9", PASSWORD).status_code == 429, "from elsewhere, too"


def test_nothing_tells_whether_there_is_such_an_account(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    known = [attempt(app, "anna", f"192.0.2.{number}") for number in range(TRIES + 2)]
    unknown = [attempt(app, "nobody", f"198.51.100.{number}") for number in range(TRIES + 2)]
    told = [
        [(answer.status_code, answer.text, sorted(answer.headers)) for answer in one]
        for one in (known, unknown)
    ]
    assert told[0] == told[1]
    assert [answer.status_code for answer in known] == [401] * TRIES + [429] * 2


def test_many_accounts_from_one_place_are_counted_together(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    for name in ("wei", "tom", "kim"):
        attempt(app, name, "2001:db8::1")
    assert attempt(app, "anna", "2001:db8::ffff", PASSWORD).status_code == 429, "the same network"
    assert attempt(app, "anna", "2001:db8:0:1::1", PASSWORD).status_code == 200, "another one"


def test_an_account_of_ones_own_buys_no_more_tries(site: Site) -> None:
    """A log-in that works takes back the count of its account, never that of the place."""
    account(site, "anna")
    account(site, "mallory")
    app = guarded(site, SERVING)
    statuses: list[int] = []
    for _ in range(TRIES):
        statuses.append(attempt(app, "anna").status_code)
        statuses.append(attempt(app, "mallory", password=PASSWORD).status_code)
    assert statuses == [401, 200] * (TRIES - 1) + [401, 429]
    assert attempt(app, "anna").status_code == 429


def test_who_remembers_their_password_starts_anew(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    for number in range(TRIES - 1):
        attempt(app, "anna", f"192.0.2.{number}")
    assert attempt(app, "anna", "203.0.113.9", PASSWORD).status_code == 200
    for number in range(TRIES - 1):
        assert attempt(app, "anna", f"192.0.2.1{number}").status_code == 401
    assert attempt(app, "anna", "203.0.113.9", PASSWORD).status_code == 200


def test_a_quarter_of_an_hour_later_it_is_forgotten(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    for _ in range(TRIES):
        attempt(app, "anna")
    assert attempt(app, "anna", password=PASSWORD).status_code == 429
    with site.database.session() as session:
        session.execute(update(Audit).values(at=now() - WINDOW - timedelta(seconds=1)))
    assert attempt(app, "anna", password=PASSWORD).status_code == 200


def test_waiting_is_not_made_longer_by_trying(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    for _ in range(TRIES):
        attempt(app, "anna")
    before = int(attempt(app, "anna").headers["retry-after"])
    for _ in range(5):
        assert int(attempt(app, "anna").headers["retry-after"]) <= before


def test_many_at_once_are_no_more_than_one_after_the_other(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    with ThreadPoolExecutor(12) as pool:
        tries = [pool.submit(attempt, app, "anna", f"192.0.2.{number}") for number in range(12)]
        answers = [one.result() for one in tries]
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {401, 429}
    assert statuses.count(401) <= TRIES


def test_all_machines_of_the_service_see_one_count(site: Site) -> None:
    account(site, "anna")
    machines = [guarded(site, SERVING) for _ in range(TRIES)]
    for app in machines:
        attempt(app, "anna")
    assert attempt(machines[0], "anna", password=PASSWORD).status_code == 429


def test_the_log_names_accounts_and_nothing_that_was_typed(site: Site) -> None:
    admin = account(site, "anna", "admin")
    app = guarded(site, Serving(public_url=PUBLIC))
    attempt(app, "anna")
    attempt(app, PASSWORD)
    client = visitor(app)
    log_in(client, admin.name)
    page = client.get(f"{API}/audit")
    told = [(line["who"], line["verb"]) for line in page.json()["lines"]]
    assert told == [("anna", "login"), ("?", "login.refused"), ("anna", "login.refused")]
    assert PASSWORD not in page.text


def test_changing_a_password_is_no_way_around(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, SERVING)
    client = visitor(app)
    log_in(client, "anna")
    statuses = [
        client.put(f"{API}/me/password", json={"old": f"guess {number}", "new": "x" * 12}).status_code
        for number in range(TRIES + 1)
    ]
    assert statuses == [401] * TRIES + [429]
