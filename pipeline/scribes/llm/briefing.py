"""What a question says about the meeting beforehand."""

import datetime
from collections.abc import Iterator

from pipeline.meeting import Meeting, Participant
from pipeline.transcript import Language

_WEEKDAYS = {
    "zh": ("一", "二", "三", "四", "五", "六", "日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def facts(meeting: Meeting, language: Language) -> str:
    """Title, day, agenda and roster, one a line; "-" where nothing is known."""
    return "\n".join(_facts(meeting, language)) or "-"


def open_items(meeting: Meeting) -> str:
    """The items still open from last time, one a line; "-" where there is none."""
    lines = (
        " | ".join(
            part for part in (f"{o.id} {o.task}", o.owner, o.due.isoformat() if o.due else None) if part
        )
        for o in meeting.open_actions
    )
    return "\n".join(lines) or "-"


def _facts(meeting: Meeting, language: Language) -> Iterator[str]:
    if meeting.title:
        yield meeting.title
    if meeting.held_on:
        yield f"{meeting.held_on.isoformat()} {_weekday(meeting.held_on, language)}"
    for item in meeting.agenda:
        yield f"* {item.topic}"
    for person in meeting.participants:
        yield _person(person)


def _weekday(day: datetime.date, language: Language) -> str:
    name = _WEEKDAYS[language][day.weekday()]
    return f"周{name}" if language == "zh" else name


def _person(person: Participant) -> str:
    known = [*person.aliases, person.title, person.department]
    return f"- {person.name}: {', '.join(part for part in known if part)}".rstrip(": ")
