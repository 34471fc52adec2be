"""A service with meetings to work on, and real worker processes beside it."""

import hashlib
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import select

from pipeline.meeting import Meeting
from pipeline.protocols import Store
from pipeline.records import jobs
from pipeline.records.artefacts import MeetingStore, folder_of
from pipeline.records.site import Site
from pipeline.records.tables import Job, MeetingRow, Queue, Recording, User, Worker
from pipeline.worker.queue import submit
from tests.command import ROOT

PATIENCE = 90.0
"""Seconds after which a test gives up waiting: many times what is ever needed."""
SETTINGS = {
    "LIHUI_ASR": "sphinx",
    "LIHUI_SCRIBE": "rules",
    "LIHUI_SERVE__WORKER_SECONDS": "3",
}
WORKER = (sys.executable, "-c", "from pipeline.commands.worker import worker; worker(None)")


def person(site: Site, name: str) -> int:
    """Somebody with an account."""
    with site.database.session() as session:
        user = User(name=name, display=name, role="editor")
        session.add(user)
        session.flush()
        return user.id


def meeting(site: Site, file: Path | None, *, owner: int | None = None, facts: Meeting | None = None) -> str:
    """A meeting with one file, as an upload leaves it."""
    known = (facts or Meeting()).model_copy(update={"title": "Weekly"})
    row = MeetingRow(id=secrets.token_hex(8), owner_id=owner, title="Weekly", facts=known)
    with site.database.session() as session:
        session.add(row)
        session.flush()
        if file is not None:
            session.add(_recording(site, row.id, file))
    return row.id


def _recording(site: Site, meeting_id: str, file: Path) -> Recording:
    content = file.read_bytes()
    path = f"{folder_of(meeting_id)}/recording-1{file.suffix}"
    site.files.put(path, content)
    kind = "transcript" if file.suffix in (".vtt", ".json", ".txt") else "recording"
    return Recording(
        meeting_id=meeting_id,
        number=1,
        kind=kind,
        name=file.name,
        path=path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def send(site: Site, meeting_id: str, queue: Queue = "listen", *, user_id: int | None = None) -> str:
    """Queues a meeting; returns the job."""
    with site.database.session() as session:
        row = session.get_one(MeetingRow, meeting_id)
        return submit(session, site, row, queue, user_id=user_id).id


def state(site: Site, meeting_id: str) -> str:
    with site.database.reading() as session:
        return session.get_one(MeetingRow, meeting_id).state


def job(site: Site, meeting_id: str) -> Job:
    """The last job of a meeting."""
    with site.database.reading() as session:
        found = jobs.latest(session, meeting_id)
    assert found is not None
    return found


def workers(site: Site) -> Sequence[str]:
    with site.database.reading() as session:
        return session.scalars(select(Worker.id)).all()


def until(condition: Callable[[], Any], what: str = "it") -> Any:
    """Waits until something holds; returns it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def environment(site: Site, **more: str) -> dict[str, str]:
    """Variables that point a process to the service."""
    settings = site.settings
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LIHUI_")}
    return {
        **ours,
        **SETTINGS,
        "LIHUI_DATABASE_URL": site.database.url,
        "LIHUI_FILES": site.files.root,
        "LIHUI_DATA": str(settings.data),
        **more,
    }


@contextmanager
def worker_process(
    site: Site, command: Sequence[str] = WORKER, program: Path = ROOT, **more: str
) -> Generator["subprocess.Popen[bytes]"]:
    """A real worker; killed in the end if it still runs. ``program`` is the folder its source lies in."""
    process = subprocess.Popen(command, env=environment(site, **more), cwd=program)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()


def fall_asleep(site: Site, process: "subprocess.Popen[bytes]") -> None:
    """Stops a process at a moment in which it writes nothing: in SQLite nobody else could write until it wakes up."""
    while True:
        process.send_signal(signal.SIGSTOP)
        if not site.database.is_sqlite or not _is_being_written(site):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.05)


def _is_being_written(site: Site) -> bool:
    path = site.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
    return False


class Gate:
    """A ``Store`` before which a worker of this process waits with the artefacts of one stage.

    Args:
        stage: Whose artefacts wait.
    """

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.reached, self.open = Event(), Event()
        self.puts: list[str] = []

    def before(self, store: MeetingStore) -> Store:
        gate = self

        class Gated:
            folder = store.folder
            get = store.get

            def put(self, meeting: str, name: str, content: bytes) -> None:
                if name.startswith(f"{gate.stage}-"):
                    gate.reached.set()
                    assert gate.open.wait(PATIENCE)
                gate.puts.append(name)
                store.put(meeting, name, content)

        return Gated()


class Watching:
    """Watched workers of a service: see ``eval/watched_worker.py``."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.log = folder / "watched.log"
        self.wait = folder / "wait"
        self.wait.mkdir()

    def process(
        self, die: str = "", program: Path = ROOT, **more: str
    ) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        watched = {"WATCHED_LOG": str(self.log), "WATCHED_DIE": die, "WATCHED_WAIT": str(self.wait)}
        command = (sys.executable, "-m", "eval.watched_worker")
        return worker_process(self.site, command, program, **watched, **more)

    def hold(self, stage: str) -> None:
        """Has workers wait before they keep a stage's result."""
        (self.wait / stage).touch()

    def held(self, stage: str) -> int:
        """Waits until one waits there; returns its process."""
        here = self.wait / f"{stage}.here"
        return int(until(lambda: here.is_file() and here.read_text(encoding="ascii"), f"{stage} to be held"))

    def release(self, stage: str) -> None:
        (self.wait / stage).unlink()
        (self.wait / f"{stage}.here").unlink(missing_ok=True)

    def said(self, what: str) -> list[str]:
        """The artefacts that something happened to."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line.split()[4] for line in lines if line.split()[2] == what]
