"""Action items of confirmed minutes, followed from meeting to meeting until they are done.

What a person set by hand stands: minutes that are confirmed later change only what nobody changed since they were
made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.meeting import OpenAction
from pipeline.minutes import Action, CarryOver, Minutes
from pipeline.records import webhooks
from pipeline.records.tables import MeetingRow, Task, TaskEvent
from pipeline.records.task_events import Author, Change, Field, begin, history, is_later, put, value_of

_ID = "t"
"""Open items are known to a meeting by this letter and the number of the task."""
_MOST_LETTERS = 200
"""Of an owner or department, as the tables take them."""


def follow(session: Session, meeting: MeetingRow, minutes: Minutes, *, by: str) -> None:
    """Follows the actions of confirmed minutes, and closes, re-dates or drops what they say of earlier ones.

    Minutes that were reopened and are confirmed again take back what they no longer say. What a person, or a later
    meeting, changed in the meantime stays.

    Args:
        session: Of the confirmation.
        meeting: Locked.
        minutes: As they are confirmed.
        by: Who confirms, as others see them.
    """
    author = Author(by, meeting.id)
    carried = _carried(session, meeting, minutes)
    past = history(session, [task.id for task, _ in carried])
    for task, row in carried:
        before = task.revision
        _carry_over(_Speaking(session, meeting, author, past[task.id]), task, row, minutes)
        if task.revision != before:
            webhooks.announce(session, "task.changed", task.meeting_id)
    _follow_actions(session, meeting, author, tuple(_new_actions(minutes, carried)))


def open_of_series(session: Session, series_id: int) -> tuple[OpenAction, ...]:
    """What the next meeting of a series begins with, the most urgent first."""
    query = (
        select(Task)
        .join(MeetingRow, MeetingRow.id == Task.meeting_id)
        .where(MeetingRow.series_id == series_id, Task.state == "open")
        .order_by(Task.due.asc().nulls_last(), Task.id)
    )
    return tuple(
        OpenAction(id=f"{_ID}{task.id}", task=task.text, owner=task.owner, due=task.due, slips=task.slips)
        for task in session.scalars(query)
    )


def due_soon(session: Session, on: date, days: int) -> tuple[Task, ...]:
    """Open tasks that are due from that day on until so many days later, the most urgent first."""
    until = on + timedelta(days=days)
    query = select(Task).where(Task.state == "open", Task.due >= on, Task.due <= until)
    return tuple(session.scalars(query.order_by(Task.due, Task.id)))


def _carried(session: Session, meeting: MeetingRow, minutes: Minutes) -> list[tuple[Task, CarryOver]]:
    """The tasks of earlier meetings of the series that the minutes speak of."""
    if meeting.series_id is None:
        return []
    known = _of_series(session, meeting.series_id, (row.id for row in minutes.carry_over))
    pairs = ((known[row.id], row) for row in minutes.carry_over if row.id in known)
    return [(task, row) for task, row in pairs if task.meeting_id != meeting.id]


@dataclass(frozen=True)
class _Speaking:
    """Minutes that speak on a task.

    Attributes:
        session: Of the confirmation.
        meeting: Whose minutes.
        author: Who confirmed them.
        past: The task's events, the oldest first.
    """

    session: Session
    meeting: MeetingRow
    author: Author
    past: Sequence[TaskEvent]

    def own_words(self, field: Field) -> Sequence[TaskEvent]:
        """The last events of a field, as far as these minutes made them: nobody changed it afterwards."""
        words: list[TaskEvent] = []
        for event in reversed([event for event in self.past if event.field == field]):
            if event.meeting_id != self.meeting.id:
                break
            words.insert(0, event)
        return words

    def last(self, field: Field) -> TaskEvent | None:
        """The last event of a field."""
        return next((event for event in reversed(self.past) if event.field == field), None)


def _of_series(session: Session, series_id: int, ids: Iterable[str]) -> dict[str, Task]:
    """The tasks that a meeting of the series knows by these ids; whatever else they name is left out."""
    numbers = {int(id[1:]): id for id in ids if id[:1] == _ID and id[1:].isdecimal() and len(id) < 11}
    query = (
        select(Task)
        .join(MeetingRow, MeetingRow.id == Task.meeting_id)
        .where(MeetingRow.series_id == series_id, Task.id.in_(numbers))
        .order_by(Task.id)
        .with_for_update(of=Task)
    )
    return {numbers[task.id]: task for task in session.scalars(query)}


def _new_actions(minutes: Minutes, carried: Sequence[tuple[Task, CarryOver]]) -> Iterator[Action]:
    """The actions without those that only tell again what is followed already."""
    followed = {_key(row.task) for _, row in carried if row.status not in ("done", "dropped")}
    for action in minutes.actions:
        if _key(action.task) not in followed:
            yield action


def _follow_actions(session: Session, meeting: MeetingRow, author: Author, actions: Sequence[Action]) -> None:
    query = select(Task).where(Task.meeting_id == meeting.id).order_by(Task.id).with_for_update()
    known = {task.item: task for task in session.scalars(query)}
    past = history(session, [task.id for task in known.values()])
    for action in actions:
        task = known.pop(action.id, None)
        if task is None:
            begin(session, _task(meeting, action), author)
        else:
            said = _Speaking(session, meeting, author, past[task.id])
            _set(said, task, [one for one in _fields(action) if _is_ours(said, one.field)])
    for task in known.values():
        said = _Speaking(session, meeting, author, past[task.id])
        _set(said, task, [Change("state", "dropped")] if _is_ours(said, "state") else [])


def _is_ours(said: _Speaking, field: Field) -> bool:
    """Whether nobody but the minutes that the task is from ever changed it."""
    last = said.last(field)
    return last is None or last.meeting_id == said.meeting.id


def _carry_over(said: _Speaking, task: Task, row: CarryOver, minutes: Minutes) -> None:
    given = next((one for one in minutes.meeting.open_actions if one.id == row.id), None)
    ended = row.status if row.status in ("done", "dropped") else None
    _set(said, task, list(_word(said, task, Change("state", ended), "open")))
    due = row.new_due if row.status == "redated" and task.state == "open" else None
    was = given.due.isoformat() if given and given.due else None
    for one in _word(said, task, Change("due", due), was):
        before = _before(said, task)
        assert one.value is None or isinstance(one.value, date)
        task.slips += is_later(one.value, before) - is_later(task.due, before)
        _set(said, task, [one])


def _word(said: _Speaking, task: Task, one: Change, was: str | None) -> Iterator[Change]:
    """What the minutes change about a field of an earlier task.

    Args:
        said: The minutes.
        task: The task.
        one: What they say; a value of None says nothing.
        was: What the field held when the meeting began.
    """
    last, own = said.last(one.field), said.own_words(one.field)
    if own:
        yield one if one.value is not None else Change(one.field, _taken_back(one.field, own[0].before))
    elif one.value is None:
        return
    elif last is None:
        yield one
    elif last.meeting_id is None:
        # A person's word from before the meeting is what the meeting spoke of; one from after it stands.
        if value_of(task, one.field) == was:
            yield one
    elif not _is_of_later(said, last.meeting_id):
        yield one


def _before(said: _Speaking, task: Task) -> date | None:
    """The deadline that these minutes moved, before they did."""
    own = said.own_words("due")
    before = own[0].before if own else value_of(task, "due")
    return date.fromisoformat(before) if isinstance(before, str) else None


def _taken_back(field: Field, before: object) -> str | date | None:
    assert before is None or isinstance(before, str)
    return date.fromisoformat(before) if field == "due" and before else before


def _is_of_later(said: _Speaking, meeting_id: str) -> bool:
    other = said.session.get_one(MeetingRow, meeting_id)
    return is_later(other.held_on, said.meeting.held_on)


def _set(said: _Speaking, task: Task, changes: Sequence[Change]) -> None:
    real = [one for one in changes if getattr(task, one.field) != one.value]
    task.revision += bool(real)
    for one in real:
        put(said.session, task, one, said.author)


def _task(meeting: MeetingRow, action: Action) -> Task:
    task = Task(meeting_id=meeting.id, item=action.id, slips=0, revision=0)
    for one in _fields(action):
        setattr(task, one.field, one.value)
    return task


def _fields(action: Action) -> Iterator[Change]:
    yield Change("text", _plain(action.task))
    yield Change("owner", _name(action.owner))
    yield Change("co_owners", tuple(_plain(name) for name in action.co_owners))
    yield Change("department", _name(action.department))
    yield Change("due", action.due.on)
    yield Change("state", "open")


def _name(text: str | None) -> str | None:
    return _plain(text)[:_MOST_LETTERS] if text else None


def _plain(text: str) -> str:
    """Without the NUL that Postgres refuses."""
    return text.replace("\0", " ")


def _key(task: str) -> str:
    return "".join(filter(str.isalnum, task.casefold()))
