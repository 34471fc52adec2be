"""A process that takes jobs, from its start to its end."""

import logging
import time
from collections.abc import Callable
from threading import Lock, Thread

from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError

from pipeline.protocols import Store
from pipeline.records import durable
from pipeline.records.artefacts import MeetingStore
from pipeline.records.site import Site
from pipeline.records.tables import Queue
from pipeline.worker import chores, pulse
from pipeline.worker.holding import LetGo
from pipeline.worker.identity import new_worker_id
from pipeline.worker.pulse import Pulse
from pipeline.worker.shop import Shop
from pipeline.worker.work import work

QUEUES: tuple[Queue, ...] = ("listen", "minute")
POLL_SECONDS = 0.5
"""How long a job waits for a worker that has nothing to do, at most."""
LET_GO_SECONDS = 2.0
"""How long jobs in hand may take to notice that the worker stops; nothing is lost with one that does not."""

_log = logging.getLogger("lihui.worker")


class Workshop:
    """Takes jobs from ``start`` to ``stop``. There is one in a process: DBOS knows no more.

    Args:
        site: Tables and files.
        queues: What is taken.
        kept: Where stages are kept, given where they belong; something may be put before it.
    """

    def __init__(
        self,
        site: Site,
        queues: tuple[Queue, ...] = QUEUES,
        kept: Callable[[MeetingStore], Store] = lambda store: store,
    ) -> None:
        self.site = site
        self.queues = queues
        self.shop = Shop(site, new_worker_id(), kept)
        self._in_hand = 0
        self._lock = Lock()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Takes over what dead workers of this machine have left, and begins."""
        heart = Pulse(self.site, self.shop.worker, self.queues)
        # It is known to be alive before it takes anything.
        heart.beat()
        pulse.queue_lost(self.site)
        durable.forget_done(self.site.database)
        self._launch()
        stopping = self.shop.stopping
        self._threads = [
            Thread(target=pulse.beat_until, args=(heart, stopping), name="pulse", daemon=True),
            Thread(target=chores.until, args=(self.site, stopping), name="chores", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Lets go of everything and gives it back; another worker, or the next one, goes on with it at once."""
        self.shop.stopping.set()
        DBOS.destroy(destroy_registry=True)
        end = time.monotonic() + LET_GO_SECONDS
        while self._in_hand and time.monotonic() < end:
            time.sleep(0.01)
        for thread in self._threads:
            thread.join(LET_GO_SECONDS)
        try:
            running = durable.running(self.site.database)
            pulse.take_back(self.site, self.shop.worker, running, tried=False)
        except SQLAlchemyError as error:
            _log.warning("nothing could be given back; others will notice the silence", exc_info=error)

    def _launch(self) -> None:
        """Starts DBOS: it takes jobs out of the queues, and runs each in a thread."""
        # It brings a handler of its own where it finds none, beside the service's logs.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        dbos = DBOS(
            config={
                "name": durable.APPLICATION,
                "system_database_url": self.site.database.url,
                "dbos_system_schema": durable.SCHEMA,
                "application_version": durable.SHAPE,
                "executor_id": self.shop.worker,
                "run_migrations": False,
                "log_level": "WARNING",
            }
        )
        for queue in QUEUES:
            DBOS.workflow(name=queue, max_recovery_attempts=None)(self._workflow())
        # Queues that are registered the public way have one concurrency for all workers, whoever started last; a
        # machine with two GPUs listens to more at once than one with none.
        DBOS.listen_queues(())
        serving = self.site.settings.serve
        at_once: dict[Queue, int] = {"listen": serving.listen_at_once, "minute": serving.minute_at_once}
        for queue in self.queues:
            dbos._registry._register_internal_queue(  # pyright: ignore[reportPrivateUsage]
                queue, worker_concurrency=at_once[queue], polling_interval_sec=POLL_SECONDS
            )
        DBOS.launch()

    def _workflow(self) -> Callable[[str], None]:
        """A durable workflow whose only step is the whole job: finished stages are kept by the journal."""

        def run(job_id: str) -> None:
            with self._lock:
                self._in_hand += 1
            try:
                work(self.shop, job_id)
            except Exception as error:
                _log.error("a job could not be looked after: %s", job_id, exc_info=error)
                # Past DBOS, which leaves the workflow as it is: taken, and not done.
                raise LetGo from error
            finally:
                with self._lock:
                    self._in_hand -= 1

        return run
