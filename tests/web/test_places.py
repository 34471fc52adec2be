"""Chat groups: whose they are, and that their secrets never come back."""

from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from pipeline.records.site import Site
from pipeline.records.tables import Audit, Place
from tests.records.at_once import both
from tests.web.askers import API, ONE_DATABASE, account, browser, guarded, program

SLACK = "https://hooks.slack.com/services/T0123456/B0123456/s3cretslack0123456789"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/s3cret-f00d-beef"


@pytest.fixture
def app(site: Site) -> FastAPI:
    return guarded(site)


@pytest.fixture
def anna(app: FastAPI, site: Site) -> TestClient:
    return browser(app, site, account(site, "anna"))


@pytest.fixture
def admin(app: FastAPI, site: Site) -> TestClient:
    return browser(app, site, account(site, "kim", "admin"))


def a_series(client: TestClient, name: str = "Weekly") -> int:
    return client.post(f"{API}/series", json={"name": name}).json()["id"]


def put_in(client: TestClient, **more: Any) -> Any:
    return client.post(f"{API}/places", json={"name": "Ops", "address": SLACK, **more})


def listed(client: TestClient) -> list[str]:
    return [place["name"] for place in client.get(f"{API}/places").json()]


def test_a_group_is_made_seen_and_forgotten(anna: TestClient, site: Site) -> None:
    series = a_series(anna)
    made = put_in(anna, series_id=series)
    assert made.status_code == 201
    told = made.json()
    assert (told["name"], told["place"], told["series_id"]) == ("Ops", "Slack …3456", series)
    assert anna.get(f"{API}/places").json() == [told]
    assert anna.delete(f"{API}/places/{told['id']}").status_code == 204
    assert anna.delete(f"{API}/places/{told['id']}").status_code == 404
    assert listed(anna) == []
    with site.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.verb.startswith("place.")).order_by(Audit.id))
        assert [(line.who, line.verb, line.about) for line in lines] == [
            ("anna", "place.create", str(told["id"])),
            ("anna", "place.delete", str(told["id"])),
        ]


def test_secrets_are_kept_and_never_told(anna: TestClient, site: Site, log: StringIO) -> None:
    series = a_series(anna)
    answers = [
        put_in(anna, address=FEISHU, secret="s3cretOfSigning", series_id=series),
        put_in(anna, address=FEISHU, secret="s3cretOfSigning", series_id=series),
        put_in(anna, name="Bad", address=f"{FEISHU}?verify=no&s3cret", series_id=series),
        put_in(anna, name="Bad", address=FEISHU, secret="s3cret of \U0001f40e", series_id=series),
        put_in(anna, name="Bad", address="https://s3cret.example.org/", series_id=series),
        put_in(anna, name="Bad", address="s3cret\n", series_id=series),
        put_in(anna, name="Bad", address="x" * 1001 + "s3cret", series_id=series),
        anna.get(f"{API}/places"),
        anna.get(f"{API}/openapi.json"),
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 422, 422, 422, 422, 422, 200, 200]
    assert "s3cret" not in "".join(answer.text for answer in answers) + log.getvalue()
    with site.database.reading() as session:
        assert session.scalars(select(Place.url)).one() == "feishu://s3cretOfSigning@s3cret-f00d-beef"


def test_groups_of_others_are_not_known(
    app: FastAPI, anna: TestClient, admin: TestClient, site: Site
) -> None:
    eve = browser(app, site, account(site, "eve"))
    series = a_series(anna)
    number = put_in(anna, series_id=series).json()["id"]
    assert (listed(eve), listed(anna), listed(admin)) == ([], ["Ops"], ["Ops"])
    assert eve.delete(f"{API}/places/{number}").status_code == 404
    assert put_in(eve, name="Mine", series_id=series).status_code == 404
    assert put_in(eve, name="Mine", series_id=series + 1).status_code == 404
    assert listed(anna) == ["Ops"]


def test_groups_for_all_meetings_are_the_admins_to_make(anna: TestClient, admin: TestClient) -> None:
    assert put_in(anna).status_code == 403
    number = put_in(admin).json()["id"]
    assert listed(anna) == ["Ops"]
    assert anna.delete(f"{API}/places/{number}").status_code == 403
    assert admin.delete(f"{API}/places/{number}").status_code == 204


def test_who_may_not_send_knows_of_no_group(app: FastAPI, admin: TestClient, site: Site) -> None:
    number = put_in(admin).json()["id"]
    viewer = browser(app, site, account(site, "wei", "viewer"))
    reader = program(app, site, account(site, "tom"), "read", "write")
    for client in (viewer, reader):
        assert client.get(f"{API}/places").status_code == 403
        assert put_in(client).status_code == 403
        assert client.delete(f"{API}/places/{number}").status_code == 403


def test_two_at_once_give_a_name_once(site: Site) -> None:
    kim = account(site, "kim", "admin")

    def prepare(seen: Site) -> Any:
        client = program(guarded(seen), seen, kim)
        client.get(f"{API}/places")
        return lambda: put_in(client).status_code

    assert sorted(both(site, "INSERT INTO places", prepare)) == [201, 409]


def test_a_series_takes_its_groups_with_it(anna: TestClient, admin: TestClient) -> None:
    series = a_series(anna)
    put_in(anna, series_id=series)
    assert admin.delete(f"{API}/series/{series}").status_code == 204
    assert listed(admin) == []


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\u0000b"},
        {"address": "anna@example.org"},
        {"address": "file:///etc/passwd"},
        {"address": "slack://T0123456/B0123456/abc?template=file:///etc/passwd"},
        {"address": ""},
        {"address": "slack://\u0000"},
        {"secret": "x"},
        {"series_id": 0},
        {"series_id": 2**31},
        {"more": 1},
    ],
)
def test_what_is_no_group(admin: TestClient, wrong: dict[str, object]) -> None:
    assert put_in(admin, **wrong).status_code == 422
    assert listed(admin) == []
