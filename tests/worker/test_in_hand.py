"""What happens to a job while it is in a worker's hand: cancelled, deleted, the database gone for a moment."""

from collections.abc import Generator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import pytest
from sqlalchemy import select, text

from pipeline.limits import Limits
from pipeline.records import durable, jobs, meetings, webhooks
from pipeline.records.database import Database
from pipeline.records.site import Site
from pipeline.records.tables import Delivery, Draft, HeardLine, Job, MeetingRow, Queue, Webhook
from pipeline.transcript import Utterance
from pipeline.worker import chores
from pipeline.worker.holding import Holding, LetGo
from pipeline.worker.workshop import QUEUES, Workshop
from tests.loopback_llm import BUSY, NO_KEY, Fault, LoopbackModel
from tests.worker import service
from tests.worker.conftest import make_site
from tests.worker.service import Gate, until

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def working(site: Site, gate: Gate | None = None, queues: tuple[Queue, ...] = QUEUES) -> Generator[Workshop]:
    """A worker in this process; with a gate it waits before it keeps a stage's result."""
    workshop = Workshop(site, queues, gate.before) if gate else Workshop(site, queues)
    workshop.start()
    try:
        yield workshop
    finally:
        if gate:
            gate.open.set()
        workshop.stop()


def in_hand(site: Site, transcript: Path, gate: Gate) -> str:
    """A meeting whose job waits before the gate."""
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    assert gate.reached.wait(service.PATIENCE)
    return meeting_id


def test_a_running_job_that_is_cancelled_stops_at_the_next_step(site: Site, transcript: Path) -> None:
    gate = Gate("read_out")
    with working(site, gate):
        meeting_id = in_hand(site, transcript, gate)
        with site.database.session() as session:
            meeting = session.get_one(MeetingRow, meeting_id)
            job = jobs.unfinished(session, meeting_id)
            assert job is not None
            jobs.end(session, meeting, job, "cancelled")
        gate.open.set()
        # The queue has no more of it: the worker is free for others.
        until(lambda: durable.running(site.database) == ())
    assert service.state(site, meeting_id) == "cancelled"
    assert [name.partition("-")[0] for name in gate.puts] == ["import", "attribute", "read_out"]


def test_what_was_finished_before_it_was_cancelled_is_not_made_again(site: Site, transcript: Path) -> None:
    test_a_running_job_that_is_cancelled_stops_at_the_next_step(site, transcript)
    with site.database.reading() as session:
        meeting_id = session.scalars(select(MeetingRow.id)).one()
    service.send(site, meeting_id)
    gate = Gate("none")
    with working(site, gate):
        until(lambda: service.state(site, meeting_id) == "review")
    assert [name.partition("-")[0] for name in gate.puts] == ["owners", "due", "ground", "compose"]


def test_a_meeting_that_is_deleted_while_it_is_worked_on_leaves_nothing(site: Site, transcript: Path) -> None:
    gate = Gate("read_out")
    with working(site, gate):
        meeting_id = in_hand(site, transcript, gate)
        with site.database.session() as session:
            folders = meetings.remove(session, session.get_one(MeetingRow, meeting_id))
        meetings.delete_files(site, meeting_id, folders)
        gate.open.set()
        until(lambda: durable.running(site.database) == ())
        another = service.meeting(site, transcript)
        service.send(site, another)
        until(lambda: service.state(site, another) == "review")
    assert not site.files.listed(f"meetings/{meeting_id}")
    assert not (site.scratch / meeting_id).exists()


def test_connections_that_break_are_made_anew(postgres_url: str, transcript: Path, tmp_path: Path) -> None:
    database = Database(postgres_url)
    database.upgrade()
    site, gate = make_site(database, tmp_path), Gate("owners")
    with working(site, gate):
        meeting_id = in_hand(site, transcript, gate)
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with database.engine.connect() as connection:
            connection.execute(text(f"{cut} AND datname = current_database()"))
        gate.open.set()
        until(lambda: service.state(site, meeting_id) == "review")
    database.close()


@ONE_DATABASE
def test_a_worker_of_one_queue_takes_nothing_of_the_other(site: Site, transcript: Path) -> None:
    first, second = service.meeting(site, transcript), service.meeting(site, transcript)
    with working(site, queues=("listen",)):
        for meeting_id in (first, second):
            service.send(site, meeting_id)
            until(lambda meeting_id=meeting_id: service.job(site, meeting_id).queue == "minute")
    assert [service.job(site, meeting_id).state for meeting_id in (first, second)] == ["waiting", "waiting"]
    with working(site, queues=("minute",)):
        until(lambda: service.state(site, first) == service.state(site, second) == "review")


