"""Deadlines as a calendar.

Every deadline is an all-day event, not a task: Google Calendar and Outlook leave VTODO out when they import a
file, while Outlook, Google and Apple all show an all-day VEVENT. It is transparent, so nobody seems busy, and
reminds at nine on the morning of the day before.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pipeline.minutes import Evidence, Minutes
from pipeline.render.marks import Proofs
from pipeline.render.words import Words, shown, words
from pipeline.transcript import Transcript

if TYPE_CHECKING:
    from icalendar import Component, Event

# Fifteen hours before the day begins it is nine in the morning.
_REMINDER = timedelta(hours=-15)


@dataclass(frozen=True)
class _Deadline:
    id: str
    task: str
    owner: str | None
    on: date
    phrase: str | None
    evidence: tuple[Evidence, ...]


def to_ics(minutes: Minutes, transcript: Transcript) -> bytes:
    """The dated action items and re-dated open items; without any, a valid empty calendar."""
    from icalendar import Calendar

    say = words(minutes.meeting.language or transcript.language)
    title = shown(minutes.meeting.title or "") or say["document.title"]
    calendar = Calendar()
    _add(calendar, "prodid", "-//lihui//minutes//EN")
    _add(calendar, "version", "2.0")
    _add(calendar, "method", "PUBLISH")
    _add(calendar, "x-wr-calname", say["calendar.name"].format(title=title))
    for deadline in _deadlines(minutes):
        calendar.add_component(_event(deadline, minutes, title, say, Proofs(transcript)))
    return calendar.to_ical()


def _deadlines(minutes: Minutes) -> Iterator[_Deadline]:
    for action in minutes.actions:
        if action.due.on:
            yield _Deadline(
                action.id, action.task, action.owner, action.due.on, action.due.phrase, action.evidence
            )
    for item in minutes.carry_over:
        if item.status == "redated" and item.new_due:
            yield _Deadline(item.id, item.task, item.owner, item.new_due, None, item.evidence)


def _event(deadline: _Deadline, minutes: Minutes, title: str, say: Words, proofs: Proofs) -> "Event":
    from icalendar import Alarm, Event

    task = shown(deadline.task)
    owner = shown(deadline.owner or "") or say["document.not_said"]
    event = Event()
    _add(event, "uid", _uid(deadline, minutes))
    # The meeting's day, not the clock: the same minutes always make the same file.
    stamp = minutes.meeting.held_on or deadline.on
    _add(event, "dtstamp", datetime.combine(stamp, time(), UTC))
    _add(event, "dtstart", deadline.on)
    _add(event, "dtend", deadline.on + timedelta(days=1))
    _add(event, "summary", say["calendar.summary"].format(owner=owner, task=task))
    _add(event, "description", "\n".join(_description(deadline, owner, minutes, title, say, proofs)))
    _add(event, "transp", "TRANSPARENT")
    alarm = Alarm()
    _add(alarm, "action", "DISPLAY")
    _add(alarm, "description", say["calendar.reminder"].format(task=task))
    _add(alarm, "trigger", _REMINDER)
    event.add_component(alarm)
    return event


def _uid(deadline: _Deadline, minutes: Minutes) -> str:
    """Stays the same when the date of an item is corrected, so that calendars move the event."""
    meeting = minutes.meeting
    parts = (meeting.id, meeting.title, meeting.series, meeting.held_on, deadline.id, deadline.task)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32] + "@lihui"


def _description(
    deadline: _Deadline, owner: str, minutes: Minutes, title: str, say: Words, proofs: Proofs
) -> Iterator[str]:
    pair = say["document.pair"]
    yield pair.format(label=say["columns.owner"], text=owner)
    if deadline.phrase:
        yield pair.format(label=say["columns.due_phrase"], text=shown(deadline.phrase))
    for mark in proofs.marks(deadline.evidence):
        yield f"[{mark.label}] {say['document.quote'].format(text=mark.quote)}"
    held_on = minutes.meeting.held_on
    yield pair.format(
        label=say["calendar.from_meeting"], text=say.listed((title, held_on and say.day(held_on)))
    )


def _add(component: "Component", name: str, value: str | date | timedelta) -> None:
    component.add(name, value)  # pyright: ignore[reportUnknownMemberType] - the library leaves values untyped
