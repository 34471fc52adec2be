"""Reminding owners of what is due soon: of each promised day once."""

import hashlib
from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem
from pipeline.records.sendings import addresses
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Sending, Task
from pipeline.records.task_lists import today
from pipeline.records.tasks import due_soon
from pipeline.sending import Letter, OpenItem, Place, as_letter, for_reminder, place_of, send_mail, shown
from pipeline.transcript import Language

BY = "lihui"


def remind(site: Site) -> None:
    """Writes to owners whose items are due within ``remind_days``, and who were not reminded of that day yet."""
    days, mail = site.settings.serve.remind_days, site.settings.mail
    if days is None or mail.host is None:
        return
    for owner, tasks in _by_owner(site, days):
        with site.database.session() as session:
            found = _address(session, tasks)
            if found is None:
                continue
            due = [task for task in tasks if not _reminded(session, task, found)]
            letter = _letter(session, owner, due, site) if due else None
            records = [_record(task, found) for task in due]
            session.add_all(records)
            try:
                session.flush()
            except IntegrityError:  # another worker was faster
                session.rollback()
                continue
        if letter is not None:
            _send(site, letter, found, [record.id for record in records])


def _by_owner(site: Site, days: int) -> list[tuple[str, list[Task]]]:
    with site.database.reading() as session:
        found = due_soon(session, today(site.settings.timezone), days)
        owned = sorted((task for task in found if task.owner), key=lambda task: (task.owner or "", task.id))
        return [(owner, list(tasks)) for owner, tasks in groupby(owned, key=lambda task: task.owner or "")]


def _address(session: Session, tasks: list[Task]) -> Place | None:
    """Where an owner is written to, by the contacts of the first of their meetings that knows them."""
    for task in tasks:
        meeting = session.get(MeetingRow, task.meeting_id)
        email = addresses(session, meeting.series_id if meeting else None).get(task.owner or "")
        if email is not None:
            return place_of(email)
    return None


def _reminded(session: Session, task: Task, place: Place) -> bool:
    return session.scalar(select(Sending.id).where(Sending.key == _key(task, place))) is not None


def _letter(session: Session, owner: str, tasks: Iterable[Task], site: Site) -> Letter:
    items: list[OpenItem] = []
    language: Language = "en"
    for task in tasks:
        meeting = session.get_one(MeetingRow, task.meeting_id)
        language = meeting.facts.language or language
        items.append(OpenItem(id=str(task.id), task=task.text, due=task.due, meeting=meeting.title))
    url = site.settings.serve.public_url
    link = f"{url.rstrip('/')}/tasks" if url else None
    told = for_reminder(owner, items, language, today=today(site.settings.timezone), link=link)
    return as_letter(told)


def _record(task: Task, place: Place) -> Sending:
    return Sending(
        meeting_id=task.meeting_id, kind="reminder", place=shown(place), key=_key(task, place), by=BY
    )


def _key(task: Task, place: Place) -> str:
    told = f"reminder {task.id} {task.due} {place.address.get_secret_value().lower()}"
    return hashlib.sha256(told.encode()).hexdigest()


def _send(site: Site, letter: Letter, place: Place, records: list[int]) -> None:
    try:
        answer = next(send_mail(letter, [place], site.settings.mail))
        state, text = ("sent" if answer.ok else "failed"), f"{answer.code or ''} {answer.text}".strip()
    except EnvironmentProblem as error:
        state, text = "failed", str(error)
    with site.database.session() as session:
        for record in session.scalars(select(Sending).where(Sending.id.in_(records))):
            # What did not go out is tried again by the next round.
            if state == "failed":
                session.delete(record)
            else:
                record.state, record.answer = state, text
