"""Whose item it is, and how its deadline lies to today."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.minutes import Action, CarryOver, Minutes
from pipeline.render.layout import due_text
from pipeline.render.words import Words, shown
from pipeline.sending.notice import Entry, Group, Urgency
from pipeline.sending.wording import clipped, counted
from pipeline.transcript import Value

SOON_DAYS = 3
"""A deadline is soon when it is at most so many days off."""

_TASK, _OWNER, _NOTE = 500, 80, 200
# What was done or dropped is nobody's work any more.
_OPEN = ("in_progress", "redated", "not_mentioned")


class OpenItem(Value):
    """A piece of work that is still open, from whichever meeting.

    Attributes:
        id: Its id, stable across meetings.
        task: What is to be done.
        due: The day it was last promised for.
        meeting: Title of the meeting it comes from.
    """

    id: str
    task: str
    due: datetime.date | None = None
    meeting: str | None = None


@dataclass(frozen=True)
class Calendar:
    """The day of sending and the words for how a deadline lies to it.

    Attributes:
        today: The day of sending.
        say: Words.
        soon: A deadline is soon when it is at most so many days off.
    """

    today: datetime.date
    say: Words
    soon: int = SOON_DAYS

    def urgency(self, due: datetime.date | None) -> Urgency:
        """How far off a deadline is."""
        if due is None:
            return "undated"
        days = (due - self.today).days
        if days <= 0:
            return "overdue" if days < 0 else "today"
        return "soon" if days <= self.soon else "later"

    def remark(self, due: datetime.date | None) -> str | None:
        """How a deadline lies to today, "2 days overdue"; None where there is nothing to remark."""
        urgency = self.urgency(due)
        if due is None or urgency in ("later", "undated"):
            return None
        days = (due - self.today).days
        if days < 0:
            return counted(self.say, "late", -days)
        return (
            self.say[f"state.{('today', 'tomorrow')[days]}"] if days <= 1 else counted(self.say, "left", days)
        )


def owners(minutes: Minutes) -> tuple[str, ...]:
    """Everybody who owns or helps with something that is open, in the order they come up."""
    named = [name for action in minutes.actions for name in (action.owner, *action.co_owners)]
    return tuple(dict.fromkeys(name for name in (*named, *(i.owner for i in _carried(minutes))) if name))


def own_part(minutes: Minutes, owner: str) -> Minutes:
    """The minutes with only the action items and open items of one owner."""
    actions = tuple(a for a in minutes.actions if owner == a.owner or owner in a.co_owners)
    carried = tuple(item for item in _carried(minutes) if item.owner == owner)
    return minutes.model_copy(update={"actions": actions, "carry_over": carried})


def by_owner(minutes: Minutes, calendar: Calendar) -> tuple[Group, ...]:
    """All open work grouped by owner, those without one last."""
    found: dict[str | None, list[Entry]] = {}
    departments: dict[str | None, str] = {}
    for action in minutes.actions:
        found.setdefault(action.owner, []).append(_entry(action, calendar))
        if action.department and action.department != action.owner:
            departments.setdefault(action.owner, clipped(action.department, _OWNER))
    for item in _carried(minutes):
        found.setdefault(item.owner, []).append(_carried_entry(item, minutes, calendar))
    return tuple(
        Group(
            owner=clipped(owner, _OWNER) if owner else calendar.say["letter.no_owner"],
            named=owner is not None,
            department=departments.get(owner) if owner else None,
            entries=tuple(entries),
        )
        for owner, entries in sorted(found.items(), key=lambda group: group[0] is None)
    )


def of_owner(minutes: Minutes, owner: str, calendar: Calendar) -> tuple[Entry, ...]:
    """One owner's work; what they only help with says whose it is."""
    own = own_part(minutes, owner)
    return (
        *(_entry(action, calendar, owner) for action in own.actions),
        *(_carried_entry(item, minutes, calendar) for item in own.carry_over),
    )


def due_entries(items: Iterable[OpenItem], calendar: Calendar) -> Iterator[Entry]:
    """What is overdue or due soon, the most urgent first."""
    say = calendar.say
    for item in sorted(items, key=lambda item: (item.due or datetime.date.max, item.id)):
        if item.due is None or calendar.urgency(item.due) == "later":
            continue
        yield Entry(
            task=clipped(item.task, _TASK),
            due=say.day(item.due),
            urgency=calendar.urgency(item.due),
            remark=calendar.remark(item.due),
            aside=say["letter.from_meeting"].format(title=clipped(item.meeting, _NOTE))
            if item.meeting
            else None,
        )


def _entry(action: Action, calendar: Calendar, reader: str | None = None) -> Entry:
    due = due_text(action, calendar.say)
    return Entry(
        task=clipped(action.task, _TASK),
        due=due.text,
        urgency=calendar.urgency(action.due.on),
        remark=calendar.remark(action.due.on),
        heard=clipped(due.note, _NOTE) if due.note else None,
        urgent=action.priority == "high",
        aside=_beside(action, calendar.say, reader),
    )


def _beside(action: Action, say: Words, reader: str | None) -> str | None:
    """Who else works on it, as the reader needs to know it."""
    helpers = clipped(say.listed(shown(name) for name in action.co_owners if name != reader), _NOTE)
    others = say["letter.with_others"].format(names=helpers) if helpers else None
    if reader is None or reader == action.owner:
        return others
    whose = "letter.helping" if action.owner else "letter.helping_nobody"
    return say.clauses((say[whose].format(owner=clipped(action.owner or "", _OWNER)), others))


def _carried(minutes: Minutes) -> tuple[CarryOver, ...]:
    return tuple(item for item in minutes.carry_over if item.status in _OPEN)


def _carried_entry(item: CarryOver, minutes: Minutes, calendar: Calendar) -> Entry:
    say = calendar.say
    before = next((action.due for action in minutes.meeting.open_actions if action.id == item.id), None)
    due = item.new_due or before
    moved = item.new_due_phrase if item.new_due else None
    return Entry(
        task=clipped(item.task, _TASK),
        due=say.day(due) if due else say["document.no_date"],
        urgency=calendar.urgency(due),
        remark=calendar.remark(due),
        heard=say["document.quote"].format(text=clipped(moved, _NOTE)) if moved else None,
        carried=True,
    )
