"""Jobs are queued with the transaction that makes them, and people take turns."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from pipeline.records import durable, jobs
from pipeline.records.database import Database
from pipeline.records.site import Site
from pipeline.records.tables import Job, MeetingRow, User
from pipeline.worker.queue import submit
from pipeline.worker.workshop import Workshop
from tests.worker import service
from tests.worker.conftest import make_site
from tests.worker.service import until


def test_a_job_is_queued_with_its_transaction_and_not_without(site: Site) -> None:
    meeting_id = service.meeting(site, None)

    class UndoneError(Exception):
        pass

    def queue(undo: bool) -> str:
        with site.database.session() as session:
            job = submit(session, site, session.get_one(MeetingRow, meeting_id), "listen", user_id=None)
            if undo:
                raise UndoneError(job.id)
            return job.id

    with pytest.raises(UndoneError) as undone:
        queue(undo=True)
    lost = str(undone.value)
    kept = queue(undo=False)
    assert durable.queued_ever(site.database, [lost, kept]) == {kept}
    with site.database.reading() as session:
        assert session.scalars(select(Job.id)).all() == [kept]


def test_a_meeting_that_is_worked_on_keeps_its_job(site: Site) -> None:
    meeting_id = service.meeting(site, None)
    first = service.send(site, meeting_id)
    assert service.send(site, meeting_id) == first
    assert service.send(site, meeting_id, "minute") == first


def test_jobs_are_taken_in_the_order_of_their_places(sqlite_site: Site, transcript: Path) -> None:
    """What the tables call the next one is what the durable queue hands out."""
    site = sqlite_site
    anna, bob = service.person(site, "anna"), service.person(site, "bob")
    ids = [service.meeting(site, transcript) for _ in range(6)]
    for meeting_id, user_id in zip(ids, (anna, anna, anna, anna, bob, bob), strict=True):
        service.send(site, meeting_id, user_id=user_id)
    places = {meeting_id: _place(site, meeting_id) or 0 for meeting_id in ids}
    assert sorted(places.values()) == [1, 2, 3, 4, 5, 6]
    assert [places[ids[4]], places[ids[5]]] == [2, 4]
    workshop = Workshop(site, ("listen",))
    workshop.start()
    until(lambda: all(_place(site, meeting_id) is None for meeting_id in ids))
    workshop.stop()
    with site.database.reading() as session:
        begun = session.scalars(
            select(Job.meeting_id).where(Job.queue == "listen").order_by(Job.started_at)
        ).all()
    assert list(begun) == sorted(ids, key=lambda meeting_id: places[meeting_id])


def _place(site: Site, meeting_id: str) -> int | None:
    with site.database.reading() as session:
        job = session.scalar(select(Job).where(Job.meeting_id == meeting_id, Job.queue == "listen"))
        assert job is not None
        return jobs.place(session, job)


def test_what_is_urgent_comes_first_and_holds_up_nobodys_turn(sqlite_site: Site) -> None:
    site = sqlite_site
    anna = service.person(site, "anna")
    waiting = [service.meeting(site, None) for _ in range(2)]
    for meeting_id in waiting:
        service.send(site, meeting_id, user_id=anna)
    urgent = service.meeting(site, None)
    with site.database.session() as session:
        submit(session, site, session.get_one(MeetingRow, urgent), "listen", user_id=anna, urgent=True)
    assert [_place(site, meeting_id) for meeting_id in (urgent, *waiting)] == [1, 2, 3]


class Line:
    """A queue whose jobs are taken one after the other."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.database.session() as session:
            session.execute(delete(MeetingRow))
            session.execute(delete(User))
        self.meeting = service.meeting(site, None)
        self.people = [service.person(site, name) for name in ("anna", "bob", "eve")]
        self.served: list[tuple[int, str]] = []

    def come(self, person: int) -> str:
        user_id = self.people[person]
        with self.site.database.session() as session:
            job = Job(id=uuid4().hex, meeting_id=self.meeting, user_id=user_id, queue="listen")
            job.turn = jobs.next_turn(session, "listen", user_id)
            session.add(job)
        return job.id

    def serve(self) -> None:
        """Takes the next one, as the durable queue does."""
        with self.site.database.session() as session:
            order = (Job.turn, Job.created_at, Job.id)
            job = session.scalar(select(Job).where(Job.state == "waiting").order_by(*order).limit(1))
            if job is not None:
                job.state = "done"
                self.served.append((self.people.index(job.user_id or 0), job.id))

    def ahead(self, person: int) -> int:
        """How many jobs of somebody wait."""
        mine = Job.user_id == self.people[person]
        with self.site.database.reading() as session:
            found = session.scalar(select(func.count()).select_from(Job).where(mine, Job.state == "waiting"))
        return found or 0


@pytest.fixture(scope="module")
def line_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("line")
    database = Database(f"sqlite:///{folder}/lihui.db")
    database.upgrade()
    yield make_site(database, folder)
    database.close()


@given(st.lists(st.sampled_from(["anna", "bob", "eve", "serve"]), max_size=50))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_waits_for_more_than_their_share(line_site: Site, happens: list[str]) -> None:
    """While somebody waits, nobody else is served more than two jobs beyond what they are served themselves."""
    line, names = Line(line_site), ["anna", "bob", "eve"]
    came: list[tuple[int, str, int, int]] = []
    for what in happens:
        if what == "serve":
            line.serve()
        else:
            person = names.index(what)
            ahead = line.ahead(person)
            came.append((person, line.come(person), ahead, len(line.served)))
    for _ in came:
        line.serve()
    order = [job for _, job in line.served]
    assert sorted(order) == sorted(job for _, job, _, _ in came)
    for person, job, ahead, since in came:
        while_waiting = Counter(who for who, _ in line.served[since : order.index(job)])
        assert all(count <= ahead + 2 for who, count in while_waiting.items() if who != person)


def test_fifty_jobs_of_one_hold_up_nobody_elses_one(line_site: Site) -> None:
    line = Line(line_site)
    for _ in range(50):
        line.come(0)
    for _ in range(5):
        line.serve()
    other = line.come(1)
    for _ in range(3):
        line.serve()
    assert (1, other) in line.served


def test_who_comes_back_again_and_again_holds_up_nobody_with_much_to_do(line_site: Site) -> None:
    line = Line(line_site)
    for _ in range(10):
        line.come(0)
    for _ in range(20):
        if not line.ahead(1):
            line.come(1)
        line.serve()
    assert Counter(who for who, _ in line.served) == {0: 10, 1: 10}


def test_jobs_that_one_person_brings_at_once_have_turns_of_their_own(site: Site) -> None:
    """Twenty uploads that end at the same moment are twenty turns, not one."""
    anna = service.person(site, "anna")
    ids = [service.meeting(site, None, owner=anna) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        for sent in [pool.submit(service.send, site, meeting_id, user_id=anna) for meeting_id in ids]:
            sent.result()
    with site.database.reading() as session:
        turns = session.scalars(select(Job.turn).order_by(Job.turn)).all()
    assert list(turns) == list(range(1, 21))
