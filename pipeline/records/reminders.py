"""Reminding owners of what is due soon: of each promised day once."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem
from pipeline.meeting import Meeting
from pipeline.records.mailboxes import mailboxes
from pipeline.records.sendings import MOST_SHOWN, STATES
from pipeline.records.site import Site
from pipeline.records.tables import Heard, MeetingRow, Sending, Task
from pipeline.records.task_lists import today
from pipeline.records.tasks import due_soon
from pipeline.records.turns import take_turn
from pipeline.sending import Answer, Letter, OpenItem, Place, as_letter, for_reminder, send_mail, shown
from pipeline.settings import Settings
from pipeline.transcript import Language

BY = "lihui"
EVERY = timedelta(hours=1)

_log = logging.getLogger("lihui.reminders")


@dataclass(frozen=True)
class Duty:
    """A task that somebody is to be reminded of.

    Attributes:
        task: Due soon.
        meeting: Where it is from.
        owner: Whose it is.
        place: Where they are written to.
        language: Of the meeting; None where it is not known.
    """

    task: Task
    meeting: MeetingRow
    owner: str
    place: Place
    language: Language | None

    @property
    def key(self) -> str:
        """The same for the same task, promised for the same day by the same person."""
        told = f"reminder {self.task.id} {self.task.due} {self.place.address.get_secret_value().lower()}"
        return hashlib.sha256(told.encode()).hexdigest()


def remind(site: Site) -> None:
    """Writes reminders once an hour, by whichever process comes first."""
    if _is_set(site.settings) and take_turn(site, "reminders", EVERY):
        write_reminders(site)


def write_reminders(site: Site) -> None:
    """Writes to owners whose items are due within ``remind_days``, and who were not reminded of that day yet.

    What does not go out because the mail server cannot take it now is tried again by the next round; what it
    refuses is not. One whose answer never came, as after a crash, may have arrived: it counts as sent.
    """
    days = site.settings.serve.remind_days
    if days is None or not _is_set(site.settings):
        return
    on = today(site.settings.timezone)
    for duties in _by_mailbox(site, on, days):
        records = _written_down(site, duties)
        if not records:
            continue
        try:
            answer = _sent(_letter(duties, on, days, site.settings), duties[0].place, site.settings)
        except EnvironmentProblem as error:
            _take_back(site, records)
            # Nor would it take the others.
            _log.warning("reminders wait: %s", error)
            return
        _end(site, records, answer)


def _is_set(settings: Settings) -> bool:
    return settings.serve.remind_days is not None and settings.mail.host is not None


def _by_mailbox(site: Site, on: date, days: int) -> list[list[Duty]]:
    """What is due, for each person and mailbox: in two series the same name can be two people's."""
    found: dict[tuple[str, str], list[Duty]] = {}
    with site.database.reading() as session:
        for task in due_soon(session, on, days):
            duty = _duty(session, task)
            if duty is not None and not _is_reminded(session, duty):
                mailbox = duty.place.address.get_secret_value().lower()
                found.setdefault((duty.owner, mailbox), []).append(duty)
    return list(found.values())


def _duty(session: Session, task: Task) -> Duty | None:
    """None where nobody owns the task, or nobody knows where they are written to."""
    meeting = session.get_one(MeetingRow, task.meeting_id)
    place = mailboxes(session, meeting).get(task.owner or "")
    if task.owner is None or place is None:
        return None
    return Duty(task, meeting, task.owner, place, meeting.facts.language or _heard_in(session, meeting))


def _heard_in(session: Session, meeting: MeetingRow) -> Language | None:
    facts: Meeting | None = session.scalar(select(Heard.meeting).where(Heard.meeting_id == meeting.id))
    return facts.language if facts else None


def _is_reminded(session: Session, duty: Duty) -> bool:
    return session.scalar(select(Sending.id).where(Sending.key == duty.key)) is not None


def _written_down(site: Site, duties: Sequence[Duty]) -> list[int]:
    """The records of reminders that are about to go; none where another worker is about to write them."""
    records = [
        Sending(
            meeting_id=duty.task.meeting_id,
            kind="reminder",
            place=shown(duty.place)[:MOST_SHOWN],
            key=duty.key,
            by=BY,
        )
        for duty in duties
    ]
    try:
        with site.database.session() as session:
            session.add_all(records)
    except IntegrityError:
        return []
    return [record.id for record in records]


def _letter(duties: Sequence[Duty], on: date, days: int, settings: Settings) -> Letter:
    items = [
        OpenItem(id=str(duty.task.id), task=duty.task.text, due=duty.task.due, meeting=duty.meeting.title)
        for duty in duties
    ]
    url = settings.serve.public_url
    link = f"{url.rstrip('/')}/tasks" if url else None
    languages: list[Language] = [duty.language for duty in duties if duty.language]
    told = for_reminder(duties[0].owner, items, (*languages, "en")[0], today=on, days=days, link=link)
    return as_letter(told)


def _sent(letter: Letter, place: Place, settings: Settings) -> Answer:
    return next(send_mail(letter, [place], settings.mail))


def _end(site: Site, records: Sequence[int], answer: Answer) -> None:
    if answer.temporary:
        _take_back(site, records)
        return
    with site.database.session() as session:
        kept = update(Sending).where(Sending.id.in_(records))
        session.execute(kept.values(state=STATES[answer.outcome], answer=answer.told))


def _take_back(site: Site, records: Sequence[int]) -> None:
    """Lets the next round try again."""
    with site.database.session() as session:
        session.execute(delete(Sending).where(Sending.id.in_(records)))
