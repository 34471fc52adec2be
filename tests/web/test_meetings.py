from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from pipeline.meeting import Meeting, Participant
from pipeline.records.site import Site
from pipeline.records.tables import Audit, Job, MeetingRow, Member, Recording, Series, Table, Task
from tests.web.askers import account, browser, guarded
from tests.web.tus import API, new_meeting

ROSTER = (Participant(name="王蕾", aliases=("王总",), department="运营部"),)


def a_series(site: Site, name: str = "运营周例会") -> int:
    with site.database.session() as session:
        series = Series(name=name, cadence_days=7, language="zh", roster=ROSTER)
        session.add(series)
        session.flush()
        return series.id


def with_recording(site: Site, meeting: str, content: bytes = b"RIFF") -> None:
    """A file as uploads leave it."""
    path = f"meetings/{meeting}/recording-1.wav"
    site.files.put(path, content)
    row = Recording(
        meeting_id=meeting,
        number=1,
        kind="recording",
        name="a.wav",
        path=path,
        size=len(content),
        sha256="0" * 64,
    )
    with site.database.session() as session:
        session.add(row)


def set_state(site: Site, meeting: str, state: str) -> None:
    with site.database.session() as session:
        session.get_one(MeetingRow, meeting).state = state


def test_what_is_said_of_a_meeting_is_kept(client: TestClient) -> None:
    said = {
        "title": "<script>alert(1)</script> ../../x",
        "held_on": "2026-03-02",
        "language": "zh",
        "participants": [{"name": "陈涛", "aliases": ["陈工"], "department": "产品部"}],
        "agenda": [{"topic": "上周行动项", "minutes": 10}],
        "timezone": "Asia/Shanghai",
        "country": "CN",
        "open_actions": [{"id": "p1", "task": "报价", "owner": "陈涛", "due": "2026-02-27"}],
    }
    made = client.post(f"{API}/meetings", json=said)
    assert made.status_code == 201
    found = client.get(f"{API}/meetings/{made.json()['id']}").json()
    assert found == made.json()
    assert {key: found["facts"][key] for key in ("title", "held_on", "language", "country")} == {
        key: said[key] for key in ("title", "held_on", "language", "country")
    }
    assert found["facts"]["date_source"] == "given"
    assert found["facts"]["participants"][0]["aliases"] == ["陈工"]
    assert found["state"] == "new"


def test_what_is_not_said_comes_from_the_series(client: TestClient, site: Site) -> None:
    series = a_series(site)
    found = client.post(f"{API}/meetings", json={"series_id": series}).json()
    assert (found["title"], found["series"]) == ("运营周例会", "运营周例会")
    facts = found["facts"]
    assert (facts["language"], facts["cadence_days"], facts["series"]) == ("zh", 7, "运营周例会")
    assert [person["name"] for person in facts["participants"]] == ["王蕾"]
    own = {"series_id": series, "participants": [{"name": "Anna Reed"}], "language": "en"}
    facts = client.post(f"{API}/meetings", json=own).json()["facts"]
    assert (facts["language"], [person["name"] for person in facts["participants"]]) == ("en", ["Anna Reed"])


def test_the_meeting_of_a_command_is_taken_as_it_is(client: TestClient, site: Site) -> None:
    known = Meeting(
        id="weekly",
        title="Weekly",
        held_on=date(2026, 3, 2),
        date_source="file_time",
        series="运营周例会",
        seconds=60.0,
    )
    said = known.model_dump(mode="json", exclude_none=True)
    alone = client.post(f"{API}/meetings", json=said).json()
    assert (alone["series_id"], alone["facts"]["series"]) == (None, "运营周例会")
    assert (alone["date_source"], alone["id"] == "weekly") == ("file_time", False)
    series = a_series(site)
    assert client.post(f"{API}/meetings", json=said).json()["series_id"] == series


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"title": ""},
        {"title": "a\0b"},
        {"title": "a\nb"},
        {"title": "x" * 201},
        {"title": "x", "language": "fr"},
        {"title": "x", "timezone": "Mars/Olympus"},
        {"title": "x", "held_on": "yesterday"},
        {"title": "x", "unknown": 1},
        {"title": "x", "participants": [{"name": "y"}] * 501},
        {"title": "x", "series_id": 2**31},
    ],
)
def test_facts_that_cannot_be_are_refused(client: TestClient, said: dict[str, object]) -> None:
    assert client.post(f"{API}/meetings", json=said).status_code == 422


def test_facts_can_change_until_they_are_read(client: TestClient, site: Site) -> None:
    meeting = new_meeting(client)
    where = f"{API}/meetings/{meeting}"
    changed = client.patch(where, json={"held_on": "2026-03-09", "language": "en"}).json()
    assert (changed["title"], changed["held_on"]) == ("Weekly", "2026-03-09")
    series = a_series(site)
    moved = client.patch(where, json={"series_id": series}).json()
    assert (moved["series"], moved["facts"]["participants"][0]["name"]) == ("运营周例会", "王蕾")
    assert moved["facts"]["language"] == "en"
    assert client.patch(where, json={"participants": []}).json()["facts"]["participants"] == []
    without = client.patch(where, json={"held_on": None, "series_id": None}).json()
    assert (without["held_on"], without["date_source"]) == (None, None)
    assert (without["series"], without["facts"]["series"]) == (None, None)
    set_state(site, meeting, "listening")
    assert client.patch(where, json={"title": "Later"}).status_code == 200
    set_state(site, meeting, "review")
    assert client.patch(where, json={"title": "Too late"}).status_code == 409


