"""Lists of followed tasks, over all meetings that somebody may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Text, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from pipeline.facts import zone_named
from pipeline.records.columns import now
from pipeline.records.tables import MeetingRow, Series, Task
from pipeline.records.task_events import TaskState


@dataclass(frozen=True)
class Wanted:
    """Which tasks; None sets no condition.

    Attributes:
        owner: Theirs, or with their help.
        series_id: Of meetings of this series.
        meeting_id: Of this meeting.
        state: In this state.
        overdue: Open and due before today, or not so.
        due_before: Due before this day.
    """

    owner: str | None = None
    series_id: int | None = None
    meeting_id: str | None = None
    state: TaskState | None = None
    overdue: bool | None = None
    due_before: date | None = None


@dataclass(frozen=True)
class Listed:
    """A task, with the meeting it is from and the name of that one's series."""

    task: Task
    meeting: MeetingRow
    series: str | None


@dataclass(frozen=True)
class Load:
    """What somebody has to do: open tasks, and how many of them are overdue. Nobody has those without an owner."""

    owner: str | None
    open: int
    overdue: int


def today(timezone: str | None, moment: datetime | None = None) -> date:
    """The calendar day.

    Args:
        timezone: IANA name; None is the zone of this machine.
        moment: Of this moment, else now.
    """
    return (moment or now()).astimezone(zone_named(timezone) if timezone else None).date()


def is_overdue(task: Task, on: date) -> bool:
    """Whether a task should have been done by now."""
    return task.state == "open" and task.due is not None and task.due < on


def listed(
    session: Session, seen: ColumnElement[bool], wanted: Wanted, on: date, *, first: int, most: int
) -> tuple[tuple[Listed, ...], int]:
    """One page of tasks, and how many there are on all.

    Overdue ones come first, then those that are due next; those without a day come last.

    Args:
        session: For reading.
        seen: Condition on ``MeetingRow``: those that the asker may see.
        wanted: Which tasks.
        on: Today.
        first: How many are left out before the page.
        most: How many are on it.
    """
    conditions = [seen, *_conditions(wanted, on)]
    query = (
        select(Task, MeetingRow, Series.name)
        .join(MeetingRow, MeetingRow.id == Task.meeting_id)
        .outerjoin(Series, Series.id == MeetingRow.series_id)
        .where(*conditions)
        .order_by(_overdue(on).desc(), Task.due.asc().nulls_last(), Task.id)
    )
    count = select(func.count(Task.id)).join(MeetingRow, MeetingRow.id == Task.meeting_id).where(*conditions)
    rows = session.execute(query.offset(first).limit(most))
    return tuple(Listed(task, meeting, series) for task, meeting, series in rows), session.scalar(count) or 0


def task_for(session: Session, seen: ColumnElement[bool], task_id: int, *, lock: bool) -> Listed | None:
    """A task that may be seen, with its meeting; None where there is none.

    Args:
        session: Of the request.
        seen: Condition on ``MeetingRow``.
        task_id: Of the task.
        lock: Whether others wait with changes to it until this transaction ends.
    """
    query = (
        select(Task, MeetingRow, Series.name)
        .join(MeetingRow, MeetingRow.id == Task.meeting_id)
        .outerjoin(Series, Series.id == MeetingRow.series_id)
        .where(Task.id == task_id, seen)
    )
    found = session.execute(query.with_for_update(of=Task) if lock else query).one_or_none()
    return Listed(*found) if found else None


def loads(session: Session, seen: ColumnElement[bool], series_id: int | None, on: date) -> tuple[Load, ...]:
    """Who has how much to do, those with the most overdue tasks first."""
    overdue = func.sum(_overdue(on))
    wanted = Wanted(series_id=series_id, state="open")
    query = (
        select(Task.owner, func.count(Task.id), overdue)
        .join(MeetingRow, MeetingRow.id == Task.meeting_id)
        .where(seen, *_conditions(wanted, on))
        .group_by(Task.owner)
        .order_by(overdue.desc(), func.count(Task.id).desc(), Task.owner)
    )
    return tuple(Load(owner, count, late) for owner, count, late in session.execute(query))


def _overdue(on: date) -> ColumnElement[int]:
    return case(((Task.state == "open") & (Task.due < on), 1), else_=0)


def _conditions(wanted: Wanted, on: date) -> Iterator[ColumnElement[bool]]:
    if wanted.owner is not None:
        yield or_(Task.owner == wanted.owner, _helps(wanted.owner))
    if wanted.series_id is not None:
        yield MeetingRow.series_id == wanted.series_id
    if wanted.meeting_id is not None:
        yield Task.meeting_id == wanted.meeting_id
    if wanted.state is not None:
        yield Task.state == wanted.state
    if wanted.overdue is not None:
        yield _overdue(on) == int(wanted.overdue)
    if wanted.due_before is not None:
        yield Task.due < wanted.due_before


def _helps(owner: str) -> ColumnElement[bool]:
    """Whether they are among the co-owners: the name stands there as JSON."""
    names = type_coerce(Task.co_owners, Text)
    # Comparing what is left is the one way of looking for a text that both databases take letter by letter.
    return func.replace(names, to_json(owner).decode(), "") != names
