import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from pipeline.minutes import Minutes
from pipeline.records.site import Site
from pipeline.records.tables import Audit, Draft, Job, RefusedEdit, Task
from pipeline.transcript import Language
from tests.review.meetings import meeting
from tests.web.minuted import minuted_meeting

API = "/api/v1"


@pytest.fixture(params=["en", "zh"])
def place(request: pytest.FixtureRequest, site: Site, client: TestClient) -> str:
    """The address of a meeting under review, in both languages."""
    language: Language = request.param
    with site.database.session() as session:
        return f"{API}/meetings/{minuted_meeting(session, owner_id=None, language=language).id}"


def change(item: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"kind": "change", "item": item, "field": field, "before": before, "after": after}


def edit(client: TestClient, place: str, *edits: dict[str, Any], against: int | None = None) -> Any:
    revision = client.get(f"{place}/review").json()["revision"] if against is None else against
    return client.post(f"{place}/edits", json={"made_against": revision, "edits": list(edits)})


def review_of(client: TestClient, place: str) -> Any:
    return client.get(f"{place}/review").json()


def action(answer: Any, item: str) -> Any:
    return next(one for one in answer["minutes"]["actions"] if one["id"] == item)


def test_an_owner_and_a_day_are_corrected_and_taken_back(client: TestClient, place: str) -> None:
    before = action(review_of(client, place), "a1")
    due = before["due"]["on"]
    answer = edit(
        client, place, change("a1", "owner", None, "Kim Vale"), change("a1", "due.on", due, "2026-04-01")
    )
    assert answer.json()["revision"] == 2
    now = action(review_of(client, place), "a1")
    assert (now["owner"], now["due"]["on"]) == ("Kim Vale", "2026-04-01")
    for number in (2, 1):
        assert edit(client, place, {"kind": "undo", "number": number}).status_code == 200
    assert action(review_of(client, place), "a1") == before
    assert [entry["number"] for entry in client.get(f"{place}/edits", params={"after": 2}).json()] == [3, 4]


def test_what_is_rejected_is_in_no_export(client: TestClient, place: str) -> None:
    task = action(review_of(client, place), "a3")["task"]
    mark = {"kind": "mark", "item": "a3", "state": "rejected", "reason": "no task"}
    assert edit(client, place, mark).status_code == 200
    assert "a3" in {one["id"] for one in review_of(client, place)["minutes"]["actions"]}
    minutes = Minutes.model_validate(client.get(f"{place}/minutes").json())
    assert "a3" not in {one.id for one in minutes.actions}
    content = client.get(f"{place}/files/minutes.docx").content
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert cells
    assert not any(task in text for text in [*cells, *(p.text for p in document.paragraphs)])


def test_the_second_of_two_who_change_the_same_gets_both_values(
    client: TestClient, site: Site, place: str
) -> None:
    edit(client, place, change("a1", "owner", None, "Kim Vale"), against=0)
    answer = edit(client, place, change("a1", "owner", None, "Lou Hart"), against=0)
    assert answer.status_code == 409
    told = answer.json()["conflict"]
    assert (told["now"], told["wanted"], told["number"]) == ("Kim Vale", "Lou Hart", 1)
    assert action(review_of(client, place), "a1")["owner"] == "Kim Vale"
    (kept,) = client.get(f"{place}/history").json()["not_taken"]
    assert kept["edit"]["after"] == "Lou Hart"
    with site.database.reading() as session:
        assert len(session.scalars(select(RefusedEdit)).all()) == 1


def test_different_fields_from_an_old_revision_are_both_taken(client: TestClient, place: str) -> None:
    task = action(review_of(client, place), "a1")["task"]
    assert edit(client, place, change("a1", "owner", None, "Kim Vale"), against=0).status_code == 200
    assert edit(client, place, change("a1", "task", task, "Do it well"), against=0).status_code == 200
    now = action(review_of(client, place), "a1")
    assert (now["owner"], now["task"]) == ("Kim Vale", "Do it well")


def test_edits_that_come_at_once_are_numbered_without_gaps_and_none_is_lost(
    client: TestClient, place: str
) -> None:
    def add(number: int) -> int:
        content = {"list": "decisions", "text": f"Decision {number}"}
        proof = [{"utterance": number % 10}]
        return edit(
            client, place, {"kind": "add", "content": content, "evidence": proof}, against=0
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(add, range(16))) == {200}
    entries = client.get(f"{place}/edits").json()
    assert [entry["number"] for entry in entries] == list(range(1, 17))
    texts = {one["text"] for one in review_of(client, place)["minutes"]["decisions"]}
    assert {f"Decision {number}" for number in range(16)} <= texts


