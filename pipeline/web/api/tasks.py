"""Open action items across meetings: who has to do what until when, and what became of it."""

from datetime import date, datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query
from pydantic import Field as Bounds
from pydantic import StringConstraints, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records import audit, task_events, task_lists
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, TaskEvent, Told
from pipeline.records.task_events import Change, Field, Overtaken, TaskState
from pipeline.records.task_lists import Listed, Wanted
from pipeline.transcript import Value
from pipeline.web.access import Asker, Here, Reading, Writing, sees
from pipeline.web.fields import MOST_ID, Id, Line
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["tasks"])

MOST_PAGES = 1_000_000

Note = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Series = Annotated[int | None, Query(ge=1, le=MOST_ID, description="Id of a series")]


class TaskLine(Value):
    """A followed action item.

    Attributes:
        id: Of the task.
        meeting_id: The meeting it is from.
        item: Its id in the minutes of that meeting.
        meeting: Title of the meeting.
        held_on: When it was held.
        series_id: The series of the meeting.
        series: Its name.
        text: What is to be done.
        owner: Participant or department; None when nobody was named.
        co_owners: Others who work on it.
        department: Of the owner.
        due: Calendar day.
        overdue: Whether it is open and that day has passed.
        slips: How often it was put off.
        state: Open, done or dropped.
        revision: Counts its changes; changes are made against it.
        changed_at: When it was changed last.
    """

    id: int
    meeting_id: str
    item: str
    meeting: str
    held_on: date | None
    series_id: int | None
    series: str | None
    text: str
    owner: str | None
    co_owners: tuple[str, ...]
    department: str | None
    due: date | None
    overdue: bool
    slips: int
    state: TaskState
    revision: int
    changed_at: datetime


class TaskPage(Value):
    """One page of tasks: those that are overdue first, then by their day, those without one last."""

    total: int
    tasks: tuple[TaskLine, ...]


class Happened(Value):
    """Something that happened to a task.

    Attributes:
        at: When.
        by: Who did it, or who confirmed the minutes that say so.
        meeting_id: The meeting whose minutes say so; None for a change by hand.
        meeting: Its title.
        field: What was changed; ``note`` when nothing was.
        before: The value before.
        after: The value after.
        note: What was written beside it.
        revision: Of the task, from then on.
    """

    at: datetime
    by: str
    meeting_id: str | None
    meeting: str | None
    field: str
    before: Told
    after: Told
    note: str | None
    revision: int


class WholeTask(TaskLine):
    """A task with its history, the oldest first."""

    history: tuple[Happened, ...]


class OwnerLoad(Value):
    """How much somebody has to do; the owner is None for tasks that nobody was named for."""

    owner: str | None
    open: int
    overdue: int


class TaskChange(Value):
    """What is to change; what is left out stays.

    Attributes:
        made_against: The revision of the task that was seen.
        state: Done, dropped, or open again.
        due: Another day; null takes the day away.
        owner: Hands it over; null leaves it to nobody.
        department: Of the new owner; else the roster says it.
        note: Why, or anything else worth keeping.
    """

    made_against: int = Bounds(ge=0, le=MOST_ID)
    state: TaskState | None = None
    due: date | None = None
    owner: Line | None = None
    department: Line | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "TaskChange":
        if "state" in self.model_fields_set and self.state is None:
            raise ValueError("the state is open, done or dropped")
        return self


class BothValues(Value):
    """A field that two people changed: the value you sent, and the one it has."""

    field: Field
    yours: Told
    theirs: Told


class OvertakenDetails(Value):
    """Somebody else changed the same; nothing was done. Send it again with this revision to insist."""

    status: int
    title: str
    revision: int
    conflicts: tuple[BothValues, ...]


OVERTAKEN: dict[int | str, dict[str, Any]] = {
    409: {
        "model": OvertakenDetails,
        "description": "Conflict",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/OvertakenDetails"}}
        },
    }
}


