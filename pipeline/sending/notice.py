"""What is told, before it has a form: the same value becomes a letter or a chat message."""

from dataclasses import dataclass
from typing import Literal

from pipeline.minutes import Minutes
from pipeline.transcript import Language, Transcript

Kind = Literal["all", "own", "reminder"]
"""To everybody who took part; to one owner, only their own; to one owner, what is due."""

Urgency = Literal["overdue", "today", "soon", "later", "undated"]


@dataclass(frozen=True)
class Entry:
    """One action item, ready to be shown.

    Attributes:
        task: What is to be done.
        due: The day with its weekday, or that there is none.
        urgency: How the day lies to the day of sending.
        remark: "2 days overdue", "due tomorrow"; None where the day is farther off or missing.
        heard: The deadline as it was said, or why there is no day.
        urgent: Whether it was called so.
        carried: Whether it was open before the meeting.
        aside: Who works on it beside the owner, or which meeting it comes from.
    """

    task: str
    due: str
    urgency: Urgency
    remark: str | None = None
    heard: str | None = None
    urgent: bool = False
    carried: bool = False
    aside: str | None = None


@dataclass(frozen=True)
class Group:
    """The items of one owner.

    Attributes:
        owner: Ready to be shown; says so where nobody was named.
        named: Whether somebody was.
        department: Of the owner, where it says more than the name.
        entries: At least one.
    """

    owner: str
    named: bool
    department: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Source:
    """What the attached files are made from.

    Attributes:
        minutes: The whole minutes, for the document.
        deadlines: The same with only the items whose deadlines are told, for the calendar.
        dated: How many of those have a day.
        transcript: Of the meeting.
    """

    minutes: Minutes
    deadlines: Minutes
    dated: int
    transcript: Transcript


@dataclass(frozen=True)
class Notice:
    """Everything one message tells; all text in it is on one line and ready to be shown.

    Attributes:
        kind: To whom it speaks.
        language: Of its words.
        subject: One line that says it all.
        label: What kind of message it is.
        heading: Title of the meeting, or of the reminder.
        facts: Day and length of the meeting.
        greeting: To the owner; None for everybody.
        lead: How much there is, in one line; empty where there is nothing.
        partial: Whether part of the meeting is not in the minutes.
        problems: Why not.
        remarks: How they were made, where that matters to a reader.
        decisions: None where the message is not about decisions.
        groups: Items by owner, those without one last.
        link: Where the minutes can be read; None without.
        source: What the attached files are made from; None for a reminder.
        matter: sha256 of what is told; the same for the same minutes whenever and by whichever version they are
            put into words.
    """

    kind: Kind
    language: Language
    subject: str
    label: str
    heading: str
    facts: tuple[str, ...]
    greeting: str | None
    lead: str
    partial: bool
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    decisions: tuple[str, ...] | None
    groups: tuple[Group, ...]
    link: str | None
    source: Source | None
    matter: str