@pytest.mark.parametrize(
    "wrong",
    [
        change("a99", "owner", None, "Kim Vale"),
        change("a1", "colour", None, "red"),
        change("a1", "due.on", None, "soon"),
        change("a1", "owner", "somebody else", "Kim Vale"),
        {"kind": "undo", "number": 7},
        {"kind": "merge", "item": "a1", "others": ["d1"]},
        {"kind": "correct", "utterance": 999, "before": "x", "after": "y"},
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence_and_changes_nothing(
    client: TestClient, place: str, wrong: dict[str, Any]
) -> None:
    answer = edit(client, place, change("a1", "owner", None, "Kim Vale"), wrong)
    assert answer.status_code == 422
    assert answer.json()["title"].endswith((".", "”"))
    assert review_of(client, place)["revision"] == 0


def test_a_confirmed_meeting_is_closed_until_it_is_reopened(
    client: TestClient, site: Site, place: str
) -> None:
    stale = client.post(f"{place}/confirm", json={"made_against": 5})
    assert stale.status_code == 409
    assert client.post(f"{place}/confirm", json={"made_against": 0}).json()["state"] == "final"
    assert client.post(f"{place}/confirm", json={"made_against": 0}).status_code == 409
    assert edit(client, place, change("a1", "owner", None, "Kim Vale")).status_code == 409
    with site.database.reading() as session:
        assert session.scalars(select(Task.item)).all()
    assert client.post(f"{place}/reopen").json()["state"] == "review"
    assert edit(client, place, change("a1", "owner", None, "Kim Vale")).status_code == 200
    verbs = [one["verb"] for one in client.get(f"{place}/history").json()["declared"]]
    assert verbs == ["confirm", "reopen"]
    with site.database.reading() as session:
        noted = set(session.scalars(select(Audit.verb)))
    assert {"minutes.confirm", "minutes.reopen", "minutes.edit"} <= noted


def test_a_corrected_line_is_computed_again_once_and_changes_nothing_by_itself(
    client: TestClient, site: Site, place: str
) -> None:
    line = client.get(f"{place}/transcript").json()["utterances"][5]["text"]
    answer = edit(
        client,
        place,
        {"kind": "rename", "before": "S2", "after": "Kim Vale"},
        {"kind": "correct", "utterance": 5, "before": line, "after": line + " 2"},
    )
    assert answer.status_code == 200
    assert review_of(client, place)["depends"] == ["transcript"]
    speakers = {one["speaker"] for one in client.get(f"{place}/transcript").json()["utterances"]}
    assert "S2" not in speakers
    for _ in range(2):
        assert client.post(f"{place}/recompute").status_code == 202
    with site.database.reading() as session:
        assert [job.queue for job in session.scalars(select(Job))] == ["minute"]


def test_what_a_new_run_says_is_offered_and_never_done(client: TestClient, site: Site, place: str) -> None:
    language: Language = review_of(client, place)["minutes"]["meeting"]["language"]
    minutes, transcript = meeting(language)
    fresh = minutes.actions[2].model_copy(update={"owner": "Kim Vale"})
    with site.database.session() as session:
        session.add(
            Draft(
                meeting_id=place.rsplit("/", 1)[1],
                number=2,
                minutes=minutes.model_copy(update={"actions": (*minutes.actions[:2], fresh)}),
                transcript=transcript,
            )
        )
    assert action(review_of(client, place), "a3")["owner"] is None
    (offered,) = client.get(f"{place}/proposals").json()
    assert (offered["edit"]["item"], offered["edit"]["field"]) == ("a3", "owner")
    assert edit(client, place, offered["edit"]).status_code == 200
    assert action(review_of(client, place), "a3")["owner"] == "Kim Vale"
    assert client.get(f"{place}/proposals").json() == []


def test_minutes_that_are_not_made_yet_are_told_so(client: TestClient) -> None:
    made = client.post(f"{API}/meetings", json={"title": "Weekly"}).json()["id"]
    for verb in ("review", "minutes", "transcript", "proposals", "files/minutes.md"):
        answer = client.get(f"{API}/meetings/{made}/{verb}")
        assert (answer.status_code, answer.json()["title"]) == (
            409,
            "The minutes of this meeting are not made yet.",
        )


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("minutes.md", b"#"),
        ("minutes.html", b"<!"),
        ("minutes.docx", b"PK"),
        ("minutes.json", b"{"),
        ("actions.csv", b"\xef\xbb\xbf"),
        ("actions.xlsx", b"PK"),
        ("deadlines.ics", b"BEGIN:VCALENDAR"),
        ("transcript.vtt", b"WEBVTT"),
        ("transcript.srt", b"1"),
        ("transcript.txt", b""),
        ("transcript.json", b"{"),
    ],
)
def test_every_format_is_a_download(client: TestClient, place: str, name: str, begins: bytes) -> None:
    answer = client.get(f"{place}/files/{name}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_there_is_no_other_file(client: TestClient, place: str) -> None:
    for name in ("minutes.exe", "recording-1.m4a", "..%2f..%2fetc%2fpasswd", "x" * 41):
        assert client.get(f"{place}/files/{name}").status_code in (404, 422)
