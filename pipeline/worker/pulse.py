"""Signs of life, and what becomes of the work of those that give none.

A worker that was killed is noticed at once by others on its machine, and by all others when it was silent for long. Its
jobs are queued again. One that only slept and wakes up finds that its jobs are not its own any more.
"""

import logging
from importlib.metadata import version
from threading import Event

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from pipeline.records import durable, jobs
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Job, Worker
from pipeline.worker.identity import is_dead_here

LOOKS = 6
"""A worker is taken for dead that looks the same so often in a row. Looks are counted and not seconds, so that the
clocks of machines need not agree, and one that slept itself finds nobody dead when it wakes up."""

_log = logging.getLogger("lihui.worker")


class Pulse:
    """The signs of life of one worker, and its eye on the others.

    Args:
        site: Where workers are written down.
        worker: Its name.
        queues: What it takes.
    """

    def __init__(self, site: Site, worker: str, queues: tuple[str, ...]) -> None:
        self.site = site
        self.worker = worker
        self.queues = queues
        self.seconds = site.settings.serve.worker_seconds / LOOKS
        self._seen: dict[str, tuple[object, int]] = {}

    def beat(self) -> None:
        """Says that the worker is alive, and takes care of what dead ones have left."""
        self._live()
        # Who works before who lives: who has begun to work only now is found alive then.
        running = durable.running(self.site.database)
        with self.site.database.reading() as session:
            held = session.scalars(select(Job.worker).where(Job.state == "running").distinct()).all()
        with self.site.database.reading() as session:
            workers = session.execute(select(Worker.id, Worker.seen_at)).all()
        dead = {name for name, seen_at in workers if self._is_dead(name, seen_at)}
        self._seen = {name: self._seen[name] for name, _ in workers if name in self._seen}
        alive = {name for name, _ in workers} - dead
        lost = {name for name in held if name} | {job.worker for job in running}
        for name in (dead | lost) - alive:
            _log.warning("worker %s is gone; its work is queued again", name)
            take_back(self.site, name, running)

    def _live(self) -> None:
        with self.site.database.session() as session:
            there = session.get(Worker, self.worker)
            if there is None:
                there = Worker(id=self.worker, queues=self.queues, version=version("lihui"))
                session.add(there)
            there.seen_at = now()

    def _is_dead(self, name: str, seen_at: object) -> bool:
        """Whether another worker is dead, as far as this one has seen."""
        if name == self.worker:
            return False
        before, looks = self._seen.get(name, (None, 0))
        looks = looks + 1 if seen_at == before else 0
        self._seen[name] = (seen_at, looks)
        return looks >= LOOKS or is_dead_here(name)


def take_back(site: Site, worker: str, running: tuple[durable.Running, ...], *, tried: bool = True) -> None:
    """Queues again what a worker has taken and will not finish; of several that do so at once, one does.

    Args:
        site: Where the queue is.
        worker: Who will not.
        running: What is taken, by whomever.
        tried: Whether that counts as a try.
    """
    with site.database.session() as session:
        jobs.put_back(session, worker, tried=tried)
    for job in running:
        if job.worker == worker:
            durable.give_back(site.database, job.job_id, worker)
    with site.database.session() as session:
        session.execute(delete(Worker).where(Worker.id == worker))


def queue_lost(site: Site) -> None:
    """Queues the jobs that the queue does not know: those of a service that was restored from a backup."""
    with site.database.reading() as session:
        unfinished = select(Job.id, Job.starts).where(Job.state.in_(jobs.UNFINISHED))
        starts = dict(session.execute(unfinished).all())
    known = durable.queued_ever(site.database, starts) if starts else frozenset[str]()
    for job_id in starts.keys() - known:
        with site.database.session() as session:
            job = session.get(Job, job_id, with_for_update=True)
            # Somebody else may have queued and begun it by now.
            if job is not None and job.state in jobs.UNFINISHED and job.starts == starts[job_id]:
                job.state, job.worker = "waiting", None
                durable.enqueue(session, site.database, job)


def beat_until(pulse: Pulse, stopped: Event) -> None:
    """Beats as often as others look, whatever happens."""
    while not stopped.wait(pulse.seconds):
        try:
            pulse.beat()
        except SQLAlchemyError as error:
            _log.warning("no sign of life could be given", exc_info=error)
