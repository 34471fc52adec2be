"""Webhooks as admins keep them, from what happens to what a real receiver can check."""

import base64
import hashlib
import hmac
import json
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from pipeline.records.site import Site
from pipeline.records.tables import Audit, Delivery
from pipeline.records.webhooks import EVENTS, deliver
from pipeline.serving import Serving
from tests.sending.hook_server import HookServer
from tests.web.askers import API, ONE_DATABASE, PUBLIC, account, browser, guarded, program, with_serving
from tests.web.minuted import minuted_meeting

URL = "https://hooks.example.org/lihui?for=ops"


@pytest.fixture
def own(site: Site) -> Site:
    """A service whose webhooks may lead to this machine."""
    return with_serving(site, Serving(public_url=PUBLIC, private_hooks=True))


@pytest.fixture
def app(own: Site) -> FastAPI:
    return guarded(own, own.settings.serve)


@pytest.fixture
def admin(app: FastAPI, own: Site) -> TestClient:
    return browser(app, own, account(own, "kim", "admin"))


def put_in(client: TestClient, **more: Any) -> Any:
    return client.post(f"{API}/webhooks", json={"url": URL, "events": ["minutes.confirmed"], **more})


def test_a_webhook_is_made_seen_and_forgotten(admin: TestClient, own: Site) -> None:
    made = put_in(admin, events=["minutes.sent", "minutes.confirmed", "minutes.sent"])
    assert made.status_code == 201
    told = made.json()
    assert (told["url"], told["events"], told["active"]) == (URL, ["minutes.sent", "minutes.confirmed"], True)
    assert admin.get(f"{API}/webhooks").json() == [{**told, "secret": None}]
    assert admin.get(f"{API}/webhooks/{told['id']}/deliveries").json() == []
    assert admin.delete(f"{API}/webhooks/{told['id']}").status_code == 204
    assert admin.delete(f"{API}/webhooks/{told['id']}").status_code == 404
    assert admin.get(f"{API}/webhooks/{told['id']}/deliveries").status_code == 404
    with own.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.verb.startswith("webhook.")).order_by(Audit.id))
        assert [(line.who, line.verb, line.about) for line in lines] == [
            ("kim", "webhook.create", str(told["id"])),
            ("kim", "webhook.delete", str(told["id"])),
        ]


def test_a_confirmation_is_told_and_what_became_of_it(admin: TestClient, own: Site) -> None:
    with HookServer() as receiver:
        receiver.answer(200, b"thank you")
        made = put_in(admin, url=receiver.url, events=["minutes.confirmed", "minutes.reopened"]).json()
        with own.database.session() as session:
            meeting = minuted_meeting(session, owner_id=None)
        path = f"{API}/meetings/{meeting.id}"
        assert admin.post(f"{path}/confirm", json={"made_against": 7}).status_code == 409
        assert admin.post(f"{path}/confirm", json={"made_against": 0}).status_code == 200
        assert admin.post(f"{path}/reopen").status_code == 200
        deliver(own)
        told = {json.loads(one.body)["type"]: one for one in receiver.heard}
        assert set(told) == {"minutes.confirmed", "minutes.reopened"}
        confirmed = told["minutes.confirmed"]
        data = {"meeting_id": meeting.id, "state": "final", "revision": 0}
        assert json.loads(confirmed.body)["data"] == data
    signed = b"%s.%s." % tuple(
        confirmed.headers[name].encode() for name in ("webhook-id", "webhook-timestamp")
    )
    digest = hmac.new(base64.b64decode(made["secret"][6:]), signed + confirmed.body, hashlib.sha256).digest()
    assert confirmed.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    rows = admin.get(f"{API}/webhooks/{made['id']}/deliveries").json()
    assert [(row["state"], row["tries"], row["answer"], row["meeting_id"]) for row in rows] == [
        ("done", 1, "200 thank you", meeting.id)
    ] * 2


def test_a_deleted_webhook_is_told_nothing(admin: TestClient, own: Site) -> None:
    with HookServer() as receiver:
        number = put_in(admin, url=receiver.url).json()["id"]
        with own.database.session() as session:
            meeting = minuted_meeting(session, owner_id=None)
        admin.post(f"{API}/meetings/{meeting.id}/confirm", json={"made_against": 0})
        assert admin.delete(f"{API}/webhooks/{number}").status_code == 204
        deliver(own)
        assert receiver.heard == []
    with own.database.reading() as session:
        assert session.scalars(select(Delivery)).all() == []


def test_the_secret_is_told_once(admin: TestClient, log: StringIO) -> None:
    made = put_in(admin)
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    later = admin.get(f"{API}/webhooks").text + admin.get(f"{API}/audit").text + log.getvalue()
    assert secret not in later


def test_only_admins_know_of_webhooks(app: FastAPI, admin: TestClient, own: Site) -> None:
    number = put_in(admin).json()["id"]
    editor = browser(app, own, account(own, "anna"))
    narrow = program(app, own, account(own, "lou", "admin"), "read", "write", "send")
    for client in (editor, narrow):
        assert client.get(f"{API}/webhooks").status_code == 403
        assert put_in(client).status_code == 403
        assert client.get(f"{API}/webhooks/{number}/deliveries").status_code == 403
        assert client.delete(f"{API}/webhooks/{number}").status_code == 403


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "hooks.example.org"},
        {"url": "ftp://hooks.example.org"},
        {"url": "http://[::1"},
        {"url": "http://x:99999/"},
        {"url": "http://user:s3cret@x/"},
        {"url": "http://x\u0000/"},
        {"url": "http://x/" + "a" * 1000},
        {"events": []},
        {"events": ["meeting.deleted"]},
        {"events": [*EVENTS, "task.changed"]},
        {"secret": "mine"},
    ],
)
def test_what_is_no_webhook(admin: TestClient, wrong: dict[str, object]) -> None:
    answer = put_in(admin, **wrong)
    assert (answer.status_code, "s3cret" in answer.text) == (422, False)
    assert admin.get(f"{API}/webhooks").json() == []


def test_long_addresses_are_taken(admin: TestClient) -> None:
    url = "https://prod-12.example.org/workflows/" + "a" * 600 + "?sig=b"
    assert put_in(admin, url=url).json()["url"] == url
