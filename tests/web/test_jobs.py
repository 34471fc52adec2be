"""How far the work on a meeting is, as polled and as streamed; stopping it and trying again."""

import json
import signal
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from pipeline.records import jobs
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Audit, HeardLine, MeetingRow
from pipeline.web.app import make_app
from tests.talks import vtt
from tests.web.askers import ONE_DATABASE, account, browser, guarded
from tests.web.loopback import served
from tests.web.test_serve import running
from tests.web.tus import API
from tests.worker import service


@pytest.fixture
def meeting(site: Site, tmp_path: Path) -> str:
    return service.meeting(site, vtt(tmp_path / "weekly.vtt"))


def begin(site: Site, meeting_id: str) -> jobs.Held:
    """What a worker does first."""
    with site.database.session() as session:
        job = jobs.unfinished(session, meeting_id)
        assert job is not None
        held = jobs.begin(session, job.id, "somebody")
    assert held is not None
    return held


def tell(site: Site, held: jobs.Held, stage: str, share: float, *lines: str) -> None:
    with site.database.session() as session:
        assert jobs.tell(session, held, stage, share, now(), 0.0)
        number = len(session.scalars(select(HeardLine)).all())
        for at, line in enumerate(lines, number):
            session.add(HeardLine(meeting_id=held.meeting_id, number=at, text=line))


def end(site: Site, held: jobs.Held, state: Any, problem: str | None = None) -> None:
    with site.database.session() as session:
        found = jobs.still_held(session, held)
        assert found is not None
        jobs.end(session, *found, state, problem)


def test_progress_tells_the_place_then_the_stage_and_the_lines_that_were_heard(
    site: Site, client: TestClient, meeting: str, tmp_path: Path
) -> None:
    path = f"{API}/meetings/{meeting}/progress"
    assert client.get(path).json()["job"] is None
    other = service.meeting(site, vtt(tmp_path / "other.vtt"))
    service.send(site, other)
    service.send(site, meeting)
    found = client.get(path).json()
    assert (found["state"], found["job"], found["queue"], found["place"]) == (
        "waiting",
        "waiting",
        "listen",
        2,
    )
    begin(site, other)
    assert client.get(path).json()["place"] == 1
    held = begin(site, meeting)
    tell(site, held, "transcribe", 0.25, "Good morning.", "We begin.")
    found = client.get(path, params={"after": 1}).json()
    assert (found["state"], found["stage"], found["share"], found["place"]) == (
        "listening",
        "transcribe",
        0.25,
        None,
    )
    assert [line["text"] for line in found["lines"]] == ["We begin."]
    end(site, held, "failed", "It is broken.")
    found = client.get(path).json()
    assert (found["state"], found["job"], found["problem"]) == ("failed", "failed", "It is broken.")


def test_the_time_left_is_told_from_the_pace_of_this_run(
    site: Site, client: TestClient, meeting: str
) -> None:
    service.send(site, meeting)
    held = begin(site, meeting)

    def left(share: float, kept: float, took: float) -> float | None:
        with site.database.session() as session:
            began = now() - timedelta(seconds=took)
            assert jobs.tell(session, held, "transcribe", share, began, kept)
        return client.get(f"{API}/meetings/{meeting}/progress").json()["seconds_left"]

    assert left(0.75, 0.0, 60) == pytest.approx(20, rel=0.1)
    # A half was kept from before: only a quarter took that time.
    assert left(0.75, 0.5, 60) == pytest.approx(60, rel=0.1)
    assert left(0.505, 0.5, 60) is None
    assert left(0.75, 0.0, 0) is None


@dataclass(frozen=True)
class Event:
    kind: str
    id: str | None
    data: Any


def events(lines: Iterator[str]) -> Iterator[Event]:
    """The events of a stream."""
    fields: dict[str, str] = {}
    for line in lines:
        if line == "":
            if "data" in fields:
                yield Event(fields.get("event", "message"), fields.get("id"), json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


@contextmanager
def stream(address: str, meeting_id: str, **said: Any) -> Generator[Iterator[Event]]:
    headers = {"last-event-id": str(said.pop("last"))} if "last" in said else {}
    path = f"{address}{API}/meetings/{meeting_id}/events"
    with httpx.stream("GET", path, params=said, headers=headers, timeout=service.PATIENCE) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer.iter_lines())


def test_a_stream_tells_lines_and_progress_as_they_come_and_ends_with_the_work(
    site: Site, meeting: str
) -> None:
    service.send(site, meeting)
    with served(make_app(site, local=True)) as address, stream(address, meeting) as told:
        assert next(told).data["job"] == "waiting"
        held = begin(site, meeting)
        assert next(told).data["job"] == "running"
        tell(site, held, "transcribe", 0.5, "Good morning.", "We begin.")
        first, second, progress = (next(told) for _ in range(3))
        assert [(line.kind, line.id, line.data["text"]) for line in (first, second)] == [
            ("line", "1", "Good morning."),
            ("line", "2", "We begin."),
        ]
        assert (progress.kind, progress.data["share"]) == ("progress", 0.5)
        end(site, held, "cancelled")
        rest = list(told)
        assert [event.kind for event in rest] == ["progress", "end"]
        assert rest[0].data["state"] == "cancelled"


