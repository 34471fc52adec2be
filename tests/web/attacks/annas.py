"""Everything that Anna has and Ben must not know of: a meeting in her series, with all that hangs on it."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from pipeline.meeting import Participant
from pipeline.records import audit, keys, search
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import (
    Confirmation,
    Contact,
    Delivery,
    Draft,
    Job,
    MeetingRow,
    Member,
    Place,
    Recording,
    Sending,
    Series,
    Task,
    Upload,
    User,
    Webhook,
)
from tests.web.minuted import minuted_meeting

WORD = "quetzalcoatl"
"""Stands in everything of Anna's, and nowhere else."""


@dataclass(frozen=True)
class Annas:
    """Ids of what is hers, and the word that must not be seen by others."""

    meeting_id: str
    series_id: int
    upload_id: str
    place_id: int
    user_id: int
    token_id: int
    webhook_id: int
    task_id: int
    word: str = WORD


def annas(site: Site, anna: User) -> Annas:
    """Puts it all into the tables, and a recording among the files."""
    with site.database.session() as session:
        series = Series(name=f"{WORD} weekly", roster=(Participant(name=f"{WORD} Berg"),))
        session.add(series)
        session.flush()
        session.add(Member(series_id=series.id, user_id=anna.id))
        session.add(Contact(series_id=series.id, name=WORD, email=f"{WORD}@example.org"))
        meeting = minuted_meeting(session, owner_id=anna.id, series_id=series.id)
        meeting.title = f"{WORD} planning"
        draft = session.get_one(Draft, (meeting.id, 1))
        search.index(session, meeting.id, meeting.title, draft.transcript, draft.minutes)
        upload = _files(session, site, meeting, anna)
        place = Place(
            name=f"{WORD} group",
            url="feishu://abcdefghijklmnop",
            series_id=series.id,
        )
        task = Task(meeting_id=meeting.id, item="a1", text=f"{WORD} launch", owner=WORD, due=date(2026, 3, 9))
        webhook = Webhook(url=f"https://{WORD}.example.org/", secret="s", events=("meeting.ready",))
        session.add_all((place, task, webhook))
        token, _ = keys.make_token(session, anna, WORD, ("read",), now() + timedelta(days=1))
        session.flush()
        _deeds(session, meeting, webhook)
        return Annas(meeting.id, series.id, upload.id, place.id, anna.id, token.id, webhook.id, task.id)


def _files(session: Session, site: Site, meeting: MeetingRow, anna: User) -> Upload:
    path = f"meetings/{meeting.id}/recordings/1"
    site.files.put(path, WORD.encode())
    session.add(
        Recording(
            meeting_id=meeting.id,
            number=1,
            kind="recording",
            name=f"{WORD}.mp3",
            path=path,
            size=len(WORD),
            sha256="0" * 64,
        )
    )
    upload = Upload(
        id=secrets.token_hex(16),
        meeting_id=meeting.id,
        user_id=anna.id,
        number=2,
        name=f"{WORD}-2.mp3",
        length=1000,
    )
    session.add(upload)
    return upload


def _deeds(session: Session, meeting: MeetingRow, webhook: Webhook) -> None:
    """What was done with the meeting."""
    session.add(Job(id=secrets.token_hex(16), meeting_id=meeting.id, queue="minute", state="done", turn=1))
    session.add(Confirmation(meeting_id=meeting.id, revision=0, verb="confirm", by=WORD))
    session.add(
        Sending(
            meeting_id=meeting.id, kind="all", place=f"{WORD}@example.org", key="k", by=WORD, state="sent"
        )
    )
    session.add(
        Delivery(
            id=secrets.token_hex(16),
            webhook_id=webhook.id,
            meeting_id=meeting.id,
            event="meeting.ready",
            body=WORD,
        )
    )
    audit.note(session, WORD, "meeting.create", meeting.id)