def test_jobs_of_a_restored_service_are_queued_again(site: Site, transcript: Path) -> None:
    """A backup holds the jobs and not the queue."""
    ids = [service.meeting(site, transcript) for _ in range(2)]
    with site.database.session() as session:
        for state, meeting_id in zip(("waiting", "running"), ids, strict=True):
            job = Job(id=meeting_id, meeting_id=meeting_id, queue="listen", turn=1, state=state)
            job.worker = "somewhere:else:1:1:x" if state == "running" else None
            session.add(job)
    with working(site):
        for meeting_id in ids:
            until(lambda meeting_id=meeting_id: service.state(site, meeting_id) == "review")


def test_whose_job_was_taken_over_writes_nothing_more(site: Site, transcript: Path) -> None:
    meeting_id = service.meeting(site, transcript)
    job_id = service.send(site, meeting_id)
    with site.database.session() as session:
        first = jobs.begin(session, job_id, "first")
    with site.database.session() as session:
        assert jobs.put_back(session, "first", tried=True) == (job_id,)
        second = jobs.begin(session, job_id, "second")
    assert first is not None
    assert second is not None
    workshop = Workshop(site)
    lost, own = (Holding(site, held, workshop.shop.stopping) for held in (first, second))
    for deed in (lambda: lost.tell("transcribe", 0.5), lost.advance, lambda: lost.hark(())):
        with pytest.raises(LetGo):
            deed()
    own.tell("transcribe", 0.25)
    assert service.job(site, meeting_id).share == 0.25


@ONE_DATABASE
def test_lines_are_written_down_once_however_often_the_worker_begins(site: Site, transcript: Path) -> None:
    said = tuple(Utterance(id=n, text=f"Line {n}") for n in range(5))
    meeting_id = service.meeting(site, transcript)
    job_id = service.send(site, meeting_id)
    workshop = Workshop(site)
    for parts in ((2, 3), (2, 5)):
        with site.database.session() as session:
            held = jobs.begin(session, job_id, "somebody")
        assert held is not None
        holding = Holding(site, held, workshop.shop.stopping)
        for count in parts:
            holding.hark(said[:count])
    with site.database.reading() as session:
        lines = session.scalars(select(HeardLine.text).order_by(HeardLine.number)).all()
    assert list(lines) == [f"Line {n}" for n in range(5)]


@ONE_DATABASE
def test_a_chore_that_fails_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def fails(site: Site) -> None:
        raise RuntimeError("no")

    def works(site: Site) -> None:
        done.append("other")

    monkeypatch.setattr(chores, "CHORES", (fails, works))
    chores.do_all(site)
    assert done == ["other"]


def test_the_chores_of_the_service_can_be_done(site: Site) -> None:
    for chore in chores.CHORES:
        chore(site)


@ONE_DATABASE
@pytest.mark.parametrize(
    ("fault", "state", "event"), [(BUSY, "review", "meeting.ready"), (NO_KEY, "failed", "meeting.failed")]
)
def test_a_language_model_that_is_busy_leaves_partial_minutes_and_one_that_refuses_a_sentence(
    fault: Fault,
    state: str,
    event: webhooks.Event,
    site: Site,
    transcript: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = Limits(tries=1, timeout=20)
    settings = site.settings.model_copy(update={"scribe": "llm:openai:any", "limits": limits})
    site = Site(settings, site.database, site.files, site.scratch)
    with site.database.session() as session:
        session.add(Webhook(url="http://127.0.0.1:9/", secret="s", events=webhooks.EVENTS, active=True))
    with LoopbackModel(lambda question: "{}", faults=repeat(fault)) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        meeting_id = service.meeting(site, transcript)
        service.send(site, meeting_id)
        with working(site):
            until(lambda: service.state(site, meeting_id) == state)
    with site.database.reading() as session:
        made = session.get(Draft, (meeting_id, 1))
        told = session.scalars(select(Delivery.event)).all()
    assert list(told) == [event]
    if state == "review":
        assert made is not None
        assert made.minutes.status == "partial"
    else:
        assert made is None
        assert service.job(site, meeting_id).problem
