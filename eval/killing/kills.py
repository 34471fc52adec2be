"""Workers that die at boundaries and at random moments, and are followed by others."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from subprocess import TimeoutExpired
from threading import Thread

from eval.killing.scene import Scene
from eval.killing.sources import PART_SECONDS, Given
from eval.watched_worker import MOMENTS
from pipeline.records.tables import Worker

WORKER = ("eval.watched_worker",)
BUSY = 3
"""Meetings that are unfinished at any time, so that there is something to be killed at."""
LONGEST_SECONDS = 20.0
"""Who does not come to its boundary in this time is killed where it is."""


@dataclass(frozen=True)
class Kill:
    """How one worker ends: at the ``number``th moment of a kind, or after so many seconds of work."""

    die: str = ""
    seconds: float = LONGEST_SECONDS


def plan(boundaries: int, moments: int, chance: random.Random) -> list[Kill]:
    """So many kills at boundaries, of all kinds in turn, and at random moments, mixed."""
    kills: list[Kill] = []
    for at in range(boundaries):
        moment = MOMENTS[at % len(MOMENTS)]
        # Jobs are begun and done seldom; artefacts are written ten times a meeting, stage after stage.
        most = 2 if moment in ("begun", "done") else 8
        kills.append(Kill(f"{moment}:{chance.randint(1, most)}"))
    kills += [Kill(seconds=chance.uniform(0.2, 8.0)) for _ in range(moments)]
    chance.shuffle(kills)
    return kills


def carry_out(scene: Scene, kills: list[Kill], workers: int, given: Iterator[Given]) -> int:
    """Has so many workers at a time work and be killed as planned; returns how many were."""
    waiting: SimpleQueue[Kill] = SimpleQueue()
    for kill in kills:
        waiting.put(kill)
    done: list[Kill] = []

    def work() -> None:
        while True:
            try:
                kill = waiting.get_nowait()
            except Empty:
                return
            scene.feed(given, BUSY)
            _one(scene, kill)
            done.append(kill)

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def _one(scene: Scene, kill: Kill) -> None:
    """Runs one worker until it is killed."""
    process = scene.process(WORKER, WATCHED_DIE=kill.die, WATCHED_PART_SECONDS=str(PART_SECONDS))
    while process.poll() is None and not _works(scene, process.pid):
        time.sleep(0.05)
    with suppress(TimeoutExpired):
        process.wait(kill.seconds)
    process.kill()
    process.wait()


def _works(scene: Scene, pid: int) -> bool:
    """Whether a worker is ready: a restart takes seconds in which it cannot be hit at its work."""
    with scene.site.database.reading() as session:
        return any(f":{pid}:" in worker.id for worker in session.query(Worker))
