"""A service, the meetings in it, and what became of them."""

import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from sqlalchemy import select

from eval.killing.sources import TITLE, Given, plain
from pipeline.meeting import Meeting
from pipeline.records.artefacts import folder_of
from pipeline.records.site import Site, open_site
from pipeline.records.tables import Draft, MeetingRow, Recording
from pipeline.settings import Settings
from pipeline.worker.queue import submit

DONE = ("review", "failed", "cancelled")


@dataclass(frozen=True)
class Outcome:
    """What killing cost.

    Attributes:
        kills: How many processes were killed.
        meetings: How many there were.
        kept: Artefacts that were finished.
        lost: Meetings without their minutes, and uploads that did not arrive whole.
        redone: Artefacts, drafts among them, that were made although they were finished.
        died_at: The boundaries at which somebody died, as ``before compose``.
    """

    kills: int
    meetings: int
    kept: int
    lost: int
    redone: int
    died_at: tuple[str, ...]


@dataclass
class Scene:
    """A service that is worked on by processes of its own.

    Attributes:
        site: The service.
        log: What its workers have written down of what they keep.
        meetings: What each meeting is made from.
    """

    site: Site
    log: Path
    meetings: dict[str, Given] = field(default_factory=dict[str, Given])
    _lock: Lock = field(default_factory=Lock)

    def add(self, given: Given) -> str:
        """Puts in a meeting as an upload leaves it, and queues it."""
        row = MeetingRow(id=secrets.token_hex(8), title=TITLE, facts=Meeting(title=TITLE))
        path = f"{folder_of(row.id)}/recording-1{given.path.suffix}"
        self.site.files.put(path, given.path.read_bytes())
        with self.site.database.session() as session:
            session.add(row)
            session.flush()
            session.add(
                Recording(
                    meeting_id=row.id,
                    number=1,
                    kind=given.kind,
                    name=given.path.name,
                    path=path,
                    size=given.path.stat().st_size,
                    sha256=given.sha256,
                )
            )
            submit(session, self.site, row, "listen", user_id=None)
        self.know(row.id, given)
        return row.id

    def know(self, meeting_id: str, given: Given) -> None:
        """Takes over a meeting that somebody else has put in."""
        with self._lock:
            self.meetings[meeting_id] = given

    def feed(self, given: Iterator[Given], most: int) -> None:
        """Sees to it that so many meetings are unfinished."""
        with self._lock:
            missing = most - len(self.unfinished())
            more = [next(given) for _ in range(missing)]
        for one in more:
            self.add(one)

    def unfinished(self) -> list[str]:
        """Meetings that are still to be worked on."""
        with self.site.database.reading() as session:
            query = select(MeetingRow.id).where(MeetingRow.state.not_in(DONE))
            return [meeting_id for meeting_id in session.scalars(query) if meeting_id in self.meetings]

    def process(self, module: Sequence[str], **more: str) -> "subprocess.Popen[bytes]":
        """Starts a process of the service."""
        settings = self.site.settings
        ours = {name: value for name, value in os.environ.items() if not name.startswith("LIHUI_")}
        environment = {
            **ours,
            "LIHUI_ASR": "sphinx",
            "LIHUI_SCRIBE": "rules",
            "LIHUI_DATABASE_URL": self.site.database.url,
            "LIHUI_DATA": str(settings.data),
            # Whoever dies here was killed, and not by what it worked on.
            "LIHUI_SERVE__TRIES": "10000",
            "WATCHED_LOG": str(self.log),
            **more,
        }
        with (self.log.parent / "said.log").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", *module], env=environment, stdout=said, stderr=said
            )

    def finish(self, seconds: float) -> None:
        """Waits until everything is done."""
        end = time.monotonic() + seconds
        while self.unfinished() and time.monotonic() < end:
            time.sleep(0.1)

    def outcome(self, kills: int, lost_uploads: int) -> Outcome:
        """Counts what was lost and what was done twice."""
        with self.site.database.reading() as session:
            drafts: dict[str, list[Draft]] = {}
            for draft in session.scalars(select(Draft)):
                drafts.setdefault(draft.meeting_id, []).append(draft)
        lost = sum(
            meeting_id not in drafts or plain(drafts[meeting_id][0].minutes) != given.minutes
            for meeting_id, given in self.meetings.items()
        )
        lines = self.log.read_text(encoding="utf-8").splitlines()
        seen = Counter(line.split()[2] for line in lines)
        twice = sum(len(of_meeting) - 1 for of_meeting in drafts.values())
        return Outcome(
            kills=kills,
            meetings=len(self.meetings),
            kept=seen["kept"],
            lost=lost + lost_uploads,
            redone=seen["again"] + twice,
            died_at=tuple(
                f"{moment} {name.partition('-')[0]}"
                for what, moment, name in (line.split()[2:5] for line in lines)
                if what == "died"
            ),
        )


def open_scene(folder: Path, database_url: str | None) -> Scene:
    """A new service in a folder; None is SQLite in it."""
    folder.mkdir(parents=True)
    settings = Settings(data=folder, database_url=database_url, asr="sphinx", scribe="rules")
    log = folder / "watched.log"
    log.touch()
    return Scene(open_site(settings), log)
