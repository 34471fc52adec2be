"""A worker for experiments: it logs what it keeps, and dies or waits where it is told to.

    WATCHED_LOG   a file that gets one line for every artefact: what happened, meeting, name
    WATCHED_DIE   ``before:3`` kills the process (SIGKILL) at the third such moment: ``begun`` with a job, ``before`` an
                  artefact is written, ``between`` its writing and the job's knowing, ``after`` that, ``done`` with the
                  work and before the queue knows
    WATCHED_WAIT  a folder; as long as a file in it is named like a stage, that stage's artefact is not written. Beside
                  it appears ``<stage>.here`` with the number of the process that waits
    WATCHED_PART_SECONDS  how long the parts are in which a recording is heard

The product knows nothing of this: the store is handed to it, and the tables of what is done are changed here. What a
killed server has left of an upload is finished after five seconds and not after minutes.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Lock

from pipeline import hearing
from pipeline.commands.worker import run
from pipeline.protocols import Store
from pipeline.records.artefacts import MeetingStore
from pipeline.records.assembling import finish_left
from pipeline.records.site import Site
from pipeline.records.tables import Queue
from pipeline.worker import arrivals, chores, work
from pipeline.worker.holding import Holding
from pipeline.worker.shop import Shop

MOMENTS = ("begun", "before", "between", "after", "done")


class Watch:
    """Sees the moments of a process pass."""

    def __init__(self, log: Path, die: str, wait: Path | None) -> None:
        self.log = log
        self.moment, _, number = die.partition(":")
        self.number = int(number or 0)
        self.wait = wait
        self._seen: Counter[str] = Counter()
        self._lock = Lock()

    def at(self, moment: str, what: str) -> None:
        """Dies here, where that was asked for; ``what`` is being done."""
        with self._lock:
            self._seen[moment] += 1
            if moment == self.moment and self._seen[moment] == self.number:
                self.write("died", moment, what)
                os.kill(os.getpid(), signal.SIGKILL)

    def write(self, *words: str) -> None:
        """Adds one line to the log; what is written outlives the process."""
        line = f"{time.monotonic():.3f} {os.getpid()} {' '.join(words)}\n"
        file = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, line.encode())
        os.close(file)

    def hold(self, stage: str) -> None:
        """Waits here as long as that is asked for."""
        while self.wait is not None and (self.wait / stage).exists():
            (self.wait / f"{stage}.here").write_text(str(os.getpid()), encoding="ascii")
            time.sleep(0.02)


class Watched:
    """A ``Store`` whose writings are watched."""

    def __init__(self, store: MeetingStore, watch: Watch) -> None:
        self.store = store
        self.watch = watch
        self.folder = store.folder

    def get(self, meeting: str, name: str) -> bytes | None:
        """What was kept under the name, or None."""
        self.watch.at("after", name)
        return self.store.get(meeting, name)

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Keeps it."""
        self.watch.hold(name.partition("-")[0])
        # What is there already was finished, and should not have been made again.
        what = "kept" if self.store.get(meeting, name) is None else "again"
        self.watch.at("before", name)
        self.store.put(meeting, name, content)
        self.watch.write(what, self.store.meeting_id, name)
        self.watch.at("between", name)


def _finish_uploads(site: Site) -> None:
    finish_left(site, arrivals.start, timedelta(seconds=5))


def main() -> None:
    """Runs a watched worker until it is stopped."""
    wait = os.environ.get("WATCHED_WAIT")
    watch = Watch(
        Path(os.environ["WATCHED_LOG"]), os.environ.get("WATCHED_DIE", ""), Path(wait) if wait else None
    )

    hearing.PART_SECONDS = float(os.environ.get("WATCHED_PART_SECONDS", hearing.PART_SECONDS))

    def watched(do: Callable[[Shop, Holding], None]) -> Callable[[Shop, Holding], None]:
        def done(shop: Shop, holding: Holding) -> None:
            watch.at("begun", holding.held.queue)
            do(shop, holding)
            watch.at("done", holding.held.queue)

        return done

    queues: tuple[Queue, ...] = ("listen", "minute")
    for queue in queues:
        work.DOES[queue] = watched(work.DOES[queue])

    chores.CHORES = (_finish_uploads, *(c for c in chores.CHORES if c is not arrivals.finish_uploads))

    def kept(store: MeetingStore) -> Store:
        return Watched(store, watch)

    run(queues, kept)


if __name__ == "__main__":
    main()
