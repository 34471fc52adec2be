"""Changes of followed tasks: each is an event that tells who made it, and in which meeting where it was no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.records import webhooks
from pipeline.records.columns import now
from pipeline.records.tables import Task, TaskEvent, Told

TaskState = Literal["open", "done", "dropped"]
Field = Literal["text", "owner", "co_owners", "department", "due", "state"]

_NOTE = "note"


@dataclass(frozen=True)
class Change:
    """A field of a task, and what it shall hold."""

    field: Field
    value: str | tuple[str, ...] | date | None


@dataclass(frozen=True)
class Author:
    """Who changes a task.

    Attributes:
        name: As others see them.
        meeting_id: The meeting whose minutes they confirmed; None for a change by hand.
    """

    name: str
    meeting_id: str | None = None


@dataclass(frozen=True)
class Both:
    """A field with the value that somebody meant it to have, and the one that somebody else gave it."""

    field: Field
    yours: Told
    theirs: Told


class Overtaken(InputError):  # noqa: N818 - the outcome, as its sender sees it
    """Somebody else changed the same field, and this change was made without knowing it.

    Attributes:
        revision: The present one of the task.
        fields: Which, with both values.
    """

    def __init__(self, revision: int, fields: tuple[Both, ...]) -> None:
        super().__init__("Somebody changed this in the meantime: decide between both values.")
        self.revision = revision
        self.fields = fields


def history(session: Session, tasks: Sequence[int]) -> dict[int, list[TaskEvent]]:
    """What happened to each of these tasks, the oldest first."""
    found: dict[int, list[TaskEvent]] = {task: [] for task in tasks}
    for event in session.scalars(
        select(TaskEvent).where(TaskEvent.task_id.in_(tasks)).order_by(TaskEvent.id)
    ):
        found[event.task_id].append(event)
    return found


def change(
    session: Session,
    task: Task,
    changes: Sequence[Change],
    *,
    made_against: int,
    by: str,
    note: str | None = None,
) -> None:
    """Changes a task by hand; others that change it wait, because its row is locked.

    Args:
        session: Of the request.
        task: Locked.
        changes: To be made, all or none.
        made_against: The revision that somebody saw when they decided on them.
        by: Who, as others see them.
        note: Why, or anything else worth keeping; it needs no change.

    Raises:
        Overtaken: One of the fields was changed since, to something else.
    """
    real = [one for one in changes if value_of(task, one.field) != _told(one.value)]
    since = _changed_since(session, task, made_against)
    if overtaken := [one for one in real if one.field in since]:
        both = (Both(one.field, _told(one.value), value_of(task, one.field)) for one in overtaken)
        raise Overtaken(task.revision, tuple(both))
    if not real and not note:
        return
    task.revision += 1
    for one in real:
        _slip(task, one, task.due)
        put(session, task, one, Author(by), note)
    if not real:
        _tell(session, task, _NOTE, None, None, Author(by), note)
    webhooks.announce(session, "task.changed", task.meeting_id)


def put(session: Session, task: Task, one: Change, author: Author, note: str | None = None) -> None:
    """Sets a field of a task and tells of it, in the task's present revision."""
    _tell(session, task, one.field, value_of(task, one.field), _told(one.value), author, note)
    setattr(task, one.field, one.value)


def begin(session: Session, task: Task, author: Author) -> None:
    """Adds a task that is followed from now on."""
    session.add(task)
    session.flush()
    _tell(session, task, "state", None, "open", author, None)


def value_of(task: Task, field: Field) -> Told:
    """What a field of a task holds, as events tell it."""
    return _told(getattr(task, field))


def is_later(day: date | None, than: date | None) -> bool:
    """Whether a deadline was moved away; a first one, and one that was taken back, were not."""
    return day is not None and than is not None and day > than


def _slip(task: Task, one: Change, before: date | None) -> None:
    if one.field == "due" and isinstance(one.value, date):
        task.slips += is_later(one.value, before)


def _changed_since(session: Session, task: Task, revision: int) -> set[str]:
    """Fields that were changed after a revision; of one that never was nothing is known."""
    query = select(TaskEvent.field).where(TaskEvent.task_id == task.id, TaskEvent.revision > revision)
    return set(session.scalars(query))


def _tell(
    session: Session, task: Task, field: str, before: Told, after: Told, author: Author, note: str | None
) -> None:
    task.changed_at = now()
    session.add(
        TaskEvent(
            task_id=task.id,
            meeting_id=author.meeting_id,
            revision=task.revision,
            by=author.name,
            field=field,
            before=before,
            after=after,
            note=note,
        )
    )


def _told(value: str | tuple[str, ...] | date | None) -> Told:
    return value.isoformat() if isinstance(value, date) else value
