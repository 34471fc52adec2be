"""Searching over HTTP: real requests, real tables, two people who may see different things."""

import pytest
from fastapi.testclient import TestClient

from pipeline.records.search import index
from pipeline.records.site import Site
from pipeline.records.tables import Member
from tests.records.meetings import a_meeting, a_series, action, minutes_with, said
from tests.web.askers import API, account, browser, guarded, program

MINE, THEIRS = "00000000000000a1", "00000000000000a2"


@pytest.fixture
def filled(site: Site) -> Site:
    with site.database.session() as session:
        mine, theirs = a_series(session), a_series(session, "Sales")
        for id, series in ((MINE, mine), (THEIRS, theirs)):
            a_meeting(session, id, series, title="<script>alert(1)</script>")
            transcript = said(("王蕾", "客户<b>退货</b>了"), ("Ann", "Returned 3.5% of the goods"))
            minutes = minutes_with(actions=(action("a1", "跟进退货", "王蕾"),))
            index(session, id, "<script>alert(1)</script>", transcript, minutes)
    return site


def test_hits_come_with_their_places(filled: Site, client: TestClient) -> None:
    found = client.get(f"{API}/search", params={"q": "退货"}).json()
    assert (found["total"], found["together"]) == (2, True)
    first = found["meetings"][0]
    assert (first["count"], first["held_on"], first["state"]) == (2, "2026-03-02", "review")
    assert [hit["kind"] for hit in first["hits"]] == ["action", "utterance"]
    hit = first["hits"][1]
    assert (hit["item"], hit["who"], hit["text"]) == ("0", "王蕾", "客户<b>退货</b>了")
    assert [hit["text"][start:end] for start, end in hit["ranges"]] == ["退货"]
    by_name = client.get(f"{API}/search", params={"q": "王蕾 客户"}).json()["meetings"][0]["hits"][0]
    assert by_name["who_ranges"] == [[0, 2]]


def test_filters_and_pages(filled: Site, client: TestClient) -> None:
    def total(**params: str | int | list[str]) -> int:
        return client.get(f"{API}/search", params={"q": "return", **params}).json()["total"]

    assert total() == 2
    assert total(kind=["utterance", "action"]) == 2
    assert total(kind="action") == 0
    assert total(since="2026-03-03") == 0
    assert total(until="2026-03-02", order="newest") == 2
    page = client.get(f"{API}/search", params={"q": "script", "limit": 1, "offset": 1, "each": 1}).json()
    assert (page["total"], [m["id"] for m in page["meetings"]]) == (2, [THEIRS])


def test_nobody_finds_what_they_may_not_see(filled: Site) -> None:
    ann, bob = account(filled, "ann"), account(filled, "bob", "viewer")
    with filled.database.session() as session:
        session.add(Member(series_id=1, user_id=ann.id))
    app = guarded(filled)
    with browser(app, filled, ann) as hers, browser(app, filled, bob) as his:
        found = hers.get(f"{API}/search", params={"q": "退货"}).json()
        assert [meeting["id"] for meeting in found["meetings"]] == [MINE]
        assert hers.get(f"{API}/search", params={"q": "退货", "series": 2}).json()["total"] == 0
        assert his.get(f"{API}/search", params={"q": "退货"}).json()["total"] == 0
    with program(app, filled, ann, "write") as token:
        assert token.get(f"{API}/search", params={"q": "退货"}).status_code == 403
    with TestClient(app, base_url="https://minutes.example.org") as stranger:
        assert stranger.get(f"{API}/search", params={"q": "退货"}).status_code == 401


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"q": "退" * 200}, 200),
        ({"q": "退" * 201}, 422),
        ({"q": "x" * 10_000}, 422),
        ({"q": "a\0b"}, 422),
        ({}, 422),
        ({"q": ""}, 200),
        ({"q": "\"*'(NEAR -:^"}, 200),
        ({"q": "a", "kind": "everything"}, 422),
        ({"q": "a", "series": 2**31}, 422),
        ({"q": "a", "offset": 10_001}, 422),
        ({"q": "a", "since": "0001-01-01", "until": "9999-12-31"}, 200),
    ],
)
def test_odd_questions_are_answered(
    filled: Site, client: TestClient, params: dict[str, str | int], status: int
) -> None:
    assert client.get(f"{API}/search", params=params).status_code == status
