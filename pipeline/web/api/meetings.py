"""Meetings: put in, found, changed, started, deleted."""

import base64
import binascii
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.meeting import DateSource, Meeting
from pipeline.records import audit, meetings
from pipeline.records.meetings import Conflict, Mark, Wanted
from pipeline.records.tables import MeetingRow, Recording, Series, State, User
from pipeline.transcript import Value
from pipeline.web.access import Asker, Here, Reading, Writing, meeting_for, sees, sees_series, series_for
from pipeline.web.api.facts import MeetingFacts, MeetingId
from pipeline.web.fields import MOST_ID
from pipeline.web.problems import Problem, documented
from pipeline.worker.queue import submit

router = APIRouter(tags=["meetings"])

Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class MeetingLine(Value):
    """One line of the list of meetings.

    Attributes:
        id: Of the meeting.
        title: Of the minutes.
        series_id: The series it belongs to.
        series: Its name.
        owner: Who put it in, as others see them.
        held_on: Calendar day.
        date_source: How that is known.
        state: What is being done with it.
        problem: Why work on it failed.
        revision: Counts its edits.
        created_at: When it was put in.
        changed_at: When it was changed last.
    """

    id: str
    title: str
    series_id: int | None
    series: str | None
    owner: str | None
    held_on: date | None
    date_source: DateSource | None
    state: State
    problem: str | None
    revision: int
    created_at: datetime
    changed_at: datetime


class MeetingPage(Value):
    """Some meetings, and where the next ones begin; None after the last."""

    meetings: tuple[MeetingLine, ...]
    next: str | None


class RecordingAnswer(Value):
    """A file a meeting is made from; ``/meetings/{id}/recordings/{number}`` sends it."""

    number: int
    kind: str
    name: str
    size: int
    seconds: float | None
    created_at: datetime


class MeetingAnswer(MeetingLine):
    """A meeting with what is known of it, and its files."""

    facts: Meeting
    recordings: tuple[RecordingAnswer, ...]


class Beginning(Value):
    """How work shall begin.

    Attributes:
        urgent: Before everything that is not.
    """

    urgent: bool = False


class _Cursor(Value):
    """Where a page ends, as it travels."""

    day: date
    created_at: datetime
    id: str


@router.post("/meetings", status_code=201, responses=documented(404))
def create_meeting(facts: MeetingFacts, site: Here, asker: Writing) -> MeetingAnswer:
    """Makes a meeting; its recordings or transcripts are uploaded to it afterwards."""
    settings = site.settings
    with site.database.session() as session:
        series = _series_named(session, asker, facts)
        known = facts.over(Meeting(timezone=settings.timezone, country=settings.country))
        meeting = meetings.create(session, _titled(known, series), series, asker.user_id)
        audit.note(session, asker.name, "meeting.create", meeting.id, address=asker.address)
        return _answer(session, meeting)


