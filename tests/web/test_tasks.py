"""Followed tasks over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from pipeline.meeting import Participant
from pipeline.minutes import CarryOver
from pipeline.records.site import Site
from pipeline.records.tables import Audit, Delivery, Member, Webhook
from pipeline.records.task_lists import today
from pipeline.records.tasks import follow, open_of_series
from tests.records.meetings import a_meeting, a_series, action, minutes_with
from tests.web.askers import API, account, browser, guarded, program

MINE, THEIRS, NEXT = "00000000000000a1", "00000000000000a2", "00000000000000a3"
TODAY = today(None)
YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)


@pytest.fixture
def filled(site: Site) -> Site:
    """Series 1 with tasks 1 to 3, series 2 with task 4."""
    with site.database.session() as session:
        mine, theirs = a_series(session), a_series(session, "Sales")
        meeting = a_meeting(session, MINE, mine, title="一月第一周")
        people = (Participant(name="周强", department="仓储部"),)
        meeting.facts = meeting.facts.model_copy(update={"participants": people})
        actions = (
            action("a1", "联系供应商", "王蕾", TOMORROW),
            action("a2", "盘点", "王蕾", YESTERDAY),
            action("a3", "Someday"),
        )
        follow(session, meeting, minutes_with(actions=actions), by="李明")
        other = a_meeting(session, THEIRS, theirs)
        follow(session, other, minutes_with(actions=(action("a1", "Secret", "Ann", TOMORROW),)), by="Ann")
    return site


def ids(client: TestClient, **params: str | int | bool) -> list[int]:
    answer = client.get(f"{API}/tasks", params=params)
    assert answer.status_code == 200, answer.text
    return [task["id"] for task in answer.json()["tasks"]]


def changed(client: TestClient, task: int = 1, **wanted: Any) -> Any:
    answer = client.patch(f"{API}/tasks/{task}", json={"made_against": 0, **wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_lists(filled: Site, client: TestClient) -> None:
    assert ids(client) == [2, 1, 4, 3]
    assert ids(client, owner="王蕾") == [2, 1]
    assert ids(client, series=1) == [2, 1, 3]
    assert ids(client, meeting=THEIRS) == [4]
    assert ids(client, overdue=True) == [2]
    assert ids(client, due_before=TOMORROW.isoformat()) == [2]
    assert ids(client, state="done") == []
    assert ids(client, offset=1, limit=2) == [1, 4]
    task = client.get(f"{API}/tasks").json()["tasks"][0]
    assert (task["text"], task["overdue"], task["meeting"], task["series"]) == (
        "盘点",
        True,
        "一月第一周",
        "运营周例会",
    )
    owners = client.get(f"{API}/tasks/owners", params={"series": 1}).json()
    assert owners == [
        {"owner": "王蕾", "open": 2, "overdue": 1},
        {"owner": None, "open": 1, "overdue": 0},
    ]


def test_closing_redating_handing_over_and_noting_leave_their_history(
    filled: Site, client: TestClient
) -> None:
    later = (TOMORROW + timedelta(7)).isoformat()
    assert changed(client, due=later, note="供应商放假")["slips"] == 1
    assert changed(client, made_against=1, due=None)["due"] is None
    handed = changed(client, made_against=2, owner="周强")
    assert (handed["owner"], handed["department"]) == ("周强", "仓储部")
    assert changed(client, made_against=3, note="电话打不通")["revision"] == 4
    done = changed(client, made_against=4, state="done")
    assert (done["state"], done["overdue"]) == ("done", False)
    assert changed(client, made_against=5, state="open")["state"] == "open"
    history = client.get(f"{API}/tasks/1").json()["history"]
    assert [(e["field"], e["before"], e["after"], e["note"], e["revision"]) for e in history] == [
        ("state", None, "open", None, 0),
        ("due", TOMORROW.isoformat(), later, "供应商放假", 1),
        ("due", later, None, None, 2),
        ("owner", "王蕾", "周强", None, 3),
        ("department", None, "仓储部", None, 3),
        ("note", None, None, "电话打不通", 4),
        ("state", "open", "done", None, 5),
        ("state", "done", "open", None, 6),
    ]
    assert (history[0]["by"], history[0]["meeting_id"], history[0]["meeting"]) == ("李明", MINE, "一月第一周")
    assert {(e["by"], e["meeting_id"]) for e in history[1:]} == {("local", None)}
    with filled.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.verb == "task.change").order_by(Audit.id)).all()
    assert [line.detail for line in lines][:4] == ["due", "due", "owner,department", "note"]
    assert "供应商" not in "".join(f"{line.detail}{line.about}" for line in lines)


def test_nothing_said_changes_nothing(filled: Site, client: TestClient) -> None:
    assert changed(client)["revision"] == 0
    assert changed(client, state="open")["revision"] == 0


def test_a_conflict_gets_both_values_back(filled: Site, client: TestClient) -> None:
    changed(client, owner="周强")
    refused = client.patch(f"{API}/tasks/1", json={"made_against": 0, "owner": "Ann", "state": "done"})
    assert refused.status_code == 409
    assert refused.json()["revision"] == 1
    assert {"field": "owner", "yours": "Ann", "theirs": "周强"} in refused.json()["conflicts"]
    assert client.get(f"{API}/tasks/1").json()["state"] == "open"
    assert changed(client, made_against=1, owner="Ann", state="done")["owner"] == "Ann"


def test_of_many_at_once_one_wins_and_the_others_hear_of_it(filled: Site, client: TestClient) -> None:
    def hand_over(number: int) -> int:
        wanted = {"made_against": 0, "owner": f"P{number}"}
        return client.patch(f"{API}/tasks/1", json=wanted).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(hand_over, range(8))) == [200, *[409] * 7]
    assert len(client.get(f"{API}/tasks/1").json()["history"]) == 2


def test_the_history_names_the_meeting_that_closed_it(filled: Site, client: TestClient) -> None:
    with filled.database.session() as session:
        opened = open_of_series(session, 1)
        meeting = a_meeting(session, NEXT, title="下一周", held_on=date(2026, 3, 9))
        meeting.series_id = 1
        row = CarryOver(id=f"t{1}", task="联系供应商", status="done")
        session.add(Webhook(url="https://example.org/hook", secret="s", events=("task.changed",)))
        follow(session, meeting, minutes_with(carry_over=(row,), open_actions=opened), by="李明")
        (told,) = session.scalars(select(Delivery))
        assert (told.event, told.meeting_id) == ("task.changed", MINE)
    last = client.get(f"{API}/tasks/1").json()["history"][-1]
    assert (last["field"], last["after"], last["meeting_id"], last["meeting"]) == (
        "state",
        "done",
        NEXT,
        "下一周",
    )


def test_tasks_of_others_are_not_there(filled: Site) -> None:
    ann, bob = account(filled, "ann"), account(filled, "bob", "viewer")
    with filled.database.session() as session:
        session.add_all([Member(series_id=1, user_id=ann.id), Member(series_id=1, user_id=bob.id)])
    app = guarded(filled)
    with browser(app, filled, ann) as hers:
        assert ids(hers) == [2, 1, 3]
        assert hers.get(f"{API}/tasks/4").status_code == 404
        assert hers.patch(f"{API}/tasks/4", json={"made_against": 0, "state": "done"}).status_code == 404
        assert hers.get(f"{API}/tasks/owners").json()[-1]["owner"] is None
        assert changed(hers, state="done")["history"][-1]["by"] == "ann"
    with browser(app, filled, bob) as his:
        assert ids(his, state="done") == [1]
        assert his.patch(f"{API}/tasks/1", json={"made_against": 1, "state": "open"}).status_code == 403
    with program(app, filled, ann, "read") as token:
        assert token.patch(f"{API}/tasks/1", json={"made_against": 1, "state": "open"}).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"made_against": -1},
        {"made_against": 2**31},
        {"made_against": 0, "state": None},
        {"made_against": 0, "state": "finished"},
        {"made_against": 0, "owner": "a\0b"},
        {"made_against": 0, "owner": "x" * 201},
        {"made_against": 0, "note": "\0"},
        {"made_against": 0, "note": "x" * 2001},
        {"made_against": 0, "due": "tomorrow"},
        {"made_against": 0, "text": "another task"},
    ],
)
def test_what_cannot_be_taken_is_refused(filled: Site, client: TestClient, wanted: dict[str, object]) -> None:
    assert client.patch(f"{API}/tasks/1", json=wanted).status_code == 422
    assert client.get(f"{API}/tasks/1").json()["revision"] == 0


@pytest.mark.parametrize("where", ["tasks/5", "tasks/2147483647"])
def test_there_is_no_such_task(filled: Site, client: TestClient, where: str) -> None:
    assert client.get(f"{API}/{where}").status_code == 404


@pytest.mark.parametrize("where", ["tasks/0", "tasks/2147483648", "tasks?owner=%00", "tasks?meeting=../x"])
def test_odd_addresses(filled: Site, client: TestClient, where: str) -> None:
    assert client.get(f"{API}/{where}").status_code == 422