def test_who_comes_back_to_a_stream_gets_the_lines_that_are_new(site: Site, meeting: str) -> None:
    service.send(site, meeting)
    held = begin(site, meeting)
    tell(site, held, "transcribe", 0.5, "Good morning.", "We begin.")
    with served(make_app(site, local=True)) as address:
        with stream(address, meeting, last=1) as told:
            assert next(told).data["text"] == "We begin."
        with stream(address, meeting, after=2) as told:
            assert next(told).kind == "progress"


def test_who_follows_hears_of_edits_long_after_the_work(site: Site, meeting: str) -> None:
    with served(make_app(site, local=True)) as address, stream(address, meeting, follow=True) as told:
        assert next(told).kind == "progress"
        for revision in (1, 2):
            with site.database.session() as session:
                session.get_one(MeetingRow, meeting).revision = revision
            assert next(told) == Event("revision", None, {"revision": revision})
        with site.database.session() as session:
            session.delete(session.get_one(MeetingRow, meeting))
        assert [event.kind for event in told] == ["end"]


@ONE_DATABASE
def test_many_watch_without_holding_threads_or_connections(site: Site, meeting: str) -> None:
    """More than there are threads for routes or connections in the pool: the others are answered all the same."""
    with served(make_app(site, local=True)) as address, ExitStack() as watching:
        client = watching.enter_context(
            httpx.Client(limits=httpx.Limits(max_connections=200), timeout=service.PATIENCE)
        )
        path = f"{address}{API}/meetings/{meeting}"
        streams = [
            watching.enter_context(client.stream("GET", f"{path}/events", params={"follow": True}))
            for _ in range(120)
        ]
        told = [events(one.iter_lines()) for one in streams]
        assert {next(one).kind for one in told} == {"progress"}
        assert client.get(f"{path}/progress").status_code == 200
        with site.database.session() as session:
            session.get_one(MeetingRow, meeting).revision = 1
        assert {next(one).kind for one in told} == {"revision"}


def test_a_server_that_is_stopped_waits_for_no_stream(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        meeting_id = httpx.post(f"{server.address}{API}/meetings", json={"title": "Weekly"}).json()["id"]
        with stream(server.address, meeting_id, follow=True) as told:
            assert next(told).kind == "progress"
            server.process.send_signal(signal.SIGTERM)
            # It ends in order, and is not cut off when the server's patience ends.
            assert list(told) == []
        assert server.process.wait(service.PATIENCE) == 0
        assert [line for line in server.lines() if line["level"] == "error"] == []


def test_streams_and_progress_are_for_those_who_may_see_the_meeting(site: Site) -> None:
    app = guarded(site)
    owner, stranger = account(site, "anna"), account(site, "bob")
    meeting_id = service.meeting(site, None, owner=owner.id)
    for path in ("progress", "events"):
        assert browser(app, site, owner).get(f"{API}/meetings/{meeting_id}/{path}").status_code == 200
        assert browser(app, site, stranger).get(f"{API}/meetings/{meeting_id}/{path}").status_code == 404
    for deed in ("cancel", "retry"):
        assert browser(app, site, stranger).post(f"{API}/meetings/{meeting_id}/{deed}").status_code == 404
        assert browser(app, site, owner).post(f"{API}/meetings/{meeting_id}/{deed}").status_code == 409


def test_what_waits_or_runs_is_cancelled_and_can_be_tried_again(
    site: Site, client: TestClient, meeting: str
) -> None:
    first = service.send(site, meeting)
    answer = client.post(f"{API}/meetings/{meeting}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert client.post(f"{API}/meetings/{meeting}/cancel").status_code == 409
    with site.database.session() as session:
        assert jobs.begin(session, first, "somebody") is None
    answer = client.post(f"{API}/meetings/{meeting}/retry")
    assert (answer.status_code, answer.json()["job"], answer.json()["state"]) == (202, "waiting", "waiting")
    assert client.post(f"{API}/meetings/{meeting}/retry").status_code == 409
    held = begin(site, meeting)
    assert client.post(f"{API}/meetings/{meeting}/cancel").status_code == 200
    with site.database.session() as session:
        assert not jobs.tell(session, held, "transcribe", 0.5, now(), 0.0)
        assert jobs.still_held(session, held) is None
        verbs = session.scalars(select(Audit.verb).where(Audit.about == meeting).order_by(Audit.id)).all()
    assert verbs == ["meeting.cancel", "meeting.retry", "meeting.cancel"]


def test_a_failed_minuting_is_tried_again_from_the_beginning_which_is_kept(
    site: Site, client: TestClient, meeting: str
) -> None:
    service.send(site, meeting, "minute")
    end(site, begin(site, meeting), "failed", "No key.")
    assert client.post(f"{API}/meetings/{meeting}/retry").json()["queue"] == "listen"


def test_nothing_is_tried_again_of_a_meeting_whose_files_are_gone(site: Site, client: TestClient) -> None:
    meeting_id = service.meeting(site, None)
    service.send(site, meeting_id)
    assert client.post(f"{API}/meetings/{meeting_id}/cancel").status_code == 200
    answer = client.post(f"{API}/meetings/{meeting_id}/retry")
    assert (answer.status_code, answer.json()["title"]) == (409, "Upload a recording or a transcript first.")