@router.get("/meetings")
def list_meetings(
    site: Here,
    asker: Reading,
    series: Annotated[int | None, Query(ge=1, le=MOST_ID, description="Id of a series")] = None,
    state: State | None = None,
    owner: Annotated[Words | None, Query(description="Name of the account that put it in")] = None,
    title: Annotated[Words | None, Query(description="Part of the title")] = None,
    cursor: Annotated[Words | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MeetingPage:
    """The meetings one may see, the newest first."""
    wanted = Wanted(series, state, owner, title)
    with site.database.reading() as session:
        found = meetings.found(session, sees(asker), wanted, _mark(cursor), limit + 1)
        lines = tuple(_line(one.meeting, one.series, one.owner) for one in found[:limit])
        return MeetingPage(
            meetings=lines, next=_written(found[limit - 1].mark) if len(found) > limit else None
        )


@router.get("/meetings/{meeting_id}", responses=documented(404))
def read_meeting(meeting_id: MeetingId, site: Here, asker: Reading) -> MeetingAnswer:
    """A meeting, its facts and its files."""
    with site.database.reading() as session:
        return _answer(session, meeting_for(session, asker, meeting_id))


@router.patch("/meetings/{meeting_id}", responses=documented(404, 409))
def change_meeting(meeting_id: MeetingId, facts: MeetingFacts, site: Here, asker: Writing) -> MeetingAnswer:
    """Changes what is known of a meeting before it is read; afterwards facts are edited like all else."""
    with site.database.session() as session, conflicts_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        series_id = facts.series_id if "series_id" in facts.model_fields_set else meeting.series_id
        series = _series_of(session, asker, meeting, series_id)
        meetings.change(meeting, _titled(facts.over(meeting.facts), series), series)
        audit.note(session, asker.name, "meeting.change", meeting.id, address=asker.address)
        session.flush()
        return _answer(session, meeting)


@router.post("/meetings/{meeting_id}/start", status_code=202, responses=documented(404, 409))
def start_meeting(meeting_id: MeetingId, beginning: Beginning, site: Here, asker: Writing) -> MeetingAnswer:
    """Begins work on the files of a meeting."""
    with site.database.session() as session, conflicts_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        meetings.prepare(session, meeting)
        submit(session, site, meeting, "listen", user_id=asker.user_id, urgent=beginning.urgent)
        audit.note(session, asker.name, "meeting.start", meeting.id, address=asker.address)
        session.flush()
        return _answer(session, meeting)


@router.delete("/meetings/{meeting_id}", status_code=204, response_class=Response, responses=documented(404))
def delete_meeting(meeting_id: MeetingId, site: Here, asker: Writing) -> None:
    """Deletes a meeting with its recordings and all that was made of them; work on it ends."""
    with site.database.session() as session:
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        audit.note(session, asker.name, "meeting.delete", meeting.id, address=asker.address)
        folders = meetings.remove(session, meeting)
    meetings.delete_files(site, meeting_id, folders)


@contextmanager
def conflicts_told() -> Generator[None]:
    """Answers with 409 where the present state of a meeting does not allow it."""
    try:
        yield
    except Conflict as error:
        raise Problem(409, str(error)) from error


def _series_named(session: Session, asker: Asker, facts: MeetingFacts) -> Series | None:
    """The series of a new meeting; a name that is none here is kept as a mere name."""
    if facts.series_id is not None:
        return series_for(session, asker, facts.series_id)
    if facts.series is None:
        return None
    return session.scalar(select(Series).where(Series.name == facts.series, sees_series(asker)))


def _series_of(session: Session, asker: Asker, meeting: MeetingRow, series_id: int | None) -> Series | None:
    if series_id is None:
        return None
    # Where it is already it may stay, also when somebody is no member any more.
    if series_id == meeting.series_id:
        return session.get(Series, series_id)
    return series_for(session, asker, series_id)


def _titled(facts: Meeting, series: Series | None) -> Meeting:
    if facts.title is not None:
        return facts
    if series is None:
        raise Problem(422, "title: a meeting without a series needs one.")
    return facts.model_copy(update={"title": series.name})


def _answer(session: Session, meeting: MeetingRow) -> MeetingAnswer:
    series = session.get(Series, meeting.series_id) if meeting.series_id is not None else None
    owner = session.get(User, meeting.owner_id) if meeting.owner_id is not None else None
    line = _line(meeting, series.name if series else None, owner.display if owner else None)
    files = tuple(recording_answer(one) for one in meetings.recordings(session, meeting.id))
    return MeetingAnswer(**dict(line), facts=meeting.facts, recordings=files)


def _line(meeting: MeetingRow, series: str | None, owner: str | None) -> MeetingLine:
    return MeetingLine(
        id=meeting.id,
        title=meeting.title,
        series_id=meeting.series_id,
        series=series,
        owner=owner,
        held_on=meeting.held_on,
        date_source=meeting.facts.date_source,
        state=cast(State, meeting.state),
        problem=meeting.problem,
        revision=meeting.revision,
        created_at=meeting.created_at,
        changed_at=meeting.changed_at,
    )


def recording_answer(recording: Recording) -> RecordingAnswer:
    """A file of a meeting as the API shows it."""
    return RecordingAnswer(
        number=recording.number,
        kind=recording.kind,
        name=recording.name,
        size=recording.size,
        seconds=recording.seconds,
        created_at=recording.created_at,
    )


def _written(mark: Mark) -> str:
    content = _Cursor(day=mark.day, created_at=mark.created_at, id=mark.id).model_dump_json()
    return base64.urlsafe_b64encode(content.encode()).decode()


def _mark(cursor: str | None) -> Mark | None:
    if cursor is None:
        return None
    try:
        found = _Cursor.model_validate_json(base64.urlsafe_b64decode(cursor))
        return Mark(found.day, found.created_at.astimezone(), found.id.replace("\0", ""))
    except (binascii.Error, ValidationError, ValueError, OverflowError) as error:
        raise Problem(422, "cursor: it is none of ours.") from error
