"""Meetings: made, found, changed, deleted."""

import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, delete, func, select, tuple_
from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.records.artefacts import folder_of
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Recording, Series, Upload, User
from pipeline.records.tasks import open_of_series

TAKES_FILES = frozenset({"new", "failed", "cancelled"})
"""States of a meeting in which files can come and go."""
TAKES_FACTS = TAKES_FILES | {"waiting", "listening"}
"""States in which nothing was read out of the transcript yet: afterwards facts are edited like all else."""


class Conflict(InputError):  # noqa: N818 - a state, not a fault
    """The present state of the meeting, or of the file, does not allow it."""


@dataclass(frozen=True)
class Mark:
    """A place in the list of meetings: the next page begins behind it."""

    day: date
    created_at: datetime
    id: str


@dataclass(frozen=True)
class Wanted:
    """Which meetings a list shows; None sets no condition.

    Attributes:
        series_id: Of this series.
        state: In this state.
        owner: Made by the account of this name.
        title: With these words in the title.
    """

    series_id: int | None = None
    state: str | None = None
    owner: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Listed:
    """One line of the list of meetings."""

    meeting: MeetingRow
    series: str | None
    owner: str | None
    mark: Mark


def create(session: Session, facts: Meeting, series: Series | None, owner_id: int | None) -> MeetingRow:
    """Makes a meeting without files; what is not said is taken from the series."""
    known = of_series(facts, series)
    row = MeetingRow(
        id=secrets.token_hex(8),
        series_id=series.id if series else None,
        owner_id=owner_id,
        title=known.title or "",
        held_on=known.held_on,
        facts=known,
    )
    session.add(row)
    session.flush()
    return row


def of_series(facts: Meeting, series: Series | None) -> Meeting:
    """The facts with what the series knows where they say nothing: roster, language, cadence."""
    if series is None:
        return facts
    known = {
        "series": series.name,
        "participants": facts.participants or series.roster,
        "language": facts.language or series.language,
        "cadence_days": facts.cadence_days or series.cadence_days,
    }
    return facts.model_copy(update=known)


def change(meeting: MeetingRow, facts: Meeting, series: Series | None) -> None:
    """Puts other facts in the place of a meeting's.

    Raises:
        Conflict: It was read already.
    """
    if meeting.state not in TAKES_FACTS:
        raise Conflict("The minutes are made already: change the facts there.")
    before, meeting.series_id = meeting.series_id, series.id if series else None
    if meeting.series_id != before:
        facts = of_series(facts, series) if series else facts.model_copy(update={"series": None})
    elif series is not None:
        facts = facts.model_copy(update={"series": series.name})
    meeting.facts = facts
    meeting.title = facts.title or ""
    meeting.held_on = facts.held_on
    meeting.changed_at = now()


def prepare(session: Session, meeting: MeetingRow) -> None:
    """Makes a meeting ready for work: what it begins with is what the series has left open by now.

    Raises:
        Conflict: It is worked on already, has no files, or one is still on its way.
    """
    if meeting.state not in TAKES_FILES:
        raise Conflict("Work on this meeting has begun already.")
    if not recordings(session, meeting.id):
        raise Conflict("Upload a recording or a transcript first.")
    if on_their_way(session, meeting.id):
        raise Conflict("A file of this meeting is still on its way.")
    if meeting.series_id is not None and not meeting.facts.open_actions:
        left = open_of_series(session, meeting.series_id)
        meeting.facts = meeting.facts.model_copy(update={"open_actions": left})


def on_their_way(session: Session, meeting_id: str) -> tuple[Upload, ...]:
    """Files that are neither there nor refused."""
    query = select(Upload).where(Upload.meeting_id == meeting_id, ~Upload.done, Upload.problem.is_(None))
    return tuple(session.scalars(query))


def found(
    session: Session, seen: ColumnElement[bool], wanted: Wanted, behind: Mark | None, count: int
) -> list[Listed]:
    """Meetings, the newest first.

    Args:
        session: For reading.
        seen: The condition on those that the asker may see.
        wanted: Further conditions.
        behind: The last one that is known already; None begins at the newest.
        count: At most so many.
    """
    day = _day()
    query = (
        select(MeetingRow, Series.name, User.display, day)
        .outerjoin(Series, Series.id == MeetingRow.series_id)
        .outerjoin(User, User.id == MeetingRow.owner_id)
        .where(seen, *_conditions(wanted))
        .order_by(day.desc(), MeetingRow.created_at.desc(), MeetingRow.id.desc())
        .limit(count)
    )
    if behind is not None:
        here = tuple_(day, MeetingRow.created_at, MeetingRow.id)
        query = query.where(here < (behind.day, behind.created_at, behind.id))
    return [
        Listed(row, series, owner, Mark(when, row.created_at, row.id))
        for row, series, owner, when in session.execute(query)
    ]


def _day() -> ColumnElement[date]:
    """When a meeting was held, else when it was put in."""
    return func.coalesce(MeetingRow.held_on, func.date(MeetingRow.created_at), type_=Date)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.series_id is not None:
        conditions.append(MeetingRow.series_id == wanted.series_id)
    if wanted.state is not None:
        conditions.append(MeetingRow.state == wanted.state)
    if wanted.owner is not None:
        conditions.append(User.name == wanted.owner)
    if wanted.title is not None:
        conditions.append(MeetingRow.title.icontains(wanted.title, autoescape=True))
    return conditions


def recordings(session: Session, meeting_id: str) -> tuple[Recording, ...]:
    """The files a meeting is made from, in their order."""
    query = select(Recording).where(Recording.meeting_id == meeting_id).order_by(Recording.number)
    return tuple(session.scalars(query))


def next_number(session: Session, meeting_id: str) -> int:
    """The number of the next file; the meeting's row is locked."""
    taken: list[Any] = [
        session.scalar(select(func.max(table.number)).where(table.meeting_id == meeting_id))
        for table in (Recording, Upload)
    ]
    return max(number or 0 for number in taken) + 1


def remove(session: Session, meeting: MeetingRow) -> tuple[str, ...]:
    """Deletes a meeting's rows.

    The rows go first: with them it is gone for everybody at once, and a crash before the files are deleted
    leaves files without rows, which ``retention`` finds.

    Returns:
        The folders of its files, to be deleted once the rows are gone for good.
    """
    uploads = session.scalars(select(Upload.id).where(Upload.meeting_id == meeting.id))
    folders = (folder_of(meeting.id), *(f"uploads/{upload}" for upload in uploads))
    session.execute(delete(MeetingRow).where(MeetingRow.id == meeting.id))
    session.expunge(meeting)
    return folders


def remove_recording(session: Session, meeting: MeetingRow, recording: Recording) -> str:
    """Takes a file out of a meeting, as long as no work was done with it; returns the path to delete.

    Raises:
        Conflict: Work has begun.
    """
    if meeting.state not in TAKES_FILES:
        raise Conflict("Work on this meeting has begun: its files stay as they are.")
    of_it = Upload.meeting_id == meeting.id, Upload.number == recording.number
    session.execute(delete(Upload).where(*of_it))
    session.delete(recording)
    return recording.path


def delete_files(site: Site, meeting_id: str, folders: Iterable[str]) -> None:
    """Deletes what ``remove`` named, and what this machine worked on."""
    for folder in folders:
        site.files.delete(folder)
    shutil.rmtree(site.scratch / meeting_id, ignore_errors=True)
