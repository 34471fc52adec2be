"""A job in hand: whoever works on it says how far it is, and hears when to stop."""

import time
from threading import Event, Lock

from pipeline.protocols import Store
from pipeline.records import jobs
from pipeline.records.columns import now
from pipeline.records.jobs import Held
from pipeline.records.site import Site
from pipeline.records.tables import HeardLine
from pipeline.transcript import Utterance

TELL_SECONDS = 0.5
"""How far a job is, is written down so often at most."""
JUMP_SHARE, JUMP_SECONDS = 0.02, 1.0
"""So much of a stage in less time was kept from before: the time left is told without it."""


class LetGo(BaseException):
    """The job is not this worker's any more, or the worker is to stop: nothing more is to be done here.

    No failure of the job, and so nothing that a stage could take for one of its own.
    """


class Holding:
    """A job as its worker holds it. May be used from several threads.

    Args:
        site: Where the job is written down.
        held: The job.
        stopping: Set when the worker is to stop.
    """

    def __init__(self, site: Site, held: Held, stopping: Event) -> None:
        self.site = site
        self.held = held
        self._stopping = stopping
        self._lock = Lock()
        self._stage = ""
        self._share = 0.0
        self._seen = self._told = 0.0
        self._began, self._from = now(), 0.0
        self._lines = 0

    def tell(self, stage: str, share: float) -> None:
        """Says how far a stage is.

        Raises:
            LetGo: There is nothing more to be done.
        """
        self.check()
        with self._lock:
            moment = time.monotonic()
            another = stage != self._stage
            jumped = share - self._share > JUMP_SHARE and moment - self._seen < JUMP_SECONDS
            if another or jumped:
                self._began, self._from = now(), share
            self._stage, self._share, self._seen = stage, share, moment
            if not another and moment - self._told < TELL_SECONDS:
                return
            self._told = moment
            with self.site.database.session() as session:
                held = jobs.tell(session, self.held, stage, share, self._began, self._from)
        if not held:
            raise LetGo

    def check(self) -> None:
        """Stops here when the worker is to stop.

        Raises:
            LetGo: It is.
        """
        if self._stopping.is_set():
            raise LetGo

    def advance(self) -> None:
        """Notes that something was finished and is kept.

        Raises:
            LetGo: The job is somebody else's by now; what was finished serves them.
        """
        with self.site.database.session() as session:
            held = jobs.advance(session, self.held)
        if not held:
            raise LetGo

    def hark(self, heard: tuple[Utterance, ...]) -> None:
        """Writes down what was heard so far, for those who read along.

        Raises:
            LetGo: The job is somebody else's by now.
        """
        with self.site.database.session() as session:
            if jobs.still_held(session, self.held) is None:
                raise LetGo
            if self._lines == 0:
                jobs.forget_lines(session, self.held.meeting_id)
            session.add_all(
                HeardLine(
                    meeting_id=self.held.meeting_id,
                    number=said.id,
                    start=said.start,
                    speaker=said.speaker,
                    text=said.text,
                )
                for said in heard[self._lines :]
            )
        self._lines = len(heard)


class Keeping:
    """A ``Store`` in which everything new counts as progress of the job in hand.

    Args:
        store: Where it is kept.
        holding: The job.
    """

    def __init__(self, store: Store, holding: Holding) -> None:
        self.store = store
        self.holding = holding
        self.folder = store.folder

    def get(self, meeting: str, name: str) -> bytes | None:
        """What was kept under the name, or None."""
        self.holding.check()
        return self.store.get(meeting, name)

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Keeps it; what was only made again, as decoded sound on another machine, is no progress."""
        new = self.store.get(meeting, name) is None
        self.store.put(meeting, name, content)
        if new:
            self.holding.advance()