@router.get("/tasks")
def list_tasks(
    site: Here,
    asker: Reading,
    owner: Annotated[Line | None, Query(description="Theirs, or with their help")] = None,
    series: Series = None,
    meeting: Annotated[str | None, Query(pattern="^[0-9a-f]{16}$", description="Id of a meeting")] = None,
    state: Annotated[TaskState | None, Query(description="In this state; all where it is left out")] = None,
    overdue: bool | None = None,
    due_before: date | None = None,
    offset: Annotated[int, Query(ge=0, le=MOST_PAGES)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TaskPage:
    """Action items of all confirmed minutes one may see."""
    wanted = Wanted(owner, series, meeting, state, overdue, due_before)
    on = _today(site)
    with site.database.reading() as session:
        found, total = task_lists.listed(session, sees(asker), wanted, on, first=offset, most=limit)
    return TaskPage(total=total, tasks=tuple(_line(one, on) for one in found))


@router.get("/tasks/owners")
def list_owners(site: Here, asker: Reading, series: Series = None) -> tuple[OwnerLoad, ...]:
    """Who has how many open action items, those with the most overdue ones first."""
    with site.database.reading() as session:
        found = task_lists.loads(session, sees(asker), series, _today(site))
    return tuple(OwnerLoad(owner=one.owner, open=one.open, overdue=one.overdue) for one in found)


@router.get("/tasks/{task_id}", responses=documented(404))
def read_task(task_id: Id, site: Here, asker: Reading) -> WholeTask:
    """An action item, and what happened to it."""
    with site.database.reading() as session:
        return _whole(session, asker, _task_for(session, asker, task_id), _today(site))


@router.patch("/tasks/{task_id}", responses=documented(404) | OVERTAKEN)
def change_task(task_id: Id, wanted: TaskChange, site: Here, asker: Writing) -> WholeTask:
    """Closes, reopens, drops, re-dates, hands over, or notes something.

    A change of a field that somebody else changed since ``made_against`` is refused with both values.
    """
    with site.database.session() as session:
        found = _task_for(session, asker, task_id, lock=True)
        changes, before = _changes(wanted, found.meeting), found.task.revision
        try:
            task_events.change(
                session,
                found.task,
                changes,
                made_against=wanted.made_against,
                by=asker.display,
                note=wanted.note,
            )
        except Overtaken as refused:
            raise _conflict(refused) from refused
        if found.task.revision != before:
            said = ",".join(one.field for one in changes) or "note"
            audit.note(session, asker.name, "task.change", str(task_id), address=asker.address, detail=said)
        session.flush()
        return _whole(session, asker, found, _today(site))


def _task_for(session: Session, asker: Asker, task_id: int, *, lock: bool = False) -> Listed:
    found = task_lists.task_for(session, sees(asker), task_id, lock=lock)
    if found is None:
        raise not_found("task")
    return found


def _today(site: Site) -> date:
    return task_lists.today(site.settings.timezone)


def _changes(wanted: TaskChange, meeting: MeetingRow) -> list[Change]:
    said = wanted.model_fields_set
    changes: list[Change] = []
    if wanted.state is not None:
        changes.append(Change("state", wanted.state))
    if "due" in said:
        changes.append(Change("due", wanted.due))
    if "owner" in said:
        changes.append(Change("owner", wanted.owner))
    if {"owner", "department"} & said:
        known = (p.department for p in meeting.facts.participants if p.name == wanted.owner)
        changes.append(Change("department", wanted.department if "department" in said else next(known, None)))
    return changes


def _conflict(refused: Overtaken) -> Problem:
    both = [BothValues(field=one.field, yours=one.yours, theirs=one.theirs) for one in refused.fields]
    conflicts = [one.model_dump(mode="json") for one in both]
    return Problem(409, str(refused), more={"revision": refused.revision, "conflicts": conflicts})


def _whole(session: Session, asker: Asker, found: Listed, on: date) -> WholeTask:
    events = task_events.history(session, [found.task.id])[found.task.id]
    speaking = {event.meeting_id for event in events if event.meeting_id}
    seen = select(MeetingRow).where(MeetingRow.id.in_(speaking), sees(asker))
    titles = {meeting.id: meeting.title for meeting in session.scalars(seen)}
    return WholeTask(
        **dict(_line(found, on)),
        history=tuple(_happened(event, titles.get(event.meeting_id or "")) for event in events),
    )


def _happened(event: TaskEvent, meeting: str | None) -> Happened:
    return Happened(
        at=event.at,
        by=event.by,
        meeting_id=event.meeting_id,
        meeting=meeting,
        field=event.field,
        before=event.before,
        after=event.after,
        note=event.note,
        revision=event.revision,
    )


def _line(found: Listed, on: date) -> TaskLine:
    task, meeting = found.task, found.meeting
    return TaskLine(
        id=task.id,
        meeting_id=task.meeting_id,
        item=task.item,
        meeting=meeting.title,
        held_on=meeting.held_on,
        series_id=meeting.series_id,
        series=found.series,
        text=task.text,
        owner=task.owner,
        co_owners=task.co_owners,
        department=task.department,
        due=task.due,
        overdue=task_lists.is_overdue(task, on),
        slips=task.slips,
        state=cast(TaskState, task.state),
        revision=task.revision,
        changed_at=task.changed_at,
    )
