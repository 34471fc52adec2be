"""From minutes to what one message tells: to everybody, to one owner, or as a reminder."""

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from pipeline.errors import UsageError
from pipeline.minutes import Minutes
from pipeline.render.words import Words
from pipeline.sending.items import SOON_DAYS, Calendar, OpenItem, by_owner, due_entries, of_owner, own_part
from pipeline.sending.notice import Group, Notice, Source
from pipeline.sending.wording import clipped, counted, wording
from pipeline.transcript import Language, Transcript

_TITLE, _OWNER, _LINE = 150, 80, 500
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?", re.ASCII)


def for_all(
    minutes: Minutes, transcript: Transcript, *, today: datetime.date, link: str | None = None
) -> Notice:
    """What everybody who took part is told: decisions, and action items by owner.

    Args:
        minutes: Final ones.
        transcript: Theirs.
        today: The day of sending; deadlines before it are overdue.
        link: Web address of these minutes.

    Raises:
        UsageError: The link is no web address.
    """
    say = _words(minutes, transcript)
    groups = by_owner(minutes, Calendar(today, say))
    counts = (("decisions", len(minutes.decisions)), ("actions", sum(len(g.entries) for g in groups)))
    return Notice(
        kind="all",
        language=say.language,
        subject=_subject("all", minutes, say),
        label=say["letter.all_label"],
        heading=_title(minutes, say),
        facts=tuple(_facts(minutes, transcript, say)),
        greeting=None,
        lead=say.listed(counted(say, what, count) for what, count in counts if count),
        partial=minutes.status == "partial",
        problems=tuple(clipped(problem, _LINE) for problem in minutes.problems),
        remarks=tuple(clipped(notice, _LINE) for notice in minutes.notices),
        decisions=tuple(clipped(decision.text, _LINE) for decision in minutes.decisions),
        groups=groups,
        link=web_link(link),
        source=_source(minutes, minutes, transcript),
        matter=_of_minutes("all", minutes, transcript, None),
    )


def for_owner(
    minutes: Minutes, transcript: Transcript, owner: str, *, today: datetime.date, link: str | None = None
) -> Notice:
    """What one owner is told: their own items, those they help with, and those still open from last time.

    Args:
        minutes: Final ones.
        transcript: Theirs.
        owner: One of ``owners(minutes)``.
        today: The day of sending.
        link: Web address of these minutes.

    Raises:
        UsageError: They own nothing, or the link is no web address.
    """
    say = _words(minutes, transcript)
    entries = of_owner(minutes, owner, Calendar(today, say))
    name = clipped(owner, _OWNER)
    if not entries:
        raise UsageError(f"{name} has no action item in these minutes.")
    return Notice(
        kind="own",
        language=say.language,
        subject=_subject("own", minutes, say),
        label=say["letter.own_label"],
        heading=_title(minutes, say),
        facts=tuple(_facts(minutes, transcript, say)),
        greeting=say["letter.greeting"].format(owner=name),
        lead=say["letter.own_lead"],
        partial=minutes.status == "partial",
        problems=tuple(clipped(problem, _LINE) for problem in minutes.problems),
        remarks=(),
        decisions=None,
        groups=(Group(name, named=True, department=None, entries=entries),),
        link=web_link(link),
        source=_source(minutes, own_part(minutes, owner), transcript),
        matter=_of_minutes("own", minutes, transcript, owner),
    )


def for_reminder(
    owner: str,
    items: Iterable[OpenItem],
    language: Language,
    *,
    today: datetime.date,
    days: int = SOON_DAYS,
    link: str | None = None,
) -> Notice:
    """What one owner is reminded of: which of their open items are overdue or due soon, from all meetings.

    Args:
        owner: Their name.
        items: Their open items; those without a day or with a later one are left out.
        language: Of the words.
        today: The day of sending.
        days: An item is due soon when its day is at most so many days off.
        link: Web address of their list.

    Raises:
        UsageError: None of the items is due, or the link is no web address.
    """
    say = wording(language)
    given = tuple(items)
    entries = tuple(due_entries(given, Calendar(today, say, days)))
    name = clipped(owner, _OWNER)
    if not entries:
        raise UsageError(f"Nothing of {name} is due.")
    late = sum(entry.urgency == "overdue" for entry in entries)
    counts = (("overdue", late), ("soon", len(entries) - late))
    told = say.listed(counted(say, what, count) for what, count in counts if count)
    return Notice(
        kind="reminder",
        language=language,
        subject=say["subject.reminder"].format(counts=told),
        label=say["letter.reminder_label"],
        heading=say["letter.reminder_heading"],
        facts=(say.day(today), told),
        greeting=say["letter.greeting"].format(owner=name),
        lead=say["letter.reminder_lead"],
        partial=False,
        problems=(),
        remarks=(),
        decisions=None,
        groups=(Group(name, named=True, department=None, entries=entries),),
        link=web_link(link),
        source=None,
        # A reminder is meant to come again another day.
        matter=_digest(
            "reminder", owner, today.isoformat(), [item.model_dump(mode="json") for item in given]
        ),
    )


def web_link(link: str | None) -> str | None:
    """An address of the web that can stand in HTML and in every kind of Markdown.

    Raises:
        UsageError: It is none.
    """
    if link is None:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc) or not link.isprintable():
        raise UsageError("A link in a message begins with https:// or http:// and a host.")
    # Brackets, bars and quotes would end the link in one of the forms.
    return (
        parts.scheme + "://" + parts.netloc + quote(link.partition(parts.netloc)[2], safe="%/:?#@!$&+,;=~.-_")
    )


def _words(minutes: Minutes, transcript: Transcript) -> Words:
    return wording(minutes.meeting.language or transcript.language, partial=minutes.status == "partial")


def _title(minutes: Minutes, say: Words) -> str:
    return clipped(minutes.meeting.title or "", _TITLE) or say["document.title"]


def _subject(kind: str, minutes: Minutes, say: Words) -> str:
    title = clipped(minutes.meeting.title or "", _TITLE)
    subject = say[f"subject.{kind}"].format(title=title) if title else say[f"subject.{kind}_untitled"]
    held_on = minutes.meeting.held_on
    return say["subject.with_day"].format(subject=subject, day=held_on.isoformat()) if held_on else subject


def _facts(minutes: Minutes, transcript: Transcript, say: Words) -> Iterator[str]:
    if minutes.meeting.held_on:
        yield say.day(minutes.meeting.held_on)
    if seconds := minutes.meeting.seconds or transcript.seconds:
        yield say.length(seconds)


def _source(minutes: Minutes, told: Minutes, transcript: Transcript) -> Source:
    dated = sum(action.due.on is not None for action in told.actions)
    moved = sum(item.status == "redated" and item.new_due is not None for item in told.carry_over)
    return Source(minutes, told, dated + moved, transcript)


def _of_minutes(kind: str, minutes: Minutes, transcript: Transcript, owner: str | None) -> str:
    # How and when they were made is not what they say.
    said = minutes.model_dump(mode="json", exclude={"origin"})
    return _digest(kind, owner, said, transcript.model_dump(mode="json"))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