def test_pages_show_each_meeting_once_the_newest_first(client: TestClient) -> None:
    days = ["2026-03-02", "2026-03-09", None, "2026-03-09", "2025-12-01"]
    for number, day in enumerate(days):
        client.post(f"{API}/meetings", json={"title": f"m{number}", "held_on": day})
    titles: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(f"{API}/meetings", params={"limit": 2, **cursor}).json()
        titles += [line["title"] for line in page["meetings"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    # Without a day it counts from when it was put in: today, after all of these.
    assert titles == ["m2", "m3", "m1", "m0", "m4"]
    assert client.get(f"{API}/meetings", params={"cursor": "AAAA"}).status_code == 422


def test_the_list_is_filtered(client: TestClient, site: Site) -> None:
    series = a_series(site)
    client.post(f"{API}/meetings", json={"title": "Sales 100%"})
    client.post(f"{API}/meetings", json={"title": "sales_review", "series_id": series})
    set_state(site, new_meeting(client, "Other"), "final")

    def titles(**wanted: str) -> set[str]:
        return {line["title"] for line in client.get(f"{API}/meetings", params=wanted).json()["meetings"]}

    assert titles(title="SALES") == {"Sales 100%", "sales_review"}
    assert titles(title="%") == {"Sales 100%"}
    assert titles(title="s_r") == {"sales_review"}
    assert titles(series=str(series)) == {"sales_review"}
    assert titles(state="final") == {"Other"}
    assert titles(owner="local") == {"Sales 100%", "sales_review", "Other"}
    assert titles(owner="nobody") == set()


def test_work_begins_once_and_needs_a_file(client: TestClient, site: Site) -> None:
    meeting = new_meeting(client)
    start = f"{API}/meetings/{meeting}/start"
    assert client.post(start, json={}).status_code == 409
    with_recording(site, meeting)
    answer = client.post(start, json={"urgent": True})
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert client.post(start, json={}).status_code == 409
    with site.database.reading() as session:
        (job,) = session.scalars(select(Job))
        assert (job.meeting_id, job.queue, job.turn) == (meeting, "listen", 0)


def test_a_meeting_begins_with_what_its_series_left_open(client: TestClient, site: Site) -> None:
    series = a_series(site)
    last = client.post(f"{API}/meetings", json={"series_id": series, "held_on": "2026-03-02"}).json()["id"]
    with site.database.session() as session:
        for item, state in (("a1", "open"), ("a2", "done")):
            session.add(Task(meeting_id=last, item=item, text=f"task {item}", state=state))
    this = client.post(f"{API}/meetings", json={"series_id": series}).json()["id"]
    with_recording(site, this)
    begun = client.post(f"{API}/meetings/{this}/start", json={}).json()
    assert [item["task"] for item in begun["facts"]["open_actions"]] == ["task a1"]


def test_a_deleted_meeting_leaves_nothing_but_its_line_in_the_log(client: TestClient, site: Site) -> None:
    meeting = new_meeting(client, "Secret plan")
    with_recording(site, meeting)
    site.files.put(f"meetings/{meeting}/artefacts/a/b.json", b"x")
    scratch = site.scratch / meeting / "work"
    scratch.mkdir(parents=True)
    Path(scratch / "audio.wav").write_bytes(b"x")
    client.post(f"{API}/meetings/{meeting}/start", json={})
    assert client.delete(f"{API}/meetings/{meeting}").status_code == 204
    assert client.delete(f"{API}/meetings/{meeting}").status_code == 404
    assert site.files.listed("meetings") == ()
    assert list(site.scratch.iterdir()) == []
    kept = {"users", "audit", "chores", "secrets", "series", "members", "contacts"}
    with site.database.reading() as session:
        for table in Table.metadata.sorted_tables:
            assert table.name in kept or session.scalar(select(func.count()).select_from(table)) == 0
        lines = list(session.scalars(select(Audit)))
    assert ("meeting.delete", meeting) in {(line.verb, line.about) for line in lines}
    assert not any("Secret" in str(vars(line)) for line in lines)


def test_meetings_of_others_are_not_there(site: Site) -> None:
    app, series = guarded(site), a_series(site)
    owner, stranger = account(site, "anna"), account(site, "tom")
    with site.database.session() as session:
        session.add(Member(series_id=series, user_id=owner.id))
    hers, his = browser(app, site, owner), browser(app, site, stranger)
    own = hers.post(f"{API}/meetings", json={"title": "Mine"}).json()["id"]
    shared = hers.post(f"{API}/meetings", json={"series_id": series}).json()["id"]
    for meeting in (own, shared):
        with_recording(site, meeting)
        where = f"{API}/meetings/{meeting}"
        assert hers.get(where).status_code == 200
        for answer in (
            his.get(where),
            his.patch(where, json={"title": "x"}),
            his.delete(where),
            his.post(f"{where}/start", json={}),
            his.get(f"{where}/recordings"),
            his.get(f"{where}/recordings/1"),
            his.delete(f"{where}/recordings/1"),
        ):
            assert answer.status_code == 404
    assert his.get(f"{API}/meetings").json()["meetings"] == []
    assert his.post(f"{API}/meetings", json={"series_id": series}).status_code == 404
    named = {"title": "x", "series": "运营周例会"}
    assert his.post(f"{API}/meetings", json=named).json()["series_id"] is None
    assert hers.post(f"{API}/meetings", json=named).json()["series_id"] == series
    viewer = browser(app, site, account(site, "vera", "viewer"))
    assert viewer.post(f"{API}/meetings", json={"title": "x"}).status_code == 403


@pytest.mark.parametrize("meeting", ["..", "%2e%2e%2fx", "0" * 15, "x%00", "A" * 16])
def test_ids_that_are_none(client: TestClient, meeting: str) -> None:
    assert client.get(f"{API}/meetings/{meeting}").status_code in (404, 422)
    assert client.get(f"{API}/meetings/{'0' * 16}").status_code == 404
